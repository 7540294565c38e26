//! A clock that is wrong for a while: what cannot be undone waits, and nothing stays wrong when the clock is right again.

use std::time::Duration;

use vestibule::time::{DAY, MINUTE};

use crate::support::*;

const AN_HOUR: Duration = Duration::from_hours(1);

/// What a clock that is ahead could erase, without what everybody's visit changes.
async fn kept(app: &App) -> Vec<String> {
    let tables = [
        "users",
        "sessions",
        "known_browsers",
        "activity",
        "email_changes",
        "sign_ups",
        "email_tokens",
        "sign_in_failures",
        "revoked_tokens",
        "mails",
    ];
    let rows = app.everything_stored().await;
    rows.into_iter()
        .filter(|row| tables.iter().any(|table| row.starts_with(&format!("{table}: "))))
        .collect()
}

stories! {
    /// The first start after the battery of a machine's clock was changed.
    async fn a_start_in_the_far_future_deletes_nothing(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        app.browser().sign_up("carol@example.org").await;
        app.mailed_token("email_undo", "bob@example.org").await;
        app.browser().sign_in("bob@example.org", OTHER_PASSWORD).await.status(422);
        ana.request(Method::POST, "/account/delete").send().await.status(303);
        app.mails_are_sent().await;
        let before = kept(&app).await;
        for ahead in [40 * DAY, 500 * DAY] {
            app.clock().jump(ahead);
            for _ in 0..3 {
                app.restart().await;
                app.tidies().await;
            }
            app.advance(Duration::from_mins(58));
            app.tidies().await;
            assert_eq!(kept(&app).await, before, "{ahead}");
            // Somebody sets the clock right.
            app.clock().jump(-ahead);
            for _ in 0..2 {
                app.tidies().await;
                app.advance(AN_HOUR);
            }
            app.tidies().await;
            assert_eq!(kept(&app).await, before, "{ahead}");
        }
        bob.open("/account").await.shows("bob@example.org");
        let ana = app.signed_in("ana@example.org").await;
        ana.open("/account/delete").await.press("Keep my account").await.is_at("/account");
    }

    /// ASVS 14.2.7
    async fn due_data_is_deleted_at_the_second_check(app) {
        app.confirmed_user("other@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        ana.request(Method::POST, "/account/delete").send().await.status(303);
        app.mails_are_sent().await;
        app.restart().await;
        app.tidies().await;
        let there = async || app.count("SELECT COUNT(*) FROM users WHERE deletion_at IS NOT NULL").await == 1;
        app.advance(Duration::from_hours(24 * 14));
        app.tidies().await;
        assert!(there().await, "the look before was fourteen days ago, when it was not due");
        app.advance(Duration::from_mins(59));
        app.tidies().await;
        assert!(there().await, "no hour has passed");
        app.advance(Duration::from_mins(1));
        app.tidies().await;
        assert!(!there().await);
    }

    async fn a_link_created_in_the_future_expires_in_time(app) {
        app.confirmed_user("ana@example.org").await;
        app.mails_are_sent().await;
        app.clock().jump(DAY);
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", "ana@example.org").await);
        app.clock().jump(-DAY);
        app.browser().open(&reset).await.status(410);
        let ahead = app.browser();
        app.clock().jump(MINUTE / 2);
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", "ana@example.org").await);
        app.clock().jump(-MINUTE / 2);
        ahead.open(&reset).await.status(200);
    }

    /// A code that was made while the clock was ahead does not stand in the way of the next one.
    async fn the_newest_code_is_valid_after_clock_jumps(app) {
        let ana = app.browser();
        app.clock().jump(DAY);
        ana.sign_up("ana@example.org").await.is_at("/signup/sent");
        app.mails_are_sent().await;
        app.clock().jump(-DAY);
        app.advance(Duration::from_mins(2));
        ana.request(Method::POST, "/confirm-email/resend").form(&[("email", "ana@example.org")]).send().await.status(303);
        let code = until("a second code", async || {
            let mails = app.mails_to("ana@example.org").await;
            (mails.len() == 2).then(|| mails.iter().map(Mail::code).collect::<Vec<_>>())
        })
        .await;
        let tried = futures::future::join_all(code.iter().map(|code| ana.request(Method::POST, "/confirm-email").form(&[("code", code)]).send())).await;
        assert!(tried.iter().any(|answer| answer.status == 303), "none of them counts");
    }

    /// The clock was a day ahead when it was queued, or when a try failed.
    async fn a_queued_mail_does_not_wait_for_a_corrected_clock(database: Database) {
        let smtp = Smtp::start(Behaviour::Refuse);
        let app = App::on(&database).smtp(&smtp).start().await;
        app.clock().jump(DAY);
        app.browser().sign_up("ana@example.org").await;
        app.browser().sign_up("bob@example.org").await;
        until("both were tried", async || (app.count("SELECT COUNT(*) FROM mails WHERE attempts > 0 AND last_error IS NOT NULL").await == 2).then_some(())).await;
        // As if the process had ended before it tried.
        app.sql("UPDATE mails SET attempts = 0 WHERE recipient = 'bob@example.org'").await;
        app.clock().jump(-DAY);
        smtp.behave(Behaviour::Accept);
        app.restart().await;
        app.advance(Duration::from_mins(2));
        app.mails_are_sent().await;
        assert_eq!(app.mails_to("ana@example.org").await.len() + app.mails_to("bob@example.org").await.len(), 2);
    }
}
