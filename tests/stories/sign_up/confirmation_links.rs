//! The mailed link: how long it lives, that looking at it changes nothing, and that it counts once, however many click.

use std::time::Duration;

use futures::future::join_all;

use crate::support::*;

const DAY: Duration = Duration::from_hours(24);

/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);

/// When the newest mail with a link went out, Unix milliseconds.
async fn delivered(app: &App) -> i64 {
    app.count("SELECT MAX(created_at) FROM email_tokens").await
}

/// Lets time pass until so long after that moment.
fn advance_to(app: &App, moment: i64, after: Duration) {
    let left = moment + i64::try_from(after.as_millis()).unwrap() - app.clock().now();
    app.advance(Duration::from_millis(left.try_into().unwrap()));
}

/// What a click could change: table, key, and the columns that would show it.
const CHANGEABLE: [(&str, &str, &[&str]); 5] = [
    (
        "users",
        "id",
        &[
            "email",
            "status",
            "role",
            "password_hash",
            "display_name",
            "confirmed_at",
            "last_seen_at",
        ],
    ),
    ("sign_ups", "user_id", &["next", "asked_at"]),
    ("sessions", "id", &["user_id", "last_seen_at", "expires_at"]),
    ("email_tokens", "created_at", &["user_id", "code_expires_at", "expires_at", "used_at"]),
    ("mails", "id", &["recipient", "status", "attempts", "user_id"]),
];

