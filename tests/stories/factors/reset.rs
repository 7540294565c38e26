//! The operator's reset: it waits, and can be stopped.

use super::*;

stories! {
    /// ASVS 6.4.4
    async fn after_three_days_the_factors_are_gone(app) {
        let (ana, ..) = with_app(&app).await;
        let ran = app.vestibule(["user", "reset-factors", ANA]).await;
        assert!(ran.succeeds().stdout.contains("gets a mail now"), "{}", ran.stdout);
        app.vestibule(["user", "reset-factors", ANA]).await.fails_with("is waiting already");
        app.mail_to(ANA).await.says("were asked to remove the second factor");
        app.advance(Duration::from_hours(71));
        app.tidied().await;
        half(&app).await;
        app.advance(Duration::from_hours(1));
        app.tidied().await;
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        ana.open("/account").await.is_at("/login?next=/account");
        let told = app.mails_to(ANA).await.iter().any(|mail| mail.text.contains("have removed the second factor"));
        assert!(told);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 0);
    }

    async fn the_owner_stops_it_by_the_link(app) {
        let (ana, phone, _) = with_app(&app).await;
        app.vestibule(["user", "reset-factors", ANA]).await.succeeds();
        let link = app.mail_to(ANA).await.link();
        let before = app.everything_stored().await;
        let page = app.browser().open(&link).await;
        page.status(200).shows("Stop the reset?").shows(ANA);
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        assert_eq!(app.everything_stored().await, before, "looking changes nothing");
        page.press("Stop the reset").await.is_at("/login").shows("The reset is stopped");
        app.browser().open(&link).await.status(200).shows("Already stopped");
        app.browser().open("/factors/stop/nothing").await.status(404);
        ana.open("/account/activity").await.shows("Reset of the second factor stopped");
        app.advance(Duration::from_hours(80));
        app.tidied().await;
        assert!(is_in(&types_code(&half(&app).await, &phone.next(&app)).await));
    }

    /// A reset means the factors that there are, not later ones.
    async fn a_new_app_is_not_reset(app) {
        let (ana, ..) = with_app(&app).await;
        app.vestibule(["user", "reset-factors", ANA]).await.succeeds();
        let link = app.mail_to(ANA).await.link();
        ana.open(SETUP).await.press("Turn off the authenticator app").await.status(200);
        sets_up(&app, &ana).await;
        app.browser().open(&link).await.status(410);
        app.advance(Duration::from_hours(80));
        app.tidied().await;
        half(&app).await;
    }

    async fn the_command_says_what_it_cannot_do(app) {
        app.confirmed_user(ANA).await;
        app.vestibule(["user", "reset-factors", ANA]).await.fails_with("has no second factor");
        app.vestibule(["user", "reset-factors", "nobody@example.org"]).await.fails_with("no account has this address");
        app.no_mail_to("nobody@example.org").await;
    }
}
