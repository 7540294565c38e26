//! Apps of the database: they count like those of the settings, on every node, from the next question.

use futures::future::join_all;

use super::visit::*;
use crate::support::*;

/// A proxy, and a group.
const PROXIES: [(&str, &str); 2] = [
    ("trusted_proxies", "[\"127.0.0.9/32\"]"),
    ("groups.staff.description", ""),
];
const BLOG: &str = "blog.example.org";
const EVERYBODY: [(&str, &str); 3] = [("id", "blog"), ("hosts", BLOG), ("access", "everyone")];

/// An admin who made the blog, which everybody may enter.
async fn blog(app: &App) -> Browser {
    let root = app.admin("root@home.test").await;
    root.post("/apps/new", &EVERYBODY).await.is_at("/apps/blog");
    root
}

/// The same visit by way of the proxy of another node.
fn by_way_of(visit: &Visit, node: &App) -> Visit {
    Visit {
        at_app: visit.at_app.by_way_of(node),
        own: visit.own.by_way_of(node),
        ..visit.clone()
    }
}

stories! {
    async fn an_app_made_on_a_page_counts_at_once(app with PROXIES) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, BLOG, &ana);
        visit.sees("/").await.status(403);
        visit.at_host(&Method::GET, "/login").send().await.status(200);
        let root = blog(&app).await;
        visit.enters().await;
        assert_eq!(identity(&visit.sees("/").await)[1], "ana@example.org");
        // At its host nothing but our paths there exists.
        visit.at_host(&Method::GET, "/login").send().await.status(404);
        ana.open("/").await.shows("My apps").shows("blog");
        root.post("/apps/blog", &[("name", "The Blog"), ("hosts", BLOG), ("group", "staff")]).await.shows("Your changes are saved.");
        visit.sees("/").await.status(403);
        ana.open("/").await.does_not_show("My apps");
        app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users").await;
        visit.sees("/").await.status(200);
        ana.open("/").await.shows("The Blog");
        root.post("/apps/blog/delete", &[]).await.is_at("/apps").shows("The app is deleted.");
        visit.sees("/").await.status(403);
        visit.fetches("/").await.status(403);
        ana.open("/").await.does_not_show("My apps");
        let path = format!("/continue?host={BLOG}&state=x");
        ana.open(&path).await.status(404);
    }

    /// ASVS 8.3.2
    async fn a_narrowed_app_lets_nobody_in_on_any_node(app with PROXIES) {
        let root = blog(&app).await;
        let ana = app.confirmed_user("ana@example.org").await;
        let other = app.second_node().start().await;
        let here = Visit::of(&app, BLOG, &ana);
        here.enters().await;
        let there = by_way_of(&here, &other);
        let open = [&EVERYBODY[1..], &[("public_paths", "/feed/*"), ("open_networks", "203.0.113.7")]].concat();
        let narrow = [("hosts", BLOG), ("access", "groups")];
        let moved = [("hosts", "www.example.org"), ("access", "everyone")];
        for _ in 0..3 {
            for visit in [&there, &here] {
                visit.sees("/").await.status(200);
            }
            // Nobody is named from an open network.
            root.post("/apps/blog", &open).await.status(200);
            for visit in [&there, &here] {
                let open = async || (identity(&visit.sees("/").await)[1].is_empty()).then_some(());
                until("the network is open", open).await;
            }
            root.post("/apps/blog", &narrow).await.status(200);
            for visit in [&there, &here] {
                visit.sees("/").await.status(403);
                visit.sees("/feed/x").await.status(403);
            }
            root.post("/apps/blog", &moved).await.status(200);
            for visit in [&there, &here] {
                visit.sees("/").await.status(403);
            }
            root.post("/apps/blog", &EVERYBODY[1..]).await.status(200);
            for visit in [&there, &here] {
                until("the host is known again", async || (visit.sees("/").await.status == 200).then_some(())).await;
            }
        }
        root.post("/apps/blog/delete", &[]).await.status(200);
        for visit in [&there, &here] {
            visit.sees("/").await.status(403);
            visit.own.open("/").await.does_not_show("My apps");
        }
    }

    async fn an_app_made_on_a_page_may_know_people_by_user_name(app with PROXIES) {
        let root = blog(&app).await;
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, BLOG, &ana);
        visit.enters().await;
        let user = async || visit.sees("/").await.status(200).header("remote-user").map(str::to_owned);
        assert_eq!(user().await, Some(app.id_of("ana@example.org").await));
        let label = "The app knows people by their user name";
        root.open("/apps/blog").await.check(label).press("Save changes").await.shows("Your changes are saved.");
        assert_eq!(user().await.as_deref(), Some("ana"));
        root.open("/apps/blog").await.uncheck(label).press("Save changes").await.shows("Your changes are saved.");
        assert_eq!(user().await, Some(app.id_of("ana@example.org").await));
    }

    /// What is open to everybody is decided without a session.
    async fn a_closed_path_is_closed_on_every_node(app with PROXIES) {
        let root = blog(&app).await;
        let other = app.second_node().start().await;
        let here = Visit::of(&app, BLOG, &app.browser());
        let there = by_way_of(&here, &other);
        let open = [&EVERYBODY[1..], &[("public_paths", "/feed/*")]].concat();
        for _ in 0..3 {
            root.post("/apps/blog", &open).await.status(200);
            for visit in [&here, &there] {
                until("the path is open", async || (visit.sees("/feed/x").await.status == 200).then_some(())).await;
                visit.sees("/").await.status(303);
            }
            root.post("/apps/blog", &EVERYBODY[1..]).await.status(200);
            for visit in [&there, &here] {
                visit.sees("/feed/x").await.status(303);
            }
        }
    }

    /// Another node, or a restore, changes the tables beneath.
    async fn a_change_by_another_process_counts(app with PROXIES) {
        blog(&app).await;
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, BLOG, &ana);
        visit.enters().await;
        app.sql("UPDATE apps SET everyone = 0").await;
        app.sql("UPDATE app_version SET version = version + 1").await;
        visit.sees("/").await.status(403);
        app.restart().await;
        visit.sees("/").await.status(403);
        app.sql("UPDATE apps SET everyone = 1").await;
        app.sql("UPDATE app_version SET version = version + 1").await;
        visit.sees("/").await.status(200);
    }

    async fn an_app_of_the_settings_wins(app with APPS) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user("ana@example.org").await;
        root.post("/apps/new", &[("id", "wiki"), ("hosts", "other.example.org"), ("access", "everyone")]).await.status(422)
            .shows("There is an app with this id already.");
        root.post("/apps/new", &[("id", "blog"), ("hosts", "blog.example.org\nSHOP.example.org."), ("access", "everyone")]).await.status(422)
            .shows("Another app has the host shop.example.org.");
        // As if the settings had come later.
        for statement in [
            "INSERT INTO apps (id, name, url, everyone, group_names, public_paths, open_networks, remote_user, basic_challenge, created_at)
             VALUES ('wiki', 'Mine', '', 1, '', '', '', 'id', 0, 0), ('blog', 'Blog', '', 1, '', '', '', 'id', 0, 0)",
            "INSERT INTO app_hosts (host, scheme, app_id, position)
             VALUES ('mine.example.org', 'http', 'wiki', 0), ('shop.example.org', 'http', 'blog', 0),
                    ('blog.example.org', 'http', 'blog', 1)",
            "UPDATE app_version SET version = version + 1",
        ] {
            app.sql(statement).await;
        }
        Visit::of(&app, "shop.example.org", &ana).signs_in_is_refused().await;
        Visit::of(&app, "mine.example.org", &ana).sees("/").await.status(403);
        Visit::of(&app, BLOG, &ana).enters().await;
        Visit::of(&app, WIKI, &ana).enters().await;
        let page = root.open("/apps").await;
        page.shows("4 apps").shows("No effect").shows("From the settings");
        root.open("/apps/blog").await.shows("An app of the settings has these hosts").shows("shop.example.org");
        let page = root.open("/apps/wiki").await;
        page.shows("comes from the settings").shows("There is also an app with this id").does_not_show("mine.example.org");
        assert!(!page.has_button("Save changes"));
        let page = page.press("Delete the app wiki").await;
        page.is_at("/apps").shows("3 apps").does_not_show("No effect");
        Visit::of(&app, WIKI, &ana).enters().await;
        root.post("/apps/wiki/delete", &[]).await.status(422).shows("can be changed only there");
        root.post("/apps/wiki", &[("hosts", WIKI)]).await.status(422).shows("can be changed only there");
        root.post("/apps/wiki/x", &[]).await.status(404);
    }

    /// ASVS 15.4.2
    async fn a_host_belongs_to_one_app_however_many_add_it_at_once(app with PROXIES) {
        let root = app.admin("root@home.test").await;
        let post = |path: String, form: Vec<(&'static str, String)>| {
            let twin = root.stolen_by(root.address().octets());
            async move {
                let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                twin.request(Method::POST, &path).form(&form).send().await.status
            }
        };
        let made = |statuses: &[u16]| {
            assert!(statuses.iter().all(|status| [303, 404, 422].contains(status)), "{statuses:?}");
            statuses.iter().filter(|status| **status == 303).count()
        };
        let same = join_all((0..20).map(|_| post("/apps/new".into(), vec![("id", "blog".into()), ("hosts", BLOG.into())]))).await;
        assert_eq!(made(&same), 1);
        let one_host = join_all((0..20).map(|nth| {
            post("/apps/new".into(), vec![("id", format!("app{nth}")), ("hosts", format!("own{nth}.example.org\nshared.example.org"))])
        }))
        .await;
        assert_eq!(made(&one_host), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM apps").await, 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM app_hosts").await, 3);
        // Two apps that want each other's host.
        for id in ["left", "right"] {
            root.post("/apps/new", &[("id", id), ("hosts", &format!("{id}.example.org"))]).await.is_at(&format!("/apps/{id}"));
        }
        let crossed = join_all((0..10).map(|nth| {
            let (id, other) = if nth % 2 == 0 { ("left", "right") } else { ("right", "left") };
            post(format!("/apps/{id}"), vec![("hosts", format!("{other}.example.org"))])
        }))
        .await;
        assert_eq!(made(&crossed), 0);
        let deleted = join_all((0..10).map(|_| post("/apps/left/delete".into(), vec![]))).await;
        assert_eq!(made(&deleted), 1);
        assert_eq!(app.texts("SELECT host FROM app_hosts WHERE app_id IN ('left', 'right')").await, ["right.example.org"]);
    }
}

stories! {
    only Postgres because "a SQLite file does not go away";

    async fn while_the_database_is_away_its_apps_are_open_to_nobody(app with PROXIES) {
        let root = blog(&app).await;
        let open = [&EVERYBODY[1..], &[("public_paths", "/feed/*")]].concat();
        root.post("/apps/blog", &open).await.status(200);
        let visit = Visit::of(&app, BLOG, &root);
        visit.enters().await;
        visit.sees("/feed/x").await.status(200);
        app.sql("ALTER TABLE app_version RENAME TO away").await;
        for path in ["/feed/x", "/"] {
            visit.sees(path).await.status(503);
        }
        app.sql("ALTER TABLE away RENAME TO app_version").await;
        for path in ["/feed/x", "/"] {
            visit.sees(path).await.status(200);
        }
    }
}
