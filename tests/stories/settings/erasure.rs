//! When an account is really gone: what goes, what stays, and that whoever comes after is somebody else.

use std::time::Duration;

use crate::admin::admin_users::{execute, operator, others_wait};
use crate::support::*;
use crate::tokens::counts;

/// Time enough for a restart before a limit.
const MARGIN: Duration = Duration::from_secs(6);

/// Lets time pass until so long before somebody's account goes.
async fn advance_to(app: &App, before: Duration) {
    let goes_at = app.count("SELECT MIN(deletion_at) FROM users").await;
    let ahead = goes_at - app.clock().now() - i64::try_from(before.as_millis()).unwrap();
    app.advance(Duration::from_millis(ahead.try_into().unwrap()));
}

/// Asks for the deletion of one's account.
async fn leaves(browser: &Browser) {
    browser.request(Method::POST, "/account/delete").send().await.status(303);
}

/// The two ways in which an account is erased.
async fn goes(app: &App, way: &str, ana: &Browser) {
    if way == "by the operator" {
        app.vestibule(["user", "delete", "ana@example.org"]).await.succeeds();
    } else {
        leaves(ana).await;
        app.mails_are_sent().await;
        advance_to(app, Duration::ZERO).await;
        app.tidied().await;
    }
}

const WAYS: [&str; 2] = ["by the operator", "by time"];

