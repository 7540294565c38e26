//! Apps: what admins do on `/apps`.

use crate::support::*;

/// Makes every proof of identity too old.
async fn time_passes(app: &App) {
    app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000")
        .await;
}

const PATHS: [&str; 3] = ["/apps/new", "/apps/blog", "/apps/blog/delete"];
const BLOG: [(&str, &str); 3] = [("id", "blog"), ("hosts", "blog.example.org"), ("access", "everyone")];

stories! {
    async fn an_admin_makes_changes_and_deletes_an_app(app) {
        let root = app.admin("root@home.test").await;
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        let page = root.open("/account").await.click("Apps").await;
        page.is_at("/apps").shows("No apps yet");
        let page = page.click("New app").await;
        page.is_at("/apps/new").fill("Id", " blog ").fill("Name", "The <b>Blog</b>").check("staff");
        page.fill("Hosts", "Blog.Example.org.\r\n\r\n https://b\u{fc}cher.example ");
        page.fill("Paths open to everybody", "/robots.txt\n/feed/*").fill("Networks from which it is open to everybody", "192.0.2.7");
        let page = page.press("Create app").await;
        page.is_at("/apps/blog").shows("The app is created.").shows("The <b>Blog</b>").shows("staff").shows("/feed/*").shows("192.0.2.7/32");
        assert_eq!(page.value("Hosts"), "blog.example.org\nhttps://xn--bcher-kva.example");
        assert!(page.is_checked("staff"));
        let page = page.fill("Name", "").fill("Hosts", "blog.example.org").uncheck("staff").check("Everybody who has an account");
        let page = page.press("Save changes").await;
        page.is_at("/apps/blog").shows("Your changes are saved.").shows("Everybody who has an account").does_not_show("The <b>Blog</b>");
        root.open("/apps").await.shows("One app").part("blog").shows("http://blog.example.org");
        let page = root.open("/apps/blog").await.press("Delete the app blog").await;
        page.is_at("/apps").shows("The app is deleted.").shows("No apps yet");
        root.open("/apps/blog").await.status(404);
    }

    /// ASVS 7.5.3
    async fn a_stale_proof_is_renewed_first_and_nothing_typed_is_lost(app) {
        let root = app.admin("root@home.test").await;
        app.vestibule(["group", "add", "staff"]).await.succeeds();
        let confirm = async |page: Page| page.fill("Password", PASSWORD).press("Confirm").await;
        let page = root.open("/apps/new").await;
        time_passes(&app).await;
        page.fill("Id", "blog").fill("Hosts", "a.example.org\nb.example.org").fill("Address of the tile", "https://a.example.org/x").check("staff");
        page.check("Ask programs for a name and a password");
        let page = confirm(page.press("Create app").await).await;
        page.is_at("/apps/new").shows("nothing is saved yet");
        assert_eq!(app.count("SELECT COUNT(*) FROM apps").await, 0);
        assert_eq!((page.value("Id"), page.value("Hosts")), ("blog".to_owned(), "a.example.org\nb.example.org".to_owned()));
        assert!(page.is_checked("staff") && page.is_checked("Ask programs for a name and a password"));
        let page = page.press("Create app").await;
        page.is_at("/apps/blog");
        time_passes(&app).await;
        let page = confirm(page.fill("Hosts", "c.example.org").press("Save changes").await).await;
        page.is_at("/apps/blog").shows("nothing is saved yet");
        assert_eq!(page.value("Hosts"), "c.example.org");
        assert_eq!(app.count("SELECT COUNT(*) FROM app_hosts").await, 2);
        let page = page.press("Save changes").await;
        time_passes(&app).await;
        let page = confirm(page.press("Delete the app blog").await).await;
        page.is_at("/apps/blog").shows("press the button again");
        assert_eq!(page.value("Hosts"), "c.example.org");
        assert_eq!(app.count("SELECT COUNT(*) FROM apps").await, 1);
    }

    /// ASVS 8.2.1, 8.3.1
    async fn only_admins_see_and_change_apps(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user("ana@example.org").await;
        root.post("/apps/new", &BLOG).await.is_at("/apps/blog");
        let before = app.everything_stored().await;
        for path in ["/apps", "/apps/new", "/apps/blog", "/apps/blog/setup", "/apps/none"] {
            ana.open(path).await.status(403).does_not_show("blog.example.org");
            let nobody = app.browser().request(Method::GET, path).send().await;
            assert!(nobody.status(303).location().unwrap().starts_with("/login?next="), "{path}");
        }
        for path in PATHS {
            ana.request(Method::POST, path).form(&BLOG).send().await.status(403);
            let nobody = app.browser().request(Method::POST, path).form(&BLOG).send().await;
            assert!(nobody.status(303).location().unwrap().starts_with("/login?next="), "{path}");
        }
        assert_eq!(app.everything_stored().await, before);
        assert_eq!(ana.open("/account").await.link("Apps"), None);
    }

    /// ASVS 3.5.1
    async fn posts_of_another_site_or_sign_in_change_nothing(app) {
        let root = app.admin("root@home.test").await;
        let other = app.admin("other@home.test").await;
        root.post("/apps/new", &BLOG).await.is_at("/apps/blog");
        let foreign = other.form_token().await.unwrap();
        let before = app.everything_stored().await;
        for path in PATHS {
            root.request(Method::POST, path).form(&BLOG).forged_by("https://evil.example").send().await.status(403);
            for token in ["", &*foreign] {
                let form = [&[(FORM_TOKEN, token)][..], &BLOG[..]].concat();
                root.request(Method::POST, path).form(&form).send().await.status(409);
            }
        }
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 2.2.1
    async fn what_is_not_right_is_refused_beside_its_field(app) {
        let root = app.admin("root@home.test").await;
        let ours = app.origin().strip_prefix("http://").unwrap().to_owned();
        let many = (0..51).map(|nth| format!("h{nth}.example.org")).collect::<Vec<_>>().join("\n");
        for (field, label, value, words) in [
            ("id", "Id", "Blog", "Enter an id of small letters"),
            ("id", "Id", "", "Enter an id of small letters"),
            ("id", "Id", "a/b", "Enter an id of small letters"),
            ("id", "Id", "a\0", "Enter an id of small letters"),
            ("id", "Id", "new", "This id is not possible"),
            ("id", "Id", &"a".repeat(64), "Enter an id of small letters"),
            ("name", "Name", &"a".repeat(65), "Enter one line of at most 64 characters."),
            ("name", "Name", "a\0", "Enter one line of at most 64 characters."),
            ("hosts", "Hosts", "", "Enter a host, or an address for the tile."),
            ("hosts", "Hosts", "good.example.org\na b", "a b is not a host."),
            ("hosts", "Hosts", "https://x.example.org/path", "is not a host."),
            ("hosts", "Hosts", "user@x.example.org", "is not a host."),
            ("hosts", "Hosts", "a.example.org\nA.example.org.:443", "a.example.org is there twice."),
            ("hosts", "Hosts", &ours, "is the host of this site."),
            ("hosts", "Hosts", &many, "Enter at most 50 of them."),
            ("url", "Address of the tile", "javascript:alert(1)", "Enter an address that begins with https://."),
            ("url", "Address of the tile", "https://user:pass@x.example.org/", "Enter an address that begins with https://."),
            ("public_paths", "Paths open to everybody", "/a/../b", "/a/../b is not a path that every program reads alike."),
            ("public_paths", "Paths open to everybody", "public", "public is not a path"),
            ("public_paths", "Paths open to everybody", &format!("/{}", "a".repeat(512)), "is not a path"),
            ("open_networks", "Networks from which it is open to everybody", "everywhere", "everywhere is not a network."),
        ] {
            let mut form = vec![("id", "blog"), ("hosts", "good.example.org")];
            form.retain(|(name, _)| *name != field);
            form.push((field, value));
            let page = root.post("/apps/new", &form).await;
            page.status(422).shows(words);
            assert!(page.field_error(label).is_some(), "{field} {value}");
        }
        let page = root.post("/apps/new", &[("id", "blog"), ("hosts", "x.example.org"), ("group", "No Group")]).await;
        page.status(422).shows("One of the groups was deleted in the meantime.");
        assert_eq!(app.count("SELECT COUNT(*) FROM apps").await, 0);
        // Everything is said at once.
        let page = root.post("/apps/new", &[("id", "Blog"), ("hosts", "a b"), ("public_paths", "x"), ("open_networks", "x")]).await;
        page.status(422).shows("Enter an id").shows("is not a host").shows("is not a path").shows("is not a network");
        // Nobody may enter unless it is said who.
        root.post("/apps/new", &[("id", "blog"), ("hosts", "x.example.org"), ("access", "nonsense")]).await.is_at("/apps/blog").shows("Who may enter Nobody");
        let page = root.post("/apps/blog", &[("id", "other"), ("hosts", "a b")]).await;
        page.status(422).shows("is not a host");
        assert_eq!(page.value("Hosts"), "a b");
        root.post("/apps/blog", &[("id", "other"), ("hosts", "x.example.org")]).await.is_at("/apps/blog");
        // Only a tile: without a host no proxy asks about it.
        root.post("/apps/new", &[("id", "tile"), ("url", "https://elsewhere.example/x")]).await.is_at("/apps/tile").shows("https://elsewhere.example/x");
        root.open("/apps/tile/setup").await.shows("The app has no host");
    }

    async fn what_does_not_exist_is_not_found(app) {
        let root = app.admin("root@home.test").await;
        for id in ["none", "Blog", "a%00b", "%00", "a%20b", "%FF", "'", &"a".repeat(5_000)] {
            root.open(&format!("/apps/{id}")).await.status(404);
            root.open(&format!("/apps/{id}/setup")).await.status(404);
            root.request(Method::POST, &format!("/apps/{id}/delete")).form(&[]).send().await.status(404);
        }
        for id in ["none", "a%20b"] {
            let answer = root.request(Method::POST, &format!("/apps/{id}")).form(&BLOG).send().await;
            assert!([404, 422].contains(&answer.status), "{id}: {}", answer.status);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM apps").await, 0);
    }

    async fn there_are_not_more_apps_than_somebody_looks_after(app) {
        let root = app.admin("root@home.test").await;
        app.sql(
            "INSERT INTO apps (id, name, url, everyone, group_names, public_paths, open_networks, remote_user, basic_challenge, created_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             SELECT 'app' || i, 'App', 'https://x.example.org/', 0, '', '', '', 'id', 0, 0 FROM n",
        )
        .await;
        root.post("/apps/new", &BLOG).await.status(422).shows("There are 500 apps already");
        app.sql("DELETE FROM apps WHERE id = 'app1'").await;
        root.post("/apps/new", &BLOG).await.is_at("/apps/blog");
    }

    async fn the_setup_has_the_names_of_the_app(app with [("public_url", "http://accounts.home.test:8000")]) {
        let root = app.admin("root@home.test").await;
        root.post("/apps/new", &[("id", "blog"), ("hosts", "blog.home.test\nwww.home.test")]).await.is_at("/apps/blog");
        let page = root.open("/apps/blog").await.click("Set up the proxy").await;
        page.is_at("/apps/blog/setup").shows("vestibule app check http://blog.home.test").shows("www.home.test");
        for words in [
            "server_name blog.home.test;",
            "server_name accounts.home.test;",
            "forward_auth 127.0.0.1:8000 {",
            "Host(`blog.home.test`)",
            "domains: [\"blog.home.test\"",
            "ServerName blog.home.test",
            "reverse_proxy 127.0.0.1:3000",
        ] {
            page.shows(words);
        }
        assert!(!page.html.contains("example.org"), "a placeholder is left");
    }

    /// ASVS 16.2.1
    async fn the_log_says_who_changed_which_app(database: Database) {
        let app = App::on(&database).start().await;
        app.admin("root@home.test").await;
        let root = app.id_of("root@home.test").await;
        app.stop().await;
        let server = Server::start(&database, [("secret_key", app.setting("secret_key"))]).await;
        let browser = server.browser();
        browser.sign_in("root@home.test", PASSWORD).await.is_at("/account");
        browser.post("/apps/new", &BLOG).await.is_at("/apps/blog");
        browser.post("/apps/blog", &BLOG[1..]).await.status(200);
        browser.post("/apps/blog/delete", &[]).await.is_at("/apps");
        let (_, _, said) = server.terminate().await;
        for event in ["app_created", "app_changed", "app_deleted"] {
            let line = said.lines().find(|line| line.contains(event));
            let line = line.unwrap_or_else(|| panic!("nobody tells of {event}: {said}"));
            assert!(line.contains("blog") && line.contains(&root), "{line}");
        }
    }
}
