//! Forms that other sites make a visitor's browser send.

use crate::support::*;

const EVIL: &str = "https://evil.example";

/// One form that every route takes and that would change something at each.
const FORM: [(&str, &str); 6] = [
    ("email", "user@example.org"),
    ("password", PASSWORD),
    ("display_name", "Mallory"),
    ("locale", "de"),
    ("code", "AAAA-AAAA"),
    ("next", "/account"),
];

/// The ways in which a page that is not ours, or no page at all, sends a form.
fn forged(browser: &Browser, stop: &Stop) -> Vec<Request> {
    let form = || browser.request(stop.method.clone(), &stop.path).form(&FORM);
    vec![
        form().forged_by(EVIL),
        form().header("sec-fetch-site", "cross-site"),
        form()
            .header("sec-fetch-site", "same-site")
            .header("origin", "https://shop.example.org"),
        form().header("sec-fetch-site", "rubbish"),
        form().without("sec-fetch-site").header("origin", EVIL),
        form().without("sec-fetch-site").header("origin", "null"),
        form().without("sec-fetch-site").header("origin", ""),
        form().without("sec-fetch-site").without("origin"),
        form().forged_by(EVIL).header("content-type", "text/plain"),
    ]
}

stories! {
    slow because "every form is sent from every kind of other site";

    /// Whatever is mounted: a route added tomorrow is tried as well.
    ///
    /// ASVS 3.5.1, 3.5.2
    async fn no_route_takes_a_form_of_another_site(app) {
        let journey = app.journey().await;
        let before = app.everything_stored().await;
        let (visitor, session) = (app.browser(), journey.user.session_token());
        for stop in journey.unsafe_stops() {
            for browser in [&visitor, &journey.user] {
                for request in forged(browser, &stop) {
                    let answer = request.send().await;
                    assert_eq!(answer.status, 403, "{stop:?}");
                    assert!(answer.set_cookies().is_empty(), "{stop:?}");
                }
            }
            assert_eq!(app.everything_stored().await, before, "{stop:?} changed something");
        }
        assert_eq!(journey.user.session_token(), session);
        // The same form from our own page is taken everywhere; so it was the check that refused it.
        for stop in journey.unsafe_stops() {
            let ours = app.signed_in("admin@example.org").await;
            for site in ["same-origin", "none"] {
                let answer = ours.request(stop.method.clone(), &stop.path).form(&FORM).header("sec-fetch-site", site);
                assert_ne!(answer.send().await.status, 403, "{stop:?}");
            }
            let ours = app.signed_in("admin@example.org").await;
            let answer = ours.request(stop.method.clone(), &stop.path).form(&FORM).without("sec-fetch-site");
            assert_ne!(answer.send().await.status, 403, "{stop:?}");
        }
        assert_ne!(app.everything_stored().await, before);
    }
}

