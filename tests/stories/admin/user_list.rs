//! `/users` and `/users/<id>`: who may look, what is found, and what is never shown.

use crate::support::*;

/// The ids in the list, from top to bottom.
pub fn listed(page: &Page) -> Vec<String> {
    page.html
        .split("<a href=\"/users/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '?']).next())
        .map(str::to_owned)
        .collect()
}

/// Puts people there, by name and address, as a sign-up would have left them; their address is their id, too.
async fn people(app: &App, people: &[(&str, &str)]) {
    const ADD: &str = "
        INSERT INTO users
            (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
        VALUES ($1, $1, $2, $3, 'user', 'active', 1700000000000, 1700000000000, 0)";
    for (name, email) in people {
        let sorted = if name.is_empty() { *email } else { name };
        sqlx::query(ADD)
            .bind(email)
            .bind(name)
            .bind(vestibule::db::fold_for_search(sorted))
            .execute(app.pool())
            .await
            .unwrap();
    }
}

/// What a link asks for, as pairs.
fn asks(link: Option<String>) -> Vec<(String, String)> {
    let link = link.expect("there is such a link");
    let url = url::Url::parse("http://here.test").unwrap().join(&link).unwrap();
    assert_eq!(url.path(), "/users");
    let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
    pairs.sort();
    pairs
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

stories! {
    /// ASVS 8.3.1
    async fn only_admins_see_the_user_list(app) {
        let answer = app.browser().request(Method::GET, "/users").send().await;
        assert_eq!(answer.status(303).location(), Some("/login?next=%2Fusers"));
        let ana = app.confirmed_user("ana@example.org").await;
        let own = app.texts("SELECT id FROM users").await.remove(0);
        let answer = app.browser().request(Method::GET, &format!("/users/{own}")).send().await;
        assert_eq!(answer.status(303).location(), Some(&*format!("/login?next=%2Fusers%2F{own}")));
        for path in ["/users", "/users?q=ana", &format!("/users/{own}"), "/users/nobody"] {
            ana.open(path).await.status(403).does_not_show("ana@example.org");
        }
        assert_eq!(ana.open("/account").await.link("Users"), None);
    }

    /// ASVS 8.3.2
    async fn a_role_counts_from_the_next_request(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let _other_admin = app.admin("root@home.test").await;
        app.vestibule(["user", "grant", "ana@example.org", "admin"]).await.succeeds();
        ana.open("/account").await.click("Users").await.status(200).is_at("/users").shows("ana@example.org");
        app.vestibule(["user", "revoke", "ana@example.org", "admin"]).await.succeeds();
        ana.open("/users").await.status(403);
        assert_eq!(ana.open("/account").await.link("Users"), None);
    }

    /// Parts of address and name, in any case; what means something to a database or a pattern means itself.
    ///
    /// ASVS 1.2.9
    async fn a_search_finds_exactly_the_typed_text(app) {
        let root = app.admin("root@home.test").await;
        people(&app, &[
            ("Jörg Ünal", "joerg@example.org"),
            ("", "ana.lee@example.org"),
            ("50%_off \\ (.*", "sale@example.org"),
            ("50 offers", "plain@example.org"),
            ("Zoë 🌻", "zoe@example.net"),
        ]).await;
        let long = "a".repeat(10_000);
        let searches: [(&str, &[&str]); 17] = [
            ("ÜNAL", &["joerg@example.org"]),
            ("jö", &["joerg@example.org"]),
            ("JOERG@", &["joerg@example.org"]),
            ("Ana.Lee", &["ana.lee@example.org"]),
            ("ana_lee", &[]),
            ("example.net", &["zoe@example.net"]),
            ("  zoë 🌻 ", &["zoe@example.net"]),
            ("%", &["sale@example.org"]),
            ("_", &["sale@example.org"]),
            ("\\", &["sale@example.org"]),
            ("50%", &["sale@example.org"]),
            ("(.*", &["sale@example.org"]),
            ("50", &["plain@example.org", "sale@example.org"]),
            ("' OR ''='", &[]),
            ("'; DROP TABLE users; --", &[]),
            ("nobody is called this", &[]),
            (&long, &[]),
        ];
        let list = root.open("/users").await;
        for (typed, expected) in searches {
            let found = list.fill("Name or email address", typed).press("Search").await;
            found.status(200);
            let mut ids = listed(&found);
            ids.sort();
            assert_eq!(ids, expected, "{typed}");
            assert_eq!(found.value("Name or email address"), typed);
        }
        assert_eq!(list.fill("Name or email address", "ana\0.lee").press("Search").await.status, 200);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 6);
    }

    async fn a_name_is_found_however_it_is_typed(app) {
        const NAME: &str = "Änne ÖZTÜRK-İpek Γιώργος";
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.fill("Name", NAME).press("Save changes").await.status(200);
        let root = app.admin("root@home.test").await;
        for typed in [
            "änne öztürk", "ÄNNE", "Öztürk", "ana@", "anne ozturk", "A\u{308}nne", "anne\u{a0}  ozturk", "ipek", "İPEK",
            "ΓΙΏΡΓΟΣ", "γιωργος", "ΡΓΟΣ", "σ", "ä",
        ] {
            let found = root.open("/users").await.fill("Name or email address", typed).press("Search").await;
            found.shows(NAME).shows("ana@example.org").shows("One user");
        }
    }

    /// Those that were there before names were folded.
    async fn names_from_before_the_search_index_are_found(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.fill("Name", "Änne İpek").press("Save changes").await.status(200);
        app.confirmed_user("bob@example.org").await;
        app.sql("UPDATE users SET sort_name = 'änne i̇pek' WHERE display_name <> ''").await;
        let root = app.admin("root@home.test").await;
        root.open("/users?q=anne").await.shows("No users found");
        app.sql("DELETE FROM _sqlx_migrations WHERE version = 4").await;
        vestibule::db::migrate(app.database().url()).await.unwrap();
        root.open("/users?q=anne+ipek").await.shows("ana@example.org").shows("One user");
        assert_eq!(
            app.texts("SELECT sort_name FROM users ORDER BY email").await,
            ["anne ipek", "bob@example.org", "root@home.test"]
        );
    }

    async fn filters_narrow_the_list_and_keep_what_was_searched(app) {
        let root = app.admin("root@home.test").await;
        people(&app, &[
            ("", "active@example.org"),
            ("", "disabled@example.org"),
            ("", "deleting@example.org"),
            ("", "boss@example.org"),
        ]).await;
        app.sql("UPDATE users SET status = 'disabled' WHERE id = 'disabled@example.org'").await;
        app.sql("UPDATE users SET status = 'deleting' WHERE id = 'deleting@example.org'").await;
        app.sql("UPDATE users SET role = 'admin' WHERE id = 'boss@example.org'").await;
        app.browser().sign_up("waiting@example.org").await.is_at("/signup/sent");
        let found = root.open("/users").await.fill("Name or email address", "example.org").press("Search").await;
        assert_eq!(listed(&found).len(), 5);
        for (words, address) in [("Disabled", "disabled@example.org"), ("Being deleted", "deleting@example.org")] {
            let narrowed = found.click(words).await;
            assert_eq!(listed(&narrowed), [address]);
            narrowed.shows("One user").part(address).shows(words);
            assert_eq!(narrowed.value("Name or email address"), "example.org");
        }
        let pending = found.click("Pending").await;
        assert_eq!(listed(&pending).len(), 1);
        pending.part("waiting@example.org").shows("Pending").shows("Never");
        let active = found.click("Active").await;
        assert_eq!(listed(&active).len(), 2);
        let admins = active.click("Admin").await;
        assert_eq!(listed(&admins), ["boss@example.org"]);
        // A search from here keeps both filters; taking one away keeps the other.
        let all = admins.fill("Name or email address", "").press("Search").await;
        assert_eq!(listed(&all).len(), 2, "boss and root");
        assert_eq!(listed(&all.click("Any status").await).len(), 2);
        assert_eq!(listed(&all.click("Any role").await).len(), 3, "those who are active");
    }

    async fn every_column_sorts_both_ways(app) {
        let root = app.admin("root@home.test").await;
        people(&app, &[("Bea", "y@example.org"), ("", "m@example.org"), ("Ärmin", "x@example.org")]).await;
        for (id, created, seen) in [("y@example.org", 2000, 0), ("m@example.org", 1000, 500), ("x@example.org", 3000, 900)] {
            app.sql(&format!("UPDATE users SET created_at = {created}, last_seen_at = {seen} WHERE id = '{id}'")).await;
        }
        let by_default = root.open("/users?role=user").await;
        by_default.shows("3 users, newest first");
        for (column, caption, first, other, other_caption) in [
            ("Joined", "oldest first", "myx", "↑", "newest first"),
            ("Name", "by name from A to Z", "xym", "↑", "by name from Z to A"),
            ("Email address", "by email address from A to Z", "mxy", "↑", "by email address from Z to A"),
            ("Last seen", "last seen first", "xmy", "↓", "longest not seen first"),
        ] {
            // The list is in the order of the first column already, so its head turns it round.
            let head = if column == "Joined" { "Joined ↓" } else { column };
            let sorted = by_default.click(head).await;
            let order = |page: &Page| listed(page).iter().map(|id| id[..1].to_owned()).collect::<String>();
            assert_eq!(order(&sorted), first, "{column}");
            sorted.shows(caption);
            let turned = sorted.click(&format!("{column} {other}")).await;
            assert_eq!(order(&turned), first.chars().rev().collect::<String>(), "{column}");
            turned.shows(other_caption);
            let sort = if other == "↑" { "descending" } else { "ascending" };
            assert!(turned.html.contains(&format!("aria-sort=\"{sort}\"")), "{column}");
        }
    }

    async fn the_url_holds_the_whole_state(app) {
        let root = app.admin("root@home.test").await;
        people(&app, &[("Ana", "a@example.org"), ("", "b@example.org")]).await;
        let list = root.open("/users?q=example+%26&status=active&role=user&sort=-email").await;
        let kept = [("q", "example &"), ("role", "user"), ("sort", "-email"), ("status", "active")];
        assert_eq!(asks(list.link("Pending")), pairs(&[kept[0], kept[1], kept[2], ("status", "pending")]));
        assert_eq!(asks(list.link("Any status")), pairs(&kept[..3]));
        assert_eq!(asks(list.link("Admin")), pairs(&[kept[0], ("role", "admin"), kept[2], kept[3]]));
        let found = root.open("/users?q=example&status=active&role=user&sort=-email").await;
        assert_eq!(asks(found.link("Email address ↓")), pairs(&[("q", "example"), kept[1], ("sort", "email"), kept[3]]));
        let searched = found.fill("Name or email address", "a@").press("Search").await;
        searched.is_at("/users?status=active&role=user&sort=-email&q=a%40");
        assert_eq!(listed(&searched), ["a@example.org"]);
    }

    /// From somebody's page the way back leads to the list as it was: search, filters, order and page.
    async fn the_back_link_restores_search_filters_and_page(app) {
        let root = app.admin("root@home.test").await;
        people(&app, &[("Ana", "a@example.org"), ("", "b@example.org")]).await;
        let wanted = "/users?q=example+%26+a%40&status=active&role=user&sort=-email";
        root.open(wanted).await.status(200);
        let list = root.open("/users?q=a%40example&status=active&role=user&sort=-email").await;
        let person = list.click("Ana").await;
        person.status(200).shows("Email address a@example.org");
        let back = person.click("← Users").await;
        back.is_at("/users?q=a%40example&status=active&role=user&sort=-email");
        assert_eq!(listed(&back), listed(&list));
        // What is no list of ours leads nowhere else.
        let odd = root.open("/users/a@example.org?q=%22%3E&sort=nonsense&next=//evil.example&after=x").await;
        assert_eq!(odd.status(200).link("← Users").as_deref(), Some("/users?q=%22%3E&after=x"));
        root.open("/users/a@example.org").await.click("← Users").await.is_at("/users");
    }

    async fn an_admin_sees_when_an_account_will_be_deleted(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let root = app.admin("root@home.test").await;
        let list = root.open("/users").await;
        list.click("ana@example.org").await.does_not_show("Being deleted");
        ana.open("/account/delete").await.press("Delete my account").await.status(200);
        let at = app.count("SELECT deletion_at FROM users WHERE email = 'ana@example.org'").await;
        let stamp = jiff::Timestamp::from_millisecond(at).unwrap().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let page = list.click("ana@example.org").await;
        page.shows("Being deleted on");
        assert!(page.html.contains(&stamp), "{stamp}");
    }

    /// What makes no sense is as if it were not there, and nothing of it comes back as words.
    async fn odd_queries_are_answered(app) {
        let root = app.admin("root@home.test").await;
        for query in [
            "sort=nonsense", "sort=-", "sort=--created", "status=root&role=god", "after=%00", "before=!!!", "q=%FF%FE",
            "q%5B%5D=x", "sort%5B%5D=x", "after=QUJD&before=QUJD", "page=18446744073709551615&limit=-1", "q=%00",
            "after=eDE4NDQ2NzQ0MDczNzA5NTUxNjE2", "q=a&q=b&status=active&status=pending", "&&&=&=",
        ] {
            let page = root.open(&format!("/users?{query}")).await;
            page.status(200).does_not_show("users-order").does_not_show("nonsense").does_not_show("god");
        }
        root.open("/users?sort=nonsense").await.shows("newest first");
        let long = "A".repeat(20_000);
        root.open(&format!("/users?after={long}&before={long}")).await.status(200).shows("One user");
        root.open("/users?q=%3Cimg%20src%3Dx%3E").await.shows("matches “<img src=x>”").shows("Show all users");
        root.open("/users?status=disabled").await.shows("No account fits these filters");
        // Nothing that could be searched for.
        root.open("/users?q=%00%CC%81").await.shows("One user").does_not_show("Show all users");
    }

    /// The facts about somebody, and none of their secrets, neither there nor in the list.
    ///
    /// ASVS 14.2.6, 15.3.1
    async fn an_admin_sees_facts_but_no_secrets(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.fill("Name", "Ana Ferreira").press("Save changes").await.status(200);
        app.browser().sign_up("waiting@example.org").await.is_at("/signup/sent");
        let root = app.admin("root@home.test").await;
        let list = root.open("/users").await;
        let person = list.click("Ana Ferreira").await;
        for fact in ["Email address ana@example.org", "Name Ana Ferreira", "Role User", "Language English", "Open sessions 1"] {
            person.shows(fact);
        }
        person.shows("Active").shows("UTC");
        app.signed_in("ana@example.org").await;
        root.open(&person.path()).await.shows("Open sessions 2");
        ana.sign_out().await;
        root.open(&person.path()).await.shows("Open sessions 1");

        let waiting = list.click("waiting@example.org").await;
        waiting.shows("Pending").shows("Email address confirmed Not yet").shows("Last seen Never").shows("Name None given");
        let mut secrets = app.texts("SELECT password_hash FROM users").await;
        secrets.extend(app.texts("SELECT id FROM sessions").await);
        secrets.extend(["argon2".to_owned(), "password".to_owned(), "hash".to_owned()]);
        assert!(secrets.len() >= 8, "{secrets:?}");
        for page in [&list, &person, &waiting] {
            // The names of static files carry a hash of theirs in `?v=`, not the word.
            let source = page.html.to_lowercase();
            for secret in &secrets {
                assert!(!source.contains(&secret.to_lowercase()), "{secret} stands in\n{source}");
            }
        }
    }

    /// A NUL, which PostgreSQL takes for an error, names nobody either.
    async fn an_unknown_user_is_not_found(app) {
        let root = app.admin("root@home.test").await;
        let long = format!("/users/{}", "x".repeat(5_000));
        for path in ["/users/nobody", "/users/%00", "/users/a%00b", "/users/%FF", "/users/'", "/users/root@home.test", &long] {
            root.open(path).await.status(404);
        }
    }
}
