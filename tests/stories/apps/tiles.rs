//! "My apps" on the front page.

use super::visit::*;
use crate::support::*;

stories! {
    async fn the_front_page_shows_the_apps_that_one_may_enter(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/").await;
        page.shows("My apps");
        assert!(page.html.contains("<a href=\"http://wiki.example.org/\">"), "{}", page.html);
        assert!(!page.html.contains("shop.example.org"));
        app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users").await;
        let page = ana.open("/").await;
        assert!(page.html.contains("shop.example.org"), "{}", page.html);
        let stranger = app.browser().open("/").await;
        assert!(!stranger.html.contains("example.org") && !stranger.html.contains("My apps"), "{}", stranger.html);
    }

    async fn without_apps_the_front_page_is_as_before(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/").await;
        page.shows("You are signed in");
        assert!(!page.html.contains("My apps"));
    }

    async fn who_may_enter_none_sees_none(app with [APPS[0], APPS[1], APPS[5], APPS[6]]) {
        let ana = app.confirmed_user("ana@example.org").await;
        assert!(!ana.open("/").await.html.contains("My apps"));
    }

    async fn a_tile_is_hidden_and_shown_again(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bo = app.confirmed_user("bo@example.org").await;
        let page = ana.open("/").await;
        page.does_not_show("hidden app");
        let page = page.part("Wiki").press("Hide").await;
        page.is_at("/").shows("The app is hidden.").shows("One hidden app").does_not_show("My apps");
        // Twice is once, and only for her. She may still enter.
        ana.post("/apps/wiki/hide", &[]).await.is_at("/");
        assert_eq!(app.count("SELECT COUNT(*) FROM hidden_apps").await, 1);
        bo.open("/").await.shows("My apps").does_not_show("hidden app");
        Visit::of(&app, WIKI, &ana).enters().await;
        let page = ana.open("/").await.part("Wiki").press("Show again").await;
        page.is_at("/").shows("The app is shown again.").shows("My apps").does_not_show("hidden app");
        ana.post("/apps/wiki/show", &[]).await.is_at("/");
        assert_eq!(app.count("SELECT COUNT(*) FROM hidden_apps").await, 0);
    }

    async fn only_an_app_that_one_may_enter_is_hidden(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        for id in ["shop", "none", "new", "%00", "wiki%00", "Wiki", "'"] {
            for what in ["hide", "show"] {
                ana.request(Method::POST, &format!("/apps/{id}/{what}")).send().await.status(404);
            }
        }
        for what in ["hide", "show"] {
            let path = format!("/apps/wiki/{what}");
            let nobody = app.browser().request(Method::POST, &path).send().await;
            assert!(nobody.status(303).location().unwrap().starts_with("/login?next="), "{what}");
            ana.request(Method::POST, &path).forged_by("https://evil.example").send().await.status(403);
            let foreign = app.confirmed_user(&format!("{what}@example.org")).await.form_token().await.unwrap();
            for token in ["", &*foreign] {
                ana.request(Method::POST, &path).form(&[(FORM_TOKEN, token)]).send().await.status(409);
            }
            ana.request(Method::GET, &path).send().await.status(404);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM hidden_apps").await, 0);
    }

    async fn what_is_hidden_goes_with_the_account_and_with_the_app(app with APPS) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user("ana@example.org").await;
        root.post("/apps/new", &[("id", "blog"), ("hosts", "blog.example.org"), ("access", "everyone")]).await.is_at("/apps/blog");
        for browser in [&root, &ana] {
            for id in ["blog", "wiki"] {
                browser.post(&format!("/apps/{id}/hide"), &[]).await.is_at("/");
            }
        }
        let export = ana.request(Method::GET, "/account/export").send().await.json();
        let mut told: Vec<&str> = export["hidden_apps"].as_array().unwrap().iter().map(|one| one["app"].as_str().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, ["blog", "wiki"]);
        root.post("/apps/blog/delete", &[]).await.is_at("/apps");
        assert_eq!(app.texts("SELECT app_id FROM hidden_apps").await, ["wiki", "wiki"]);
        app.vestibule(["user", "delete", "ana@example.org"]).await.succeeds();
        assert_eq!(app.count("SELECT COUNT(*) FROM hidden_apps").await, 1);
    }

    async fn a_tile_shows_the_picture_of_the_settings(database: Database) {
        let logo = database.folder().join("w.svg");
        std::fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
        let settings = [("apps.wiki.logo", logo.display().to_string())];
        let app = App::on(&database).settings(APPS).settings(settings).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/").await;
        let url = page.html.split("src=\"/static/app-wiki.svg").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answer = app.request(Method::GET, &format!("/static/app-wiki.svg{url}")).send().await;
        assert_eq!(answer.status(200).header("content-type"), Some("image/svg+xml"));
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
    }
}
