//! Sessions, links and a deletion last as long as the settings say, and pages and mails say the same.

use std::time::Duration;

use crate::recovery::forgot_password::asks_for_a_link;
use crate::support::*;

const ANA: &str = "ana@example.org";
const MINUTE: Duration = Duration::from_mins(1);

/// Whether a browser is signed in.
async fn is_in(browser: &Browser) -> bool {
    browser.open("/account").await.path() == "/account"
}

stories! {
    async fn a_link_works_as_long_as_its_setting_says(app with [("lifetimes.reset_link", "2 hours")]) {
        app.confirmed_user(ANA).await;
        let link = asks_for_a_link(&app, ANA).await;
        app.mail_to(ANA).await.says("within 120 minutes");
        let browser = app.browser();
        app.advance(119 * MINUTE);
        browser.open(&link).await.status(200).is_at("/reset-password");
        let cookie = browser.set_cookie_line("vestibule_reset").unwrap();
        assert!(cookie.contains("Max-Age=7200"), "{cookie}");
        app.advance(MINUTE);
        app.browser().open(&link).await.status(410).shows("A link works for 120 minutes");
        app.browser().open("/reset-password").await.shows("more than 120 minutes ago");
    }

    /// ASVS 7.3.1, 7.3.2
    async fn a_session_lasts_as_long_as_its_settings_say(app with [
        ("lifetimes.session_absolute", "3 hours"),
        ("lifetimes.session_idle", "1 hour"),
        ("lifetimes.session_idle_remembered", "1 hour"),
    ]) {
        let [ana, idle] = [app.confirmed_user(ANA).await, app.signed_in(ANA).await];
        for _ in 0..3 {
            app.advance(55 * MINUTE);
            assert!(is_in(&ana).await);
        }
        assert!(!is_in(&idle).await);
        app.advance(15 * MINUTE);
        assert!(!is_in(&ana).await, "three hours are over, though it was used");
    }

    /// ASVS 7.5.1
    async fn an_authentication_counts_as_long_as_its_setting_says(app with [("lifetimes.reauthentication", "20 minutes")]) {
        let ana = app.confirmed_user(ANA).await;
        app.advance(19 * MINUTE);
        ana.open("/account/delete").await.press("Delete my account").await.does_not_show("once more");
        let ana = app.confirmed_user("bea@example.org").await;
        app.advance(20 * MINUTE);
        let page = ana.open("/account/delete").await.press("Delete my account").await;
        page.shows("once more").shows("for 20 minutes");
    }

    async fn a_deletion_can_be_undone_as_long_as_its_setting_says(app with [("lifetimes.deletion_grace", "3 days")]) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open("/account/delete").await;
        let page = page.shows("3 days").press("Delete my account").await;
        page.is_at("/login").shows("going to be deleted in 3 days");
        let days = Duration::from_hours(72);
        app.advance(days.checked_sub(MINUTE).unwrap());
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
        app.advance(2 * MINUTE);
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
    }
}
