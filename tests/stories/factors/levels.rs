//! A second factor that a role or a group demands.

use futures::future::join_all;

use super::*;
use crate::api::{Bearer as _, Tokens, call, is_problem, login, me};
use crate::db::unavailable::{bring_back, take_away};

const SECURITY: &str = "/account/security";
/// Sessions that outlive the days of grace.
const LONG: [(&str, &str); 2] = [
    ("lifetimes.session_idle", "30 days"),
    ("lifetimes.session_idle_remembered", "30 days"),
];
const DAY: Duration = Duration::from_hours(24);

const ADMINS: [(&str, &str); 2] = [("signup", "open"), ("factors.required", "[\"admin\"]")];
const STAFF: [(&str, &str); 3] = [
    ("signup", "open"),
    ("factors.required", "[\"group:staff\"]"),
    ("groups.staff.description", "Who works here"),
];

async fn joins_staff(app: &App) {
    app.vestibule(["user", "join", ANA, "staff"]).await.succeeds();
}

async fn groups_told(app: &App) -> serde_json::Value {
    let tokens = Tokens::of(&login(app, ANA, PASSWORD).await);
    me(app, &tokens.access).await.status(200).json()["groups"].clone()
}

/// Without a second factor the person is led from each of these.
async fn is_led(browser: &Browser) {
    for path in [
        "/",
        "/login",
        "/account",
        "/account/email",
        "/account/tokens",
        "/account/export",
        "/users",
        "/apps",
    ] {
        let page = browser.open(path).await;
        assert_eq!(page.path().split('?').next(), Some(SECURITY), "{path}");
        page.shows("needs a second factor");
    }
}

