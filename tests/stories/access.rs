//! `docs/access.md` says which route is for whom. Here each of its rows is tried.

use std::collections::BTreeSet;

use figment::Figment;
use figment::providers::Serialized;
use vestibule::db::Clock;

use crate::email_change::{link_to, moves_to};
use crate::support::*;
use crate::tokens::claim;

/// A row of the table: the route, and what nobody, a user and an admin get.
struct Row {
    method: Method,
    path: String,
    answers: [String; 3],
}

fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md")).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| `GET ") || line.starts_with("| `POST "));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (method, path) = cells[0].trim_matches('`').split_once(' ').unwrap();
        Row {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            answers: [cells[1], cells[2], cells[3]].map(str::to_owned),
        }
    })
    .collect()
}

/// What an answer means, in the words of the table.
fn meaning(answer: &Answer) -> &'static str {
    let to = answer.location().unwrap_or_default();
    // Signing out leads to the sign-in page, too, but clears the browser.
    let refused = to.starts_with("/login") && answer.header("clear-site-data").is_none();
    match answer.status {
        303 if refused => "sign in",
        303 if to == "/account" && answer.set_cookies().is_empty() => "onward",
        200 | 303 | 410 | 422 => "yes",
        403 => "no",
        _ => "nothing",
    }
}

stories! {
    /// The routes of the table are those that there are.
    ///
    /// ASVS 8.1.1
    async fn every_route_is_in_the_table(database: Database) {
        let figment = Figment::from(rocket::Config::debug_default())
            .merge(Serialized::global("secret_key", "xJ4sUq0y8mRk2VtLw7Zb9fHc3NpEd6Ga1QoTi5YvKs8="))
            .merge(Serialized::global("databases.vestibule.url", database.url()))
            .select("debug");
        let rocket = vestibule::rocket(figment, Clock::system()).unwrap();
        let there: BTreeSet<String> = rocket
            .routes()
            .map(|route| format!("{} {}", route.method, route.uri.to_string().split('?').next().unwrap()))
            // What is refused ends at the first, what does not exist at the second.
            .filter(|route| route != "TRACE /<_..>" && route != "GET /<_..>")
            .collect();
        let told: BTreeSet<String> = table().iter().map(|row| format!("{} {}", row.method, row.path)).collect();
        assert_eq!(there, told, "docs/access.md and the program differ");
    }

    /// ASVS 8.2.1, 8.3.1
    async fn every_route_is_for_whom_the_table_says(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.admin("root@home.test").await;
        app.browser().sign_up("waiting@example.org").await.status(200);
        let link = app.mail_to("waiting@example.org").await.link();
        app.signed_in("ana@example.org").await;
        let notice = app.mail_to("ana@example.org").await.link();
        app.browser().post("/forgot-password", &[("email", "root@home.test")]).await.status(200);
        let reset = app.mail_to("root@home.test").await.link();
        let person = format!("/users/{}", app.texts("SELECT id FROM users WHERE email = 'ana@example.org'").await[0]);
        let undo = {
            let moved = app.confirmed_user("mover@example.org").await;
            moves_to(&app, &moved, "moved@example.org").await;
            app.mail_to("mover@example.org").await.link()
        };
        // Each their own, and too old, so that they keep their addresses.
        let changes = [
            link_to(&app, &ana, "ana-new@example.org").await,
            link_to(&app, &app.signed_in("root@home.test").await, "root-new@home.test").await,
        ];
        app.sql("UPDATE mailed_tokens SET expires_at = created_at WHERE purpose = 'email_change'").await;
        let mailbox = ana.open("/dev/mailbox").await.html;
        let mail = mailbox.split('"').find(|part| part.starts_with("/dev/mailbox/")).unwrap();
        let rows = table();
        assert!(rows.len() > 20);
        for row in rows {
            let path = match &*row.path {
                "/confirm-email/<token>" => &link,
                "/not-me/<token>" => &notice,
                "/reset-password/<token>" => &reset,
                "/account/email/undo/<token>" => &undo,
                "/users/<id>" => &person,
                "/static/<name>" => "/static/app.css",
                "/dev/mailbox/<id>" => mail,
                path => path,
            };
            let visitors = [app.browser(), app.signed_in("ana@example.org").await, app.signed_in("root@home.test").await];
            for (nth, (browser, expected)) in visitors.iter().zip(&row.answers).enumerate() {
                let path = if path == "/account/email/confirm/<token>" { &changes[nth / 2] } else { path };
                // People end their own sessions: here, the one that asks.
                let own = browser.session_token().map_or_else(|| "none".to_owned(), |token| claim(&token, "sid"));
                let path = &path.replace("/sessions/<id>/", &format!("/sessions/{own}/"));
                let request = browser.request(row.method.clone(), path);
                let answer = match (&row.method, &**path) {
                    (&Method::GET, _) => request.send().await,
                    (_, "/language") => request.form(&[("locale", "en")]).send().await,
                    _ => request.form(&[("nothing", "")]).send().await,
                };
                assert_eq!(meaning(&answer), expected, "{} {path}: {}", row.method, answer.status);
            }
        }
    }

    /// Who is not (or no longer) in use is nobody, also with a token that was good a moment ago.
    async fn who_is_shut_out_is_nobody(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for status in ["pending", "disabled", "deleting"] {
            app.sql(&format!("UPDATE users SET status = '{status}'")).await;
            ana.open("/account").await.is_at("/login?next=/account");
            ana.open("/users").await.is_at("/login?next=/users");
            app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        }
        app.sql("UPDATE users SET status = 'active'").await;
        ana.open("/account").await.is_at("/account");
    }
}
