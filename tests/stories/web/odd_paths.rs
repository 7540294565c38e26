//! Addresses that nobody should find anything at.

use crate::support::*;

/// The page without what differs from one to the next: its own address in the language form.
fn gist(answer: &Answer) -> String {
    let text = answer.text();
    let (before, rest) = text.split_once("name=\"next\" value=\"").unwrap();
    let (_, rest) = rest.split_once('"').unwrap();
    // The navigation marks the area that the address is in, as on every page.
    format!("{before}{rest}").replace(" aria-current=\"true\"", "")
}

/// What scanners, caches and the curious try.
const ODD: [&str; 54] = [
    "/.git/HEAD",
    "/.git/config",
    "/.env",
    "/.well-known/security.txt",
    "/Rocket.toml",
    "/Cargo.toml",
    "/vestibule.db",
    "/data/vestibule.db",
    "/data/secret.key",
    "/secret.key",
    "/backup.sqlite",
    "/server-status",
    "/metrics",
    "/openapi.json",
    "/debug",
    "/index.php",
    "/wp-login.php",
    "/static",
    "/static/",
    "/static/../Rocket.toml",
    "/static/..%2fapp.css",
    "/static/..%2f..%2fRocket.toml",
    "/static/%2e%2e/Rocket.toml",
    "/static/....//Rocket.toml",
    "/static/..%5c..%5cRocket.toml",
    "/static/x.tera",
    "/static/pages/login.html",
    "/static/app.css.map",
    "/static/app.css~",
    "/static/app.css/x",
    "/static/APP.CSS",
    "/static/app.css%00",
    "/static/app.css%00.js",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/templates/pages/login.html",
    "/locales/en/common.ftl",
    "/migrations/sqlite/0001_accounts.sql",
    "/account/x.css",
    "/account/app.js",
    "/account;a.css",
    "/account%3ba.css",
    "/account%2fa.js",
    "/account.css",
    "/account%00",
    "/account%0a",
    "/account%23a.css",
    "/account%3fa.css",
    "/%2561ccount",
    "/%2561ccount/x.css",
    "/users/..%2faccount/x.css/y",
    "/Account",
    "/LOGIN",
    "/nothing%2f%2e%2e%2faccount",
];

stories! {
    /// Never somebody's own page under a name that a cache in between takes for a file's.
    ///
    /// ASVS 1.1.1, 13.4.1, 13.4.3, 13.4.5, 13.4.7, 14.2.5
    async fn odd_paths_lead_to_the_same_page(app) {
        let ana = app.admin("ana@example.org").await;
        let nowhere = ana.request(Method::GET, "/nothing-here").send().await;
        let gone = gist(nowhere.status(404));
        // Only where there is nothing at all to look at does the page know who looks.
        let posted = ana.request(Method::POST, "/nothing-here").form(&[("locale", "en")]).send().await;
        let posted = gist(posted.status(404));
        for path in ODD {
            for method in [Method::GET, Method::POST] {
                let request = ana.request(method.clone(), path).form(&[("locale", "en")]);
                let answer = request.send().await;
                assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
                let told = gist(&answer);
                assert!(told == gone || told == posted, "{method} {path}: {told}");
            }
            let answer = app.browser().request(Method::GET, path).send().await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        }
    }

    /// As they come over the wire: clients that tidy an address up before they send it are not all there is.
    ///
    /// ASVS 13.4.7, 14.2.5
    async fn paths_that_no_browser_sends_lead_to_the_same_page(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let cookie = format!("vestibule_session_8000={}", ana.session_token().unwrap());
        for path in [
            "/static/../Rocket.toml",
            "/static/../../etc/passwd",
            "/static/..",
            "/static/./../templates/pages/login.html",
            "/x/../account/x.css",
            "/account/../account/x.css",
            "/account\"",
            "/\u{e4}",
            "/account{}",
            "/account\\x.css",
        ] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
            let answer = app.raw(request.as_bytes()).await;
            let refused = answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400");
            assert!(refused && !answer.contains("ana@example.org"), "{path}: {answer}");
        }
    }

    async fn an_unknown_user_id_is_not_found(app) {
        let journey = app.journey().await;
        let known = journey.paths().into_iter().find(|path| path.starts_with("/users/") && path.matches('/').count() == 2).unwrap();
        journey.admin.request(Method::GET, &known).send().await.status(200);
        for path in [
            "/users/aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "/users/%00",
            "/users/%27%20OR%201=1--",
            "/users/%F0%9F%A6%80",
            "/users/%FF%FE",
            &format!("/users/{}", "a".repeat(5000)),
        ] {
            journey.admin.request(Method::GET, path).send().await.status(404);
        }
        for path in [&*known, "/users/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/users"] {
            journey.user.request(Method::GET, path).send().await.status(403);
            let nobody = app.browser().request(Method::GET, path).send().await;
            assert!(nobody.status(303).location().unwrap().starts_with("/login?next=%2Fusers"));
        }
        for token in ["a", "%00", "%FF", "..", &"a".repeat(43), &"a".repeat(5000)] {
            let path = format!("/confirm-email/{token}");
            for method in [Method::GET, Method::POST] {
                let answer = journey.user.request(method, &path).form(&[("password", PASSWORD)]).send().await;
                // `..` is tidied away on its way.
                assert!(answer.status == 404 || token == "..", "{path}: {}", answer.status);
            }
        }
    }
}
