//! A browser that was signed in with before keeps an allowance of its own.

use crate::support::*;

const WRONG: &str = "not the right one";

stories! {
    /// ASVS 6.1.1, 6.3.1
    async fn a_stranger_cannot_lock_the_owner_out(app with [("throttle.enabled", "true")]) {
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
    async fn a_known_browser_may_not_try_for_ever_either(app with [("throttle.enabled", "true")]) {
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
        // Her browser now holds a new secret that knows both accounts: two rows, each paired with the other.
        assert_eq!(app.count(both).await, 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 4);
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
}
