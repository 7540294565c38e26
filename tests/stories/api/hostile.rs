//! Requests of the API that no good program sends.

use super::*;

const JSON: &str = "application/json";

/// All operations with a body, and a body that each takes.
fn bodies() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("POST", "registration", json!({"email": "new@example.org", "password": PASSWORD})),
        (
            "POST",
            "registration/confirm",
            json!({"email": "new@example.org", "password": PASSWORD, "code": "BBBB-BBBB"}),
        ),
        ("POST", "login", json!({"email": "root@example.org", "password": PASSWORD})),
        ("POST", "token/refresh", json!({"refresh_token": "vsr_x"})),
        ("POST", "logout/refresh", json!({"refresh_token": "vsr_x"})),
        ("PATCH", "me", json!({"display_name": "x"})),
        ("POST", "users", json!({"email": "new@example.org", "password": PASSWORD})),
        ("PATCH", "users/x", json!({"role": "user"})),
    ]
}

/// A request that is admitted everywhere.
fn request(app: &App, tokens: &Tokens, method: &str, path: &str) -> Request {
    let request = call(app, method, path);
    if path.starts_with("token") || path.ends_with("/refresh") {
        request
    } else {
        request.bearer(&tokens.access)
    }
}

stories! {
    /// ASVS 4.1.1, 1.5.2
    async fn a_body_of_another_type_is_refused(app) {
        let root = admin(&app, "root@example.org").await;
        let before = app.everything_stored().await;
        for (method, path, body) in bodies() {
            for kind in ["application/x-www-form-urlencoded", "text/plain", "text/json", "multipart/form-data; boundary=x", "application/xml", "rubbish", ""] {
                let request = request(&app, &root, method, path).header("content-type", kind).body(body.to_string());
                is_problem(&request.send().await, 415, "unsupported-media-type");
            }
            let untold = request(&app, &root, method, path).body(body.to_string()).send().await;
            is_problem(&untold, 415, "unsupported-media-type");
        }
        // A form that names a method.
        let form = call(&app, "POST", "logout").bearer(&root.access).form(&[("_method", "DELETE")]).send().await;
        is_problem(&form, 400, "bad-request");
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 1.5.2, 15.3.5, 16.5.1
    async fn a_body_that_does_not_fit_is_told_why(app) {
        let root = admin(&app, "root@example.org").await;
        let before = app.everything_stored().await;
        for (method, path, body) in bodies() {
            let send = |text: String| request(&app, &root, method, path).header("content-type", JSON).body(text).send();
            for text in ["{", "nul", "\u{feff}{}", "{\"\\ud800\":1}", &"[".repeat(20_000)] {
                is_problem(&send(text.to_owned()).await, 400, "invalid-json");
            }
            for text in ["[]", "null", "1", "\"x\"", "true"] {
                is_problem(&send(text.to_owned()).await, 422, "invalid-members");
            }
            for name in body.as_object().unwrap().keys() {
                for value in [json!(1), json!(true), json!([]), json!({}), json!(null), json!(-1.5)] {
                    let mut wrong = body.clone();
                    wrong[name] = value.clone();
                    let told = is_problem(&send(wrong.to_string()).await, 422, "invalid-members");
                    assert_eq!(told["errors"][0]["name"], **name, "{method} {path} {name} {value}: {told}");
                }
                let text = body.to_string();
                let doubled = format!("{{\"{name}\":{},{}", body[name], &text[1..]);
                let told = is_problem(&send(doubled).await, 422, "invalid-members");
                assert_eq!((&told["errors"][0]["name"], &told["errors"][0]["detail"]), (&name.as_str().into(), &"stands there twice".into()));
            }
            for name in ["role2", "__proto__", "Email", "email ", "`x`", "\u{202e}", ""] {
                let mut more = body.clone();
                more[name] = "x".into();
                let told = is_problem(&send(more.to_string()).await, 422, "invalid-members");
                assert!(told["errors"][0]["detail"].as_str().unwrap().contains("not known"), "{name}: {told}");
            }
            is_problem(&send(format!("{{\"a\":\"{}\"}}", "x".repeat(33_000))).await, 413, "body-too-large");
        }
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 4.1.4
    async fn an_unknown_method_or_path_is_a_problem(app) {
        let root = admin(&app, "root@example.org").await;
        for (path, allowed) in [("login", "POST"), ("me", "GET, PATCH, HEAD"), ("users", "GET, POST, HEAD"), ("users/x", "GET, PATCH, DELETE, HEAD")] {
            for method in ["PUT", "TRACE", "OPTIONS", "PROPFIND"] {
                let answer = request(&app, &root, method, path).send().await;
                is_problem(&answer, 405, "method-not-allowed");
                assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
            }
        }
        is_problem(&call(&app, "GET", "login").send().await, 405, "method-not-allowed");
        for path in ["", "x", "users/x/y", "login/", "Login", "../login", "%2e%2e/login", "me%00"] {
            for method in ["GET", "POST", "PATCH", "OPTIONS"] {
                let answer = call(&app, method, path).send().await;
                if answer.status != 308 {
                    is_problem(&answer, 404, "not-found");
                }
            }
        }
        for path in ["/api", "/api/v2/login"] {
            is_problem(&app.request(Method::GET, path).send().await, 404, "not-found");
        }
        // What only looks like it is a page.
        let page = app.request(Method::GET, "/apis").send().await;
        assert!(page.status(404).header("content-type").unwrap().starts_with("text/html"));
        let head = call(&app, "HEAD", "me").bearer(&root.access).send().await;
        assert!(head.status(200).body.is_empty());
    }

    async fn an_answer_that_nobody_wants_is_not_given(app) {
        let root = admin(&app, "root@example.org").await;
        for accept in ["text/html", "application/xml, text/plain", "application/json;q=0", "*/*, application/json;q=0"] {
            let answer = call(&app, "GET", "me").bearer(&root.access).header("accept", accept).send().await;
            is_problem(&answer, 406, "not-acceptable");
        }
        for accept in ["*/*", "application/*", "application/json", "text/html, */*;q=0.1", "application/json; charset=utf-8", "", "rubbish"] {
            let answer = call(&app, "GET", "me").bearer(&root.access).header("accept", accept).send().await;
            assert_eq!(answer.status, 200, "{accept}: {}", answer.text());
        }
    }

    /// ASVS 3.4.2
    async fn no_other_origin_reads_answers_unless_it_is_named(app) {
        for origin in ["https://app.example.org", "null", app.origin()] {
            let preflight = call(&app, "OPTIONS", "me").header("origin", origin).header("access-control-request-method", "GET");
            let answer = preflight.send().await;
            is_problem(&answer, 405, "method-not-allowed");
            assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
            let answer = call(&app, "GET", "openapi.json").header("origin", origin).send().await;
            assert!(answer.status(200).header("access-control-allow-origin").is_none());
        }
    }

    /// ASVS 3.4.2, 3.5.2
    async fn a_named_origin_reads_answers(app with [("api.cors_origins", "[\"https://app.example.org\"]")]) {
        let tokens = signed_in(&app, "ana@example.org").await;
        let preflight = |origin: &str| {
            call(&app, "OPTIONS", "me").header("origin", origin).header("access-control-request-method", "PATCH").send()
        };
        let answer = preflight("https://app.example.org").await;
        answer.status(204);
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.org"));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, PATCH, HEAD"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("Authorization, Content-Type"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("vary"), Some("Origin"));
        let answer = call(&app, "GET", "me").bearer(&tokens.access).header("origin", "https://app.example.org").header("sec-fetch-site", "cross-site").send().await;
        assert_eq!(answer.status(200).header("access-control-allow-origin"), Some("https://app.example.org"));
        let refused = call(&app, "GET", "me").header("origin", "https://app.example.org").send().await;
        assert_eq!(refused.header("access-control-allow-origin"), Some("https://app.example.org"));
        is_problem(&refused, 401, "token-missing");
        for origin in ["https://evil.example", "http://app.example.org", "https://app.example.org:443", "https://app.example.org.evil.example", "null"] {
            let answer = preflight(origin).await;
            is_problem(&answer, 405, "method-not-allowed");
            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        }
        // Pages are not part of it.
        let page = app.request(Method::GET, "/login").header("origin", "https://app.example.org").send().await;
        assert_eq!(page.header("access-control-allow-origin"), None);
    }
}

stories! {
    async fn only_whole_origins_can_be_named(database: Database) {
        for wrong in ["[\"*\"]", "[\"https://app.example.org/\"]", "[\"app.example.org\"]", "[\"null\"]"] {
            let said = App::on(&database).settings([("api.cors_origins", wrong)]).refuses().await;
            assert!(said.contains("api.cors_origins"), "{said}");
        }
    }
}