stories! {
    /// What somebody signs in as is not for others to choose: they would see what he then does.
    async fn another_site_cannot_sign_a_visitor_in(app) {
        app.confirmed_user("mallory@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        let before = ana.session_token();
        let trap = [("email", "mallory@example.org"), ("password", PASSWORD)];
        ana.request(Method::POST, "/login").form(&trap).forged_by(EVIL).send().await.status(403);
        assert_eq!(ana.session_token(), before);
        ana.open("/account").await.status(200).shows("ana@example.org");
        let stranger = app.browser();
        stranger.request(Method::POST, "/login").form(&trap).forged_by(EVIL).send().await.status(403);
        assert_eq!(stranger.session_token(), None);
    }

    /// A program is no browser that somebody could abuse: it sends no cookie, and a page cannot make a browser send a
    /// bearer token or JSON elsewhere unasked.
    ///
    /// ASVS 3.5.2
    async fn programs_pass_and_browsers_in_disguise_do_not(app) {
        app.confirmed_user("ana@example.org").await;
        let form = [("email", "ana@example.org"), ("password", PASSWORD)];
        let bearer = || app.request(Method::POST, "/login").form(&form).header("authorization", "Bearer abc");
        let json = || app.request(Method::POST, "/login").json(&serde_json::json!({ "email": "ana@example.org" }));
        bearer().send().await.status(303);
        // Let through, and told that this route takes forms.
        json().send().await.status(415);
        for (name, value) in [
            ("cookie", "vestibule_language_8000=de"),
            ("cookie", "x=y"),
            ("origin", EVIL),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "no-cors"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-user", "?1"),
        ] {
            bearer().header(name, value).send().await.status(403);
            json().header(name, value).send().await.status(403);
        }
        for authorization in ["Basic YTpi", "Bearer", "bearer", "Token abc", ""] {
            bearer().header("authorization", authorization).send().await.status(403);
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"] {
            json().header("content-type", kind).send().await.status(403);
        }
    }

    /// A developer's browser may call this machine as it likes, in debug alone.
    async fn in_development_all_loopback_names_are_same_origin(app with [("public_url", "http://localhost:8000")]) {
        let post = |origin: &str| {
            let form = app.browser().request(Method::POST, "/language").form(&[("locale", "de")]);
            form.without("sec-fetch-site").header("origin", origin)
        };
        for ours in ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"] {
            post(ours).send().await.status(303);
        }
        for other in [
            "http://localhost",
            "http://localhost:8001",
            "https://localhost:8000",
            "http://127.0.0.2:8000",
            "http://localhost.evil.example:8000",
            "http://evil.example:8000",
        ] {
            post(other).send().await.status(403);
        }
    }

    async fn in_production_only_the_public_origin_is_accepted(database: Database) {
        let app = App::on(&database).release().start().await;
        let post = |origin: &str| {
            let form = app.browser().request(Method::POST, "/language").form(&[("locale", "de")]);
            form.without("sec-fetch-site").header("origin", origin)
        };
        post("https://accounts.example.org").send().await.status(303);
        for other in [
            app.base(),
            "http://accounts.example.org",
            "https://accounts.example.org:8443",
            "https://accounts.example.org.evil.example",
            "https://evil-accounts.example.org",
            "https://example.org",
            "https://www.example.org",
            "https://accounts.example.org@evil.example",
            "https://accounts.example.org/",
            "https://accounts.example.org https://evil.example",
            "http://localhost:8000",
            "http://127.0.0.1:8000",
            "null",
            "",
        ] {
            let answer = post(other).send().await;
            assert_eq!(answer.status, 403, "{other}");
        }
    }
}

stories! {
    slow because "every page is opened, and everything stored is compared";

    /// Mail scanners, previews and prefetching browsers open whatever they see, twice at that. That somebody took their
    /// data along is noted, and nothing else.
    ///
    /// ASVS 3.5.3
    async fn a_get_changes_nothing(app) {
        let journey = app.journey().await;
        let stored = async || {
            let mut rows = app.everything_stored().await;
            rows.retain(|row| !(row.starts_with("activity: ") && row.contains("data_exported")));
            rows
        };
        // The first question makes the key pairs.
        app.browser().open("/.well-known/jwks.json").await.status(200);
        let before = stored().await;
        for browser in [&app.browser(), &journey.user, &journey.admin] {
            let session = browser.session_token();
            for path in journey.paths() {
                for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                    for query in ["", "?locale=de&email=user@example.org&display_name=Mallory&code=AAAA-AAAA"] {
                        let answer = browser.request(method.clone(), &format!("{path}{query}")).send().await;
                        assert!(answer.status < 500, "{method} {path}{query}: {}", answer.text());
                    }
                }
                assert_eq!(stored().await, before, "{path} changed something");
            }
            assert_eq!(browser.session_token(), session);
        }
        // And what was looked at still works.
        let link = app.mail_to("waiting@example.org").await.link();
        let page = app.browser().open(&link).await;
        page.fill_name("password", OTHER_PASSWORD).submit(&link).await.status(200).is_at("/login");
    }
}
