//! The way from an app to Vestibule and back.

use std::time::Duration;

use super::visit::*;
use crate::support::*;

/// The code and the state of a callback.
fn parts(callback: &str) -> (String, String) {
    let (_, query) = callback.split_once('?').unwrap();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let part = |name: &str| pairs.iter().find(|(key, _)| key == name).unwrap().1.clone();
    (part("code"), part("state"))
}

fn callback(code: &str, state: &str) -> String {
    format!("/.vestibule/callback?code={code}&state={state}")
}

stories! {
    async fn a_person_comes_back_to_the_page_that_was_asked_for(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        for uri in [
            "/",
            "/a%2Fb?x=a%2Fb&y=%26#z",
            "//double//slash",
            "/a/./b/../c;p=1?x=1;y=2&&",
            "/~user/%7Euser?q=a+b",
            "/a|b/[c]?\"<>^`{}\\",
            "/%C3%A4?%FF",
        ] {
            let visit = Visit::of(&app, WIKI, &ana);
            let arrived = visit.signs_in(uri).await;
            assert_eq!(arrived.location(), Some(&*format!("http://wiki.example.org{uri}")));
            visit.sees(uri).await.status(200);
        }
        let visit = Visit::of(&app, WIKI, &ana);
        let arrived = visit.signs_in("/\u{e4}").await;
        assert_eq!(arrived.location(), Some("http://wiki.example.org/%C3%A4"));
        // Of too long an address the page remains.
        let visit = Visit::of(&app, WIKI, &ana);
        let arrived = visit.signs_in(&format!("/list?q={}", "%20".repeat(2000))).await;
        assert_eq!(arrived.location(), Some("http://wiki.example.org/list"));
    }

    async fn whoever_is_not_signed_in_signs_in_first(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.sign_out().await;
        let visit = Visit::of(&app, WIKI, &app.browser());
        let long = format!("/list?q={}", "a".repeat(1900));
        let path = visit.starts(&long).await;
        let page = visit.own.open(&path).await;
        page.status(200);
        page.fill("Email address", "ana@example.org").fill("Password", PASSWORD);
        // The answer to the form leads to a page, and that one, not a redirect, to the other host.
        let onward = page.press("Sign in").await;
        onward.status(200).shows("On to Wiki");
        let to = onward.header("refresh").unwrap().strip_prefix("0; url=").unwrap().to_owned();
        assert_eq!(onward.link("Continue").as_deref(), Some(&*to));
        let arrived = visit.at_host(&Method::GET, &visit.path_of(&to)).send().await;
        assert_eq!(arrived.location(), Some(&*format!("http://wiki.example.org{long}")));
        visit.sees("/").await.status(200);
    }

    async fn a_code_is_used_once(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let page = visit.starts("/a").await;
        let path = visit.continues(&page).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 1);
        let (code, state) = parts(&path);
        assert_eq!(code.len(), 43);
        visit.at_host(&Method::GET, &path).send().await.status(303);
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
        // Loaded again by whoever is signed in: to the page.
        let again = visit.at_host(&Method::GET, &path).send().await;
        assert_eq!(again.location(), Some("http://wiki.example.org/a"));
        // By the same browser without the cookie: back to the start.
        visit.at_app.forget_cookie_named("vestibule_app");
        let again = visit.at_host(&Method::GET, &callback(&code, &state)).send().await;
        assert_eq!(again.location(), Some("http://wiki.example.org/.vestibule/start?to=%2Fa&round=1"));
        visit.sees("/").await.status(303);
    }

    async fn a_code_is_for_one_host(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users").await;
        let wiki = Visit::of(&app, WIKI, &ana);
        let path = wiki.starts("/").await;
        let path = wiki.continues(&path).await;
        // The same browser state at the other host, which a browser would never have.
        let shop = Visit { host: "shop.example.org", ..wiki.clone() };
        let refused = shop.at_host(&Method::GET, &path).send().await;
        refused.status(303);
        assert!(refused.location().unwrap().contains("/.vestibule/start?"));
        shop.sees("/").await.status(303);
        // It is used up by that.
        wiki.at_host(&Method::GET, &path).send().await.status(303);
        wiki.sees("/").await.status(303);
    }

    /// A stolen address is worth nothing without the cookie of the browser that asked.
    async fn a_code_is_for_the_browser_that_asked(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let page = visit.starts("/").await;
        let path = visit.continues(&page).await;
        let (code, _) = parts(&path);
        let thief = Visit::of(&app, WIKI, &app.browser());
        thief.at_host(&Method::GET, &path).send().await.status(303);
        thief.sees("/").await.status(303);
        // With a state of his own the code is worth nothing either, and is used up.
        let own = thief.starts("/").await;
        let state = url::Url::parse("http://x").unwrap().join(&own).unwrap();
        let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let refused = thief.at_host(&Method::GET, &callback(&code, &state)).send().await;
        assert!(refused.location().unwrap().contains("/.vestibule/start?"));
        thief.sees("/").await.status(303);
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
    }

    async fn nobody_is_signed_in_as_somebody_else(app with APPS) {
        // A link with a code of the attacker's leads the victim to sign in on their own.
        let mallory = app.confirmed_user("mallory@example.org").await;
        let attack = Visit::of(&app, WIKI, &mallory);
        let page = attack.starts("/").await;
        let path = attack.continues(&page).await;
        let ana = app.confirmed_user("ana@example.org").await;
        let victim = Visit::of(&app, WIKI, &ana);
        let led = victim.at_host(&Method::GET, &path).send().await;
        assert!(led.location().unwrap().contains("/.vestibule/start?"));
        victim.sees("/").await.status(303);
        victim.enters().await;
        assert_eq!(identity(&victim.sees("/").await)[1], "ana@example.org");
    }

    async fn a_code_is_valid_for_a_minute(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        for (seconds, enters) in [(50, true), (61, false)] {
            let visit = Visit::of(&app, WIKI, &ana);
            let page = visit.starts("/").await;
            let path = visit.continues(&page).await;
            app.advance(Duration::from_secs(seconds));
            visit.at_host(&Method::GET, &path).send().await.status(303);
            assert_eq!(visit.sees("/").await.status == 200, enters, "{seconds}");
        }
    }

    async fn expired_codes_are_deleted(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        for _ in 0..3 {
            let page = visit.starts("/").await;
            visit.continues(&page).await;
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 3);
        app.advance(Duration::from_mins(5));
        let page = visit.starts("/").await;
        visit.continues(&page).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 1, "the next one makes room");
        app.advance(Duration::from_mins(5));
        app.tidied().await;
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
    }

    async fn a_code_ends_with_its_session(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let page = visit.starts("/").await;
        let path = visit.continues(&page).await;
        ana.sign_out().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
        let refused = visit.at_host(&Method::GET, &path).send().await;
        assert!(refused.location().unwrap().contains("/.vestibule/start?"));
    }

    /// The browser was away for longer than the state lasts: it begins again, by itself, and arrives.
    async fn a_sign_in_that_takes_long_begins_again(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let page = visit.starts("/a").await;
        app.advance(Duration::from_mins(11));
        let path = visit.continues(&page).await;
        let again = visit.at_host(&Method::GET, &path).send().await;
        let start = visit.path_of(again.location().unwrap());
        assert_eq!(start, "/.vestibule/start?to=%2Fa&round=1");
        let to = visit.at_host(&Method::GET, &start).send().await;
        let page = to.location().unwrap().strip_prefix(app.origin()).unwrap().to_owned();
        let path = visit.continues(&page).await;
        let arrived = visit.at_host(&Method::GET, &path).send().await;
        assert_eq!(arrived.location(), Some("http://wiki.example.org/a"));
        visit.sees("/").await.status(200);
    }

    async fn a_browser_that_keeps_no_cookies_is_told(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let visit = Visit { at_app: visit.at_app.refusing_cookies(), ..visit };
        let mut rounds = 0;
        let mut page = visit.starts("/a").await;
        let told = loop {
            rounds += 1;
            let path = visit.continues(&page).await;
            let answer = visit.at_host(&Method::GET, &path).send().await;
            let Some(start) = answer.location() else { break answer };
            let to = visit.at_host(&Method::GET, &visit.path_of(start)).send().await;
            page = to.location().unwrap().strip_prefix(app.origin()).unwrap().to_owned();
        };
        assert_eq!(rounds, 2);
        told.status(400);
        let text = told.text();
        assert!(text.contains("Your browser did not keep our cookie") && text.contains("href=\"http://wiki.example.org/a\""), "{text}");
        assert!(text.contains("/.vestibule/static/app.css?v="), "{text}");
    }

    /// A proxy that shows its cookies to the start, but not when it asks.
    async fn nobody_goes_in_circles(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.signs_in("/a").await;
        let refused = visit.asks("/a").header("cookie", "other=1").send().await;
        refused.status(303);
        let start = visit.path_of(refused.location().unwrap());
        let mut rounds = 0;
        let told = loop {
            rounds += 1;
            let answer = visit.at_host(&Method::GET, &start).send().await;
            if answer.location().is_none() {
                break answer;
            }
            assert_eq!(answer.location(), Some("http://wiki.example.org/a"));
            assert!(rounds < 100);
        };
        assert!(rounds > 20, "twenty tabs at once are no circle");
        assert!(told.status(400).text().contains("Wiki does not see that you are signed in"));
        // Our own paths are no page to come back to.
        for to in ["/.vestibule/start", "/.vestibule/start?to=/", "/.vestibule/callback", "https://evil.example/", "//evil.example/x"] {
            let other = Visit::of(&app, WIKI, &ana);
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
            let answer = other.at_host(&Method::GET, &format!("/.vestibule/start?{query}")).send().await;
            let page = answer.location().unwrap().strip_prefix(app.origin()).unwrap().to_owned();
            let path = other.continues(&page).await;
            let arrived = other.at_host(&Method::GET, &path).send().await;
            let end = if to.starts_with("//") { to } else { "/" };
            assert_eq!(arrived.location(), Some(&*format!("http://wiki.example.org{end}")), "{to}");
        }
        // A question about them is never led there again.
        let fresh = Visit::of(&app, WIKI, &ana);
        for uri in ["/.vestibule/start?to=/", "/.vestibule/callback", "/.vestibule/sign-out"] {
            let answer = fresh.sees(uri).await;
            answer.status(401);
            assert_eq!(answer.location(), None);
        }
    }

    async fn an_address_without_its_parts_leads_nowhere(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let page = visit.starts("/").await;
        let url = url::Url::parse("http://x").unwrap().join(&page).unwrap();
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        for path in [
            "/continue".to_owned(),
            "/continue?host=wiki.example.org".to_owned(),
            format!("/continue?state={state}"),
            format!("/continue?host=evil.example&state={state}"),
            format!("/continue?host=WIKI.example.org&state={state}"),
            format!("/continue?host=wiki.example.org/&state={state}"),
            format!("/continue?host=wiki.example.org&state={state}.x"),
            "/continue?host=wiki.example.org&state=x".to_owned(),
        ] {
            let answer = ana.request(Method::GET, &path).send().await;
            answer.status(404);
            assert_eq!(answer.header("refresh"), None);
        }
        for path in ["/.vestibule/callback", "/.vestibule/callback?code=x", "/.vestibule/callback?state=x", "/.vestibule/callback?code=%00&state=%00"] {
            let answer = visit.at_host(&Method::GET, path).send().await;
            assert!(answer.status(400).text().contains("This link no longer works"), "{}", answer.text());
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
    }

    async fn reauthentication_keeps_the_apps(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.enters().await;
        let before = ana.session_token();
        ana.open("/login/confirm").await.fill("Password", PASSWORD).submit("/login/confirm").await;
        assert_ne!(ana.session_token(), before);
        assert_eq!(identity(&visit.sees("/").await)[1], "ana@example.org");
    }

    async fn the_cookie_lasts_as_long_as_the_session(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let arrived = visit.signs_in("/").await;
        let line = arrived.set_cookies().into_iter().find(|line| line.starts_with("vestibule_app=")).unwrap().to_owned();
        assert!(!line.contains("Max-Age"), "{line}");
        let bo = app.confirmed_user("bo@example.org").await;
        bo.sign_out().await;
        let page = bo.open("/login").await;
        page.fill("Email address", "bo@example.org").fill("Password", PASSWORD).check("Keep me signed in on this device");
        page.press("Sign in").await.status(200);
        let visit = Visit::of(&app, WIKI, &bo);
        let arrived = visit.signs_in("/").await;
        let line = arrived.set_cookies().into_iter().find(|line| line.starts_with("vestibule_app=")).unwrap().to_owned();
        let age: i64 = line.split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
        assert!((30 * 86400 - 60..=30 * 86400).contains(&age), "{line}");
        // Using the app keeps the session alive.
        for _ in 0..4 {
            app.advance(Duration::from_hours(7 * 24));
            visit.sees("/").await.status(200);
        }
        app.advance(Duration::from_hours(3 * 24));
        visit.sees("/").await.status(303);
    }
}
