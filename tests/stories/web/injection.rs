//! What we hand out as it is read elsewhere: by programs that read JSON, by spreadsheets, by other sites. And what a visitor
//! names is not gone to.

use crate::support::*;

/// It ends a script, a string and an attribute, and begins a formula.
const HOSTILE: &str = "=1+1</script><b>\"'\\u0041\\ {{x}}";

stories! {
    /// No page has a script of its own text, and the one JSON document is made by a serializer and says what it is.
    ///
    /// ASVS 1.2.3
    async fn a_name_stays_a_name_in_scripts_and_json(app) {
        let tour = app.tour().await;
        tour.user.open("/account").await.fill_name("display_name", HOSTILE).press("Save changes").await.status(200);
        let mut scripts = 0;
        for path in tour.paths() {
            for browser in [&app.browser(), &tour.user, &tour.admin] {
                let answer = browser.request(Method::GET, &path).send().await;
                let kind = answer.header("content-type").unwrap_or_default().to_owned();
                let text = answer.text();
                if kind.starts_with("application/json") {
                    serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
                    continue;
                }
                assert!(!text.contains("</script><b>"), "{path}");
                for script in text.split("<script").skip(1) {
                    let (attributes, rest) = script.split_once('>').unwrap();
                    assert!(attributes.contains(" src=\"/static/") && rest.starts_with("</script>"), "{path}: <script{attributes}>");
                    scripts += 1;
                }
            }
        }
        assert!(scripts > 3, "the pages with a script are not met");
        let export = tour.user.request(Method::GET, "/account/export").send().await;
        assert!(export.status(200).header("content-type").unwrap().starts_with("application/json"));
        assert_eq!(export.json()["account"]["name"], HOSTILE);
    }

    /// There is nothing that a spreadsheet would open: the export is JSON, in which a formula is a text.
    ///
    /// ASVS 1.2.10
    async fn no_response_is_a_spreadsheet(app) {
        let tour = app.tour().await;
        for path in tour.paths() {
            for suffix in ["", ".csv", "?format=csv", ".xlsx"] {
                let answer = tour.admin.request(Method::GET, &format!("{path}{suffix}")).header("accept", "text/csv").send().await;
                let kind = answer.header("content-type").unwrap_or_default();
                for word in ["csv", "excel", "spreadsheet", "tab-separated", "officedocument"] {
                    assert!(!kind.contains(word), "{path}{suffix}: {kind}");
                }
                let file = answer.header("content-disposition").unwrap_or_default();
                assert!(file.is_empty() || file.contains(".json\""), "{path}{suffix}: {file}");
            }
        }
    }

    /// A name for a function in the address makes no answer a call of it.
    ///
    /// ASVS 3.5.6
    async fn no_response_is_jsonp(app) {
        let tour = app.tour().await;
        for path in tour.paths() {
            for name in ["callback", "jsonp", "cb", "jsonpcallback", "function"] {
                let path = format!("{path}?{name}=evilfunction");
                let answer = tour.user.request(Method::GET, &path).without("sec-fetch-site").header("accept", "*/*").send().await;
                let text = answer.text();
                let called = ["evilfunction(", "evilfunction (", "evilfunction&&"].iter().any(|call| text.contains(call));
                assert!(!called && !text.trim_start().starts_with("evilfunction"), "{path}");
                let script = answer.header("content-type").is_some_and(|kind| kind.contains("javascript"));
                assert!(!script || path.starts_with("/static/"), "{path}");
            }
        }
    }

    /// An address that a visitor names, in whatever field or header, is not connected to.
    ///
    /// ASVS 1.3.6
    async fn no_url_from_a_visitor_is_requested(app) {
        let trap = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        trap.set_nonblocking(true).unwrap();
        let there = trap.local_addr().unwrap();
        let url = format!("http://{there}/");
        let tour = app.tour().await;
        let form = ["email", "password", "display_name", "locale", "next", "code", "q", "url", "avatar", "callback"].map(|name| (name, url.as_str()));
        for stop in &tour.stops {
            for browser in [&app.browser(), &tour.user] {
                let mut request = browser.request(stop.method.clone(), &format!("{}?next={url}&url={url}", stop.path));
                for name in ["referer", "forwarded", "x-forwarded-host", "x-forwarded-for", "x-original-url", "from", "via", "sourcemap", "user-agent"] {
                    request = request.header(name, &url);
                }
                if stop.method != Method::GET {
                    request = request.form(&form);
                }
                request.send().await;
            }
        }
        let email = format!("ana@[{}]", there.ip());
        app.browser().request(Method::POST, "/signup").form(&[("email", &*email), ("password", PASSWORD)]).send().await.status(422);
        let visitor = trap.accept();
        assert!(visitor.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "somebody went there");
    }

    /// Numbers at and beyond every limit are a page or a refusal, never an error of ours.
    ///
    /// ASVS 1.4.2
    async fn large_numbers_are_answered(app) {
        let tour = app.tour().await;
        let numbers = [
            "0", "-1", "1", "255", "256", "65536", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
            "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e400", "NaN", "0x7fffffff",
            "99999999999999999999999999999999999999999999",
        ];
        for number in numbers {
            for path in ["/users?after=", "/users?before=", "/users?sort=", "/users?page=", "/account/activity?after=", "/account/activity?before=", "/users/", "/dev/mailbox/", "/static/app.css?v="] {
                let answer = tour.admin.request(Method::GET, &format!("{path}{number}")).send().await;
                assert!(answer.status < 500, "{path}{number}: {}", answer.status);
            }
            for (name, value) in [("range", format!("bytes={number}-{number}")), ("max-forwards", number.to_owned()), ("if-modified-since", number.to_owned()), ("cookie", format!("vestibule_flash={number}; vestibule_language={number}"))] {
                let answer = app.browser().request(Method::GET, "/static/app.css").header(name, &value).send().await;
                assert!(answer.status < 500, "{name} {value}: {}", answer.status);
            }
            let answer = app.raw(format!("POST /login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {number}\r\nConnection: close\r\n\r\n").as_bytes()).await;
            assert!(!answer.starts_with("HTTP/1.1 5"), "Content-Length {number}: {answer}");
        }
        // A cursor of ours whose number is another.
        for number in ["9223372036854775807", "-9223372036854775808", "9223372036854775808"] {
            for text in [format!("{number}.x"), format!("n.{number}.x"), format!("[{number},\"x\"]")] {
                let cursor = data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
                tour.admin.request(Method::GET, &format!("/users?sort=last-seen&after={cursor}")).send().await.status(200);
                tour.user.request(Method::GET, &format!("/account/activity?after={cursor}")).send().await.status(200);
            }
        }
    }
}
