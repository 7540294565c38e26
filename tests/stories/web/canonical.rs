//! Each address has one spelling, and each request names one host.

use crate::support::*;

const PARTS: &str = "--x\r\nContent-Disposition: form-data; name=\"display_name\"\r\n\r\nMallory\r\n--x--\r\n";

/// Other spellings of pages, and the pages.
const OTHERS: [(&str, &str); 9] = [
    ("/%61ccount", "/account"),
    ("/%61%63%63%6F%75%6e%74", "/account"),
    ("//account", "/account"),
    ("/account/", "/account"),
    ("///account//password/", "/account/password"),
    ("/account/p%61ssword", "/account/password"),
    ("//", "/"),
    ("//login", "/login"),
    ("/static%2Fapp.css", ""),
];

/// What is never an address of ours, however it is read.
const NEVER: [&str; 14] = [
    "/x/../account",
    "/account/.",
    "/./account",
    "/account%2Fpassword",
    "/account%2fpassword",
    "/account%5Cpassword",
    "/account%00",
    "/account%0A",
    "/%2561ccount",
    "/%FFaccount",
    "/%C3account",
    "/account%",
    "/account%6",
    "/account;x=/password",
];

fn get(path: &str, cookie: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n")
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

stories! {
    /// As they come over the wire: most clients tidy an address up before they send it.
    ///
    /// ASVS 1.1.1
    async fn another_spelling_of_a_page_leads_to_it(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let cookie = format!("vestibule_session_8000={}", ana.session_token().unwrap());
        for (other, page) in OTHERS {
            for query in ["", "?next=//evil.example&x=%2F"] {
                let answer = app.raw(get(&format!("{other}{query}"), &cookie).as_bytes()).await;
                assert!(!answer.contains("ana@example.org"), "{other}: {answer}");
                if page.is_empty() {
                    assert_eq!(status(&answer), "404", "{other}: {answer}");
                    continue;
                }
                assert_eq!(status(&answer), "308", "{other}: {answer}");
                assert_eq!(header(&answer, "location"), Some(&*format!("{page}{query}")), "{other}");
                assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{other}");
            }
            let head = get(other, &cookie).replacen("GET", "HEAD", 1);
            let answer = app.raw(head.as_bytes()).await;
            assert_eq!(header(&answer, "location"), Some(page).filter(|page| !page.is_empty()), "HEAD {other}: {answer}");
        }
        for path in NEVER {
            let answer = app.raw(get(path, &cookie).as_bytes()).await;
            assert!(["404", "400"].contains(&status(&answer)), "{path}: {answer}");
            assert!(!answer.contains("<h1>Your account") && header(&answer, "location").is_none(), "{path}: {answer}");
        }
    }

    /// Never to another site, whatever a browser takes for one.
    ///
    /// ASVS 3.7.2
    async fn no_redirect_leaves_the_site(app) {
        for path in [
            "//evil.example", "//evil.example/", "///evil.example/account", "/%2Fevil.example", "/%5Cevil.example", "//evil.example/..",
            "//evil.example//login", "/.//evil.example", "//login@evil.example", "/%09/evil.example", "//evil.example%2f..",
        ] {
            let answer = app.raw(get(path, "x=y").as_bytes()).await;
            assert!(["404", "400"].contains(&status(&answer)), "{path}: {answer}");
            assert_eq!(header(&answer, "location"), None, "{path}");
        }
    }

    /// What is checked is what is routed: a form in several parts, a header, a token in a form.
    async fn no_check_is_bypassed_by_another_spelling(app) {
        let tour = app.tour().await;
        let before = app.everything_stored().await;
        let token = tour.user.form_token().await.unwrap();
        let cookie = format!("vestibule_session_8000={}", tour.user.session_token().unwrap());
        let form = "application/x-www-form-urlencoded";
        for (other, _) in OTHERS {
            for (kind, body) in [
                ("multipart/form-data; boundary=x", PARTS.to_owned()),
                (form, format!("form_token={token}&display_name=Mallory")),
                (form, "display_name=Mallory".to_owned()),
            ] {
                let request = format!(
                    "POST {other} HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                let answer = app.raw(request.as_bytes()).await;
                assert_eq!(status(&answer), "404", "{other} {kind}: {answer}");
            }
        }
        for stop in tour.unsafe_stops() {
            let other = format!("/{}", stop.path);
            let answer = tour.user.request(Method::POST, &other).form(&[("display_name", "Mallory")]).send().await;
            assert_eq!(answer.status, 404, "{other}");
        }
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 3.4.5, 14.2.1
    async fn a_token_is_not_sent_as_referrer_from_another_spelling(app) {
        app.browser().sign_up("ana@example.org").await.status(200);
        let link = app.mail_to("ana@example.org").await.link();
        let rest = link.strip_prefix("/confirm-email/").unwrap();
        for other in [format!("/{link}"), format!("//confirm-email//{rest}"), format!("/%63onfirm-email/{rest}"), format!("{link}/")] {
            let answer = app.raw(get(&other, "x=y").as_bytes()).await;
            assert_eq!((status(&answer), header(&answer, "location")), ("308", Some(&*link)), "{other}: {answer}");
            assert_eq!(header(&answer, "referrer-policy"), Some("strict-origin"), "{other}");
        }
        let answer = app.raw(get(&format!("//confirm-email/%2e%2e/{rest}"), "x=y").as_bytes()).await;
        assert_eq!(status(&answer), "404", "{answer}");
        // The browser finds its way, and nothing is lost on it.
        app.browser().open(&format!("{link}/")).await.is_at(&link).status(200);
    }

    /// ASVS 16.2.5
    async fn a_token_is_cut_from_the_log_however_it_is_spelled(database: Database) {
        let server = Server::start(&database, [("site.name", "Spelled")]).await;
        let token = "Abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE";
        let encoded = token.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"));
        for path in [
            format!("/confirm-email/{encoded}"),
            format!("//confirm-email/{encoded}"),
            format!("/confirm-email/{encoded}%00"),
            format!("/confirm-email/{}", encoded.replace('%', "%25")),
            format!("/reset-password/{encoded}/"),
        ] {
            let answer = server.browser().request(Method::GET, &path).send().await;
            assert!([308, 404].contains(&answer.status), "{path}: {}", answer.status);
        }
        let (_, _, said) = server.terminate().await;
        assert!(said.matches("[cut]").count() >= 5, "{said}");
        assert!(!said.contains("Abcdefghij") && !said.contains("%41%62") && !said.contains("%2541"), "{said}");
    }

    /// RFC 9112 section 3.2: of several hosts each program believes another. HTTP/1.0 is no exception.
    async fn a_request_has_exactly_a_single_host(app) {
        let ask = async |lines: &str, version: &str| {
            let request = format!("GET /health/live HTTP/{version}\r\n{lines}Connection: close\r\n\r\n");
            app.raw(request.as_bytes()).await
        };
        for host in ["x", "localhost:8000", "127.0.0.1", "[::1]:8000", "accounts.example.org", "a_b"] {
            let answer = ask(&format!("Host: {host}\r\n"), "1.1").await;
            assert_eq!(status(&answer), "200", "{host}: {answer}");
        }
        assert_eq!(status(&ask("Host: x\r\n", "1.0").await), "200");
        for lines in [
            "",
            "Host:\r\n",
            "Host: x\r\nHost: x\r\n",
            "Host: x\r\nHost: evil.example\r\n",
            "Host: x\r\nhost: x\r\n",
            "Host: x, evil.example\r\n",
            "Host: x y\r\n",
            "Host: x/\r\n",
            "Host: http://x\r\n",
            "Host: ana@x\r\n",
            "Host: x:y\r\n",
            "Host: x:99999\r\n",
            "Host: [::1\r\n",
            "Host: \u{e4}\r\n",
        ] {
            for version in ["1.1", "1.0"] {
                let answer = ask(lines, version).await;
                assert_eq!(status(&answer), "400", "{lines:?} {version}: {answer}");
            }
        }
        // Also by an address that names a host itself, and for what would be refused anyhow.
        let answer = app.raw(b"GET http://x/health/live HTTP/1.1\r\nConnection: close\r\n\r\n").await;
        assert_eq!(status(&answer), "400", "{answer}");
        let answer = app.raw(b"POST //login HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
        assert_eq!(status(&answer), "400", "{answer}");
    }
}
