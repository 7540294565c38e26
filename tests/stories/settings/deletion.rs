//! Asking for the deletion of one's account, the days in which it can be kept, and keeping it.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, join, join_all, select};
use vestibule::db;

use crate::admin::admin_users::{execute, operator, others_wait};
use crate::support::*;
use crate::tokens::counts;

const DAY: Duration = Duration::from_hours(24);
/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);

/// Asks for the deletion by the button.
async fn leaves(browser: &Browser) -> Page {
    browser.open("/account/delete").await.press("Delete my account").await
}

/// How often something happened, to anybody.
async fn happened(app: &App, event: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM activity WHERE event = '{event}'"))
        .await
}

/// How an account stands.
async fn status(app: &App, email: &str) -> String {
    app.texts(&format!("SELECT status FROM users WHERE email = '{email}'"))
        .await
        .join(" ")
}

stories! {
    /// ASVS 7.4.2, 14.3.1
    async fn a_requested_deletion_can_be_undone(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let work = app.signed_in("ana@example.org").await;
        let other = app.second_node().start().await;
        let tokens = [ana.session_token().unwrap(), work.session_token().unwrap()];
        let page = ana.open("/account/delete").await;
        page.status(200).shows("14 days").shows("does not lead back to you");
        assert_eq!(page.link("Download your data").as_deref(), Some("/account/export"));
        let answer = ana.request(Method::POST, "/account/delete").send().await;
        assert_eq!(answer.status(303).location(), Some("/login"));
        assert_eq!(answer.header("clear-site-data"), Some("\"storage\""));
        assert_eq!(ana.session_token(), None, "the cookie is taken away");
        ana.open("/login").await.shows("Your account is going to be deleted in 14 days, and you are signed out.");
        for token in &tokens {
            assert!(!counts(&app.browser(), token).await);
            assert!(!counts(&other.browser(), token).await);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM revoked_tokens WHERE reason = 'deleted'").await, 2);

        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.subject, "Vestibule: your account is going to be deleted");
        mail.says("has asked for its deletion").says("Firefox on Linux").says("within 7 days");
        assert!(mail.link().starts_with("/not-me/"), "{}", mail.link());

        let page = ana.sign_in("ana@example.org", PASSWORD).await;
        page.is_at("/account/delete").shows("Your account is going to be deleted").shows("ana@example.org");
        assert!(page.link("Profile").is_none() && page.link("Account").is_none(), "{}", page.text());
        let goes_at = app.count("SELECT deletion_at FROM users").await - app.clock().now();
        let fortnight = i64::try_from((14 * DAY).as_millis()).unwrap();
        assert!((fortnight - 60_000..=fortnight).contains(&goes_at), "{goes_at}");
        let kept = page.press("Keep my account").await;
        kept.is_at("/account").shows("Your account stays.").shows("ana@example.org");
        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.subject, "Vestibule: your account stays");
        mail.says("chose to keep the account").says("Firefox on Linux");
        assert_eq!(status(&app, "ana@example.org").await, "active");
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE deletion_at IS NULL").await, 1);
        assert_eq!((happened(&app, "deletion_requested").await, happened(&app, "deletion_undone").await), (1, 1));
        // What was ended stays so.
        for token in &tokens {
            assert!(!counts(&app.browser(), token).await);
        }
    }

    async fn the_deletion_mails_are_in_the_owners_language(app) {
        let ana = app.browser().languages("de");
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        ana.open(&link).await.submit(&link).await;
        let page = ana.open("/account/delete").await;
        page.shows("Sie haben 14 Tage Bedenkzeit").press("Mein Konto löschen").await.shows("Ihr Konto wird in 14 Tagen gelöscht");
        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.subject, "Vestibule: Ihr Konto wird gelöscht");
        mail.says("Falls Sie das nicht waren, öffnen Sie innerhalb von 7 Tagen diesen Link und wählen Sie „Alle abmelden“.");
        // The account's language, not that of the browser.
        let page = app.browser().sign_in("ana@example.org", PASSWORD).await;
        // That is told of, too.
        app.mails_are_sent().await;
        page.shows("Ihr Konto wird gelöscht").press("Mein Konto behalten").await.shows("Ihr Konto bleibt bestehen.");
        app.mail_to("ana@example.org").await.says("und das Konto behalten");
    }

    async fn the_address_stays_taken_until_the_deletion(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        leaves(&ana).await.is_at("/login");
        let add = app.command().args(["user", "add", "ana@example.org", "--password-stdin"]);
        add.input(OTHER_PASSWORD).run().await.fails_with("an account has this address already");
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        app.mail_to("ana@example.org").await.says("You already have an account");
        let listed = app.vestibule(["user", "list"]).await;
        let line = listed.succeeds().stdout.lines().find(|line| line.contains("ana@example.org")).unwrap().to_owned();
        assert!(line.starts_with("deleting user "), "{line}");
        let admin = app.admin("root@example.org").await;
        admin.open("/users").await.part("ana@example.org").shows("Being deleted");
    }

    /// ASVS 7.5.3
    async fn deletion_requires_reauthentication(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let ana = { ana.sign_out().await; app.signed_in("ana@example.org").await };
        let proved = app.count("SELECT MAX(authenticated_at) FROM sessions").await;
        let to = |after: Duration| {
            let ahead = proved + i64::try_from(after.as_millis()).unwrap() - app.clock().now();
            app.advance(Duration::from_millis(ahead.try_into().unwrap()));
        };
        to(Duration::from_mins(10).checked_sub(MARGIN).unwrap());
        ana.open("/account/delete").await.is_at("/account/delete");
        to(Duration::from_mins(10));
        let answer = ana.request(Method::POST, "/account/delete").send().await;
        assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Fdelete"));
        assert_eq!(status(&app, "ana@example.org").await, "active");
        let page = ana.open("/account/delete").await;
        let page = page.is_at("/account/delete").does_not_show("not deleted yet").press("Delete my account").await;
        page.is_at("/login/confirm").fill("Password", OTHER_PASSWORD).press("Confirm").await.status(422);
        let page = ana.open("/login/confirm?next=/account/delete").await;
        let page = page.fill("Password", PASSWORD).press("Confirm").await;
        let page = page.is_at("/account/delete").shows("Your account is not deleted yet");
        page.press("Delete my account").await.is_at("/login");

        // Keeping it takes one as well.
        let ana = app.signed_in("ana@example.org").await;
        app.advance(Duration::from_mins(10));
        for (method, path) in [(Method::GET, "/account/delete"), (Method::POST, "/account/delete/undo")] {
            let answer = ana.request(method, path).send().await;
            assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Fdelete"));
        }
        assert_eq!(status(&app, "ana@example.org").await, "deleting");
        let page = ana.open("/account").await;
        let page = page.is_at("/login/confirm").fill("Password", PASSWORD).press("Confirm").await;
        page.is_at("/account/delete").press("Keep my account").await.is_at("/account");
    }

    /// ASVS 2.3.4
    async fn twenty_concurrent_deletion_requests_count_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let presses = (0..20).map(|_| ana.request(Method::POST, "/account/delete").send());
        for answer in join_all(presses).await {
            // The later ones find the session over.
            assert!(answer.status(303).location().unwrap().starts_with("/login"));
        }
        assert_eq!(app.mails_to("ana@example.org").await.len(), 2, "to confirm, and that it is to be deleted");
        assert_eq!(happened(&app, "deletion_requested").await, 1);
        let ana = app.signed_in("ana@example.org").await;
        let presses = (0..20).map(|_| ana.request(Method::POST, "/account/delete/undo").send());
        for answer in join_all(presses).await {
            assert_eq!(answer.status(303).location(), Some("/account"));
        }
        assert_eq!(app.mails_to("ana@example.org").await.len(), 4, "of the sign-in elsewhere, and that it is kept");
        assert_eq!(happened(&app, "deletion_undone").await, 1);
        ana.open("/account").await.is_at("/account");
    }

    async fn pending_links_are_revoked_by_the_deletion(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.mails_are_sent().await;
        let id = app.id_of("ana@example.org").await;
        for purpose in ["password_reset", "email_change", "not_me"] {
            app.mailed_token(purpose, "ana@example.org").await;
        }
        let later = app.clock().now() + 3_600_000;
        for purpose in ["email_change", "password_changed"] {
            app.sql(&format!(
                "INSERT INTO mails (id, kind, recipient, locale, user_id, status, attempts, next_try_at, created_at) \
                 VALUES ('{purpose}', '{purpose}', 'new@example.org', 'en', '{id}', 'queued', 0, {later}, {later})"
            ))
            .await;
        }
        ana.request(Method::POST, "/account/delete").send().await.status(303);
        let now = app.clock().now();
        let alive = format!("SELECT purpose FROM email_tokens WHERE used_at IS NULL AND expires_at > {now}");
        until("the mail has gone out", async || (app.texts(&alive).await.len() == 2).then_some(())).await;
        assert_eq!(app.texts(&alive).await, ["not_me", "not_me"], "the one from before and the mailed one");
        let waiting = "SELECT kind FROM mails WHERE recipient = 'new@example.org'";
        assert_eq!(app.texts(waiting).await, ["password_changed"]);
    }

    async fn the_last_admin_stays(app) {
        let ana = app.admin("ana@example.org").await;
        let bob = app.admin("bob@example.org").await;
        app.confirmed_user("carol@example.org").await;
        leaves(&bob).await.is_at("/login");
        let page = leaves(&ana).await;
        page.status(422).shows("You are the only admin").shows("Have somebody else made an admin first.");
        assert!(page.title().starts_with("Error:"), "{}", page.title());
        assert!(page.has_button("Delete my account"));
        ana.open("/users").await.status(200);
        assert_eq!(status(&app, "ana@example.org").await, "active");
        assert_eq!(happened(&app, "deletion_requested").await, 1);
        app.no_mail_to("nobody@example.org").await;
        assert_eq!(app.mails_to("ana@example.org").await.len(), 1);
        app.signed_in("bob@example.org").await.open("/account/delete").await.press("Keep my account").await;
        leaves(&ana).await.is_at("/login");
    }

    /// ASVS 2.3.4, 15.4.2
    async fn two_admins_deleting_at_once_leave_one(app) {
        for _ in 0..4 {
            app.sql("DELETE FROM users").await;
            let (ana, bob) = (app.admin("ana@example.org").await, app.admin("bob@example.org").await);
            let leave = async |browser: &Browser| browser.request(Method::POST, "/account/delete").send().await.status;
            let (anas, bobs) = join(leave(&ana), leave(&bob)).await;
            assert!(matches!((anas, bobs), (303, 422) | (422, 303)), "{anas} {bobs}");
            assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 1);
        }
    }

    async fn the_last_admin_stays_while_another_admin_is_pending_deletion(app) {
        let ana = app.admin("ana@example.org").await;
        app.admin("bob@example.org").await;
        let kind = match app.database().backend() {
            Backend::Sqlite => db::Backend::Sqlite,
            Backend::Postgres => db::Backend::Postgres,
        };
        let mut tx = operator(&app).await;
        db::lock(&mut tx, kind, "standing").await.unwrap();
        execute(&mut tx, "UPDATE users SET status = 'deleting' WHERE email = 'bob@example.org'").await;
        let leaving = pin!(ana.request(Method::POST, "/account/delete").send());
        let waiting = pin!(others_wait(&app, 1));
        let Either::Right(((), leaving)) = select(leaving, waiting).await else {
            panic!("it did not wait");
        };
        tx.commit().await.unwrap();
        leaving.await.status(422);
    }

    /// ASVS 7.4.2
    async fn a_sign_in_before_the_deletion_leads_to_the_undo_page(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let browsers: Vec<_> = (0..16).map(|_| app.browser()).collect();
        let sign_ins = join_all(browsers.iter().map(|browser| async {
            let form = [("email", "ana@example.org"), ("password", PASSWORD)];
            for _ in 0..4 {
                let answer = browser.request(Method::POST, "/login").form(&form).send().await;
                answer.status(303);
            }
        }));
        let deletion = async {
            until("somebody is in", async || {
                browsers.iter().any(|browser| browser.session_token().is_some()).then_some(())
            })
            .await;
            ana.request(Method::POST, "/account/delete").send().await.status(303);
        };
        join(sign_ins, deletion).await;
        assert_eq!(status(&app, "ana@example.org").await, "deleting");
        for browser in &browsers {
            let at = browser.open("/account").await.path();
            assert!(at == "/account/delete" || at.starts_with("/login"), "{at}");
        }
    }

    /// A session that was ended a moment ago, by its owner from elsewhere say, deletes nothing any more.
    async fn an_ended_session_deletes_nothing(app) {
        let thief = app.confirmed_user("ana@example.org").await;
        let mut tx = operator(&app).await;
        execute(&mut tx, "UPDATE users SET status = status").await;
        let leaving = pin!(thief.request(Method::POST, "/account/delete").send());
        let waiting = pin!(others_wait(&app, 1));
        let Either::Right(((), leaving)) = select(leaving, waiting).await else {
            panic!("it did not wait");
        };
        execute(&mut tx, "DELETE FROM sessions").await;
        tx.commit().await.unwrap();
        assert_eq!(leaving.await.status(303).location(), Some("/login"));
        assert_eq!(status(&app, "ana@example.org").await, "active");
        app.no_mail_to("nobody@example.org").await;
        assert_eq!(happened(&app, "deletion_requested").await, 0);
    }

    async fn an_account_disabled_meanwhile_stays_disabled(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        leaves(&ana).await;
        let goes_at = app.count("SELECT deletion_at FROM users").await;
        let ana = app.signed_in("ana@example.org").await;
        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        let answer = ana.request(Method::POST, "/account/delete/undo").send().await;
        assert_eq!(answer.status(303).location(), Some("/login?next=%2Faccount%2Fdelete"));
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        assert_eq!(status(&app, "ana@example.org").await, "disabled");
        app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
        assert_eq!(status(&app, "ana@example.org").await, "deleting");
        assert_eq!(app.count("SELECT deletion_at FROM users").await, goes_at, "the time goes on");
        app.signed_in("ana@example.org").await.open("/account").await.press("Keep my account").await.is_at("/account");
        // Nothing is left to come back later.
        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
        assert_eq!(status(&app, "ana@example.org").await, "active");
    }

    /// ASVS 3.5.1
    async fn another_site_can_neither_delete_nor_undo(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forged = ana.request(Method::POST, "/account/delete").forged_by("https://evil.example");
        forged.send().await.status(403);
        assert_eq!(status(&app, "ana@example.org").await, "active");
        leaves(&ana).await;
        let ana = app.signed_in("ana@example.org").await;
        let forged = ana.request(Method::POST, "/account/delete/undo").forged_by("https://evil.example");
        forged.send().await.status(403);
        assert_eq!(status(&app, "ana@example.org").await, "deleting");
    }

    /// Somebody else has no part in it: there is nothing in the form that could name an account.
    async fn only_the_own_account_is_deleted(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.id_of({ app.confirmed_user("bob@example.org").await; "bob@example.org" }).await;
        let form = [("id", bob.as_str()), ("user_id", &bob), ("email", "bob@example.org")];
        ana.request(Method::POST, "/account/delete").form(&form).send().await.status(303);
        assert_eq!(status(&app, "bob@example.org").await, "active");
        assert_eq!(status(&app, "ana@example.org").await, "deleting");
    }
}
