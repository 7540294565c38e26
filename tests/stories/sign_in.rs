//! Signing in and out, as people do it.

mod attempts;
mod by_code;
mod documented_ways;
mod new_device;
mod rate_limit_settings;
pub mod rate_limits;

use std::time::Duration;

use crate::support::*;
use crate::tokens::{claim, is_valid};

const REMEMBER: &str = "Keep me signed in on this device";

stories! {
    async fn a_session_ends_with_the_browser_unless_remembered(app) {
        app.confirmed_user("ana@example.org").await;
        let ana = app.signed_in("ana@example.org").await;
        let cookie = ana.set_cookie_line("vestibule_session").unwrap();
        assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
        ana.close_and_open();
        ana.open("/account").await.is_at("/login?next=/account");

        let page = ana.open("/login").await;
        page.fill("Email address", "ana@example.org").fill("Password", PASSWORD).check(REMEMBER);
        page.press("Sign in").await.is_at("/account").shows("You are signed in");
        let cookie = ana.set_cookie_line("vestibule_session").unwrap();
        let fortnight = 14 * 24 * 60 * 60;
        assert!(cookie.contains(&format!("Max-Age={fortnight}")), "{cookie}");
        ana.close_and_open();
        ana.open("/account").await.is_at("/account");
    }

    async fn a_wrong_password_keeps_the_other_fields(app) {
        app.confirmed_user("ana@example.org").await;
        let ana = app.browser();
        let page = ana.open("/login").await;
        page.fill("Email address", "ana@example.org").fill("Password", OTHER_PASSWORD).check(REMEMBER);
        let again = page.press("Sign in").await;
        again.status(422).shows("Signing in did not work");
        assert_eq!(again.value("Email address"), "ana@example.org");
        assert_eq!(again.value("Password"), "");
        assert!(again.is_checked(REMEMBER));
        assert_eq!(ana.session_token(), None);
        again.fill("Password", PASSWORD).press("Sign in").await.status(200).is_at("/account");
    }

    async fn an_empty_field_is_reported_beside_it(app) {
        app.confirmed_user("ana@example.org").await;
        for (email, password, told, fields) in [
            ("", "", "Please check 2 things", &["email", "password"][..]),
            (" ", PASSWORD, "Enter your email address.", &["email"]),
            ("ana@example.org", "", "Enter your password.", &["password"]),
        ] {
            let page = app.browser().open("/login").await;
            let again = page.fill("Email address", email).fill("Password", password).press("Sign in").await;
            again.status(422).shows(told).does_not_show("Signing in did not work");
            again.does_not_show("Address not confirmed yet?");
            for field in ["email", "password"] {
                let wrong = again.html.contains(&format!("id=\"{field}-error\""));
                assert_eq!(wrong, fields.contains(&field), "{field}: {}", again.html);
            }
        }
        // A password of spaces is one.
        let spaces = app.browser().sign_in("ana@example.org", "   ").await;
        spaces.status(422).shows("Signing in did not work");
    }

    async fn the_requested_page_survives_a_wrong_password(app) {
        app.admin("ana@example.org").await;
        let ana = app.browser();
        let page = ana.open("/users?q=ana%20b&sort=-email").await;
        page.is_at("/login");
        page.fill_name("email", "ana@example.org").fill_name("password", OTHER_PASSWORD);
        let again = page.press("Sign in").await;
        again.status(422).fill_name("password", PASSWORD);
        again.press("Sign in").await.status(200).is_at("/users?q=ana+b&sort=-email");
    }

    async fn without_a_requested_page_signing_in_leads_to_the_home_page(app with [("site.home_url", "/?welcome")]) {
        app.confirmed_user("ana@example.org").await;
        for next in ["", "//evil.example", "https://evil.example/", "/\\evil.example", "/login"] {
            let form = [("email", "ana@example.org"), ("password", PASSWORD), ("next", next)];
            let ana = app.browser();
            let answer = ana.request(Method::POST, "/login").form(&form).send().await;
            assert_eq!(answer.status(303).location(), Some("/login?cookie=set"), "{next}");
            ana.open(answer.location().unwrap()).await.is_at("/?welcome");
            // What is known of its cookies needs no detour.
            let answer = ana.request(Method::POST, "/login").form(&form).send().await;
            assert_eq!(answer.status(303).location(), Some("/?welcome"), "{next}");
        }
    }

    /// Browsers apply the policy's `form-action` to what follows a post, so the way there is a link.
    async fn a_home_page_on_another_host_is_linked(app with [("site.home_url", "https://shop.example.org/")]) {
        app.confirmed_user("ana@example.org").await;
        let ana = app.browser();
        // A browser does not follow a redirect to another host after a post (CSP `form-action`).
        let front = ana.sign_in("ana@example.org", PASSWORD).await;
        front.is_at("/");
        let link = front.link("Continue to Vestibule");
        assert_eq!(link.as_deref(), Some("https://shop.example.org/"));
    }

    async fn signed_in_users_are_redirected_from_the_sign_in_pages(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for (door, onward) in [
            ("/login", "/account"),
            ("/signup", "/account"),
            ("/login?next=/users%3Fq%3Dx", "/users?q=x"),
            ("/signup?next=/users", "/users"),
            ("/login?next=//evil.example", "/account"),
            ("/login?next=/logout", "/account"),
        ] {
            let answer = ana.request(Method::GET, door).send().await;
            assert_eq!(answer.status(303).location(), Some(onward), "{door}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    }

    /// ASVS 7.4.1
    async fn only_a_post_signs_out(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        for method in [Method::GET, Method::HEAD] {
            ana.request(method, "/logout").send().await.status(200);
        }
        let page = ana.open("/logout").await;
        assert!(page.has_button("Sign out"));
        assert_eq!(ana.session_token().as_ref(), Some(&token));
        assert!(is_valid(&app.browser(), &token).await);

        let answer = ana.request(Method::POST, "/logout").send().await;
        assert_eq!(answer.status(303).location(), Some("/login"));
        assert_eq!(answer.header("clear-site-data"), Some("\"storage\""));
        let expired = ana.set_cookie_line("vestibule_session").unwrap();
        assert!(expired.starts_with("vestibule_session_8000=;") && expired.contains("Max-Age=0"), "{expired}");
        assert_eq!(ana.session_token(), None);
        assert!(!is_valid(&app.browser(), &token).await);
        ana.open("/login").await.shows("You are signed out");
    }

    async fn signing_out_without_a_session_is_no_error(app) {
        let answer = app.browser().request(Method::POST, "/logout").send().await;
        assert_eq!(answer.status(303).location(), Some("/login"));
    }

    /// ASVS 7.4.4
    async fn every_page_of_a_session_has_a_button_that_ends_it(app) {
        let ana = app.admin("ana@example.org").await;
        for path in ["/", "/account", "/users", "/logout", "/nowhere"] {
            let page = ana.open(path).await;
            if path != "/nowhere" {
                page.status(200);
                assert!(page.has_button("Sign out"), "{path}");
            }
        }
        ana.open("/users").await.press("Sign out").await.is_at("/login").shows("You are signed out");
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn signing_out_here_leaves_the_other_machine_signed_in(app) {
        let home = app.confirmed_user("ana@example.org").await;
        let work = app.signed_in("ana@example.org").await;
        home.sign_out().await;
        work.open("/account").await.is_at("/account");
        home.open("/account").await.is_at("/login");
    }

    /// ASVS 7.2.4
    async fn signing_in_again_ends_the_earlier_session(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bob@example.org").await;
        let first = ana.session_token().unwrap();
        // The door is closed to whoever is signed in, but a form may still lie open in another tab.
        for email in ["ana@example.org", "bob@example.org"] {
            let before = ana.session_token().unwrap();
            let form = [("email", email), ("password", PASSWORD)];
            ana.request(Method::POST, "/login").form(&form).send().await.status(303);
            let after = ana.session_token().unwrap();
            assert_ne!(claim(&before, "sid"), claim(&after, "sid"));
            assert!(!is_valid(&app.browser(), &before).await);
            assert!(is_valid(&app.browser(), &after).await);
        }
        assert!(!is_valid(&app.browser(), &first).await);
        ana.open("/account").await.shows("bob@example.org");
    }

    /// ASVS 7.2.4
    async fn a_fixated_session_cookie_is_never_adopted(app) {
        app.confirmed_user("ana@example.org").await;
        let mallory = app.confirmed_user("mallory@example.org").await;
        let planted = mallory.session_token().unwrap();
        for value in [planted.as_str(), "fixed", ""] {
            let ana = app.browser();
            ana.set_cookie("vestibule_session", value);
            let form = [("email", "ana@example.org"), ("password", PASSWORD)];
            ana.request(Method::POST, "/login").form(&form).send().await.status(303);
            let token = ana.session_token().unwrap();
            assert_ne!(token, value);
            ana.open("/account").await.shows("ana@example.org");
            // What was planted does not become a way into the account.
            assert!(!is_valid(&app.browser(), value).await);
        }
    }

    /// ASVS 3.3.4
    async fn the_token_is_only_in_the_cookie(app) {
        app.admin("ana@example.org").await;
        let ana = app.browser();
        let form = [("email", "ana@example.org"), ("password", PASSWORD)];
        let answer = ana.request(Method::POST, "/login").form(&form).send().await;
        let token = ana.session_token().unwrap();
        let told = |answer: &Answer| {
            let elsewhere = answer.headers.iter().filter(|(name, _)| *name != "set-cookie");
            format!("{:?}\n{}", elsewhere.collect::<Vec<_>>(), answer.text())
        };
        assert!(!told(&answer).contains(&token));
        for path in ["/", "/account", "/users", "/logout"] {
            let answer = ana.request(Method::GET, path).send().await;
            assert!(!told(answer.status(200)).contains(&token), "{path}");
        }
    }

    /// ASVS 6.2.10
    async fn a_password_does_not_expire(app) {
        app.confirmed_user("ana@example.org").await;
        app.advance(Duration::from_hours(2 * 365 * 24));
        app.signed_in("ana@example.org").await.open("/account").await.is_at("/account");
    }

    async fn every_failure_has_the_same_message(app) {
        app.confirmed_user("ana@example.org").await;
        app.confirmed_user("off@example.org").await;
        app.vestibule(["user", "disable", "off@example.org"]).await.succeeds();
        app.browser().sign_up("new@example.org").await;
        app.confirmed_user("nil@example.org").await;
        app.sql("UPDATE users SET password_hash = NULL WHERE email = 'nil@example.org'").await;
        let mut told = Vec::new();
        for (email, password) in [
            ("ana@example.org", OTHER_PASSWORD),
            ("off@example.org", PASSWORD),
            ("new@example.org", PASSWORD),
            ("nil@example.org", PASSWORD),
            ("who@example.org", PASSWORD),
        ] {
            let form = [("email", email), ("password", password)];
            let answer = app.browser().request(Method::POST, "/login").form(&form).send().await;
            assert_eq!(answer.status(422).set_cookies(), Vec::<&str>::new());
            let text = answer.text().replace(email, "<typed>");
            told.push(text.replace(&email.replace('@', "%40"), "<typed>"));
        }
        assert!(told.iter().all(|text| *text == told[0]), "{told:#?}");
        assert!(told[0].contains("Signing in did not work"));
    }
}
