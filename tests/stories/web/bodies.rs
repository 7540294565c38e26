//! Forms that no browser sends.

use std::time::{Duration, Instant};

use crate::support::*;

const FORM: &str = "application/x-www-form-urlencoded";

const PARTS: &str = "--x\r\nContent-Disposition: form-data; name=\"display_name\"\r\n\r\nMallory\r\n--x\r\nContent-Disposition: form-data; \
     name=\"locale\"\r\n\r\nde\r\n--x--\r\n";

/// The routes that read a form. The others are buttons, whose forms have no fields.
fn forms(journey: &Journey) -> Vec<Stop> {
    let buttons = [
        "/logout",
        "/.vestibule/sign-out",
        "/login/code/",
        "/not-me/",
        "/factors/stop/",
        "/account/two-factor/disable",
        "/account/two-factor/recovery-codes",
        "/account/sessions/",
        "/account/tokens/",
        "/account/passkeys/options",
        "/account/email/withdraw",
        "/account/email/confirm/",
        "/account/email/undo/",
        "/account/delete",
        "/.vestibule/",
    ];
    let of_one = |path: &str| {
        let last = ["/delete", "/remove", "/hide", "/show"].iter().any(|end| path.ends_with(end));
        last && ["/groups/", "/apps/", "/account/passkeys/"]
            .iter()
            .any(|begin| path.starts_with(begin))
    };
    let reads = |stop: &Stop| !buttons.iter().any(|path| stop.path.starts_with(path)) && !of_one(&stop.path);
    journey.form_stops().into_iter().filter(reads).collect()
}

