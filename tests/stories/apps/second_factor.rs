//! Apps that demand a second factor.

use std::time::Duration;

use futures::future::join_all;

use super::tokens::makes;
use super::visit::*;
use crate::db::unavailable::{bring_back, take_away};
use crate::factors::{ANA, Phone, SETUP, confirms_password, sets_up};
use crate::support::*;

const SHOP: &str = "shop.example.org";

fn demanding() -> Vec<(&'static str, &'static str)> {
    [&APPS[..], &[("apps.wiki.second_factor", "true")]].concat()
}

/// A group that demands one, and lets into the shop.
fn staff() -> Vec<(&'static str, &'static str)> {
    [&APPS[..], &[("factors.required", "group:staff")]].concat()
}

/// Confirms with password and code, and comes back to the app.
async fn proves(app: &App, visit: &Visit, phone: &Phone) {
    let path = visit.starts("/a").await;
    let page = visit.own.open(&path).await;
    assert!(page.path().starts_with("/login/confirm?next="), "{}", page.path());
    page.fill("Password", PASSWORD).fill("Code of the app", &phone.next(app));
    let onward = page.press("Confirm").await;
    onward.shows("On to Wiki");
    let to = onward.header("refresh").unwrap().strip_prefix("0; url=").unwrap().to_owned();
    let arrived = visit.at_host(&Method::GET, &visit.path_of(&to)).send().await;
    assert_eq!(arrived.location(), Some("http://wiki.example.org/a"));
}

