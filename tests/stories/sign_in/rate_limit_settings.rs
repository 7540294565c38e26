//! RateLimits as the operator sets them, and networks that no limit per client holds for.

use std::time::Duration;

use futures::future::join_all;

use crate::sign_in::rate_limits::{add, attempt};
use crate::support::*;

const ANA: &str = "ana@example.org";
const SCHOOL: [u8; 4] = [127, 80, 0, 1];
const ELSEWHERE: [u8; 4] = [127, 81, 0, 1];
const EXEMPT: [(&str, &str); 2] = [
    ("throttle.enabled", "true"),
    ("throttle.exempt_networks", "[\"127.80.0.1\"]"),
];

fn pupil(nth: usize) -> String {
    format!("pupil{nth}@example.org")
}

/// Makes a class of thirty whose password is Ana's.
async fn class(app: &App) {
    add(app, ANA).await;
    for nth in 0..30 {
        app.sql(&format!(
            "INSERT INTO users \
                (id, email, display_name, sort_name, role, status, password_hash, created_at, confirmed_at, last_seen_at) \
             SELECT 'pupil{nth}', 'pupil{nth}@example.org', '', 'pupil{nth}', role, status, password_hash, created_at, 1, 0 \
             FROM users WHERE email = '{ANA}'"
        ))
        .await;
    }
}

/// How many of so many answers have this status.
fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

stories! {
    /// ASVS 2.4.1, 6.3.1
    async fn a_class_behind_one_address_signs_in_at_once(app with EXEMPT) {
        class(&app).await;
        let browsers: Vec<Browser> = (0..30).map(|_| app.browser_at(SCHOOL)).collect();
        let signed_in = join_all(browsers.iter().enumerate().map(async |(nth, browser)| {
            attempt(browser, &pupil(nth), PASSWORD).await
        }))
        .await;
        assert_eq!(count(&signed_in, 303), 30);
        // Nor do they wait for each other to sign up, or to ask for a link.
        for nth in 0..25 {
            let email = format!("new{nth}@example.org");
            app.browser_at(SCHOOL).sign_up(&email).await.is_at("/signup/sent");
            app.browser_at(SCHOOL).post("/forgot-password", &[("email", &email)]).await.status(200);
        }
    }

    /// ASVS 2.4.1, 6.3.1
    async fn clients_outside_the_exempt_network_stay_limited(app with EXEMPT) {
        class(&app).await;
        let mut passed = 0;
        for nth in 0..30 {
            passed += usize::from(attempt(&app.browser_at(ELSEWHERE), &pupil(nth), OTHER_PASSWORD).await.status == 422);
        }
        assert!((20..30).contains(&passed), "{passed} tries");
        // Saying that one is at school changes nothing.
        let form = [("email", &*pupil(29)), ("password", PASSWORD)];
        let forged = app.browser_at(ELSEWHERE).request(Method::POST, "/login").form(&form);
        forged.also("x-forwarded-for", "127.80.0.1").send().await.status(429);
        attempt(&app.browser_at(SCHOOL), &pupil(29), PASSWORD).await.status(303);
    }

    /// ASVS 6.3.1
    async fn account_limits_apply_to_exempt_networks(app with EXEMPT) {
        add(&app, ANA).await;
        for _ in 0..5 {
            attempt(&app.browser_at(SCHOOL), ANA, OTHER_PASSWORD).await.status(422);
        }
        attempt(&app.browser_at(SCHOOL), ANA, PASSWORD).await.status(429);
        // And a mailbox from a flood.
        for nth in 0..5 {
            app.advance(Duration::from_mins(1));
            let answer = app.browser_at(SCHOOL).post("/forgot-password", &[("email", ANA)]).await;
            assert_eq!(answer.status, 200, "{nth}");
        }
        app.mails_are_sent().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'password_reset'").await, 3);
    }

    async fn every_limit_is_a_setting(app with [
        ("throttle.enabled", "true"),
        ("throttle.sign_in_per_account.burst", "2"),
        ("throttle.sign_in_per_account.per_hour", "1"),
        ("throttle.mail_per_recipient.burst", "1"),
        ("throttle.resend_per_address.per_hour", "12"),
    ]) {
        add(&app, ANA).await;
        for _ in 0..2 {
            attempt(&app.browser(), ANA, OTHER_PASSWORD).await.status(422);
        }
        let refused = attempt(&app.browser(), ANA, PASSWORD).await;
        let wait: u64 = refused.status(429).header("retry-after").unwrap().parse().unwrap();
        assert!((3_500..=3_600).contains(&wait), "{wait}");
        app.advance(Duration::from_hours(1));
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
        // The page says the pause that is set.
        let bob = app.browser();
        bob.sign_up("bob@example.org").await.shows("You can ask for another one in 5 minutes.");
        app.advance(Duration::from_mins(5));
        bob.open("/signup/sent").await.press("Send the email again").await;
        app.mails_are_sent().await;
        assert_eq!(app.mails_to("bob@example.org").await.len(), 1);
    }
}
