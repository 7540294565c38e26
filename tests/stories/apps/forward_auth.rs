//! The answers to what a proxy asks.

use super::visit::*;
use crate::support::*;

stories! {
    async fn a_visitor_is_led_to_the_sign_in(app with APPS) {
        let visit = Visit::of(&app, WIKI, &app.browser());
        let navigated = visit.sees("/a%2Fb?x=1&y=%26").await;
        navigated.status(303);
        let start = "http://wiki.example.org/.vestibule/start?to=%2Fa%252Fb%3Fx%3D1%26y%3D%2526";
        assert_eq!(navigated.location(), Some(start));
        // nginx passes no redirect on.
        let for_nginx = visit.asks("/a").at("/forward-auth?refuse=401").send().await;
        has_no_body(&for_nginx);
        for_nginx.status(401);
        assert_eq!(for_nginx.location(), Some("http://wiki.example.org/.vestibule/start?to=%2Fa"));
    }

    async fn a_script_is_told_that_nobody_is_signed_in(app with APPS) {
        let visit = Visit::of(&app, WIKI, &app.browser());
        for request in [
            visit.asks("/").header("sec-fetch-mode", "cors"),
            visit.asks("/").header("sec-fetch-mode", "no-cors"),
            visit.asks("/").header("sec-fetch-mode", "websocket"),
            visit.asks("/").header("sec-fetch-mode", "cors").at("/forward-auth?refuse=401"),
            visit.asks("/").without("sec-fetch-mode").without("accept"),
            visit.asks("/").without("sec-fetch-mode").header("accept", "*/*"),
            visit.asks("/").without("sec-fetch-mode").header("accept", "application/json, text/htmlx"),
            visit.asks("/").without("sec-fetch-mode").header("x-forwarded-method", "POST"),
            visit.asks("/").without("sec-fetch-mode").header("x-forwarded-method", "HEAD"),
        ] {
            let answer = request.send().await;
            has_no_body(&answer);
            answer.status(401);
            assert_eq!(answer.location(), None);
        }
        for request in [
            visit.asks("/").without("sec-fetch-mode"),
            visit.asks("/").without("sec-fetch-mode").header("accept", "application/xml;q=0.9,TEXT/HTML; q=0.8"),
            visit.asks("/").header("x-forwarded-method", "POST"),
            visit.asks("/").without("x-forwarded-method").without("sec-fetch-mode"),
        ] {
            request.send().await.status(303);
        }
    }

    async fn an_app_gets_to_know_who_is_there(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.enters().await;
        let id = app.id_of("ana@example.org").await;
        assert_eq!(identity(&visit.sees("/").await), [&id, "ana@example.org", "", "", ""]);
        ana.open("/account").await.fill("Name", "Zoë Weiß, Ünï\u{e7}").press("Save changes").await;
        app.sql(&format!("INSERT INTO memberships (user_id, group_name, added_at) VALUES ('{id}', 'staff', 0)")).await;
        let told = identity(&visit.sees("/").await);
        let name = "Zo%C3%AB%20Wei%C3%9F%2C%20%C3%9Cn%C3%AF%C3%A7";
        assert_eq!(told, [&id, "ana@example.org", "Zoe Weiss, Unic", "staff", name]);
        // A program that asks in between sees the same.
        assert_eq!(identity(&visit.fetches("/api").await), told);
    }

    async fn who_may_not_enter_is_refused(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let id = app.id_of("ana@example.org").await;
        let visit = Visit::of(&app, "shop.example.org", &ana);
        let page = visit.starts("/").await;
        let refused = ana.request(Method::GET, &page).send().await;
        refused.status(403);
        assert!(refused.text().contains("You may not open shop"), "{}", refused.text());
        assert_eq!(refused.header("refresh"), None);
        assert_eq!(app.count("SELECT COUNT(*) FROM app_codes").await, 0);
        app.sql(&format!("INSERT INTO memberships (user_id, group_name, added_at) VALUES ('{id}', 'staff', 0)")).await;
        visit.enters().await;
        assert_eq!(identity(&visit.sees("/").await)[3], "staff");
        app.sql("DELETE FROM memberships").await;
        for answer in [visit.sees("/").await, visit.fetches("/").await] {
            answer.status(403);
            assert_eq!(answer.location(), None);
        }
    }

    async fn nobody_enters_an_app_that_says_nothing(app with [APPS[0], ("apps.wiki.hosts", "wiki.example.org")]) {
        let admin = app.admin("root@example.org").await;
        let visit = Visit::of(&app, WIKI, &admin);
        let page = visit.starts("/").await;
        admin.request(Method::GET, &page).send().await.status(403);
    }

    async fn public_paths_are_open(app with [
        APPS[0], APPS[3], ("apps.wiki.public_paths", "[\"/robots.txt\", \"/public/*\"]"),
    ]) {
        let visit = Visit::of(&app, WIKI, &app.browser());
        for path in ["/robots.txt", "/robots.txt?x", "/public/", "/public/a/b.css?x=/../y"] {
            assert_eq!(identity(&visit.sees(path).await), ["", "", "", "", ""], "{path}");
            assert_eq!(identity(&visit.fetches(path).await), ["", "", "", "", ""], "{path}");
        }
        for path in ["/", "/public", "/public/../x", "/public//x", "/public/%2e%2e/x", "/public/..;/x", "//public/x", "/public/%2fx"] {
            visit.sees(path).await.status(303);
        }
    }

    async fn open_networks_are_open(app with [
        APPS[0], APPS[3], ("apps.wiki.open_networks", "[\"127.0.0.0/8\", \"203.0.113.0/28\", \"2001:db8::/32\"]"),
    ]) {
        let visit = Visit::of(&app, WIKI, &app.browser());
        for client in ["203.0.113.7", "127.0.0.1", "198.51.100.1, 203.0.113.7", "2001:db8::1", "[2001:db8::1]:80"] {
            let answer = visit.asks("/").header("x-forwarded-for", client).send().await;
            assert_eq!(identity(&answer), ["", "", "", "", ""], "{client}");
        }
        for client in ["203.0.113.77", "203.0.113.7, 198.51.100.1", "rubbish", "203.0.113.7, rubbish", "", ",", "2001:db9::1"] {
            let answer = visit.asks("/").header("x-forwarded-for", client).send().await;
            assert_eq!(answer.status, 303, "{client}");
        }
        // The proxy itself is in the network; a visitor whom it does not name is not.
        visit.asks("/").without("x-forwarded-for").send().await.status(303);
    }

    async fn any_method_and_any_path_below_is_the_same_question(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let paths = [
            "/forward-auth",
            "/forward-auth/",
            "/forward-auth/save?x=1",
            "/forward-auth//double//slash/",
            "/forward-auth/a%2Fb/..%2fc;d?refuse=4011",
            "/forward-auth/./a/../b",
            "/forward-auth/%FF%00",
            "/forward-auth/%",
        ];
        let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "MKCOL", "REPORT", "TRACE"];
        for signed_in in [false, true] {
            if signed_in {
                visit.enters().await;
            }
            for path in paths {
                for method in methods {
                    let request = visit.asks("/x").at(path).by(method).without("origin").without("sec-fetch-site");
                    let answer = request.send().await;
                    assert_eq!(answer.status, if signed_in { 200 } else { 303 }, "{method} {path}");
                    has_no_body(&answer);
                }
            }
        }
        visit.asks("/").at("/forward-authority").send().await.status(404);
    }

    /// What a visitor sends along for the app has no effect here.
    async fn headers_for_the_app_are_ignored(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.enters().await;
        for (name, value) in [
            ("if-none-match", "*"),
            ("if-modified-since", "Fri, 27 Nov 2099 00:00:00 GMT"),
            ("range", "bytes=0-1"),
            ("te", "trailers"),
            ("upgrade", "websocket"),
            ("authorization", "Bearer nonsense"),
            ("authorization", "Basic bm9ib2R5Om5vdGhpbmc="),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-type", "application/json"),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("x-forwarded-proto", "wss"),
            ("x-forwarded-proto", "http"),
            ("x-original-url", "https://evil.example/"),
            ("remote-user", "admin"),
            ("x-http-method-override", "DELETE"),
            ("host", "evil.example"),
            ("host", "wiki.example.org"),
        ] {
            let answer = visit.asks("/").header(name, value).send().await;
            has_no_body(&answer);
            assert_eq!(identity(&answer)[1], "ana@example.org", "{name}: {value}");
        }
        let form = visit.asks("/").header("content-type", "application/x-www-form-urlencoded").body("_method=delete");
        form.by("POST").send().await.status(200);
    }

    async fn the_other_form_of_the_headers_is_a_setting(app with [
        APPS[0], APPS[2], APPS[3], APPS[4], ("forward_auth.headers", "x-original-url"),
    ]) {
        let visit = Visit::of(&app, WIKI, &app.browser());
        // Only the named form is believed.
        visit.asks("/").send().await.status(403);
        let ask = |url: &str| visit.asks("/x").header("x-forwarded-host", "evil.example").header("x-original-url", url);
        for (url, to) in [
            ("https://wiki.example.org/a?b=c", "%2Fa%3Fb%3Dc"),
            ("http://WIKI.example.org:443//a", "%2F%2Fa"),
            ("wss://wiki.example.org/a", "%2Fa"),
        ] {
            let answer = ask(url).send().await;
            answer.status(303);
            let start = format!("http://wiki.example.org/.vestibule/start?to={to}");
            assert_eq!(answer.location(), Some(&*start), "{url}");
        }
        for url in ["https://evil.example/", "https://wiki.example.org", "/a", "", "https://user@wiki.example.org/"] {
            let answer = ask(url).send().await;
            assert_eq!(answer.status, 403, "{url}");
        }
    }

    /// At a port of its own an app has a cookie of its own.
    async fn a_host_has_its_port(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, "wiki.example.org:8443", &ana);
        visit.enters().await;
        let names: Vec<String> = visit.at_app.cookies().into_iter().map(|(name, _)| name).collect();
        assert!(names.contains(&"vestibule_app_8443".to_owned()), "{names:?}");
        let other = Visit { host: WIKI, ..visit.clone() };
        other.sees("/").await.status(303);
        for host in ["Wiki.Example.ORG:8443", "wiki.example.org.:8443"] {
            visit.asks("/").header("x-forwarded-host", host).send().await.status(200);
        }
        for host in ["wiki.example.org:8444", "wiki.example.orgx:8443", "evil.example", "wiki.example.org:"] {
            let answer = visit.asks("/").header("x-forwarded-host", host).send().await;
            assert!([303, 403].contains(&answer.status), "{host}");
        }
    }

    async fn in_release_the_cookie_is_for_its_host_alone(database: Database) {
        let app = App::on(&database).release().settings(APPS).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let arrived = visit.signs_in("/").await;
        assert_eq!(arrived.location(), Some("https://wiki.example.org/"));
        for line in arrived.set_cookies() {
            assert!(line.starts_with("__Host-vestibule_app"), "{line}");
            for attribute in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"] {
                assert!(line.contains(attribute), "{line}");
            }
            assert!(!line.to_lowercase().contains("domain="), "{line}");
        }
        assert!(!arrived.headers.contains_key("strict-transport-security"));
        visit.sees("/").await.status(200);
    }
}

stories! {
    only Postgres because "a SQLite file does not go away";

    async fn while_the_database_is_away_nobody_is_let_in(app with [
        APPS[0], APPS[2], APPS[3], APPS[4], ("databases.vestibule.connect_timeout", "1"),
    ]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        visit.enters().await;
        let mut tx = app.pool().begin().await.unwrap();
        sqlx::query("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
        let answer = visit.sees("/").await;
        answer.status(503);
        assert_eq!(answer.header("retry-after"), Some("5"));
        tx.rollback().await.unwrap();
        until("it is back", async || (visit.sees("/").await.status == 200).then_some(())).await;
    }
}
