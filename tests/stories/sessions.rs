//! How long a session lasts, and that one which is over stays over.

mod batch;
mod cache;
mod deleted_users;
mod form_token;
mod known_browsers;
mod list;
mod liveness;
mod reauthentication;

use std::time::Duration;

use crate::support::*;
use crate::tokens::{Forger, claims, counts, number, with};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Moves the clock to a time, in seconds since 1970. Nothing happens when it has passed already.
fn advance_to(app: &App, at: i64) {
    let ahead = at * 1000 - app.clock().now();
    app.advance(Duration::from_millis(u64::try_from(ahead).unwrap_or_default()));
}

/// Signs in and asks to stay so.
async fn signed_in_to_stay(app: &App, email: &str) -> Browser {
    let browser = app.browser();
    let page = browser.open("/login").await;
    page.fill_name("email", email)
        .fill_name("password", PASSWORD)
        .check("Keep me signed in on this device");
    page.press("Sign in").await.is_at("/account");
    browser
}

/// What came with a page in place of the token: a new one, or none.
async fn reissued(browser: &Browser, method: Method, path: &str) -> bool {
    let answer = browser.request(method, path).send().await;
    answer
        .set_cookies()
        .iter()
        .any(|line| line.starts_with("vestibule_session_8000="))
}

stories! {
    /// ASVS 7.4.1
    async fn an_ended_session_is_invalid_on_every_node_and_after_a_restart(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let other = app.second_node().start().await;
        let token = ana.session_token().unwrap();
        assert!(counts(&other.browser(), &token).await);
        let bob = app.confirmed_user("bob@example.org").await.session_token().unwrap();
        ana.sign_out().await;
        assert!(!counts(&other.browser(), &token).await);
        app.restart().await;
        other.restart().await;
        for node in [&app, &other] {
            assert!(!counts(&node.browser(), &token).await);
            assert!(counts(&node.browser(), &bob).await);
        }
    }

    /// ASVS 7.4.1
    async fn a_sign_out_survives_a_power_cut(database: Database) {
        let add = |email: &'static str| {
            let settings = [("databases.vestibule.url".to_owned(), database.url().to_owned())];
            let command = Vestibule::new(database.folder()).settings(&settings).set("profile", "debug");
            command.args(["user", "add", email, "--password-stdin"]).input(PASSWORD).run()
        };
        add("ana@example.org").await.succeeds();
        add("bob@example.org").await.succeeds();
        let server = Server::start(&database, [("site.name", "Vestibule")]).await;
        let (ana, bob) = (server.browser(), server.browser());
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        bob.sign_in("bob@example.org", PASSWORD).await.is_at("/account");
        let token = ana.session_token().unwrap();
        ana.request(Method::POST, "/logout").send().await.status(303);
        server.kill_9();
        let server = Server::start(&database, [("site.name", "Vestibule")]).await;
        assert!(!counts(&server.browser(), &token).await);
        bob.open("/account").await.shows("bob@example.org");
    }

    /// ASVS 7.3.1
    async fn the_idle_timeout_is_twelve_hours_or_fourteen_days(app) {
        app.confirmed_user("ana@example.org").await;
        for kept in [false, true] {
            let ana = if kept {
                signed_in_to_stay(&app, "ana@example.org").await
            } else {
                app.signed_in("ana@example.org").await
            };
            let token = ana.session_token().unwrap();
            let (begun, ends) = (number(&token, "iat"), number(&token, "exp"));
            let limit = if kept { 14 * 24 * 3600 } else { 12 * 3600 };
            assert!((limit - 1..=limit).contains(&(ends - begun)), "{}", ends - begun);
            advance_to(&app, ends - 3);
            assert!(counts(&app.browser(), &token).await, "kept: {kept}");
            advance_to(&app, ends);
            assert!(!counts(&app.browser(), &token).await, "kept: {kept}");
        }
    }

    async fn a_token_is_replaced_when_it_is_older_than_a_twelfth_of_the_idle_limit(app) {
        app.confirmed_user("ana@example.org").await;
        for kept in [false, true] {
            let ana = if kept {
                signed_in_to_stay(&app, "ana@example.org").await
            } else {
                app.signed_in("ana@example.org").await
            };
            let first = ana.session_token().unwrap();
            let twelfth = if kept { 28 * 3600 } else { 3600 };
            advance_to(&app, number(&first, "iat") + twelfth - 3);
            assert!(!reissued(&ana, Method::GET, "/account").await);
            advance_to(&app, number(&first, "iat") + twelfth + 1);
            assert!(reissued(&ana, Method::GET, "/account").await);
            let second = ana.session_token().unwrap();
            assert!(number(&second, "exp") >= number(&first, "exp") + twelfth);
            for name in ["sid", "sub", "auth_time", "amr"] {
                assert_eq!(claims(&first)[name], claims(&second)[name], "{name}");
            }
            assert_ne!(claims(&first)["jti"], claims(&second)["jti"]);
            assert!(!reissued(&ana, Method::GET, "/account").await);
            let line = ana.set_cookie_line("vestibule_session").unwrap();
            assert_eq!(line.contains("Max-Age"), kept, "{line}");
        }
    }

    async fn only_a_successful_page_view_renews_the_token(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.advance(2 * HOUR);
        assert!(!reissued(&ana, Method::HEAD, "/account").await);
        assert!(!reissued(&ana, Method::GET, "/nowhere").await);
        assert!(!reissued(&ana, Method::GET, "/users").await);
        assert!(!reissued(&ana, Method::GET, "/login").await);
        for name in ["Ana", "bad\u{0}name"] {
            let form = [("display_name", name), ("locale", "")];
            let answer = ana.request(Method::POST, "/account").form(&form).send().await;
            let new = answer.set_cookies().iter().any(|line| line.starts_with("vestibule_session_8000="));
            assert!(!new, "{} brings a token", answer.status);
        }
        assert!(reissued(&ana, Method::GET, "/").await);
    }

    async fn a_replaced_token_expires_and_ends_with_its_session(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let first = ana.session_token().unwrap();
        app.advance(2 * HOUR);
        ana.open("/account").await;
        let second = ana.session_token().unwrap();
        assert_ne!(first, second);
        assert!(counts(&app.browser(), &first).await);
        advance_to(&app, number(&first, "exp"));
        assert!(!counts(&app.browser(), &first).await);
        assert!(counts(&app.browser(), &second).await);

        ana.open("/account").await;
        let third = ana.session_token().unwrap();
        assert_ne!(second, third);
        ana.sign_out().await;
        assert!(!counts(&app.browser(), &second).await);
        assert!(!counts(&app.browser(), &third).await);
    }

    /// ASVS 7.3.2
    async fn a_session_ends_after_thirty_days(app) {
        app.confirmed_user("ana@example.org").await;
        let begun = app.clock().now() / 1000;
        for (kept, pause) in [(false, 11 * HOUR), (true, 6 * DAY)] {
            let ana = if kept {
                signed_in_to_stay(&app, "ana@example.org").await
            } else {
                app.signed_in("ana@example.org").await
            };
            let first = number(&ana.session_token().unwrap(), "iat");
            let end = first + 30 * 24 * 3600;
            while app.clock().now() / 1000 + i64::try_from(pause.as_secs()).unwrap() < end {
                app.advance(pause);
                ana.open("/account").await.is_at("/account");
            }
            let last = ana.session_token().unwrap();
            assert!(number(&last, "iat") > first + 20 * 24 * 3600, "the token was not replaced on the way");
            // It was begun within a second and the end is counted from there.
            assert!((end..=end + 1).contains(&number(&last, "exp")), "{} {end}", number(&last, "exp"));
            if kept {
                let left = number(&last, "exp") - number(&last, "iat");
                let line = ana.set_cookie_line("vestibule_session").unwrap();
                let age = line.split("Max-Age=").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
                assert!((left - 1..=left).contains(&age.parse::<i64>().unwrap()), "{line}, {left}");
            }
            // Not even a token that says otherwise.
            let forger = Forger::at(&app, &last).await;
            let later = forger.claiming(&with(&forger.claims, "exp", end + 3600));
            advance_to(&app, end - 3);
            assert!(counts(&app.browser(), &last).await);
            assert!(counts(&app.browser(), &later).await);
            advance_to(&app, end + 1);
            assert!(!counts(&app.browser(), &last).await);
            assert!(!counts(&app.browser(), &later).await);
        }
        assert!(app.clock().now() / 1000 > begun + 60 * 24 * 3600);
    }

    /// ASVS 7.4.1
    async fn the_blacklist_alone_is_enough(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        app.sql("CREATE TABLE kept_aside AS SELECT * FROM sessions").await;
        ana.sign_out().await;
        // As if the database had been restored from a copy that is a little too old.
        assert_eq!(app.sql("INSERT INTO sessions SELECT * FROM kept_aside").await, 1);
        assert!(!counts(&app.browser(), &token).await);
        app.sql("DELETE FROM revoked_tokens").await;
        assert!(counts(&app.browser(), &token).await);
    }

    async fn a_single_token_can_be_blacklisted(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let first = ana.session_token().unwrap();
        app.advance(2 * HOUR);
        ana.open("/account").await;
        let second = ana.session_token().unwrap();
        let jti = claims(&first)["jti"].as_str().unwrap().to_owned();
        let entry = format!("INSERT INTO revoked_tokens VALUES ('{jti}', {}, 0, 'sign_out')", i64::MAX);
        app.sql(&entry).await;
        assert!(!counts(&app.browser(), &first).await);
        assert!(counts(&app.browser(), &second).await);
    }

    async fn blacklist_entries_outlive_their_tokens(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.sign_out().await;
        app.confirmed_user("bob@example.org").await;
        for (pause, revoked, sessions) in [(29 * DAY, 1, 1), (DAY + HOUR / 2, 1, 0), (HOUR, 0, 0)] {
            app.advance(pause);
            // Outlived keys come last.
            app.sql("INSERT INTO signing_keys VALUES ('outlived', 'none', 0, 0, 1)").await;
            app.tidied().await;
            until("it is tidied", async || {
                let outlived = app.count("SELECT COUNT(*) FROM signing_keys WHERE id = 'outlived'").await;
                (outlived == 0).then_some(())
            })
            .await;
            assert_eq!(app.count("SELECT COUNT(*) FROM revoked_tokens").await, revoked, "{pause:?}");
            assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, sessions, "{pause:?}");
        }
    }
}
