//! `/login/confirm`: somebody who is signed in proves once more who they are.

use std::time::Duration;

use futures::future::join_all;

use crate::support::*;
use crate::tokens::{claim, is_valid};

const ANA: &str = "ana@example.org";

/// Posts the password without following.
async fn confirms(browser: &Browser, password: &str) -> Answer {
    let form = [("password", password), ("next", "/account/email")];
    browser.request(Method::POST, "/login/confirm").form(&form).send().await
}

/// Somebody whose proof is too old.
async fn stale(app: &App) -> Browser {
    let ana = app.confirmed_user(ANA).await;
    app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000")
        .await;
    ana
}

stories! {
    /// ASVS 7.2.4, 7.5.3
    async fn the_right_password_renews_the_session_for_ten_minutes(app) {
        let ana = stale(&app).await;
        let before = ana.session_token().unwrap();
        let page = ana.open("/account/email").await;
        let page = page.is_at("/login/confirm?next=/account/email").fill("Password", PASSWORD);
        page.press("Confirm").await.is_at("/account/email");
        let after = ana.session_token().unwrap();
        assert_ne!(claim(&before, "sid"), claim(&after, "sid"));
        assert!(!is_valid(&app.browser(), &before).await, "the token from before is dead");
        app.advance(Duration::from_mins(9));
        ana.open("/account/email").await.is_at("/account/email");
        app.advance(Duration::from_mins(1));
        ana.open("/account/email").await.is_at("/login/confirm?next=/account/email");
    }

    /// ASVS 6.3.1
    async fn five_wrong_passwords_in_a_row_end_the_session(app) {
        let ana = stale(&app).await;
        let token = ana.session_token().unwrap();
        for _ in 0..4 {
            confirms(&ana, OTHER_PASSWORD).await.status(422);
        }
        confirms(&ana, PASSWORD).await.status(303);
        assert!(!is_valid(&app.browser(), &token).await);
        // The right one forgave them.
        let token = ana.session_token().unwrap();
        for _ in 0..4 {
            confirms(&ana, OTHER_PASSWORD).await.status(422);
        }
        let last = confirms(&ana, OTHER_PASSWORD).await;
        assert_eq!(last.status(303).location(), Some("/login?next=%2Faccount%2Femail"));
        assert_eq!(ana.session_token(), None);
        assert!(!is_valid(&app.browser(), &token).await);
        assert_eq!(app.texts("SELECT reason FROM revoked_tokens WHERE reason <> 'reauthenticated'").await, ["reauth_failed"]);
    }

    /// ASVS 2.3.4, 15.4.2
    async fn twenty_concurrent_passwords_count_as_five(app) {
        let ana = stale(&app).await;
        let tries = join_all((0..20).map(|n| {
            let copy = ana.stolen_by([127, 0, 0, 1]);
            async move { confirms(&copy, &format!("wrong password number {n}")).await }
        }))
        .await;
        assert_eq!(tries.iter().filter(|answer| answer.status == 422).count(), 4);
        assert!(tries.iter().all(|answer| [303, 422].contains(&answer.status)));
        ana.open("/account").await.is_at("/login?next=/account");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'reauth_failed'").await, 5);
    }

    /// Whoever presses twice is told the truth by one of the two answers, and stays signed in by the other.
    async fn pressing_twice_keeps_the_session(app) {
        for _ in 0..5 {
            app.sql("DELETE FROM users").await;
            let ana = stale(&app).await;
            let answers = join_all((0..2).map(|_| confirms(&ana, PASSWORD))).await;
            assert!(answers.iter().all(|answer| answer.status == 303));
            ana.open("/account").await.is_at("/account");
            assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
        }
    }

    async fn it_redirects_only_to_own_pages_and_only_after_a_post(app) {
        let ana = stale(&app).await;
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login", ""] {
            let form = [("password", PASSWORD), ("next", next)];
            let answer = ana.request(Method::POST, "/login/confirm").form(&form).send().await;
            assert_eq!(answer.status(303).location(), Some("/account"), "{next}");
        }
        let before = app.everything_stored().await;
        ana.open(&format!("/login/confirm?next=/account&password={PASSWORD}")).await.status(200).does_not_show(PASSWORD);
        ana.request(Method::POST, "/login/confirm").form(&[("password", "")]).send().await.status(422);
        assert_eq!(app.everything_stored().await, before);
    }

}
