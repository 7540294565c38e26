//! The owner is told of a sign-in from a browser that the account does not know.

use std::time::Duration;

use futures::future::join_all;

use crate::sign_in::rate_limits::add;
use crate::support::*;

const ANA: &str = "ana@example.org";
const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";

/// Mails so far that tell of a sign-in.
async fn notices(app: &App) -> i64 {
    app.count("SELECT COUNT(*) FROM mails WHERE kind = 'new_device'").await
}

stories! {
    /// ASVS 6.3.5
    async fn a_new_browser_causes_a_notice(app) {
        app.confirmed_user(ANA).await;
        app.browser().user_agent(WINDOWS).sign_in(ANA, PASSWORD).await.status(200);
        let mail = app.mail_to(ANA).await;
        assert_eq!(mail.subject, "Vestibule: new sign-in to your account");
        mail.says("Somebody signed in to your account at Vestibule")
            .says("Firefox on Windows")
            .says("If that was you, there is nothing to do.")
            .says("open this link within 7 days")
            .says(".x")
            .says("UTC");
        assert!(mail.link().starts_with("/not-me/"), "{}", mail.link());
        assert!(mail.html.contains(&mail.token()));
    }

    async fn a_known_browser_causes_no_notice(app) {
        let ana = app.confirmed_user(ANA).await;
        assert_eq!(notices(&app).await, 0, "confirming is no sign-in from elsewhere");
        ana.sign_out().await;
        ana.sign_in(ANA, PASSWORD).await.status(200);
        let phone = app.signed_in(ANA).await;
        assert_eq!(notices(&app).await, 1);
        phone.sign_out().await;
        app.advance(Duration::from_hours(24));
        phone.sign_in(ANA, PASSWORD).await.status(200);
        assert_eq!(notices(&app).await, 1);
        // A wrong password is no sign-in.
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.status(422);
        assert_eq!(notices(&app).await, 1);
    }

    async fn the_first_sign_in_causes_no_notice(app) {
        add(&app, ANA).await;
        app.signed_in(ANA).await;
        assert_eq!(notices(&app).await, 0);
        app.signed_in(ANA).await;
        assert_eq!(notices(&app).await, 1);

        // Confirmed in another browser than the one that signed up: nobody has signed in so far.
        app.browser().sign_up("bo@example.org").await;
        let link = app.mail_to("bo@example.org").await.link();
        app.browser().post(&link, &[("password", OTHER_PASSWORD)]).await.is_at("/login");
        app.browser().sign_in("bo@example.org", OTHER_PASSWORD).await.is_at("/account");
        assert_eq!(notices(&app).await, 1);
    }

    async fn the_notice_is_in_the_owners_language_or_else_the_visitors(app) {
        let ana = app.browser().languages("de");
        ana.sign_up(ANA).await;
        let link = app.mail_to(ANA).await.link();
        ana.open(&link).await.submit(&link).await.status(200);
        app.signed_in(ANA).await;
        let mail = app.mail_to(ANA).await;
        assert_eq!(mail.subject, "Vestibule: Neue Anmeldung in Ihrem Konto");
        mail.says("Jemand hat sich bei Vestibule in Ihrem Konto angemeldet")
            .says("Firefox unter Linux")
            .says("innerhalb von 7 Tagen");

        // Whose account has no language yet is told in that of the browser.
        add(&app, "bo@example.org").await;
        app.signed_in("bo@example.org").await;
        app.browser().languages("de").sign_in("bo@example.org", PASSWORD).await.status(200);
        app.mail_to("bo@example.org").await.says("Falls Sie das waren, müssen Sie nichts tun.");
    }

    /// ASVS 15.4.2
    async fn twenty_concurrent_sign_ins_cause_one_notice(app) {
        app.confirmed_user(ANA).await;
        let browser = app.browser();
        let form = [("email", ANA), ("password", PASSWORD)];
        let posts = (0..20).map(|_| browser.request(Method::POST, "/login").form(&form).send());
        assert!(join_all(posts).await.iter().all(|answer| answer.status == 303));
        assert_eq!(notices(&app).await, 1);
        // Another kind of browser, another place and another minute are told of again.
        let same_place = app.browser_at(browser.address().octets()).user_agent(WINDOWS);
        same_place.sign_in(ANA, PASSWORD).await.status(200);
        assert_eq!(notices(&app).await, 2);
        app.browser_at([127, 250, 251, 252]).sign_in(ANA, PASSWORD).await.status(200);
        assert_eq!(notices(&app).await, 3);
        app.advance(Duration::from_mins(1));
        app.browser_at(browser.address().octets()).sign_in(ANA, PASSWORD).await.status(200);
        assert_eq!(notices(&app).await, 4);
    }

    /// Mails that a stranger causes do not use up the notices.
    async fn a_flood_of_sign_ins_does_not_suppress_the_notice(app with [("throttle.enabled", "true")]) {
        app.confirmed_user(ANA).await;
        for _ in 0..4 {
            app.browser().sign_up(ANA).await.is_at("/signup/sent");
        }
        app.signed_in(ANA).await;
        app.mail_to(ANA).await.says("If that was you, there is nothing to do.");
        assert_eq!(notices(&app).await, 1);
    }
}
