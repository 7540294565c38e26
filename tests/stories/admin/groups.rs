//! Groups: what admins do on `/groups`, what the operator does on the command line, and when it counts.

use futures::future::join_all;

use crate::support::*;

const ANA: &str = "ana@example.org";

/// The groups that there are.
const GROUPS: &str = "SELECT name FROM groups ORDER BY name";
/// Who is in which.
const MEMBERS: &str = "
    SELECT users.email || ' ' || group_name
    FROM memberships JOIN users ON users.id = user_id
    ORDER BY 1";

/// The groups that somebody sees on the own profile.
async fn own_groups(browser: &Browser) -> Option<String> {
    let text = browser.open("/account").await.status(200).text();
    let rest = text.split("Groups").nth(1)?;
    rest.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

/// Makes every proof of identity too old.
async fn time_passes(app: &App) {
    app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000")
        .await;
}

/// A form post that is not followed.
async fn posts(browser: &Browser, path: &str, form: &[(&str, &str)]) -> Answer {
    browser.request(Method::POST, path).form(form).send().await
}

stories! {
    async fn an_admin_makes_a_group_and_adds_somebody(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        let elsewhere = app.signed_in(ANA).await;
        assert_eq!(own_groups(&elsewhere).await, None);
        let page = root.open("/account").await.click("Groups").await;
        page.is_at("/groups").shows("No groups yet").fill("Name", "staff").fill("Description", "Those who <b>work</b> here");
        let page = page.press("Create group").await;
        page.is_at("/groups/staff").shows("The group is created.").shows("Those who <b>work</b> here").shows("Nobody is in this group yet.");
        let page = page.fill("Email address", " Ana@Example.ORG ").press("Add to the group").await;
        page.is_at("/groups/staff").shows("The account is in the group now.").shows("One member").shows(ANA);
        // At the next request, in each of her sessions.
        for browser in [&ana, &elsewhere] {
            assert_eq!(own_groups(browser).await.as_deref(), Some("staff"));
        }
        root.open("/groups").await.shows("One group").part("staff").shows("1");
        page.part(ANA).press("Remove").await.is_at("/groups/staff").shows("The account is not in the group any more.");
        assert_eq!(own_groups(&elsewhere).await, None);
        ana.open("/account/activity").await.shows("Added to a group").shows("Removed from a group").shows("By the operator");
        assert!(app.texts(MEMBERS).await.is_empty());
    }

    /// ASVS 8.3.2
    async fn a_membership_counts_on_every_node(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        let other = app.second_node().start().await;
        let away = ana.by_way_of(&other);
        assert_eq!(own_groups(&away).await, None);
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
        for browser in [&ana, &away] {
            assert_eq!(own_groups(browser).await.as_deref(), Some("staff"));
        }
        app.vestibule(["group", "add", "crew"]).await.succeeds();
        app.vestibule(["user", "join", ANA, "crew"]).await.succeeds();
        for browser in [&ana, &away] {
            assert_eq!(own_groups(browser).await.as_deref(), Some("crew, staff"));
        }
        app.vestibule(["group", "remove", "crew"]).await.succeeds();
        app.vestibule(["user", "leave", ANA, "staff"]).await.succeeds();
        for browser in [&ana, &away] {
            assert_eq!(own_groups(browser).await, None);
        }
        root.open("/groups").await.shows("staff").does_not_show("crew");
    }

    async fn a_deleted_group_has_no_members_left(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        for group in ["staff", "crew"] {
            root.post("/groups", &[("name", group)]).await.is_at(&format!("/groups/{group}"));
            for email in [ANA, "root@home.test"] {
                root.post(&format!("/groups/{group}/members"), &[("email", email)]).await.status(200);
            }
        }
        assert_eq!(own_groups(&ana).await.as_deref(), Some("crew, staff"));
        root.open("/groups/staff").await.press("Delete the group staff").await.is_at("/groups").shows("The group is deleted.");
        assert_eq!(own_groups(&ana).await.as_deref(), Some("crew"));
        assert_eq!(app.texts(MEMBERS).await, ["ana@example.org crew", "root@home.test crew"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'group_left'").await, 2);
        ana.open("/account/activity").await.shows("Removed from a group");
        // One of the same name begins anew, also where members were left behind.
        app.sql("INSERT INTO memberships SELECT id, 'staff', 0 FROM users").await;
        assert_eq!(own_groups(&ana).await.as_deref(), Some("crew"));
        root.post("/groups", &[("name", "staff")]).await.shows("Nobody is in this group yet.");
        assert_eq!(own_groups(&ana).await.as_deref(), Some("crew"));
    }

    /// ASVS 7.5.3
    async fn a_stale_proof_is_renewed_first_and_nothing_typed_is_lost(app) {
        let root = app.admin("root@home.test").await;
        app.confirmed_user(ANA).await;
        let confirm = async |page: Page| page.fill("Password", PASSWORD).press("Confirm").await;

        let page = root.open("/groups").await;
        time_passes(&app).await;
        let page = page.fill("Name", "staff").fill("Description", "Those who work here").press("Create group").await;
        let page = confirm(page).await;
        page.is_at("/groups").shows("nothing is saved yet");
        assert_eq!((page.value("Name"), page.value("Description")), ("staff".to_owned(), "Those who work here".to_owned()));
        assert!(app.texts(GROUPS).await.is_empty());
        let page = page.press("Create group").await;

        time_passes(&app).await;
        let page = confirm(page.is_at("/groups/staff").fill("Email address", ANA).press("Add to the group").await).await;
        page.is_at("/groups/staff").shows("nothing is saved yet");
        assert_eq!(page.value("Email address"), ANA);
        let page = page.press("Add to the group").await;

        time_passes(&app).await;
        let page = confirm(page.shows(ANA).part(ANA).press("Remove").await).await;
        page.is_at("/groups/staff").shows("press the button again").shows(ANA);

        let page = root.open(&format!("/users/{}", app.id_of(ANA).await)).await;
        time_passes(&app).await;
        let page = confirm(page.uncheck("staff").press("Save groups").await).await;
        page.shows("not saved yet").shows("Groups staff");
        assert!(!page.is_checked("staff"));
        page.press("Save groups").await.shows("Your changes are saved.").shows("Groups None");

        time_passes(&app).await;
        let page = root.open("/groups/staff").await.press("Delete the group staff").await;
        confirm(page).await.is_at("/groups/staff").shows("press the button again");
        assert_eq!(app.texts(GROUPS).await, ["staff"]);
    }

    /// ASVS 8.2.1, 8.3.1
    async fn only_admins_see_and_change_groups(app) {
        app.admin("root@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        app.vestibule(["group", "add", "staff", "Those who work here"]).await.succeeds();
        let id = app.id_of(ANA).await;
        let remove = format!("/groups/staff/members/{id}/remove");
        let own = format!("/users/{id}/groups");
        let before = app.everything_stored().await;
        for path in ["/groups", "/groups/staff", "/groups/none"] {
            ana.open(path).await.status(403).does_not_show("Those who work here");
            let nobody = app.browser().request(Method::GET, path).send().await;
            assert!(nobody.status(303).location().unwrap().starts_with("/login?next="), "{path}");
        }
        for path in ["/groups", "/groups/staff", "/groups/staff/members", &remove, "/groups/staff/delete", &own] {
            let form = [("name", "mine"), ("description", "mine"), ("email", ANA), ("group", "staff")];
            posts(&ana, path, &form).await.status(403);
            let nobody = posts(&app.browser(), path, &form).await;
            assert!(nobody.status(303).location().unwrap().starts_with("/login?next="), "{path}");
        }
        assert_eq!(app.everything_stored().await, before);
        assert_eq!(ana.open("/account").await.link("Groups"), None);
    }

    /// ASVS 3.5.1
    async fn posts_of_another_site_or_sign_in_change_nothing(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.admin(ANA).await;
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        let foreign = ana.form_token().await.unwrap();
        let before = app.everything_stored().await;
        let remove = format!("/groups/staff/members/{}/remove", app.id_of(ANA).await);
        let groups = format!("/users/{}/groups", app.id_of(ANA).await);
        for path in ["/groups", "/groups/staff", "/groups/staff/members", &remove, "/groups/staff/delete", &groups] {
            let form = [("name", "mine"), ("description", "mine"), ("email", ANA), ("group", "staff")];
            let post = || root.request(Method::POST, path);
            post().form(&form).forged_by("https://evil.example").send().await.status(403);
            for token in ["", &*foreign] {
                let form = [&[(FORM_TOKEN, token)][..], &form[..]].concat();
                post().form(&form).send().await.status(409);
            }
        }
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 2.2.1
    async fn what_is_no_name_is_refused_beside_its_field(app) {
        let root = app.admin("root@home.test").await;
        let long = "a".repeat(64);
        for name in ["Staff", "a b", "-a", ".", "..", "a/b", "a,b", "ä", "a\0", "<b>", "' OR ''='", &long] {
            let page = root.open("/groups").await.fill("Name", name).fill("Description", "x").press("Create group").await;
            page.status(422).shows("Enter a name of small letters");
            assert!(page.field_error("Name").is_some(), "{name}");
            assert_eq!(page.value("Description"), "x");
        }
        let page = root.open("/groups").await.press("Create group").await;
        page.status(422);
        assert_eq!(page.field_error("Name").as_deref(), Some("Enter a name for the group."));
        let long = "ä".repeat(201);
        for description in [&*long, "a\nb", "a\0"] {
            let page = root.post("/groups", &[("name", "staff"), ("description", description)]).await;
            page.status(422);
            assert!(page.field_error("Description").is_some());
            assert_eq!(page.value("Name"), "staff");
        }
        assert!(app.texts(GROUPS).await.is_empty());

        let longest = "a".repeat(63);
        root.post("/groups", &[("name", &format!(" {longest} ")), ("description", &"ä".repeat(200))]).await.is_at(&format!("/groups/{longest}"));
        let page = root.post("/groups", &[("name", &longest)]).await;
        page.status(422).shows("There is a group of this name already.");
        let path = format!("/groups/{longest}");
        let page = root.post(&path, &[("description", "a\nb")]).await;
        page.status(422);
        assert!(page.field_error("Description").is_some());
        root.post(&path, &[("description", "")]).await.shows("Your changes are saved.").shows("No description");
    }

    async fn what_does_not_exist_is_not_found(app) {
        let root = app.admin("root@home.test").await;
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        app.browser().sign_up("waiting@example.org").await;
        let waiting = app.texts("SELECT id FROM users WHERE status = 'pending'").await.remove(0);
        let ana = "/groups/staff/members/nobody/remove";
        for path in ["/groups/none", "/groups/Staff", "/groups/a%00b", "/groups/%00", "/groups/a%20b", &format!("/groups/{}", "a".repeat(5_000))] {
            root.open(path).await.status(404);
            for below in ["", "/members", "/delete", "/members/nobody/remove"] {
                posts(&root, &format!("{path}{below}"), &[("email", "root@home.test")]).await.status(404);
            }
        }
        for id in ["nobody", "%00", "a%00b", "%FF", "'", &*waiting] {
            posts(&root, &ana.replace("nobody", id), &[]).await.status(404);
            posts(&root, &format!("/users/{id}/groups"), &[("group", "staff")]).await.status(404);
        }
        for email in ["nobody@example.org", "waiting@example.org"] {
            let page = root.post("/groups/staff/members", &[("email", email)]).await;
            page.status(422).shows("No account has this address.");
            assert_eq!(page.value("Email address"), email);
        }
        for email in ["", "nobody", "a\0@example.org", "' OR ''='"] {
            let page = root.post("/groups/staff/members", &[("email", email)]).await;
            assert!(page.status(422).field_error("Email address").is_some(), "{email}");
        }
        let own = format!("/users/{}/groups", app.id_of("root@home.test").await);
        for group in ["none", "Staff", "", "a\0"] {
            let page = root.post(&own, &[("group", "staff"), ("group", group)]).await;
            page.status(422).shows("One of the groups was deleted in the meantime.");
        }
        assert!(app.texts(MEMBERS).await.is_empty());
        // A page that is gone is one without a group.
        root.open("/groups/staff?after=x&before=y").await.status(200);
    }

    /// ASVS 15.4.2
    async fn the_same_at_once_happens_once(app) {
        let root = app.admin("root@home.test").await;
        app.confirmed_user(ANA).await;
        let at_once = async |path: &'static str, form: &'static [(&'static str, &'static str)]| {
            let twins = (0..20).map(|_| root.stolen_by(root.address().octets()));
            let answers = join_all(twins.map(|twin| async move { posts(&twin, path, form).await.status })).await;
            let went = answers.iter().filter(|status| **status == 303).count();
            assert!(answers.iter().all(|status| [303, 404, 422].contains(status)), "{answers:?}");
            went
        };
        assert_eq!(at_once("/groups", &[("name", "staff")]).await, 1);
        assert_eq!(app.texts(GROUPS).await, ["staff"]);
        assert_eq!(at_once("/groups/staff/members", &[("email", ANA)]).await, 20);
        assert_eq!(app.texts(MEMBERS).await, ["ana@example.org staff"]);
        let events = async |event: &str| app.count(&format!("SELECT COUNT(*) FROM activity WHERE event = '{event}'")).await;
        assert_eq!(events("group_joined").await, 1);
        assert_eq!(at_once("/groups/staff/delete", &[]).await, 1);
        assert_eq!(events("group_left").await, 1);
        // The same twice, one after the other.
        root.post("/groups", &[("name", "crew")]).await.status(200);
        let remove = format!("/groups/crew/members/{}/remove", app.id_of(ANA).await);
        for _ in 0..2 {
            root.post("/groups/crew/members", &[("email", ANA)]).await.shows("The account is in the group now.");
        }
        for _ in 0..2 {
            root.post(&remove, &[]).await.shows("The account is not in the group any more.");
        }
        assert_eq!((events("group_joined").await, events("group_left").await), (2, 2));
    }

    /// Whoever joins while the group is deleted is not in it afterwards.
    async fn nobody_stays_in_a_group_that_is_deleted_meanwhile(app) {
        let root = app.admin("root@home.test").await;
        for n in 0..8 {
            app.command().args(["user", "add", &format!("user{n}@example.org"), "--password-stdin"]).input(PASSWORD).run().await.succeeds();
        }
        root.post("/groups", &[("name", "staff")]).await.status(200);
        let joins = (0..8).map(|n| {
            let twin = root.stolen_by(root.address().octets());
            async move { posts(&twin, "/groups/staff/members", &[("email", &format!("user{n}@example.org"))]).await.status }
        });
        let delete = async {
            let twin = root.stolen_by(root.address().octets());
            posts(&twin, "/groups/staff/delete", &[]).await.status
        };
        let (joined, deleted) = futures::future::join(join_all(joins), delete).await;
        assert_eq!(deleted, 303);
        assert!(joined.iter().all(|status| [303, 404].contains(status)), "{joined:?}");
        assert!(app.texts("SELECT user_id FROM memberships").await.is_empty());
        let events = async |event: &str| app.count(&format!("SELECT COUNT(*) FROM activity WHERE event = '{event}'")).await;
        assert_eq!(events("group_joined").await, events("group_left").await);
    }

    async fn an_erased_account_is_in_no_group(app) {
        app.admin("root@home.test").await;
        app.confirmed_user(ANA).await;
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
        let ana = app.id_of(ANA).await;
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        assert!(app.texts("SELECT user_id FROM memberships").await.is_empty());
        assert!(!app.everything_stored().await.iter().any(|row| row.contains(&ana)));
        // Whoever comes after is somebody else.
        let next = app.confirmed_user(ANA).await;
        assert_eq!(own_groups(&next).await, None);
    }

    /// What is left in the activity of somebody erased names nobody, also where the group was deleted first.
    async fn a_deleted_group_leaves_no_trace_of_who_was_in_it(app) {
        app.admin("root@home.test").await;
        app.confirmed_user(ANA).await;
        let ana = app.id_of(ANA).await;
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
        app.vestibule(["group", "remove", "staff"]).await.succeeds();
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        assert!(!app.everything_stored().await.iter().any(|row| row.contains(&ana)));
    }

    async fn the_user_list_is_filtered_by_group(app) {
        let root = app.admin("root@home.test").await;
        app.confirmed_user(ANA).await;
        app.confirmed_user("bob@example.org").await;
        // Without groups there is nothing to choose.
        assert_eq!(root.open("/users").await.link("Any group"), None);
        for group in ["staff", "crew"] {
            app.vestibule(["group", "add", group]).await.succeeds();
        }
        app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
        app.vestibule(["user", "join", "root@home.test", "staff"]).await.succeeds();
        let page = root.open("/users").await.click("staff").await;
        page.is_at("/users?group=staff").shows("2 users").shows(ANA).shows("root@home.test").does_not_show("bob@example.org");
        let page = page.click("Admin").await;
        page.is_at("/users?group=staff&role=admin").shows("One user").shows("root@home.test").does_not_show(ANA);
        let page = root.open("/users?group=staff").await.fill("Name or email address", "example").press("Search").await;
        page.shows("One user").shows(ANA).does_not_show("bob@example.org");
        page.click(ANA).await.shows("Groups staff").click("Users").await.status(200);
        root.open("/users?group=crew").await.shows("No account fits these filters");
        // What is no group filters nothing.
        for group in ["none", "Staff", "%00", "'"] {
            root.open(&format!("/users?group={group}")).await.shows("3 users").shows("bob@example.org");
        }
        for sort in ["created", "-created", "name", "-name", "email", "-email", "seen", "-seen"] {
            root.open(&format!("/users?group=staff&sort={sort}")).await.shows("2 users").shows(ANA);
        }
    }

    /// A small group is sorted, a large one is read in the order of the list: both have every member once.
    async fn every_member_is_on_one_page(app) {
        let root = app.admin("root@home.test").await;
        app.sql(
            "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at)
             WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
             SELECT 'person' || i, 'mail' || i || '@example.org', '', 'mail' || i || '@example.org', 'user', 'active', i, i
             FROM n",
        )
        .await;
        for (group, every, members, total) in [("small", 40, 75, "75"), ("large", 2, 1_500, "1,000")] {
            app.vestibule(["group", "add", group]).await.succeeds();
            let joins = format!(
                "INSERT INTO memberships (user_id, group_name, added_at)
                 SELECT id, '{group}', 0 FROM users WHERE created_at < 4000 AND created_at % {every} = 0"
            );
            assert_eq!(app.sql(&joins).await, members);
            for first in [format!("/groups/{group}"), format!("/users?group={group}&sort=-email"), format!("/users?group={group}&q=mail")] {
                let mut page = root.open(&first).await;
                page.shows(total);
                let mut seen = Vec::new();
                loop {
                    let on_page = crate::admin::user_list::listed(&page);
                    assert!(on_page.len() <= 50, "{first}: {}", on_page.len());
                    seen.extend(on_page);
                    if page.link("Next →").is_none() {
                        break;
                    }
                    page = page.click("Next →").await;
                }
                seen.sort_unstable();
                let listed = seen.len();
                seen.dedup();
                assert_eq!((listed, u64::try_from(seen.len()).unwrap()), (seen.len(), members), "{first}");
            }
        }
    }

    async fn the_groups_of_somebody_are_chosen_on_their_page(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        let path = format!("/users/{}", app.id_of(ANA).await);
        assert!(!root.open(&path).await.has_button("Save groups"));
        for group in ["staff", "crew", "editors"] {
            app.vestibule(["group", "add", group]).await.succeeds();
        }
        let page = root.open(&path).await;
        page.check("staff").check("editors").press("Save groups").await.is_at(&path).shows("Groups editors, staff");
        assert_eq!(own_groups(&ana).await.as_deref(), Some("editors, staff"));
        let page = root.open(&path).await;
        assert!(page.is_checked("staff") && !page.is_checked("crew"));
        let page = page.uncheck("staff").check("crew").press("Save groups").await;
        page.shows("Groups crew, editors").click("crew").await.is_at("/groups/crew").shows("One member").shows(ANA);
        assert_eq!(own_groups(&ana).await.as_deref(), Some("crew, editors"));
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'group_joined'").await, 3);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'group_left'").await, 1);
        // Nothing chosen is no group.
        root.post(&format!("{path}/groups"), &[]).await.shows("Groups None");
        // A sign-up can be in none.
        app.browser().sign_up("waiting@example.org").await;
        let waiting = app.texts("SELECT id FROM users WHERE status = 'pending'").await.remove(0);
        assert!(!root.open(&format!("/users/{waiting}")).await.has_button("Save groups"));
    }

    async fn the_command_line_manages_groups(app) {
        app.confirmed_user(ANA).await;
        let says = async |arguments: &[&str], line: &str| {
            let ran = app.vestibule(arguments.iter().copied()).await;
            assert_eq!(ran.succeeds().stdout, line, "{arguments:?}");
        };
        says(&["group", "list"], "").await;
        says(&["group", "add", "staff", "Those who work here"], "staff is a group now.\n").await;
        says(&["group", "add", "crew"], "crew is a group now.\n").await;
        for _ in 0..2 {
            says(&["user", "join", ANA, "staff"], "ana@example.org is in the group staff now.\n").await;
        }
        let id = app.id_of(ANA).await;
        says(&["user", "join", &id, "crew"], &format!("{id} is in the group crew now.\n")).await;
        says(&["group", "list"], "     1 pages    crew\t\n     1 pages    staff\tThose who work here\n").await;
        for _ in 0..2 {
            says(&["user", "leave", ANA, "crew"], "ana@example.org is not in the group crew now.\n").await;
        }
        for (arguments, why) in [
            (["group", "add", "staff", ""], "staff: there is a group of this name already"),
            (["group", "add", "Staff", ""], "Staff is no name of a group"),
            (["group", "add", "", ""], "is no name of a group"),
            (["group", "add", "other", "a\nb"], "the description must be one line of at most 200 characters"),
            (["user", "join", ANA, "none"], "none: there is no such group"),
            (["user", "join", ANA, "A B"], "A B is no name of a group"),
            (["user", "join", "eve@example.org", "staff"], "eve@example.org: no account has this address"),
            (["user", "join", "eve", "staff"], "eve is no address, nor the id of an account"),
            (["user", "leave", ANA, "none"], "none: there is no such group"),
            (["user", "leave", "eve@example.org", "staff"], "eve@example.org: no account has this address"),
        ] {
            let ran = app.vestibule(arguments).await;
            assert_eq!(ran.fails_with(why).code, Some(1), "{arguments:?}");
        }
        says(&["group", "remove", "staff"], "staff is deleted.\n").await;
        app.vestibule(["group", "remove", "staff"]).await.fails_with("staff: there is no such group");
        assert_eq!(app.texts(GROUPS).await, ["crew"]);
        assert!(app.texts(MEMBERS).await.is_empty());
    }

    async fn groups_of_the_settings_are_read_only(app with [("groups.staff.description", "Those who work here")]) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        root.open("/groups").await.shows("From the settings").shows("Those who work here");
        let page = root.open("/groups/staff").await;
        page.shows("This group comes from the settings");
        assert!(!page.has_button("Save changes") && !page.has_button("Delete the group staff"));
        for (path, form) in [("/groups/staff", &[("description", "Mine")][..]), ("/groups/staff/delete", &[][..])] {
            root.post(path, form).await.status(422).shows("can be changed only there").shows("Those who work here");
        }
        root.post("/groups", &[("name", "staff")]).await.status(422).shows("There is a group of this name already.");
        app.vestibule(["group", "add", "staff"]).await.fails_with("staff: there is a group of this name already");
        app.vestibule(["group", "remove", "staff"]).await.fails_with("staff: this group is in the settings: change it there");
        let list = app.vestibule(["group", "list"]).await;
        assert_eq!(list.succeeds().stdout, "     0 settings staff\tThose who work here\n");
        // Who is in it can be changed everywhere.
        page.fill("Email address", ANA).press("Add to the group").await.shows("One member");
        assert_eq!(own_groups(&ana).await.as_deref(), Some("staff"));
        root.open("/users?group=staff").await.shows("One user").shows(ANA);
        app.vestibule(["user", "leave", ANA, "staff"]).await.succeeds();
        assert_eq!(own_groups(&ana).await, None);
        app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
        assert_eq!(own_groups(&ana).await.as_deref(), Some("staff"));

        // A server whose settings do not name it knows no such group, and a new one of that name begins without members.
        let bare = App::on(app.database()).settings([("secret_key", app.setting("secret_key")), ("public_url", app.origin())]).start().await;
        let there = ana.by_way_of(&bare);
        assert_eq!(own_groups(&there).await, None);
        let root = root.by_way_of(&bare);
        root.open("/groups/staff").await.status(404);
        root.post("/groups", &[("name", "staff")]).await.is_at("/groups/staff").shows("Nobody is in this group yet.");
        assert_eq!(own_groups(&there).await, None);
    }

    /// ASVS 16.2.1
    async fn the_log_says_who_changed_which_group(database: Database) {
        let app = App::on(&database).start().await;
        app.admin("root@home.test").await;
        let root = app.id_of("root@home.test").await;
        app.stop().await;
        let server = Server::start(&database, [("secret_key", app.setting("secret_key"))]).await;
        let browser = server.browser();
        browser.sign_in("root@home.test", PASSWORD).await.is_at("/account");
        browser.post("/groups", &[("name", "staff")]).await.is_at("/groups/staff");
        browser.post("/groups/staff", &[("description", "Those who work here")]).await.status(200);
        browser.post("/groups/staff/members", &[("email", "root@home.test")]).await.status(200);
        browser.post(&format!("/users/{root}/groups"), &[]).await.status(200);
        browser.post("/groups/staff/delete", &[]).await.is_at("/groups");
        let (_, _, said) = server.terminate().await;
        for event in ["group_created", "group_described", "group_joined", "group_left", "group_deleted"] {
            let line = said.lines().find(|line| line.contains(event));
            let line = line.unwrap_or_else(|| panic!("nobody tells of {event}: {said}"));
            assert!(line.contains("staff") && line.contains(&root), "{line}");
        }
    }
}
