//! A browser that was signed in with before keeps an allowance of its own.

use std::time::{Duration, Instant};

use futures::future::join_all;

use crate::sign_in::rate_limits::{add, attempt};
use crate::support::*;

const ON: [(&str, &str); 1] = [("throttle.enabled", "true")];
const WRONG: &str = "not the right one";

/// The cookie by which a browser is known.
fn secret_of(browser: &Browser) -> String {
    browser.cookie("vestibule_device").expect("this browser is known")
}

/// A new browser that holds this secret.
fn with_secret(app: &App, secret: &str) -> Browser {
    let browser = app.browser();
    browser.set_cookie("vestibule_device", secret);
    browser
}

stories! {
    /// ASVS 6.1.1, 6.3.1
    async fn a_stranger_cannot_lock_out_a_known_browser(app with [("throttle.enabled", "true")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.sign_out().await;
        let stranger = app.browser();
        for _ in 0..5 {
            stranger.sign_in("ana@example.org", WRONG).await.status(422);
        }
        stranger.sign_in("ana@example.org", WRONG).await.status(429);
        // From a machine that was never signed in with, not even the owner gets in now.
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(429);
        // From her own she does, and as often as anybody may.
        ana.sign_in("ana@example.org", PASSWORD).await.status(200).is_at("/account");
    }

    /// ASVS 6.3.1
    async fn attempts_of_a_known_browser_are_limited(app with [("throttle.enabled", "true")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.sign_out().await;
        for _ in 0..5 {
            ana.sign_in("ana@example.org", WRONG).await.status(422);
        }
        ana.sign_in("ana@example.org", PASSWORD).await.status(429);
    }

    /// A thief who plants his own cookie in somebody's browser is not known for that account afterwards.
    async fn a_planted_cookie_is_replaced_at_the_sign_in(app) {
        let thief = app.confirmed_user("thief@example.org").await;
        let planted = thief.cookie("vestibule_device").expect("the thief's browser is known");
        let ana = app.confirmed_user("ana@example.org").await;
        ana.sign_out().await;
        ana.set_cookie("vestibule_device", &planted);
        ana.sign_in("ana@example.org", PASSWORD).await.status(200);
        assert_ne!(ana.cookie("vestibule_device"), Some(planted));
        let both = "SELECT COUNT(*) FROM known_browsers k JOIN known_browsers o ON o.browser_hash = k.browser_hash \
                    WHERE k.user_id <> o.user_id";
        // Her browser now holds a new secret that knows both accounts: two rows, each paired with the other. Her old one
        // is left, and the thief's is worth nothing.
        assert_eq!(app.count(both).await, 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 3);
    }

    async fn a_browser_stays_known_for_both_people_who_share_it(app) {
        let shared = app.confirmed_user("ana@example.org").await;
        shared.sign_out().await;
        app.confirmed_user("bo@example.org").await;
        shared.sign_in("bo@example.org", PASSWORD).await.status(200);
        shared.sign_out().await;
        let before = shared.cookie("vestibule_device");
        shared.sign_in("ana@example.org", PASSWORD).await.status(200);
        assert_eq!(shared.cookie("vestibule_device"), before);
    }

    /// A thief of a device cookie signs in to accounts of his own with it: each time he gets a new secret that knows the
    /// victim's account, too. That must not give him fresh tries.
    ///
    /// ASVS 6.3.1
    async fn a_thiefs_own_accounts_give_no_more_attempts(app with ON) {
        let ana = app.confirmed_user("ana@example.org").await;
        let stolen = secret_of(&ana);
        for own in ["x0@example.org", "x1@example.org", "x2@example.org", "x3@example.org"] {
            add(&app, own).await;
        }
        let began = Instant::now();
        let mut tries = 0;
        let mut secrets = vec![stolen.clone()];
        for own in ["", "x0@example.org", "x1@example.org", "x2@example.org", "x3@example.org"] {
            if !own.is_empty() {
                let thief = with_secret(&app, secrets.last().unwrap());
                attempt(&thief, own, PASSWORD).await.status(303);
                assert!(!secrets.contains(&secret_of(&thief)), "a new secret");
                secrets.push(secret_of(&thief));
            }
            for _ in 0..8 {
                let thief = with_secret(&app, secrets.last().unwrap());
                tries += u64::from(attempt(&thief, "ana@example.org", WRONG).await.status == 422);
            }
        }
        let most = 10 + began.elapsed().as_secs() / 30;
        assert!((10..=most).contains(&tries), "{tries} tries");
        // What he held before is known no more: it has what strangers have, which is five tries.
        let mut tries = 0;
        for nth in 0..10 {
            let thief = with_secret(&app, &secrets[nth % 4]);
            tries += u64::from(attempt(&thief, "ana@example.org", WRONG).await.status == 422);
        }
        let most = 5 + began.elapsed().as_secs() / 60;
        assert!((5..=most).contains(&tries), "{tries} tries");
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 5, "one for each account");
    }

    /// Five browsers of one's own have no five allowances, and go beyond the client's by little.
    ///
    /// ASVS 6.3.1
    async fn all_known_browsers_of_an_account_share_an_allowance(app with ON) {
        add(&app, "mallory@example.org").await;
        let mut secrets = Vec::new();
        for _ in 0..5 {
            secrets.push(secret_of(&app.signed_in("mallory@example.org").await));
        }
        let client = app.browser().address().octets();
        for nth in 0..20 {
            attempt(&app.browser_at(client), &format!("nobody{nth}@example.org"), WRONG).await.status(422);
        }
        let began = Instant::now();
        let mut tries = 0;
        for secret in &secrets {
            for _ in 0..5 {
                let known = app.browser_at(client);
                known.set_cookie("vestibule_device", secret);
                tries += u64::from(attempt(&known, "mallory@example.org", WRONG).await.status == 422);
            }
        }
        let most = 10 + began.elapsed().as_secs() / 30;
        assert!((10..=most).contains(&tries), "{tries} tries");
        // A minute later there are two more, whichever browsers take them.
        app.advance(Duration::from_mins(1));
        let again = join_all(secrets.iter().map(async |secret| {
            let known = with_secret(&app, secret);
            attempt(&known, "mallory@example.org", WRONG).await.status
        }))
        .await;
        let tries = again.iter().filter(|status| **status == 422).count();
        assert!((2..=3).contains(&tries), "{again:?}");
    }

    /// ASVS 6.3.1
    async fn known_browsers_of_one_client_share_an_allowance_too(app with ON) {
        let ana = app.confirmed_user("ana@example.org").await;
        // Her browser is known for a dozen accounts more.
        for n in 0..14 {
            app.sql(&format!(
                "INSERT INTO users (id, email, display_name, sort_name, role, status, password_hash, created_at, last_seen_at) \
                 SELECT 'id{n}', 'own{n}@example.org', '', 'own{n}', role, status, password_hash, created_at, 1 \
                 FROM users WHERE email = 'ana@example.org'"
            ))
            .await;
            app.sql(&format!(
                "INSERT INTO known_browsers (browser_hash, user_id, last_seen_at) \
                 SELECT browser_hash, 'id{n}', last_seen_at FROM known_browsers \
                 WHERE user_id = (SELECT id FROM users WHERE email = 'ana@example.org')"
            ))
            .await;
        }
        let began = Instant::now();
        let mut tries = 0;
        for n in 0..14 {
            for _ in 0..5 {
                tries += u64::from(attempt(&ana, &format!("own{n}@example.org"), WRONG).await.status == 422);
            }
        }
        let most = 60 + began.elapsed().as_secs() / 2 + 1;
        assert!((60..=most).contains(&tries), "{tries} tries");
        // The same cookies on another machine still do.
        let elsewhere = ana.stolen_by(app.browser().address().octets());
        attempt(&elsewhere, "own13@example.org", PASSWORD).await.status(303);
    }

    /// ASVS 15.4.2
    async fn twenty_concurrent_sign_ins_carry_the_device_cookie_over_once(app) {
        let shared = app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bo@example.org").await;
        shared.sign_out().await;
        let signed_in = join_all((0..20).map(|_| attempt(&shared, "bo@example.org", PASSWORD))).await;
        assert!(signed_in.iter().all(|answer| answer.status == 303));
        let of = |email| {
            format!("SELECT COUNT(*) FROM known_browsers k JOIN users u ON u.id = k.user_id WHERE u.email = '{email}'")
        };
        assert_eq!(app.count(&of("ana@example.org")).await, 1);
        assert!(app.count(&of("bo@example.org")).await <= 20);
    }

    async fn an_account_keeps_the_twenty_latest_browsers(app) {
        let first = app.confirmed_user("ana@example.org").await;
        let (before, mut others) = (secret_of(&first), Vec::new());
        for _ in 0..20 {
            app.advance(Duration::from_secs(1));
            others.push(app.signed_in("ana@example.org").await);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 20);
        for browser in [&others[0], &others[19]] {
            let before = secret_of(browser);
            browser.sign_out().await;
            browser.sign_in("ana@example.org", PASSWORD).await.status(200);
            assert_eq!(secret_of(browser), before, "it is still known");
        }
        first.sign_out().await;
        first.sign_in("ana@example.org", PASSWORD).await.status(200);
        assert_ne!(secret_of(&first), before, "it had made room");
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 20);
    }

    /// A browser that two people share, while the account of one of them is being deleted.
    async fn deleting_another_user_of_a_browser_changes_nothing(app) {
        let shared = app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bo@example.org").await;
        shared.sign_out().await;
        let mut deleting = app.pool().begin().await.unwrap();
        sqlx::query("DELETE FROM users WHERE email = 'ana@example.org'")
            .execute(&mut *deleting)
            .await
            .unwrap();
        let sign_in = attempt(&shared, "bo@example.org", PASSWORD);
        let deletion = async {
            if app.database().backend() == Backend::Postgres {
                let waits = "SELECT COUNT(*) FROM pg_stat_activity \
                             WHERE datname = current_database() AND wait_event_type = 'Lock'";
                until("the sign-in waits", async || (app.count(waits).await > 0).then_some(())).await;
            }
            deleting.commit().await.unwrap();
        };
        let (answer, ()) = futures::future::join(sign_in, deletion).await;
        answer.status(303);
        shared.open("/account").await.status(200).shows("bo@example.org");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    }
}
