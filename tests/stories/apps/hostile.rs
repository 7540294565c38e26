//! What nobody should be able to do.

use super::visit::*;
use crate::support::*;

stories! {
    /// Only a trusted proxy is answered, and one line says so.
    async fn only_a_trusted_proxy_may_ask(database: Database) {
        let mut settings: Vec<(String, String)> =
            APPS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        "[\"10.0.0.0/8\"]".clone_into(&mut settings[0].1);
        settings.push(("secret_key".to_owned(), "xJ4sUq0y8mRk2VtLw7Zb9fHc3NpEd6Ga1QoTi5YvKs8=".to_owned()));
        let server = Server::start(&database, settings).await;
        let answer = server
            .browser()
            .request(Method::GET, "/forward-auth")
            .header("x-forwarded-host", WIKI)
            .header("x-forwarded-uri", "/")
            .send()
            .await;
        answer.status(403);
        has_no_body(&answer);
        // Nor is anybody at the host of an app whom no proxy has brought there.
        let start = server.browser().request(Method::GET, "/.vestibule/start").header("x-forwarded-host", WIKI).send().await;
        start.status(404);
        let (_, _, said) = server.terminate().await;
        assert_eq!(said.matches("forward_auth_refused").count(), 1, "{said}");
        assert!(said.contains("trusted_proxies"), "{said}");
    }

    async fn a_question_that_cannot_be_read_is_refused(database: Database) {
        let mut settings: Vec<(String, String)> =
            APPS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        "[\"127.0.0.0/8\"]".clone_into(&mut settings[0].1);
        settings.push(("secret_key".to_owned(), "xJ4sUq0y8mRk2VtLw7Zb9fHc3NpEd6Ga1QoTi5YvKs8=".to_owned()));
        let server = Server::start(&database, settings).await;
        let browser = server.browser();
        let ask = || {
            browser
                .request(Method::GET, "/forward-auth")
                .header("x-forwarded-host", WIKI)
                .header("x-forwarded-uri", "/")
        };
        ask().send().await.status(303);
        let long = format!("/{}", "a".repeat(20_000));
        let wide = "a".repeat(2_000);
        let requests = [
            ask().without("x-forwarded-host"),
            ask().without("x-forwarded-uri"),
            ask().header("x-forwarded-host", ""),
            ask().header("x-forwarded-uri", ""),
            ask().also("x-forwarded-host", WIKI),
            ask().also("x-forwarded-host", "evil.example"),
            ask().also("x-forwarded-uri", "/"),
            ask().header("x-forwarded-method", "GET").also("x-forwarded-method", "POST"),
            ask().header("x-forwarded-host", "evil.example"),
            ask().header("x-forwarded-host", "wiki.example.org, evil.example"),
            ask().header("x-forwarded-host", "evil.example, wiki.example.org"),
            ask().header("x-forwarded-host", "https://wiki.example.org"),
            ask().header("x-forwarded-host", "wiki.example.org/"),
            ask().header("x-forwarded-host", "wiki.example.org@evil.example"),
            ask().header("x-forwarded-host", "wiki.example.org:99999"),
            ask().header("x-forwarded-host", "%77iki.example.org"),
            ask().header("x-forwarded-host", b"wiki.example.org\xff"),
            ask().header("x-forwarded-host", wide),
            ask().header("x-forwarded-uri", "*"),
            ask().header("x-forwarded-uri", "a"),
            ask().header("x-forwarded-uri", "https://wiki.example.org/"),
            ask().header("x-forwarded-uri", b"/\xff"),
            ask().header("x-forwarded-uri", long),
        ];
        let count = requests.len();
        for (nth, request) in requests.into_iter().enumerate() {
            let answer = request.send().await;
            assert_eq!(answer.status, 403, "{nth}");
            has_no_body(&answer);
            assert_eq!(answer.location(), None);
        }
        let (_, _, said) = server.terminate().await;
        assert_eq!(said.matches("forward_auth_refused").count(), count, "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }

    /// Caddy passes on what is about the visitor's connection, Traefik can pass on the body.
    async fn a_body_and_another_protocol_are_ignored(app with [
        ("trusted_proxies", "[\"127.0.0.0/8\"]"), APPS[3], APPS[4],
    ]) {
        for (sent, body) in [
            ("Content-Length: 11", "hello=world"),
            ("Content-Length: 11\r\nContent-Type: application/json", "hello=world"),
            ("Content-Length: 14\r\nContent-Type: application/x-www-form-urlencoded", "_method=delete"),
            ("Content-Length: 0", ""),
            ("Expect: 100-continue", ""),
            ("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ""),
            ("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", ""),
            ("Connection: TE\r\nTE: trailers", ""),
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let asked = format!(
                    "{method} /forward-auth HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nX-Forwarded-Host: {WIKI}\r\nX-Forwarded-Uri: /x\r\n\
                     Accept: text/html\r\nX-Forwarded-Method: GET\r\n{sent}\r\n\r\n{body}"
                );
                let answer = app.raw(asked.as_bytes()).await.to_lowercase();
                assert!(answer.starts_with("http/1.1 303 "), "{method} {sent}: {answer}");
                assert!(answer.contains("\r\ncontent-length: 0\r\n") && answer.ends_with("\r\n\r\n"), "{sent}: {answer}");
                assert_eq!(answer.matches("http/1.1 ").count(), 1, "{sent}: {answer}");
            }
        }
    }

    async fn a_token_is_for_its_host_alone(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users").await;
        let wiki = Visit::of(&app, WIKI, &ana);
        wiki.enters().await;
        let token = wiki.token();
        // Looked up and remembered, and still worth nothing elsewhere.
        wiki.sees("/").await.status(200);
        let shop = Visit { host: "shop.example.org", ..wiki.clone() };
        shop.sees("/").await.status(303);
        let eight = Visit::of(&app, "wiki.example.org:8443", &ana);
        eight.at_app.set_cookie_named("vestibule_app_8443", &token);
        eight.sees("/").await.status(303);
        // At Vestibule neither, however it is written.
        for value in [token.clone(), format!("wiki.example.org%20{token}"), format!("wiki.example.org {token}")] {
            let thief = app.browser();
            thief.set_cookie("vestibule_session", &value);
            thief.open("/account").await.is_at("/login?next=/account");
        }
        // Nor a session of Vestibule's at an app.
        let other = Visit::of(&app, WIKI, &ana);
        other.at_app.set_cookie_named("vestibule_app", &ana.session_token().unwrap());
        other.sees("/").await.status(303);
        wiki.sees("/").await.status(200);
    }

    async fn a_forged_token_is_worth_nothing(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.enters().await;
        let token = visit.token();
        let [head, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
        let flipped = format!("{head}.{claims}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
        for value in [
            "",
            "x",
            "a.b.c",
            &flipped,
            &format!("{head}.{claims}."),
            &format!("{token}x"),
            &format!("{token}.x"),
            &"a".repeat(5000),
            "%00",
        ] {
            let other = Visit::of(&app, WIKI, &ana);
            other.at_app.set_cookie_named("vestibule_app", value);
            other.sees("/").await.status(303);
        }
    }

    /// Each visit is a write and a row.
    ///
    /// ASVS 2.4.1
    async fn one_session_cannot_begin_visits_without_end(app with [&APPS[..], &[("throttle.enabled", "true")]].concat()) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = format!("/continue?host={WIKI}&state={}.0.Lw", "A".repeat(43));
        for _ in 0..60 {
            ana.request(Method::GET, &page).send().await.status(200);
        }
        ana.request(Method::GET, &page).send().await.status(429);
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 60);
        // Another session has its own.
        app.signed_in("ana@example.org").await.request(Method::GET, &page).send().await.status(200);
    }

    /// At the host of an app only the paths below /.vestibule/ are ours, and at our own none of them.
    async fn hosts_are_kept_apart(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        for path in ["/", "/login", "/account", "/static/app.css", "/robots.txt", "/health/live", "/continue", "/.vestibule", "/.vestibulex", "//.vestibule/start", "/.vestibule/nothing", "/.vestibule/static/nothing"] {
            for method in [Method::GET, Method::POST, Method::HEAD] {
                let mut request = visit.at_host(&method, path);
                if method == Method::POST {
                    request = request.form(&[]);
                }
                let answer = request.send().await;
                assert_eq!(answer.status, 404, "{method} {path}");
                assert!(!answer.headers.contains_key("strict-transport-security"));
                assert!(!answer.text().contains("<html"), "{path}: {}", answer.text());
            }
        }
        for path in ["/.vestibule/start", "/.vestibule/callback", "/.vestibule/sign-out", "/.vestibule/static/app.css"] {
            ana.request(Method::GET, path).send().await.status(404);
        }
        ana.request(Method::POST, "/.vestibule/sign-out").form(&[]).send().await.status(404);
        ana.open("/account").await.is_at("/account");
        visit.at_host(&Method::GET, "/.vestibule/static/app.css").send().await.status(200);
        // A proxy that names two hosts is not believed in either.
        let two = visit.at_host(&Method::GET, "/.vestibule/start").also("x-forwarded-host", "shop.example.org");
        two.send().await.status(400);
        // Hosts of nobody's are ours.
        visit.at_app.request(Method::GET, "/login").header("x-forwarded-host", "other.example").send().await.status(200);
    }

    async fn a_visitor_cannot_choose_where_to_go(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        for uri in ["//evil.example/", "/\\evil.example/", "/x@evil.example", "/\t/evil.example", "/%0d%0aSet-Cookie:%20x=y"] {
            let refused = visit.sees(uri).await;
            let location = refused.status(303).location().unwrap();
            let url = url::Url::parse(location).unwrap();
            assert_eq!((url.host_str(), url.path()), (Some(WIKI), "/.vestibule/start"), "{location}");
            let arrived = Visit::of(&app, WIKI, &ana).signs_in(uri).await;
            let url = url::Url::parse(arrived.location().unwrap()).unwrap();
            assert_eq!(url.host_str(), Some(WIKI), "{uri}");
            assert!(arrived.set_cookies().iter().all(|line| line.starts_with("vestibule_app")), "{uri}");
        }
    }
}
