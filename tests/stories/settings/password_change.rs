//! Changing one's password: with the current one, and everybody else is out.

use futures::future::join_all;

use crate::support::*;
use crate::tokens::{claim, counts, number};

const ANA: &str = "ana@example.org";
const WRONG: &str = "not the right one";

/// Fills in and sends the page.
async fn changes(browser: &Browser, current: &str, new: &str) -> Page {
    let page = browser.open("/account/password").await;
    page.fill("Current password", current).fill("New password", new);
    page.press("Change password").await
}

stories! {
    /// ASVS 6.2.2, 6.2.3, 6.3.7, 7.2.4, 7.4.3
    async fn sets_a_new_password(app) {
        let ana = app.confirmed_user(ANA).await;
        let work = app.signed_in(ANA).await;
        let bob = app.confirmed_user("bob@example.org").await;
        let other = app.second_node().start().await;
        let (before, elsewhere) = (ana.session_token().unwrap(), work.session_token().unwrap());
        let page = ana.open("/account").await.click("Password").await;
        page.status(200).is_at("/account/password");
        assert_eq!(page.attribute("Current password", "autocomplete").as_deref(), Some("current-password"));
        assert_eq!(page.attribute("New password", "autocomplete").as_deref(), Some("new-password"));
        let done = changes(&ana, PASSWORD, OTHER_PASSWORD).await;
        done.is_at("/account/password").shows("Your password is changed. All other sessions have ended.");

        let after = ana.session_token().unwrap();
        assert_ne!(claim(&before, "sid"), claim(&after, "sid"));
        assert!(number(&after, "auth_time") >= number(&before, "auth_time"));
        for node in [&app, &other] {
            assert!(counts(&node.browser(), &after).await);
            assert!(!counts(&node.browser(), &before).await, "kept aside, it is worth nothing");
            assert!(!counts(&node.browser(), &elsewhere).await);
        }
        work.open("/account").await.is_at("/login");
        bob.open("/account").await.is_at("/account");
        app.browser().sign_in(ANA, PASSWORD).await.status(422);

        let notice = app.mail_to(ANA).await;
        assert_eq!(notice.subject, "Vestibule: your password was changed");
        notice.says("has a new password").says("Firefox on Linux").says("within 7 days");
        assert!(notice.link().starts_with("/not-me/"));
        assert!(!notice.text.contains(OTHER_PASSWORD));
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'password_changed'").await, 1);
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
    }

    async fn password_managers_find_the_change_page(app) {
        let ana = app.confirmed_user(ANA).await;
        let answer = ana.request(Method::GET, "/.well-known/change-password").send().await;
        assert_eq!(answer.status(303).location(), Some("/account/password"));
        app.browser().open("/.well-known/change-password").await.is_at("/login?next=%2Faccount%2Fpassword");
    }

    async fn errors_are_translated(app) {
        let ana = app.confirmed_user(ANA).await.languages("de");
        ana.post("/language", &[("locale", "de")]).await.status(200);
        let page = ana.open("/account/password").await;
        page.shows("Passwort ändern").fill("Aktuelles Passwort", WRONG).fill("Neues Passwort", OTHER_PASSWORD);
        let refused = page.press("Passwort ändern").await;
        refused.status(422).shows("Das ist nicht das Passwort dieses Kontos");
        refused.fill("Aktuelles Passwort", PASSWORD).fill("Neues Passwort", OTHER_PASSWORD);
        refused.press("Passwort ändern").await.shows("Ihr Passwort ist geändert.");
        app.mail_to(ANA).await.says("hat ein neues Passwort");
    }

    /// ASVS 6.2.1, 6.2.3, 6.2.4, 6.2.11
    async fn errors_are_shown_beside_the_field(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.post("/account", &[("display_name", "Wilhelmina"), ("locale", "")]).await.status(200);
        let work = app.signed_in(ANA).await;
        let hash = app.texts("SELECT password_hash FROM users").await;
        for (current, new, first, second) in [
            ("", OTHER_PASSWORD, Some("Enter your current password."), None),
            (WRONG, OTHER_PASSWORD, Some("This is not the password of this account. Type it again."), None),
            ("nul\0nul", OTHER_PASSWORD, Some("This is not the password of this account. Type it again."), None),
            ("", "", Some("Enter your current password."), Some("Enter a new password.")),
            (PASSWORD, "", None, Some("Enter a new password.")),
            (PASSWORD, "short words", None, Some("Choose a password of at least 12 characters.")),
            (PASSWORD, "passwordpassword", None, Some("This password is on a list of common ones. Choose another.")),
            (PASSWORD, "blue wilhelmina kettles", None, Some("Choose a password without “wilhelmina”, a part of your name.")),
            (PASSWORD, PASSWORD, None, Some("This is the password you have already. Choose another.")),
        ] {
            let page = changes(&ana, current, new).await;
            page.status(422).is_at("/account/password");
            assert_eq!(page.field_error("Current password").as_deref(), first, "{current}, {new}");
            assert_eq!(page.field_error("New password").as_deref(), second, "{current}, {new}");
            for typed in [current, new] {
                assert!(typed.len() < 5 || !page.html.contains(typed), "{typed} is in the page");
            }
        }
        assert_eq!(app.texts("SELECT password_hash FROM users").await, hash);
        ana.open("/account").await.is_at("/account");
        work.open("/account").await.is_at("/account");
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'password_changed'").await, 0);
    }

    /// A thief with somebody's session does not guess the password here.
    ///
    /// ASVS 6.3.1
    async fn five_wrong_passwords_in_a_row_end_the_session(app) {
        let ana = app.confirmed_user(ANA).await;
        for _ in 0..4 {
            changes(&ana, WRONG, OTHER_PASSWORD).await.status(422);
        }
        changes(&ana, PASSWORD, "aaaaaaaaaaaaaaaa").await.status(422);
        // The right one forgave them, though the new one was refused.
        for _ in 0..4 {
            changes(&ana, WRONG, OTHER_PASSWORD).await.status(422);
        }
        let token = ana.session_token().unwrap();
        changes(&ana, WRONG, OTHER_PASSWORD).await.is_at("/login").shows("For your safety you were signed out.");
        assert_eq!(ana.session_token(), None);
        assert!(!counts(&app.browser(), &token).await);
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");

        // Twenty at once are no more than five; and what a thief was about to set is not set.
        let thief = app.signed_in(ANA).await;
        let statuses = join_all((0..20).map(|n| {
            let current = format!("wrong password number {n}");
            let form = [("current_password", current.as_str()), ("password", OTHER_PASSWORD)];
            thief.request(Method::POST, "/account/password").form(&form).send()
        }))
        .await;
        assert!(statuses.iter().all(|answer| [303, 422].contains(&answer.status)));
        assert!(statuses.iter().filter(|answer| answer.status == 422).count() <= 5);
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.status(422);
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
    }

    async fn of_many_concurrent_changes_at_most_a_single_one_succeeds(app) {
        let ana = app.confirmed_user(ANA).await;
        let passwords: Vec<String> = (10..30).map(|n| format!("purple tractors eat {n} maps")).collect();
        let answers = join_all(passwords.iter().map(|password| {
            let form = [("current_password", PASSWORD), ("password", password)];
            ana.request(Method::POST, "/account/password").form(&form).send()
        }))
        .await;
        assert!(answers.iter().all(|answer| [303, 422].contains(&answer.status)));
        let changed: Vec<usize> = (0..20)
            .filter(|nth| answers[*nth].location() == Some("/account/password"))
            .collect();
        assert!(changed.len() <= 1, "{changed:?}");
        app.browser().sign_in(ANA, PASSWORD).await.status(if changed.is_empty() { 200 } else { 422 });
        for (nth, password) in passwords.iter().enumerate() {
            let expected = if changed.contains(&nth) { 200 } else { 422 };
            app.browser().sign_in(ANA, password).await.status(expected);
        }
        let notices = app.count("SELECT COUNT(*) FROM mails WHERE kind = 'password_changed'").await;
        assert_eq!(notices, i64::try_from(changed.len()).unwrap());
    }

    /// ASVS 2.3.3
    async fn a_partial_failure_changes_nothing(app) {
        let ana = app.confirmed_user(ANA).await;
        let work = app.signed_in(ANA).await;
        app.mails_are_sent().await;
        for table in ["mails", "activity", "email_tokens"] {
            app.sql(&format!("ALTER TABLE {table} RENAME TO {table}_elsewhere")).await;
            let form = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
            ana.request(Method::POST, "/account/password").form(&form).send().await.status(500);
            app.sql(&format!("ALTER TABLE {table}_elsewhere RENAME TO {table}")).await;
            ana.open("/account").await.is_at("/account");
            work.open("/account").await.is_at("/account");
        }
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
    }

    /// A session that is over changes nothing, be its token ever so good.
    async fn an_ended_session_changes_nothing(app) {
        let ana = app.confirmed_user(ANA).await;
        let thief = ana.stolen_by([127, 9, 9, 9]);
        ana.sign_out().await;
        let form = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        let answer = thief.request(Method::POST, "/account/password").form(&form).send().await;
        assert_eq!(answer.status(303).location(), Some("/login?next=%2Faccount%2Fpassword"));
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
    }
}