stories! {
    /// ASVS 8.2.1, 8.4.2
    async fn an_admin_without_a_factor_is_led_to_where_one_is_set_up(app with ADMINS) {
        let ana = app.confirmed_user(ANA).await;
        ana.open("/account").await.is_at("/account");
        // Signed in before the role demanded it.
        app.vestibule(["user", "grant", ANA, "admin"]).await.succeeds();
        is_led(&ana).await;
        let post = ana.request(Method::POST, "/groups").form(&[("name", "crew")]).send().await;
        assert_eq!(post.status(303).location(), Some("/account/security?next=%2Fgroups"));
        assert_eq!(app.count("SELECT COUNT(*) FROM groups").await, 0);
        is_led(&app.signed_in(ANA).await).await;
        // What is needed to set one up, and to leave.
        for path in ["/account/two-factor", "/account/passkeys", "/account/delete", "/logout"] {
            ana.open(path).await.status(200).is_at(path);
        }
        ana.post("/language", &[("locale", "de"), ("next", SECURITY)]).await.shows("braucht einen zweiten Faktor");
        ana.post("/language", &[("locale", "en"), ("next", SECURITY)]).await.is_at(SECURITY);
        // And back to the page that was opened.
        let page = ana.open("/users").await.click("Set up an authenticator app").await;
        let phone = Phone::scans(&page);
        page.fill("Code of the app", &phone.code(&app));
        let page = page.press("Turn on").await;
        assert_eq!(codes_on(&page).len(), 10);
        page.click("Go on to the page that you opened").await.is_at("/users").status(200);
        ana.open("/apps").await.is_at("/apps");
        // Its other session ended with the first factor. A remembered browser is of level 2 as well.
        let other = app.browser();
        types_password(&other).await;
        let form = [("code", &*phone.next(&app)), ("remember_browser", "on")];
        assert_eq!(other.request(Method::POST, STEP).form(&form).send().await.status, 303);
        other.open("/users").await.is_at("/users");
        other.sign_out().await;
        other.sign_in(ANA, PASSWORD).await;
        other.open("/users").await.is_at("/users");
        // Without the factor it is over at the next click, in every browser.
        app.advance(Duration::from_mins(10));
        let page = ana.open("/account/two-factor").await;
        page.fill("Password", PASSWORD).fill("Code of the app", &phone.next(&app));
        page.press("Confirm").await.press("Turn off the authenticator app").await;
        is_led(&ana).await;
        is_led(&other).await;
    }

    /// ASVS 8.2.1
    async fn a_session_from_before_the_factor_has_to_give_it(app with ADMINS) {
        let ana = app.admin(ANA).await;
        // A factor that another browser has added, and that ended no session.
        app.passkey_row(&app.id_of(ANA).await).await;
        let page = ana.open("/users").await;
        page.is_at("/login/confirm?next=/users");
        ana.open(SECURITY).await.shows("in this browser you have not given it yet").click("Give it now").await.is_at("/login/confirm");
    }

    /// ASVS 8.2.1
    async fn a_group_that_demands_one_does_not_count_before(app with STAFF) {
        let ana = app.confirmed_user(ANA).await;
        app.sql("INSERT INTO groups (name, description, created_at) VALUES ('crew', '', 0)").await;
        app.vestibule(["user", "join", ANA, "crew"]).await.succeeds();
        assert_eq!(groups_told(&app).await, serde_json::json!(["crew"]));
        ana.open("/account").await.is_at("/account");
        joins_staff(&app).await;
        is_led(&ana).await;
        assert_eq!(groups_told(&app).await, serde_json::json!(["crew"]));
        let (phone, _) = sets_up(&app, &ana).await;
        ana.open("/account").await.is_at("/account").shows("staff");
        let state = is_problem(&login(&app, ANA, PASSWORD).await, 401, "second-factor-required")["state"].clone();
        let given = serde_json::json!({"state": state, "code": phone.next(&app)});
        let tokens = Tokens::of(&call(&app, "POST", "login").json(&given).send().await);
        let told = me(&app, &tokens.access).await.status(200).json()["groups"].clone();
        assert_eq!(told, serde_json::json!(["crew", "staff"]));
        // Out of the group nothing is demanded.
        app.vestibule(["user", "leave", ANA, "staff"]).await.succeeds();
        app.sql("DELETE FROM totp_secrets").await;
        ana.open("/account").await.is_at("/account");
    }

    async fn everybody_may_have_to_have_one(app with [("signup", "open"), ("factors.required", "[\"user\"]")]) {
        let ana = app.confirmed_user(ANA).await;
        is_led(&ana).await;
        sets_up(&app, &ana).await;
        ana.open("/account").await.is_at("/account");
    }

    /// Until then a note says until when; afterwards what demands it is taken away, also without any change in the database.
    async fn days_of_grace_come_first(app with [&LONG[..], &[("signup", "open"), ("factors.required", "admin,group:staff"), ("factors.grace_days", "7")]].concat()) {
        let ana = app.confirmed_user(ANA).await;
        ana.open("/account").await.does_not_show("You need a second factor");
        app.vestibule(["user", "grant", ANA, "admin"]).await.succeeds();
        for path in ["/account", "/users", "/"] {
            ana.open(path).await.is_at(path).shows("You need a second factor. Set one up by");
        }
        app.advance(6 * DAY);
        // Counted once, whatever happens meanwhile.
        app.sql("INSERT INTO groups (name, description, created_at) VALUES ('staff', '', 0)").await;
        joins_staff(&app).await;
        ana.open("/users").await.is_at("/users");
        app.advance(Duration::from_mins(23 * 60 + 59));
        ana.open("/users").await.is_at("/users");
        ana.open("/users").await.is_at("/users");
        app.advance(Duration::from_mins(1));
        is_led(&ana).await;
        is_led(&app.signed_in(ANA).await).await;
        // Who has a factor sees no note.
        confirms_password(&ana).await;
        sets_up(&app, &ana).await;
        ana.open("/users").await.is_at("/users").does_not_show("You need a second factor");
    }

    /// A personal token of an admin reads users only while the admin has a factor.
    async fn a_token_lacks_the_role_as_well(app) {
        let ana = app.admin(ANA).await;
        let token = crate::apps::tokens::makes(&ana, &[("name", "x"), ("purpose", "api"), ("scope", "users:read")]).await;
        assert_eq!(call(&app, "GET", "users").bearer(&token).send().await.status, 200);
        let strict = app.second_node().settings([("factors.required", "admin")]).start().await;
        is_problem(&call(&strict, "GET", "users").bearer(&token).send().await, 403, "not-allowed");
        let told = call(&strict, "GET", "me").bearer(&token).send().await.status(200).json();
        assert_eq!(told["role"], "user");
        app.passkey_row(&app.id_of(ANA).await).await;
        assert_eq!(call(&strict, "GET", "users").bearer(&token).send().await.status, 200);
    }

    async fn twenty_at_once_are_all_led(app with [&LONG[..], &ADMINS[..], &[("factors.grace_days", "1")]].concat()) {
        let ana = app.admin(ANA).await;
        app.advance(Duration::from_secs(1));
        let all = join_all((0..20).map(|_| ana.request(Method::GET, "/users").send())).await;
        assert!(all.iter().all(|answer| answer.status == 200));
        let first = app.count("SELECT factor_demanded_at FROM users WHERE email = 'ana@example.org'").await;
        assert!(first > 0);
        app.advance(DAY);
        let all = join_all((0..20).map(|_| ana.request(Method::GET, "/users").send())).await;
        for answer in all {
            assert_eq!(answer.status(303).location(), Some("/account/security?next=%2Fusers"));
        }
        take_away(&app).await;
        ana.open("/users").await.status(503);
        ana.open(SECURITY).await.status(503);
        bring_back(&app).await;
        until("the database", async || (ana.open(SECURITY).await.answer().status == 200).then_some(())).await;
        is_led(&ana).await;
        assert_eq!(app.count("SELECT factor_demanded_at FROM users WHERE email = 'ana@example.org'").await, first);
    }
}

stories! {
    only Sqlite because "settings are the same for both";

    async fn an_unknown_word_is_refused_by_name(database: Database) {
        for (setting, words) in [
            ("[\"admins\"]", "factors.required (ROCKET_FACTORS__REQUIRED) holds \"admins\", which is neither a role"),
            ("[\"admin\", \"staff\"]", "holds \"staff\""),
            ("[\"group:Staff\"]", "holds \"group:Staff\""),
            ("[\"group:\"]", "holds \"group:\""),
        ] {
            let said = App::on(&database).settings([("factors.required", setting)]).refuses().await;
            assert!(said.contains(words), "{setting}: {said}");
            assert_eq!(said.lines().count(), 1, "{setting}: {said}");
        }
        let said = App::on(&database).settings([("factors.grace_days", "366")]).refuses().await;
        assert!(said.contains("factors.grace_days (ROCKET_FACTORS__GRACE_DAYS) must be a whole number from 0 to 365"), "{said}");
        let app = App::on(&database).settings(STAFF).settings([("factors.required", "group:crew,group:staff")]).start().await;
        let ran = app.vestibule(["check-config"]).await;
        ran.succeeds();
        assert!(ran.stderr.contains("warning: factors.required: no setting makes the group crew"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("staff"), "{}", ran.stderr);
    }
}