stories! {
    /// ASVS 8.2.1, 8.4.2
    async fn a_person_without_one_sets_it_up_and_comes_back(app with demanding()) {
        let ana = app.confirmed_user(ANA).await;
        let visit = Visit::of(&app, WIKI, &ana);
        let path = visit.starts("/a?b=c").await;
        let page = ana.open(&path).await;
        page.status(200).shows("lets only people in who signed in with a second factor");
        assert!(page.path().starts_with("/account/security?next="), "{}", page.path());
        // Everything else is open.
        ana.open("/account").await.is_at("/account");
        let page = page.click("Set up an authenticator app").await;
        let phone = Phone::scans(&page);
        page.fill("Code of the app", &phone.code(&app));
        let onward = page.press("Turn on").await.click("Go on to the page that you opened").await;
        onward.shows("On to Wiki");
        let to = onward.header("refresh").unwrap().strip_prefix("0; url=").unwrap().to_owned();
        let arrived = visit.at_host(&Method::GET, &visit.path_of(&to)).send().await;
        assert_eq!(arrived.location(), Some("http://wiki.example.org/a?b=c"));
        visit.sees("/a").await.status(200);
        // The factor is removed while the person is there: out at the next click.
        let page = ana.open(SETUP).await;
        page.press("Turn off the authenticator app").await;
        visit.sees("/a").await.status(303);
        visit.fetches("/a").await.status(401);
        let path = visit.starts("/a").await;
        ana.open(&path).await.shows("lets only people in who signed in with a second factor");
    }

    /// The tile is there, and leads to where the factor is given.
    async fn a_session_of_level_1_gives_it_and_comes_back(app with demanding()) {
        let ana = app.confirmed_user(ANA).await;
        let (phone, _) = sets_up(&app, &ana).await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.enters().await;
        app.sql("UPDATE sessions SET methods = 'pwd'").await;
        visit.sees("/a").await.status(303);
        visit.fetches("/a").await.status(401);
        ana.open("/").await.shows("Wiki");
        proves(&app, &visit, &phone).await;
        visit.sees("/a").await.status(200);
        // A remembered browser is enough.
        app.sql("UPDATE sessions SET methods = 'pwd mfa'").await;
        visit.sees("/a").await.status(200);
        // A cookie alone leads nowhere in circles.
        app.sql("UPDATE sessions SET methods = 'pwd'").await;
        for _ in 0..3 {
            let path = visit.starts("/a").await;
            let answer = visit.own.request(Method::GET, &path).send().await;
            assert!(answer.status(303).location().unwrap().starts_with("/login/confirm?next="));
        }
    }

    async fn twenty_at_once_do_not_get_in(app with demanding()) {
        let ana = app.confirmed_user(ANA).await;
        let visit = Visit::of(&app, WIKI, &ana);
        let path = visit.starts("/a").await;
        let answers = join_all((0..20).map(|_| ana.request(Method::GET, &path).send())).await;
        for answer in answers {
            assert!(answer.status(303).location().unwrap().starts_with("/account/security?next="));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
        take_away(&app).await;
        visit.sees("/a").await;
        ana.open(&path).await.status(503);
        bring_back(&app).await;
    }

    /// ASVS 8.2.1
    async fn a_token_enters_only_if_its_owner_has_one(app with demanding()) {
        let ana = app.confirmed_user(ANA).await;
        let token = makes(&ana, &[("name", "dav"), ("purpose", "apps"), ("app", "wiki")]).await;
        let visit = Visit::of(&app, WIKI, &app.browser());
        let asks = async || {
            let request = visit.asks("/dav").without("sec-fetch-mode").without("accept");
            request.header("authorization", format!("Bearer {token}")).send().await.status
        };
        assert_eq!(asks().await, 403);
        let (_, codes) = sets_up(&app, &ana).await;
        assert_eq!((asks().await, codes.len()), (200, 10));
        ana.open(SETUP).await.press("Turn off the authenticator app").await;
        assert_eq!(asks().await, 403);
    }

    /// A group that demands one opens nothing before, and is not told to any app.
    ///
    /// ASVS 8.2.1
    async fn a_demanding_group_opens_nothing_without_one(app with staff()) {
        let ana = app.confirmed_user(ANA).await;
        let (wiki, shop) = (Visit::of(&app, WIKI, &ana), Visit::of(&app, SHOP, &ana));
        wiki.enters().await;
        shop.signs_in_is_refused().await;
        // Joined while signed in.
        app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
        assert_eq!(identity(&wiki.sees("/").await)[3], "");
        let path = shop.starts("/").await;
        let page = ana.open(&path).await;
        assert!(page.path().starts_with("/account/security?next="), "{}", page.path());
        sets_up(&app, &ana).await;
        assert_eq!(identity(&wiki.sees("/").await)[3], "staff");
        shop.enters().await;
        ana.open(SETUP).await.press("Turn off the authenticator app").await;
        assert_eq!(identity(&wiki.sees("/").await)[3], "");
        shop.sees("/").await.status(303);
    }

    async fn where_everybody_has_to_have_one_no_app_is_entered_before(app with [&APPS[..], &[
        ("factors.required", "user"),
        ("factors.grace_days", "1"),
        ("lifetimes.session_idle", "30 days"),
        ("lifetimes.session_idle_remembered", "30 days"),
    ]].concat()) {
        let ana = app.confirmed_user(ANA).await;
        let wiki = Visit::of(&app, WIKI, &ana);
        wiki.enters().await;
        app.advance(Duration::from_hours(24));
        wiki.sees("/").await.status(303);
        confirms_password(&ana).await;
        sets_up(&app, &ana).await;
        wiki.sees("/").await.status(200);
    }

    async fn an_admin_demands_it_on_the_page_of_an_app(app with APPS) {
        let root = app.admin("root@example.org").await;
        let form = [("id", "blog"), ("hosts", "blog.example.org"), ("access", "everyone"), ("second_factor", "on")];
        root.post("/apps/new", &form).await.is_at("/apps/blog").shows("Demand a second factor");
        assert_eq!(app.count("SELECT second_factor FROM apps").await, 1);
        let ana = app.confirmed_user(ANA).await;
        let visit = Visit::of(&app, "blog.example.org", &ana);
        let path = visit.starts("/").await;
        ana.open(&path).await.shows("lets only people in who signed in with a second factor");
        root.post("/apps/blog", &form[1..3]).await.is_at("/apps/blog");
        assert_eq!(app.count("SELECT second_factor FROM apps").await, 0);
        visit.enters().await;
        // Demanded while the person is there.
        root.post("/apps/blog", &form[1..]).await;
        visit.sees("/").await.status(303);
    }
}