fn sending(browser: &Browser, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Request {
    browser
        .request(Method::POST, path)
        .header("content-type", kind)
        .body(body)
        .with_token()
}

stories! {
    async fn a_form_beyond_the_limit_is_not_read(app with [("signin.email_code", "true")]) {
        let journey = app.journey().await;
        let before = app.everything_stored().await;
        for stop in forms(&journey) {
            // Who is not admitted is told so before anything is read.
            let of_admins = ["/apps/", "/groups", "/users/"].iter().any(|path| stop.path.starts_with(path));
            let browser = if of_admins { &journey.admin } else { &journey.user };
            for body in [
                format!("display_name=Mallory&locale=de&email={}", "a".repeat(33_000)),
                format!("{}&display_name=Mallory&locale=de", "a=b&".repeat(9_000)),
                format!("{}=x&display_name=Mallory&locale=de", "n".repeat(40_000)),
            ] {
                let answer = sending(browser, &stop.path, FORM, body).send().await;
                assert_eq!(answer.status, 413, "{stop:?}: {}", answer.text());
                assert!(answer.text().contains("That was too much"), "{stop:?}");
            }
            // Of a length that is not told beforehand.
            let mut chunked = format!(
                "POST {} HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {FORM}\r\n\
                 Cookie: vestibule_session_8000={}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
                stop.path,
                browser.session_token().unwrap()
            );
            chunked += &format!("2710\r\n{}\r\n", "email=aaaa".repeat(1000)).repeat(5);
            let answer = app.raw((chunked + "0\r\n\r\n").as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 413"), "{stop:?}: {answer}");
        }
        assert_eq!(app.everything_stored().await, before);
    }

    /// ASVS 1.5.2
    async fn other_content_types_are_refused(app) {
        let journey = app.journey().await;
        let before = app.everything_stored().await;
        for stop in journey.form_stops() {
            for (kind, body) in [
                ("application/json", "{\"display_name\":\"Mallory\",\"locale\":\"de\",\"email\":\"user@example.org\"}"),
                ("text/plain", "display_name=Mallory&locale=de&email=user@example.org"),
                ("application/xml", "<display_name>Mallory</display_name>"),
                ("application/octet-stream", "display_name=Mallory&locale=de"),
                ("multipart/form-data; boundary=x", PARTS),
                ("multipart/mixed; boundary=x", PARTS),
                ("rubbish", "display_name=Mallory&locale=de"),
                ("", "display_name=Mallory&locale=de"),
            ] {
                let answer = sending(&journey.user, &stop.path, kind, body).send().await;
                assert_eq!(answer.status, 415, "{kind:?} at {}: {}", stop.path, answer.text());
                assert!(answer.text().contains("That format is not supported"), "{stop:?}");
            }
            let untold = journey.user.request(Method::POST, &stop.path).body("display_name=Mallory&locale=de");
            untold.send().await.status(415);
        }
        // Nor is anything of it a reason to say more of a path than that there is nothing.
        for path in ["/nowhere", "/users", "/static/app.css"] {
            sending(&journey.user, path, "application/json", "{}").send().await.status(404);
        }
        assert_eq!(app.everything_stored().await, before);
    }
}

stories! {
    slow because "every form is sent with every kind of body";

    /// ASVS 1.5.2, 16.5.1
    async fn no_form_causes_a_500(app) {
        let journey = app.journey().await;
        let deep = "[".repeat(15_000);
        let dots = ".a".repeat(15_000);
        let parts = "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na";
        for stop in forms(&journey) {
            for (kind, body) in [
                (FORM, b"".to_vec()),
                (FORM, b"&&&==&=&&x&=y&%".to_vec()),
                (FORM, b"email=%&password=%z&display_name=%zz&locale=%u0041&code=%".to_vec()),
                (FORM, b"email=%FF%FE&password=%C3%28&display_name=%ED%A0%80&code=%80&locale=%FF".to_vec()),
                (FORM, b"email=\xff\xfe&password=\xc3\x28&display_name=\xed\xa0\x80&locale=\xff".to_vec()),
                (FORM, b"\xff\xfe\x00\x01".to_vec()),
                (FORM, b"email=a%00b@example.org&password=%00%00%00%00%00%00%00%00%00%00%00%00&display_name=%00&code=%00".to_vec()),
                (FORM, b"email=a\0b@example.org&display_name=\0&locale=\0&code=\0".to_vec()),
                (FORM, b"email=a%0d%0ab@example.org&display_name=a%0d%0ab&code=%0d%0a".to_vec()),
                (FORM, b"email[]=x&password[]=x&display_name[]=x&locale[]=x&code[]=x&next[]=x".to_vec()),
                (FORM, b"email.x=&password.x=y&display_name.x.y.z=&locale[a][b]=&code[0]=".to_vec()),
                (FORM, b"email[=&password]=&display_name[[=&locale..=&.code=&[]=&.=".to_vec()),
                (FORM, b"__proto__[admin]=1&constructor.prototype.admin=1&role=admin&status=active&id=1".to_vec()),
                (FORM, format!("email{deep}=x&display_name=Ana").into_bytes()),
                (FORM, format!("email{dots}=x&display_name=Ana").into_bytes()),
                (FORM, "a=b&".repeat(8_000).into_bytes()),
                (FORM, "&".repeat(32_000).into_bytes()),
                (FORM, "locale=de&".repeat(3_000).into_bytes()),
                ("application/x-www-form-urlencoded; charset=utf-16", b"display_name=Ana".to_vec()),
                ("multipart/form-data", b"display_name=Ana".to_vec()),
                ("multipart/form-data; boundary=", b"--\r\n".to_vec()),
                ("multipart/form-data; boundary=x", b"".to_vec()),
                ("multipart/form-data; boundary=x", b"--x".to_vec()),
                ("multipart/form-data; boundary=x", b"--x--".to_vec()),
                ("multipart/form-data; boundary=x", parts.as_bytes().to_vec()),
                ("multipart/form-data; boundary=x", b"--x\r\n\r\nx\r\n--x--\r\n".to_vec()),
                ("multipart/form-data; boundary=x", [parts.as_bytes(), b"\xff\xfe\r\n--x--\r\n"].concat()),
            ] {
                for browser in [&app.browser(), &journey.user] {
                    let answer = sending(browser, &stop.path, kind, body.clone()).send().await;
                    let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
                    assert!((300..500).contains(&answer.status), "{kind} {shown:?} at {}: {}", stop.path, answer.text());
                }
            }
        }
        // Nothing of it gave anybody more than he had.
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE role = 'admin'").await, 1);
        journey.admin.open("/users").await.status(200);
    }
}

stories! {
    /// ASVS 1.5.3, 15.3.7
    async fn of_two_fields_with_the_same_name_the_first_is_used(app) {
        app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bob@example.org").await;
        let first = format!("email=ana@example.org&email=bob@example.org&password={PASSWORD}&password=wrong");
        let browser = app.browser();
        sending(&browser, "/login?email=bob@example.org", FORM, first.clone()).send().await.status(303);
        browser.open("/account").await.shows("ana@example.org").does_not_show("bob@example.org");
        let wrong = format!("email=ana@example.org&password=wrong&password={PASSWORD}");
        sending(&app.browser(), "/login", FORM, wrong).send().await.status(422);
        // What is checked is what is stored, and what mail goes to.
        let two = format!("email=first@example.org&email=second@example.org&password={PASSWORD}&password=short");
        sending(&app.browser(), "/signup", FORM, two).send().await.status(303);
        app.mail_to("first@example.org").await;
        app.no_mail_to("second@example.org").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'second@example.org'").await, 0);
    }

    /// A field has one type, a text, and one name. Brackets and dots behind the name make another field of it, which no form
    /// has.
    ///
    /// ASVS 15.3.5
    async fn a_field_is_a_text_under_its_exact_name(app) {
        app.confirmed_user("ana@example.org").await;
        let right = PASSWORD.replace(' ', "+");
        for behind in ["[]", "[0]", "[$ne]", ".len", ".x", ".", "[", "]", "[]=&password.", "%5B%5D", "%2Ex", "[a][b]", ":x"] {
            for form in [
                format!("email=ana@example.org&password{behind}={right}"),
                format!("email{behind}=ana@example.org&password={right}"),
            ] {
                let browser = app.browser();
                sending(&browser, "/login", FORM, form.clone()).send().await.status(422);
                assert_eq!(browser.session_token(), None, "{form}");
            }
            // Nor does it stand in the way of the field itself.
            let browser = app.browser();
            let form = format!("password{behind}=wrong&email{behind}=bob@example.org&email=ana@example.org&password={right}");
            sending(&browser, "/login", FORM, form.clone()).send().await.status(303);
            assert!(browser.session_token().is_some(), "{form}");
        }
        for password in ["password=true", "password=0", "password=null", "password={}"] {
            let browser = app.browser();
            sending(&browser, "/login", FORM, format!("email=ana@example.org&{password}")).send().await.status(422);
            assert_eq!(browser.session_token(), None, "{password}");
        }
    }
}

stories! {
    slow because "every field of every form is sent very long texts";

    /// ASVS 1.3.12
    async fn long_inputs_are_answered_at_once(app) {
        let journey = app.journey().await;
        let long = [
            "a".repeat(30_000) + "@",
            "a@".repeat(15_000),
            "a.".repeat(15_000) + "@example.org",
            "a@".to_owned() + &"b.".repeat(15_000),
            "xn--".repeat(7_500),
            "\u{e4}".repeat(5_000),
            "%".repeat(10_000),
            " ".repeat(30_000),
            "ab12".repeat(7_500),
            "/".repeat(30_000),
        ];
        for stop in forms(&journey) {
            for text in &long {
                let names = ["email", "password", "display_name", "locale", "next", "code"];
                for name in names {
                    let usual = names.iter().filter(|other| **other != name);
                    let usual = usual.map(|other| (*other, if *other == "email" { "b@example.org" } else { PASSWORD }));
                    let fields: Vec<_> = usual.chain([(name, text.as_str())]).collect();
                    let begun = Instant::now();
                    let answer = app.browser().request(Method::POST, &stop.path).form(&fields).send().await;
                    assert!(answer.status < 500, "{name} at {}: {}", stop.path, answer.text());
                    assert!(begun.elapsed() < Duration::from_secs(5), "{name} at {} took {:?}", stop.path, begun.elapsed());
                }
            }
        }
        for path in ["/login?email=", "/login?next=", "/signup?next=", "/static/app.css?v=", "/users?q=", "/users?after="] {
            for length in [1_000, 30_000, 60_000] {
                let begun = Instant::now();
                let answer = journey.admin.request(Method::GET, &format!("{path}{}", "a".repeat(length))).send().await;
                assert!(matches!(answer.status, 200 | 303), "{path} {length}: {}", answer.status);
                assert!(begun.elapsed() < Duration::from_secs(5), "{path} {length}");
            }
            let request = format!("GET {path}{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1_000_000));
            let said = app.raw(request.as_bytes()).await;
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{path}: {said}");
        }
    }
}

stories! {
    /// A button has no fields, and not every program names a type for nothing.
    async fn an_empty_body_needs_no_type(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.request(Method::POST, "/logout").send().await.status(303);
        assert_eq!(ana.session_token(), None);
    }
}
