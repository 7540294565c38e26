//! Methods: the two that forms have, and all the others.

use crate::support::*;

/// Ways to say in a form that its method is another one.
const SPELLINGS: [&str; 14] = [
    "_method=get",
    "_method=GET",
    "_method=Get",
    "_method=%67et",
    "%5Fmethod=get",
    "_method=head",
    "_method=options",
    "_method=delete",
    "_method=put",
    "_method=patch",
    "_method=trace",
    "_method=connect",
    "_method=post",
    "_method=foo",
];

stories! {
    /// Rocket would take such a form for another method: past the check, and past what a `POST` does.
    ///
    /// ASVS 3.5.1, 4.1.4
    async fn a_form_cannot_rename_its_method(app) {
        let tour = app.tour().await;
        let before = app.everything_stored().await;
        let kind = "application/x-www-form-urlencoded";
        for spelling in SPELLINGS {
            let body = format!("{spelling}&email=user@example.org&display_name=Mallory&locale=de");
            for stop in tour.unsafe_stops() {
                let request = tour.user.request(Method::POST, &stop.path).header("content-type", kind).body(body.clone());
                let answer = request.forged_by("https://evil.example").send().await;
                assert_eq!(answer.status, 403, "{spelling} at {}", stop.path);
            }
            assert_eq!(app.everything_stored().await, before, "{spelling}");
        }
        let token = tour.user.form_token().await.unwrap();
        // And in a form of ours, where nobody puts one, it is refused if Rocket heeds it.
        for spelling in SPELLINGS {
            let body = format!("{spelling}&display_name=Ana&form_token={token}");
            let request = tour.user.request(Method::POST, "/account").header("content-type", kind).body(body);
            let long_or_none = ["_method=foo", "_method=options", "_method=connect"].contains(&spelling);
            let heeded = !long_or_none && !spelling.contains('%');
            let status = if heeded { 400 } else { 303 };
            assert_eq!(request.send().await.status, status, "{spelling}");
        }
        let renamed = app.count("SELECT COUNT(*) FROM users WHERE display_name = 'Ana'").await;
        assert_eq!(renamed, 1, "by the forms whose method Rocket does not read");
    }

    async fn a_multipart_form_cannot_rename_its_method(app) {
        let tour = app.tour().await;
        let before = app.everything_stored().await;
        for method in ["get", "delete", "put", "trace"] {
            let body = format!(
                "--x\r\nContent-Disposition: form-data; name=\"_method\"\r\n\r\n{method}\r\n--x\r\nContent-Disposition: \
                 form-data; name=\"display_name\"\r\n\r\nMallory\r\n--x--\r\n"
            );
            for stop in tour.unsafe_stops() {
                let request = tour.user.request(Method::POST, &stop.path).body(body.clone());
                let request = request.header("content-type", "multipart/form-data; boundary=x");
                request.forged_by("https://evil.example").send().await.status(403);
            }
            assert_eq!(app.everything_stored().await, before, "{method}");
        }
    }

    /// Only a `POST` is rewritten by Rocket, so only one is put right: what came as something else stays that.
    async fn nothing_becomes_a_post(app) {
        let tour = app.tour().await;
        let before = app.everything_stored().await;
        for (method, spelling, status) in [
            (Method::GET, "_method=post", 200),
            (Method::GET, "_method=delete", 200),
            (Method::PUT, "_method=post", 404),
            (Method::PUT, "_method=delete", 404),
            (Method::DELETE, "_method=get", 404),
            (Method::PATCH, "_method=x", 404),
            // Those cannot be told from a rewritten POST.
            (Method::GET, "_method=get", 400),
            (Method::HEAD, "_method=head", 400),
            (Method::PUT, "_method=put", 400),
            (Method::PATCH, "_method=patch", 400),
            (Method::DELETE, "_method=delete", 400),
        ] {
            let request = tour.user.request(method.clone(), "/account").body(format!("{spelling}&display_name=Mallory"));
            let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await;
            assert_eq!(answer.status, status, "{method} {spelling}");
            assert_eq!(app.everything_stored().await, before, "{method} {spelling}");
        }
    }

    /// ASVS 4.1.4, 13.4.4
    async fn other_methods_find_nothing(app) {
        let tour = app.tour().await;
        let before = app.everything_stored().await;
        for path in tour.paths() {
            for name in ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "FOO", "get", "PROPFIND"] {
                for browser in [&app.browser(), &tour.admin] {
                    let request = browser.request(name.parse().unwrap(), &path).header("x-canary", "echo-me");
                    let answer = request.form(&[("display_name", "echo-me"), ("locale", "de")]).send().await;
                    assert!(matches!(answer.status, 400 | 403 | 404 | 405), "{name} {path}: {}", answer.status);
                    assert!(!answer.text().contains("echo-me"), "{name} {path} echoes:\n{}", answer.text());
                    answer.is_defended(&path, false);
                }
            }
            let posted = tour.stops.iter().any(|stop| stop.path == path && stop.method == Method::POST);
            if !posted {
                let answer = tour.admin.request(Method::POST, &path).form(&[("locale", "de")]).send().await;
                assert!(matches!(answer.status, 404 | 405), "POST {path}: {}", answer.status);
            }
        }
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 4.1.4, 13.4.4
    async fn trace_and_connect_are_refused(app) {
        for (request, first) in [
            ("TRACE / HTTP/1.1\r\nHost: x\r\nX-Canary: echo-me\r\nConnection: close\r\n\r\n", "HTTP/1.1 403"),
            ("TRACE /account HTTP/1.1\r\nHost: x\r\nX-Canary: echo-me\r\nConnection: close\r\n\r\n", "HTTP/1.1 403"),
            ("CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\nX-Canary: echo-me\r\nConnection: close\r\n\r\n", "HTTP/1.1 4"),
            ("OPTIONS * HTTP/1.1\r\nHost: x\r\nX-Canary: echo-me\r\nConnection: close\r\n\r\n", "HTTP/1.1 4"),
        ] {
            let answer = app.raw(request.as_bytes()).await;
            assert!(answer.starts_with(first), "{request}\n{answer}");
            assert!(!answer.contains("echo-me"), "{answer}");
            assert!(answer.to_lowercase().contains("content-security-policy:"), "{request}\n{answer}");
        }
    }
}
