//! Which ways lead to a session, and which do not.

use std::collections::BTreeSet;

use scraper::{Html, Selector};

use crate::support::*;

/// What people try first at a new installation.
const USUAL: [&str; 8] = [
    "admin",
    "root",
    "administrator",
    "test",
    "user",
    "guest",
    "demo",
    "vestibule",
];

/// The names of the fields that `docs/security.md` has a rule for.
fn documented() -> BTreeSet<String> {
    let text = include_str!("../../../docs/security.md");
    let section = text.split("\n## Input\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let names = rows.flat_map(|row| row.split(" | ").next().unwrap().split('`').skip(1).step_by(2));
    names.map(str::to_owned).collect()
}

/// The names of the fields in a page's forms.
fn fields(page: &str) -> BTreeSet<String> {
    let named = Selector::parse("form [name]").unwrap();
    let page = Html::parse_document(page);
    page.select(&named)
        .map(|field| field.attr("name").unwrap().to_owned())
        .collect()
}

stories! {
    /// Nobody is there before somebody signs up, no well-known pair opens anything, and who signs up first is no admin.
    ///
    /// ASVS 6.3.2
    async fn a_new_installation_has_no_account(app) {
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
        for name in USUAL {
            for password in [name, "admin", "password", "changeme", "vestibule", "123456789012"] {
                for email in [name.to_owned(), format!("{name}@example.org"), format!("{name}@localhost")] {
                    let browser = app.browser();
                    let form = [("email", email.as_str()), ("password", password)];
                    browser.request(Method::POST, "/login").form(&form).send().await.status(422);
                    assert_eq!(browser.session_token(), None, "{email} {password}");
                }
            }
        }
        let first = app.confirmed_user("first@example.org").await;
        first.open("/users").await.status(403);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE role <> 'user'").await, 0);
        app.vestibule(["user", "grant", "first@example.org", "admin"]).await.succeeds();
        first.open("/users").await.status(200);
    }

    /// A session is begun by signing in, and by confirming in the browser that signed up. No other route begins one, with
    /// whatever is sent to it, and no header stands for one.
    ///
    /// ASVS 6.3.4
    async fn only_the_documented_ways_start_a_session(app) {
        let ways = include_str!("../../../docs/security.md").split("\n## Ways in\n").nth(1).unwrap().split("\n## ").next().unwrap();
        let told: Vec<&str> = ways.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| way")).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        let begins = [
            "| `POST /login` ",
            "| `POST /api/v1/login` ",
            "| `POST /login/code`, `POST /login/code/<token>` ",
            "| `POST /login/passkey` ",
            "| confirming a sign-up in the browser",
        ];
        assert!(told.iter().zip(begins).all(|(row, begin)| row.starts_with(begin)), "{told:?}");

        let journey = app.journey().await;
        let form = [
            ("email", "user@example.org"),
            ("password", OTHER_PASSWORD),
            ("current_password", PASSWORD),
            ("code", "AAAA-AAAA"),
            ("display_name", "Mallory"),
            ("locale", "en"),
            ("remember", "on"),
        ];
        for stop in &journey.stops {
            let browser = app.browser();
            browser.request(Method::GET, &stop.path).send().await;
            // What a link to a new password leads to.
            browser.request(Method::POST, "/reset-password").form(&form).send().await;
            browser.request(stop.method.clone(), &stop.path).form(if stop.method == Method::GET { &[] } else { &form }).send().await;
            assert_eq!(browser.session_token(), None, "{stop:?}");
            browser.open("/account").await.is_at("/login");
        }
        let basic = data_encoding::BASE64.encode(format!("user@example.org:{PASSWORD}").as_bytes());
        let token = journey.user.session_token().unwrap();
        for (name, value) in [
            ("authorization", format!("Basic {basic}")),
            ("authorization", format!("Bearer {token}")),
            ("x-api-key", token.clone()),
            ("x-session-token", token.clone()),
        ] {
            let answer = app.browser().request(Method::GET, "/account").header(name, &value).send().await;
            answer.status(303);
            assert!(answer.location().unwrap().starts_with("/login"), "{name}");
        }
        let query = format!("/account?vestibule_session={token}&token={token}&access_token={token}");
        app.browser().request(Method::GET, &query).send().await.status(303);
    }

    /// Whoever reads somebody's mail can set a new password, which its owner is told of, but is signed in by no link. (The
    /// one link that signs in needs the cookie of the browser in which the password was chosen.)
    ///
    /// ASVS 6.3.6
    async fn no_mailed_link_signs_in(app) {
        app.confirmed_user("ana@example.org").await;
        app.browser().sign_up("new@example.org").await.status(200);
        let sign_up = app.mail_to("new@example.org").await.link();
        let mut links = vec![(sign_up, "/confirm-email/".to_owned())];
        for route in ["/reset-password/<token>", "/not-me/<token>", "/account/email/confirm/<token>", "/account/email/undo/<token>"] {
            links.push((app.path_of(route, "ana@example.org").await.unwrap(), route.replace("<token>", "")));
        }
        for (link, kind) in links {
            let reader = app.browser();
            let page = reader.open(&link).await;
            for path in [link.as_str(), "/reset-password"] {
                reader.request(Method::POST, path).form(&[("password", OTHER_PASSWORD)]).send().await;
                assert_eq!(reader.session_token(), None, "{kind}");
            }
            reader.open("/account").await.is_at("/login");
            assert!(!page.text().is_empty(), "{kind}");
        }
    }

    /// There is a field for each thing that is documented, and none for a hint or the answer to a question; nor has the
    /// database a place for one.
    ///
    /// ASVS 6.4.2
    async fn there_are_no_hints_or_secret_questions(app) {
        let journey = app.journey().await;
        let mut met = BTreeSet::new();
        for path in journey.paths() {
            for browser in [&app.browser(), &journey.user, &journey.admin] {
                let answer = browser.request(Method::GET, &path).send().await;
                met.extend(fields(&answer.text()));
            }
        }
        let page = app.browser();
        page.open(&app.path_of("/reset-password/<token>", "user@example.org").await.unwrap()).await;
        met.extend(fields(&page.request(Method::GET, "/reset-password").send().await.text()));
        assert!(met.len() >= 8, "{met:?}");
        let documented = documented();
        let undocumented: Vec<&String> = met.difference(&documented).collect();
        assert!(undocumented.is_empty(), "no rule in docs/security.md for {undocumented:?}");
        for row in app.everything_stored().await {
            for word in ["hint", "question", "answer"] {
                let column = [format!(" {word}="), format!("_{word}="), format!("\"{word}\":"), format!("_{word}\":")];
                assert!(column.iter().all(|column| !row.contains(column)), "{row}");
            }
        }
    }

    /// What a request may do follows from its own session: no header of a proxy, be it a trusted one, stands for a person,
    /// a role or another path.
    ///
    /// ASVS 8.3.3
    async fn no_request_acts_with_the_permissions_of_another_user(app with [("trusted_proxies", "[\"127.0.0.0/8\"]")]) {
        let admin = app.admin("admin@example.org").await;
        let user = app.confirmed_user("user@example.org").await;
        let id = app.id_of("admin@example.org").await;
        for name in [
            "remote-user", "x-remote-user", "x-forwarded-user", "x-forwarded-email", "x-auth-request-user", "x-auth-request-email",
            "x-webauth-user", "x-user", "x-user-id", "x-role", "x-forwarded-groups", "x-authenticated-userid", "remote-role",
        ] {
            for value in ["admin@example.org", &id, "admin"] {
                let asked = |browser: &Browser, path: &str| browser.request(Method::GET, path).header(name, value);
                asked(&user, "/users").send().await.status(403);
                asked(&app.browser(), "/account").send().await.status(303);
                let own = asked(&user, "/account").send().await;
                assert!(own.status(200).text().contains("user@example.org"), "{name}: {value}");
            }
        }
        for name in ["x-original-url", "x-rewrite-url", "x-http-method-override", "x-forwarded-uri", "x-forwarded-prefix"] {
            let answer = user.request(Method::GET, "/account").header(name, "/users").send().await;
            assert!(!answer.status(200).text().contains("admin@example.org"), "{name}");
        }
        admin.open("/users").await.status(200);
    }
}
