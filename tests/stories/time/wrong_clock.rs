//! A machine's clock is set wrongly for a while, and set right again.

use std::time::Duration;

use crate::recovery::forgot_password::{asks, asks_for_a_link};
use crate::sign_in::rate_limits::{add, attempt};
use crate::support::*;

const ANA: &str = "ana@example.org";
const BOB: &str = "bob@example.org";
const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;
const OFFICE: [u8; 4] = [127, 70, 70, 70];

stories! {
    /// ASVS 2.4.1
    async fn a_sign_in_two_hours_ahead_locks_no_user_out(app with [("throttle.enabled", "true")]) {
        add(&app, ANA).await;
        add(&app, BOB).await;
        app.clock().jump(2 * HOUR);
        attempt(&app.browser_at(OFFICE), ANA, PASSWORD).await.status(303);
        app.browser_at(OFFICE).post("/forgot-password", &[("email", ANA)]).await.status(200);
        app.browser_at(OFFICE).sign_up("new@example.org").await.status(200);
        app.clock().jump(-2 * HOUR);
        attempt(&app.browser_at(OFFICE), ANA, PASSWORD).await.status(303);
        attempt(&app.browser_at(OFFICE), BOB, PASSWORD).await.status(303);
        app.browser_at(OFFICE).post("/forgot-password", &[("email", BOB)]).await.status(200);
        app.browser_at(OFFICE).sign_up("newer@example.org").await.status(200);
        // A clock that is set ahead gives nobody fresh tries.
        for _ in 0..3 {
            attempt(&app.browser(), ANA, OTHER_PASSWORD).await.status(422);
        }
        attempt(&app.browser(), ANA, PASSWORD).await.status(429);
        app.clock().jump(2 * HOUR);
        attempt(&app.browser(), ANA, PASSWORD).await.status(429);
        app.advance(Duration::from_mins(1));
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
    }

    async fn a_new_key_of_another_node_is_found_after_the_clock_was_ahead(app) {
        let ana = app.confirmed_user(ANA).await;
        let other = app.second_node().start().await;
        // The other node looks for a key that it does not know while the clock is ahead.
        app.clock().jump(2 * HOUR);
        let forged = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6Im5vYm9keSJ9.e30.AAAA";
        let visitor = other.browser();
        visitor.set_cookie("vestibule_session", forged);
        visitor.open("/account").await.is_at("/login?next=/account");
        app.clock().jump(-2 * HOUR);
        app.advance(Duration::from_secs(2));
        app.vestibule(["key", "rotate"]).await.succeeds();
        app.restart().await;
        ana.sign_out().await;
        ana.sign_in(ANA, PASSWORD).await.is_at("/account");
        ana.by_way_of(&other).open("/account").await.is_at("/account");
    }

    /// ASVS 7.5.1
    async fn an_authentication_in_the_future_is_not_accepted(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.open("/account/email").await.is_at("/account/email");
        app.sql(&format!("UPDATE sessions SET authenticated_at = {}", app.clock().now() + 2 * HOUR)).await;
        let page = ana.open("/account/email").await;
        page.is_at("/login/confirm?next=/account/email");
        page.fill("Password", PASSWORD).press("Confirm").await.is_at("/account/email");
        // The clocks of two nodes may differ a little.
        app.sql(&format!("UPDATE sessions SET authenticated_at = {}", app.clock().now() + 30 * SECOND)).await;
        ana.open("/account/email").await.is_at("/account/email");
    }

    async fn a_last_seen_in_the_future_is_replaced(app) {
        let ana = app.confirmed_user(ANA).await;
        let ahead = app.clock().now() + DAY;
        for table in ["sessions", "users"] {
            app.sql(&format!("UPDATE {table} SET last_seen_at = {ahead}")).await;
        }
        ana.open("/account").await.is_at("/account");
        for table in ["sessions", "users"] {
            let still = format!("SELECT COUNT(*) FROM {table} WHERE last_seen_at >= {ahead}");
            until("it is noted again", async || (app.count(&still).await == 0).then_some(())).await;
        }
    }

    /// ASVS 6.3.5
    async fn a_notice_in_the_future_suppresses_no_other(app) {
        app.confirmed_user(ANA).await;
        let notices = "SELECT COUNT(*) FROM mails WHERE kind = 'new_device'";
        app.clock().jump(2 * HOUR);
        attempt(&app.browser_at(OFFICE), ANA, PASSWORD).await.status(303);
        app.clock().jump(-2 * HOUR);
        assert_eq!(app.count(notices).await, 1);
        attempt(&app.browser_at(OFFICE), ANA, PASSWORD).await.status(303);
        assert_eq!(app.count(notices).await, 2);
        attempt(&app.browser_at(OFFICE), ANA, PASSWORD).await.status(303);
        assert_eq!(app.count(notices).await, 2, "within a minute one notice stands for both");
    }

    async fn a_sign_up_in_the_future_gets_another_mail_after_a_minute(app) {
        let ana = app.browser();
        app.clock().jump(2 * HOUR);
        ana.sign_up(ANA).await.status(200);
        app.clock().jump(-2 * HOUR);
        let page = ana.open("/signup/sent").await;
        page.shows("You can ask for another one in").shows("seconds.").does_not_show("121 minutes");
    }

    /// ASVS 6.3.1
    async fn failures_in_the_future_lock_out_no_longer_than_others(app) {
        app.confirmed_user(ANA).await;
        app.clock().jump(365 * DAY);
        attempt(&app.browser(), ANA, OTHER_PASSWORD).await.status(422);
        app.clock().jump(-365 * DAY);
        app.sql("UPDATE sign_in_failures SET failures = 101").await;
        attempt(&app.browser(), ANA, PASSWORD).await.status(422);
        let ahead = format!("UPDATE sign_in_failures SET last_at = {}", app.clock().now() + 365 * DAY);
        app.sql(&ahead).await;
        app.tidied().await;
        let now = format!("SELECT COUNT(*) FROM sign_in_failures WHERE last_at <= {}", app.clock().now() + HOUR);
        until("it counts as now", async || (app.count(&now).await == 1).then_some(())).await;
        app.advance(Duration::from_hours(30 * 24 + 1));
        app.tidied().await;
        let left = "SELECT COUNT(*) FROM sign_in_failures";
        until("it is forgotten", async || (app.count(left).await == 0).then_some(())).await;
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
    }

    async fn a_password_changed_in_the_future_can_be_reset(app) {
        app.confirmed_user(ANA).await;
        app.sql(&format!("UPDATE users SET password_changed_at = {}", app.clock().now() + 2 * HOUR)).await;
        asks_for_a_link(&app, ANA).await;
        // A request that is older than the password still comes to nothing.
        app.sql("DELETE FROM mails").await;
        app.sql(&format!("UPDATE users SET password_changed_at = {}", app.clock().now() + 10 * SECOND)).await;
        asks(&app, ANA).await.status(200);
        app.mails_are_sent().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'password_reset'").await, 1);
    }
}