stories! {
    /// ASVS 14.2.7
    async fn an_account_is_deleted_after_fourteen_days(app) {
        app.confirmed_user("other@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        for browser in [&ana, &bob] {
            leaves(browser).await;
        }
        // Being shut out besides makes no difference.
        app.vestibule(["user", "disable", "bob@example.org"]).await.succeeds();
        app.sql("UPDATE users SET deletion_at = (SELECT MIN(deletion_at) FROM users) WHERE deletion_at IS NOT NULL").await;
        let leaving = "SELECT email FROM users WHERE deletion_at IS NOT NULL ORDER BY email";
        advance_to(&app, MARGIN).await;
        app.tidied().await;
        assert_eq!(app.texts(leaving).await, ["ana@example.org", "bob@example.org"]);
        app.signed_in("ana@example.org").await.open("/account").await.is_at("/account/delete");
        advance_to(&app, Duration::ZERO).await;
        app.tidied().await;
        assert!(app.texts(leaving).await.is_empty());
        assert_eq!(app.texts("SELECT email FROM users").await, ["other@example.org"]);
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
    }

    async fn undoing_at_the_last_moment_keeps_the_account(app) {
        app.confirmed_user("other@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        leaves(&ana).await;
        advance_to(&app, MARGIN).await;
        let ana = app.signed_in("ana@example.org").await;
        ana.open("/account/delete").await.press("Keep my account").await.is_at("/account");
        app.advance(MARGIN);
        app.tidied().await;
        ana.open("/account").await.shows("ana@example.org");
    }

    /// ASVS 14.2.7
    async fn a_deletion_leaves_no_personal_data(app) {
        for way in WAYS {
            app.sql("DELETE FROM users").await;
            app.sql("DELETE FROM activity").await;
            app.confirmed_user("other@example.org").await;
            let ana = app.confirmed_user("ana@example.org").await;
            ana.post("/account", &[("display_name", "Ana Ferreira")]).await.status(200);
            let phone = app.signed_in("ana@example.org").await;
            phone.sign_out().await;
            for purpose in ["password_reset", "not_me", "email_change", "email_undo"] {
                app.mailed_token(purpose, "ana@example.org").await;
            }
            app.mails_are_sent().await;
            let id = app.id_of("ana@example.org").await;
            let others = app.texts("SELECT id FROM activity ORDER BY id").await.len();
            goes(&app, way, &ana).await;
            app.mails_are_sent().await;

            let rows = app.everything_stored().await;
            for trace in [id.as_str(), "ana@example.org", "Ana Ferreira", "ferreira"] {
                let left: Vec<_> = rows.iter().filter(|row| row.contains(trace)).collect();
                assert!(left.is_empty(), "{way}: {left:#?}");
            }
            let name = "SELECT DISTINCT user_id FROM activity WHERE user_id NOT IN (SELECT id FROM users)";
            let names = app.texts(name).await;
            assert_eq!(names.len(), 1, "{way}: one person, one name");
            assert!(names[0].len() == id.len() && names[0] != id);
            let of_her = format!("FROM activity WHERE user_id = '{}'", names[0]);
            let events = app.texts(&format!("SELECT event {of_her} ORDER BY at")).await;
            assert_eq!(events.first().map(String::as_str), Some("created"), "{way}: {events:?}");
            assert_eq!(events.last().map(String::as_str), Some("deleted"), "{way}: {events:?}");
            assert_eq!(events.contains(&"deletion_requested".to_owned()), way == "by time");
            let who = format!("SELECT COUNT(*) {of_her} AND (device IS NOT NULL OR masked_ip IS NOT NULL)");
            assert_eq!(app.count(&who).await, 0, "{way}: who did it is gone");
            // Nothing is lost, and nobody else is touched.
            assert!(app.texts("SELECT id FROM activity").await.len() > others);
            let other = app.id_of("other@example.org").await;
            let kept = format!("SELECT COUNT(*) FROM activity WHERE user_id = '{other}' AND device IS NOT NULL");
            assert_eq!(app.count(&kept).await, 1, "{way}");
        }
    }

    /// ASVS 7.4.2
    async fn a_later_account_of_the_address_is_unrelated(app) {
        for way in WAYS {
            app.sql("DELETE FROM users").await;
            app.confirmed_user("other@example.org").await;
            let ana = app.confirmed_user("ana@example.org").await;
            let confirmation = app.mail_to("ana@example.org").await.link();
            let (token, device) = (ana.session_token().unwrap(), ana.cookie("vestibule_device").unwrap());
            let old = ana.stolen_by([127, 7, 7, 7]);
            let mut links = vec![confirmation];
            for (purpose, path) in [
                ("password_reset", "/reset-password/"),
                ("not_me", "/not-me/"),
                ("email_change", "/account/email/confirm/"),
                ("email_undo", "/account/email/undo/"),
            ] {
                links.push(format!("{path}{}", app.mailed_token(purpose, "ana@example.org").await));
            }
            let id = app.id_of("ana@example.org").await;
            goes(&app, way, &ana).await;

            let next = app.confirmed_user("ana@example.org").await;
            assert_ne!(app.id_of("ana@example.org").await, id);
            let session = next.session_token().unwrap();
            assert!(!counts(&app.browser(), &token).await, "{way}");
            let known = "SELECT COUNT(*) FROM known_browsers k JOIN users u ON u.id = k.user_id WHERE u.email = 'ana@example.org'";
            assert_eq!(app.count(known).await, 1, "{way}: the old browser is not known");
            assert_ne!(next.cookie("vestibule_device").unwrap(), device);
            old.open("/account").await.is_at("/login");
            for link in &links {
                for browser in [&old, &next, &app.browser()] {
                    let get = browser.request(Method::GET, link).send().await;
                    let post = browser.request(Method::POST, link).form(&[("password", OTHER_PASSWORD)]).send().await;
                    for answer in [get, post] {
                        assert!(answer.status != 200 && answer.status < 500, "{way}: {link}: {}", answer.text());
                    }
                }
            }
            assert!(counts(&app.browser(), &session).await, "{way}: nothing old ends what is new");
            app.signed_in("ana@example.org").await;
            let export = next.request(Method::GET, "/account/export").send().await.status(200).json();
            let events: Vec<&str> = export["activity"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect();
            assert_eq!(events, ["created", "signed_in", "data_exported"], "{way}");
        }
    }

    /// What a stranger's browser is told does not tell that the account went.
    ///
    /// ASVS 6.3.8
    async fn a_deletion_is_invisible_to_strangers(app) {
        for way in WAYS {
            app.sql("DELETE FROM users").await;
            app.sql("DELETE FROM email_tokens").await;
            app.confirmed_user("other@example.org").await;
            let ana = app.confirmed_user("ana@example.org").await;
            leaves(&ana).await;
            advance_to(&app, Duration::from_hours(1)).await;
            let stranger = app.browser();
            stranger.sign_up("ana@example.org").await;
            app.mails_are_sent().await;
            // As if its mail were still under way: such an attempt waits, and must not become the account.
            let id = app.texts("SELECT user_id FROM sign_ups ORDER BY asked_at DESC LIMIT 1").await.remove(0);
            app.sql(&format!(
                "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at) \
                 VALUES ('{id}', 'ana@example.org', '', '', 'user', 'pending', 0, 0)"
            ))
            .await;
            app.sql(&format!("UPDATE email_tokens SET user_id = '{id}' WHERE purpose = 'not_me'")).await;
            app.advance(Duration::from_mins(2));
            let before = stranger.open("/signup/sent").await;
            before.status(200).shows("ana@example.org");
            let ana = app.signed_in("ana@example.org").await;
            ana.open("/account/delete").await.press("Keep my account").await;
            if way == "by time" {
                leaves(&ana).await;
                app.mails_are_sent().await;
                app.sql("UPDATE users SET deletion_at = deletion_at - 1209600000 WHERE deletion_at IS NOT NULL").await;
                app.tidied().await;
            } else {
                goes(&app, way, &ana).await;
            }
            assert_eq!(stranger.open("/signup/sent").await.text(), before.text(), "{way}");
            assert_eq!(app.texts("SELECT email FROM users").await, ["other@example.org"], "{way}: the attempt went, too");
            let orphans = "SELECT COUNT(*) FROM email_tokens WHERE user_id NOT IN (SELECT id FROM users)";
            assert_eq!(app.count(orphans).await, 0, "{way}");
        }
    }

    /// ASVS 14.2.7
    async fn a_sign_up_that_no_browser_waits_for_is_deleted(app) {
        app.confirmed_user("other@example.org").await;
        for email in ["ana@example.org", "bob@example.org"] {
            app.browser().sign_up(email).await;
        }
        app.mails_are_sent().await;
        app.sql("DELETE FROM sign_ups WHERE email = 'ana@example.org'").await;
        app.tidied().await;
        assert_eq!(app.texts("SELECT email FROM users WHERE status = 'pending'").await, ["bob@example.org"]);
    }

    /// An account that cannot be erased now does not keep the others, and is erased later.
    async fn concurrent_deletions_on_two_nodes_happen_once(app) {
        app.confirmed_user("other@example.org").await;
        for n in 0..30 {
            app.sql(&format!(
                "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at, deletion_at) \
                 VALUES ('going-{n}', 'user{n}@example.org', '', '', 'user', 'deleting', 0, 0, {n})"
            ))
            .await;
            app.sql(&format!("INSERT INTO activity (id, user_id, at, event) VALUES ('a{n}', 'going-{n}', {n}, 'created')")).await;
        }
        let other = app.second_node().start().await;
        futures::future::join(app.tidies(), other.tidies()).await;
        app.advance(Duration::from_hours(1));
        futures::future::join(app.tidies(), other.tidies()).await;
        until("all are gone", async || (app.count("SELECT COUNT(*) FROM users").await == 1).then_some(())).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'deleted'").await, 30);
        let names = "SELECT COUNT(DISTINCT user_id) FROM activity WHERE user_id NOT IN (SELECT id FROM users)";
        assert_eq!(app.count(names).await, 30, "each has a name of its own");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE user_id LIKE 'going-%'").await, 0);
    }

    /// ASVS 2.3.3, 16.5.3
    async fn a_deletion_survives_a_power_cut(database: Database) {
        let add = |email: &'static str| {
            let settings = [("databases.vestibule.url".to_owned(), database.url().to_owned())];
            let command = Vestibule::new(database.folder()).settings(&settings).set("profile", "debug");
            command.args(["user", "add", email, "--password-stdin"]).input(PASSWORD).run()
        };
        add("ana@example.org").await.succeeds();
        let app = App::on(&database).start().await;
        app.stop().await;
        app.sql("UPDATE users SET status = 'deleting', deletion_at = 1").await;
        let id = app.id_of("ana@example.org").await;
        app.sql(&format!(
            "INSERT INTO sign_ups (user_id, email, browser_hash, asked_at) \
             SELECT id, email, token_hash, {} FROM users, (SELECT token_hash FROM email_tokens) t",
            app.clock().now()
        ))
        .await;
        app.mailed_token("not_me", "ana@example.org").await;
        let whole = app.everything_stored().await;
        let rows = |all: Vec<String>| -> Vec<String> {
            all.into_iter().filter(|row| !row.starts_with("signing_keys")).collect()
        };
        let whole = rows(whole);
        if app.database().backend() == Backend::Postgres {
            // Whoever erases it comes as far as what happened to it, and no further.
            let mut tx = operator(&app).await;
            execute(&mut tx, "UPDATE activity SET at = at").await;
            let mut child = app.command().args(["user", "delete", "ana@example.org"]).begin();
            others_wait(&app, 1).await;
            child.kill().unwrap();
            child.wait().unwrap();
            drop(tx);
            until("its connection is closed", async || (rows(app.everything_stored().await) == whole).then_some(())).await;
        } else {
            // Nobody can be held up in the middle here: it has happened, or it has not.
            let mut child = app.command().args(["user", "delete", "ana@example.org"]).begin();
            child.kill().unwrap();
            child.wait().unwrap();
            let left = rows(app.everything_stored().await);
            assert!(left == whole || left.iter().all(|row| !row.contains(&id)), "{left:#?}");
        }
        app.restart().await;
        app.tidied().await;
        let left = app.everything_stored().await;
        assert!(left.iter().all(|row| !row.contains(&id)), "{left:#?}");
    }
}