/// All of it, row by row.
async fn everything(app: &App) -> Vec<String> {
    let mut all = Vec::new();
    for (table, key, columns) in CHANGEABLE {
        let row: Vec<String> = columns
            .iter()
            .map(|column| format!("'{column} ' || COALESCE(CAST({column} AS TEXT), 'nothing')"))
            .collect();
        let rows = app
            .texts(&format!("SELECT {} FROM {table} ORDER BY {key}", row.join(" || ', ' || ")))
            .await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

stories! {
    async fn a_link_is_valid_for_a_day_from_its_delivery(database: Database) {
        let smtp = Smtp::start(Behaviour::Refuse);
        let app = App::on(&database).smtp(&smtp).start().await;
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let asked = app.clock().now();
        until("the mail server refuses", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE last_error IS NOT NULL").await == 1).then_some(())
        })
        .await;
        smtp.behave(Behaviour::Accept);
        app.advance(Duration::from_hours(5));
        let link = app.mail_to("ana@example.org").await.link();
        let delivered = delivered(&app).await;
        assert!(delivered >= asked + 5 * 3_600_000, "its time starts at delivery");

        advance_to(&app, delivered, DAY.checked_sub(MARGIN).unwrap());
        let page = ana.open(&link).await;
        page.status(200).shows("Is this your address?");
        advance_to(&app, delivered, DAY);
        // Neither the page that is open already nor a new one.
        page.press("Confirm address").await.status(410);
        let expired = ana.open(&link).await;
        expired
            .status(410)
            .shows("This link has expired")
            .does_not_show("ana@example.org");
        assert!(!expired.has_button("Confirm address"));
        let sent = expired.press("Send a new email").await;
        sent.status(200).is_at("/signup/sent");
        smtp.wait_for(2).await;
        let new = app.mail_to("ana@example.org").await.link();
        ana.open(&new).await.press("Confirm address").await.is_at("/account");
        // Whoever comes late with the old one is told that all is well.
        ana.open(&link).await.status(200).shows("Already confirmed");
    }

    async fn a_second_click_says_that_it_is_done(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let page = ana.open(&link).await;
        page.press("Confirm address").await.is_at("/account");
        page.press("Confirm address")
            .await
            .status(200)
            .shows("Already confirmed")
            .shows("Nothing is left to do.");
        ana.open(&link).await.status(200).click("Your account").await.is_at("/account");
        app.browser()
            .open(&link)
            .await
            .status(200)
            .shows("Already confirmed")
            .click("Sign in")
            .await
            .is_at("/login");
        app.advance(Duration::from_hours(29 * 24));
        app.browser().open(&link).await.status(200).shows("Already confirmed");
    }

    /// ASVS 3.5.3
    async fn opening_a_link_changes_nothing(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let before = everything(&app).await;
        assert_eq!(before.len(), 4, "an account, its binding, its token, its mail: {before:?}");
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            for _ in 0..2 {
                let status = ana.request(method.clone(), &link).send().await.status;
                assert_eq!(status, if method == Method::OPTIONS { 404 } else { 200 });
                app.browser().request(method.clone(), &link).send().await;
                // A mail scanner.
                app.request(method.clone(), &link)
                    .header("user-agent", "Mozilla/4.0 (compatible; scanner)")
                    .send()
                    .await;
                app.request(method.clone(), &format!("{link}?password={OTHER_PASSWORD}").replace(' ', "+"))
                    .send()
                    .await;
            }
        }
        assert_eq!(everything(&app).await, before);
        ana.open(&link).await.press("Confirm address").await.is_at("/account");
        assert_ne!(everything(&app).await, before);
    }

    async fn an_unknown_link_is_not_found(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let token = link.strip_prefix("/confirm-email/").unwrap();
        let last = if token.ends_with('A') { "E" } else { "A" };
        for wrong in [
            String::new(),
            "a".to_owned(),
            token[..42].to_owned(),
            format!("{token}A"),
            format!("{}{last}", &token[..42]),
            token.to_uppercase(),
            "A".repeat(43),
            "%00".repeat(43),
            "%20".to_owned(),
            "%20".repeat(43),
            "%25".repeat(43),
            "null".to_owned(),
            "ä".repeat(21) + "a",
            "a".repeat(5_000),
            "..%2f..%2fetc%2fpasswd".to_owned(),
            "resend".to_owned(),
        ] {
            let path = format!("/confirm-email/{wrong}");
            ana.request(Method::GET, &path).send().await.status(404);
            if wrong != "resend" && !wrong.is_empty() {
                ana.request(Method::POST, &path)
                    .form(&[("password", OTHER_PASSWORD)])
                    .send()
                    .await
                    .status(404);
            }
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 0);
    }

    /// ASVS 2.3.4
    async fn twenty_clicks_at_once_confirm_once(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let clicks = join_all((0..20).map(|_| ana.request(Method::POST, &link).form(&[]).send())).await;
        let confirmed = clicks.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(confirmed, 1);
        for late in clicks.iter().filter(|answer| answer.status != 303) {
            assert!(late.status(200).text().contains("Already confirmed"), "{}", late.text());
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    }

    /// ASVS 2.3.4
    async fn twenty_concurrent_browsers_set_a_single_password(app) {
        app.browser().sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let chosen: Vec<String> = (0..20).map(|n| format!("{n} heron barge lantern")).collect();
        let clicks = join_all(chosen.iter().map(|password| {
            app.browser()
                .request(Method::POST, &link)
                .form(&[("password", password)])
                .send()
        }))
        .await;
        let won: Vec<usize> = (0..20).filter(|n| clicks[*n].status == 303).collect();
        assert_eq!(won.len(), 1, "{won:?}");
        for late in clicks.iter().filter(|answer| answer.status != 303) {
            assert!(late.status(200).text().contains("Already confirmed"), "{}", late.text());
        }
        for (n, password) in chosen.iter().enumerate() {
            let page = app.browser().sign_in("ana@example.org", password).await;
            page.status(if won == [n] { 200 } else { 422 });
        }
    }

    /// ASVS 2.3.4
    async fn all_sign_ups_of_an_address_at_once_make_a_single_account(app) {
        let everywhere: Vec<Browser> = (0..12).map(|_| app.browser()).collect();
        join_all(everywhere.iter().map(|browser| browser.sign_up("ana@example.org"))).await;
        let links: Vec<String> = app.mails_to("ana@example.org").await.iter().map(Mail::link).collect();
        let clicks = join_all(links.iter().map(|link| {
            app.browser()
                .request(Method::POST, link)
                .form(&[("password", OTHER_PASSWORD)])
                .send()
        }))
        .await;
        let confirmed = clicks.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(confirmed, 1);
        for late in clicks.iter().filter(|answer| answer.status != 303) {
            assert!(late.status(200).text().contains("Already confirmed"), "{}", late.text());
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    }

    /// However many wait, none of them counts any longer once one did: not while that account is there, nor after.
    // ASVS 2.3.4
    async fn a_confirmation_deletes_a_thousand_other_sign_ups(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let mail = app.mail_to("ana@example.org").await;
        let more = "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at) \
                    WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < 1000) \
                    SELECT 'more-' || n, 'ana@example.org', '', '', 'user', 'pending', created_at, created_at \
                    FROM more, (SELECT MAX(created_at) AS created_at FROM users) u";
        app.sql(more).await;
        let links = "INSERT INTO email_tokens (token_hash, purpose, user_id, email, created_at, expires_at) \
                     SELECT CAST(u.id AS {bytes}), 'confirm', u.id, u.email, t.created_at, t.expires_at \
                     FROM users u, (SELECT MAX(created_at) AS created_at, MAX(expires_at) AS expires_at FROM email_tokens) t \
                     WHERE u.id LIKE 'more-%'";
        app.sql(&links.replace("{bytes}", if app.database().backend() == Backend::Postgres { "BYTEA" } else { "BLOB" })).await;

        ana.open(&mail.link()).await.press("Confirm address").await.status(200);
        let waiting = "SELECT COUNT(*) FROM users WHERE status = 'pending'";
        assert!(app.count(waiting).await > 300, "some of them wait for their time");
        let live = format!("SELECT COUNT(*) FROM email_tokens WHERE expires_at > {}", app.clock().now());
        let of_these = "user_id IN (SELECT id FROM users WHERE status = 'pending')";
        assert_eq!(app.count(&format!("{live} AND {of_these}")).await, 0, "no link of theirs counts");
        app.advance(8 * DAY);
        app.tidied().await;
        until("they are tidied", async || (app.count(waiting).await == 0).then_some(())).await;
    }
}
