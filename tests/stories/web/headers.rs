//! The headers of every answer: pages, errors, redirects, files.

use crate::support::*;

/// Everything there is, asked for by everybody, as another site's script would ask.
async fn crawl(app: &App, release: bool) {
    let journey = app.journey().await;
    for path in
        journey
            .paths()
            .iter()
            .map(String::as_str)
            .chain(["/nothing", "/static/nothing", "/users/nobody", "/.env"])
    {
        for browser in [&app.browser(), &journey.user, &journey.admin] {
            for origin in ["https://evil.example", "null", app.origin()] {
                let get = browser.request(Method::GET, path).header("origin", origin).send().await;
                assert!(get.status < 500, "{path}: {}", get.text());
                get.has_security_headers(path, release);
            }
            let get = browser.request(Method::GET, path).send().await;
            let head = browser.request(Method::HEAD, path).send().await;
            head.has_security_headers(path, release);
            assert!(head.body.is_empty(), "HEAD {path}");
            assert_eq!(head.status, get.status, "HEAD {path}");
            assert_eq!(head.header("content-type"), get.header("content-type"), "HEAD {path}");
            // Of an empty answer the length may be left out; of a stream it is not known.
            let length = head.header("content-length").or(Some("0"));
            let length = length.filter(|_| get.header("transfer-encoding").is_none());
            // Each QR code has a secret of its own, and so a length.
            if path != "/account/two-factor" {
                assert_eq!(length, get.header("content-length"), "HEAD {path}");
            }
            for method in ["PUT", "OPTIONS", "FOO"] {
                let answer = browser
                    .request(method.parse().unwrap(), path)
                    .header("origin", "https://evil.example");
                answer.send().await.has_security_headers(path, release);
            }
            let preflight = browser.request(Method::OPTIONS, path).forged_by("https://evil.example");
            let preflight = preflight.header("access-control-request-method", "POST");
            preflight
                .header("access-control-request-headers", "content-type")
                .send()
                .await
                .has_security_headers(path, release);
        }
    }
    for stop in journey.unsafe_stops() {
        let fields = [
            ("email", "user@example.org"),
            ("password", "wrong"),
            ("locale", "de"),
            ("display_name", "Ana"),
        ];
        for browser in [app.browser(), app.signed_in("user@example.org").await] {
            let post = || browser.request(Method::POST, &stop.path);
            for request in [
                post().form(&fields).forged_by("https://evil.example"),
                post().form(&[("email", &*"x".repeat(40_000))]),
                post().json(&serde_json::json!({})),
                post().form(&[]),
                post().form(&fields),
            ] {
                let answer = request.send().await;
                assert!(answer.status < 500, "{stop:?}: {}", answer.text());
                answer.has_security_headers(&stop.path, release);
            }
        }
    }
}

stories! {
    slow because "every route is asked with every method, by everybody";

    /// ASVS 3.2.1, 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8, 3.5.8, 4.1.1, 4.2.2, 13.4.6, 14.2.2, 14.3.2
    async fn every_response_has_the_security_headers(app) {
        crawl(&app, false).await;
    }

    /// ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4, 3.3.5, 3.4.1, 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8, 13.4.6
    async fn every_response_has_the_security_headers_in_production(database: Database) {
        let app = App::on(&database).release().settings([("throttle.enabled", "false")]).start().await;
        crawl(&app, true).await;
    }
}

stories! {
    /// The rarer answers: from one's own failure to somebody's haste.
    ///
    /// ASVS 3.4.1, 3.4.4, 3.4.6, 4.2.2
    async fn rare_responses_have_the_security_headers(database: Database) {
        let app = App::on(&database).release().settings([("throttle.enabled", "true")]).start().await;
        let ana = app.browser();
        ana.sign_up("ana@example.org").await.status(200);
        let again = ana.request(Method::POST, "/confirm-email/resend").form(&[("email", "ana@example.org")]).send().await;
        again.status(429).has_security_headers("/confirm-email/resend", true);
        let hello = ana.request(Method::GET, "/static/app.css").send().await;
        let tag = hello.header("etag").unwrap();
        let known = ana.request(Method::GET, "/static/app.css").header("if-none-match", tag).send().await;
        known.status(304).has_security_headers("/static/app.css", true);
        assert!(known.body.is_empty());
        app.sql("ALTER TABLE users RENAME TO elsewhere").await;
        let broken = ana.request(Method::POST, "/login").form(&[("email", "b@example.org"), ("password", PASSWORD)]);
        broken.send().await.status(500).has_security_headers("/login", true);
        app.sql("ALTER TABLE signing_keys RENAME TO elsewhere_too").await;
        let away = app.request(Method::GET, "/health/ready").send().await;
        away.status(503).has_security_headers("/health/ready", true);
    }

    /// Nobody who sees this address may see the token in it: neither our own next page nor another site.
    ///
    /// ASVS 3.4.5, 14.2.1
    async fn a_token_in_a_url_is_not_sent_as_referrer(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let page = ana.open(&link).await;
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        assert!(!page.answer().text().contains("http"), "a token's page leads nowhere else");
    }

    /// The one exception: a mail shown to a developer, in a frame that can do nothing but open its links elsewhere.
    async fn the_development_mailbox_frames_mails_that_can_do_nothing(app) {
        app.browser().sign_up("ana@example.org").await;
        app.mails_are_sent().await;
        let journey = app.journey().await;
        let path = journey.paths().into_iter().find(|path| path.starts_with("/dev/mailbox/")).unwrap();
        let page = app.request(Method::GET, &path).send().await;
        let policy = page.status(200).header("content-security-policy").unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe-eval"), "{policy}");
        assert!(page.text().contains("<iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox\" srcdoc="), "{}", page.text());
        assert!(page.text().contains("&lt;base target=&quot;_blank&quot;&gt;"), "{}", page.text());
        for host in ["evil.example", "rebound.example:8000", "127.0.0.1.evil.example"] {
            for path in ["/dev/mailbox", &path] {
                app.request(Method::GET, path).header("host", host).send().await.status(404);
            }
        }
    }

    /// ASVS 3.5.6
    async fn no_response_can_be_loaded_as_a_script(app) {
        for path in ["/", "/login", "/health/ready", "/robots.txt", "/nothing"] {
            for query in ["callback=steal", "jsonp=steal"] {
                let answer = app.request(Method::GET, &format!("{path}?{query}")).send().await;
                assert!(!answer.text().contains("steal("), "{path}?{query}: {}", answer.text());
                assert!(!answer.header("content-type").unwrap().contains("javascript"), "{path}");
            }
        }
    }
}
