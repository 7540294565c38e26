//! Where people are led afterwards: wherever they wanted, as long as it is here.

use crate::support::*;

/// Addresses that some browser takes for another site's, or that are none.
const ELSEWHERE: [&str; 26] = [
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\r\nLocation: https://evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "//user@evil.example",
    "https://accounts.example.org@evil.example",
    "javascript:alert(1)",
    "data:text/html,evil",
    "evil.example",
    "@evil.example",
    ".evil.example",
    "?next=//evil.example",
    "\u{2028}//evil.example",
    "/ä/../../evil.example",
];

/// Strange, but on this site: followed or not, never an error, and never read a second time.
const STRANGE: [&str; 14] = [
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/@evil.example",
    "/a/..//evil.example",
    "/.//evil.example",
    "/account?x=https://evil.example",
    "/account#//evil.example",
    "/a\"b",
    "/a<b>",
    "/a{b}|c^d`e",
    "/%",
    "/%zz",
    "/account?a=b&c=%00",
];

fn leads_on(answer: &Answer, next: &str) {
    let location = answer.status(303).location().unwrap_or_default().to_owned();
    let resolved = url::Url::parse("https://accounts.example.org/x")
        .unwrap()
        .join(&location)
        .unwrap();
    assert!(location.starts_with('/') && !location.starts_with("//"), "{next:?} leads to {location:?}");
    assert!(!location.contains(['\\', '\t', '\r', '\n']), "{next:?} leads to {location:?}");
    assert_eq!(resolved.host_str(), Some("accounts.example.org"), "{next:?} leads to {location:?}");
    assert!(answer.header("location").unwrap().len() <= 2048);
}

stories! {
    /// ASVS 1.2.2, 3.7.2, 4.2.5
    async fn no_next_leads_to_another_site(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for next in ELSEWHERE.into_iter().chain(STRANGE) {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            let sign_in = [("email", "ana@example.org"), ("password", PASSWORD), ("next", next)];
            let language = [("locale", "en"), ("next", next)];
            let mut answers = vec![
                ana.request(Method::GET, &format!("/login?{query}")).send().await,
                ana.request(Method::GET, &format!("/signup?{query}")).send().await,
                ana.request(Method::POST, "/signup").form(&sign_in).send().await,
                ana.request(Method::POST, "/language").form(&language).send().await,
                app.browser().request(Method::POST, "/language").form(&language).send().await,
                app.browser().request(Method::POST, "/login").form(&sign_in).send().await,
            ];
            for answer in &answers {
                leads_on(answer, next);
            }
            if ELSEWHERE.contains(&next) {
                // Not followed at all: the usual place instead.
                let places: Vec<_> = answers.drain(..).map(|answer| answer.location().unwrap().to_owned()).collect();
                assert_eq!(places, ["/account", "/account", "/account", "/", "/", "/login?cookie=set"], "{next:?}");
            }
            let page = app.browser().open(&format!("/login?{query}")).await;
            assert!(!page.answer().text().contains("href=\"javascript:"), "{next:?}");
        }
    }

    /// A sign-up keeps it for a day: what comes out of the database is looked at again.
    ///
    /// ASVS 3.7.2
    async fn confirming_leads_to_no_other_site_either(app) {
        for (nth, next) in ["//evil.example", "https://evil.example", "/\\evil.example"].into_iter().enumerate() {
            let email = format!("ana{nth}@example.org");
            let ana = app.browser();
            let form = [("email", &*email), ("password", PASSWORD), ("next", next)];
            ana.request(Method::POST, "/signup").form(&form).send().await.status(303);
            let stored = format!("SELECT COUNT(*) FROM sign_ups WHERE next IS NOT NULL AND email = '{email}'");
            assert_eq!(app.count(&stored).await, 0);
            if nth == 0 {
                // As if somebody had written it there.
                app.sql("UPDATE sign_ups SET next = '//evil.example'").await;
            }
            let link = app.mail_to(&email).await.link();
            let answer = ana.request(Method::POST, &link).form(&[]).send().await;
            assert_eq!(answer.status(303).location(), Some("/account"));
        }
    }

    async fn a_page_of_the_site_is_accepted(app) {
        app.confirmed_user("ana@example.org").await;
        let wanted = "/users?q=a%20b&sort=-name";
        let page = app.browser().open(wanted).await;
        page.is_at("/login?next=/users?q=a%2520b%26sort=-name");
        page.fill("Email address", "ana@example.org").fill("Password", PASSWORD);
        let page = page.submit("/login").await;
        assert_eq!(page.status(403).path(), wanted);
        for next in ["/login", "/login?next=/login", "/logout", "/signup/sent"] {
            let form = [("email", "ana@example.org"), ("password", PASSWORD), ("next", next)];
            let ana = app.browser();
            let answer = ana.request(Method::POST, "/login").form(&form).send().await;
            assert_eq!(answer.status(303).location(), Some("/login?cookie=set"), "in circles: {next}");
            ana.open("/login?cookie=set").await.is_at("/account");
        }
    }

    /// The redirect to the sign-in page quotes what the visitor asked for.
    ///
    /// ASVS 3.7.2
    async fn the_sign_in_redirect_stays_on_the_site(app) {
        for path in ["//account", "//evil.example/..//account", "/account?next=//evil.example", "/account?a=%0d%0aX:%20y"] {
            let answer = app.browser().request(Method::GET, path).send().await;
            if answer.status == 308 {
                // To the one spelling of the same address.
                assert_eq!(answer.location(), Some("/account"), "{path}");
            } else if answer.status == 303 {
                leads_on(&answer, path);
                assert!(answer.location().unwrap().starts_with("/login"), "{path}");
            } else {
                assert_eq!(answer.status, 404, "{path}");
            }
        }
    }
}
