//! "My apps" on the front page.

use super::visit::*;

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
}
