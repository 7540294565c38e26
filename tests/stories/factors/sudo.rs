//! Confirming that it is you, with a second factor.

use super::*;
use crate::tokens::is_valid;

async fn stale(app: &App) {
    app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000")
        .await;
}

async fn confirms(browser: &Browser, password: &str, code: &str) -> Answer {
    let form = [("password", password), ("code", code), ("next", "/account/email")];
    browser.request(Method::POST, "/login/confirm").form(&form).send().await
}

stories! {
    /// ASVS 7.5.1, 7.5.3
    async fn it_takes_the_password_and_a_code(app) {
        let (ana, phone, codes) = with_app(&app).await;
        stale(&app).await;
        let page = ana.open("/account/email").await;
        page.is_at("/login/confirm?next=/account/email").shows("type your password and a code");
        page.fill("Password", PASSWORD);
        let page = page.press("Confirm").await;
        page.status(422).shows("Enter the code.");
        confirms(&ana, PASSWORD, &wrong(&app, &phone)).await.status(422);
        confirms(&ana, OTHER_PASSWORD, &phone.next(&app)).await.status(422);
        // The code of the wrong password is not used up.
        let code = phone.code(&app);
        assert_eq!(confirms(&ana, PASSWORD, &code).await.status(303).location(), Some("/account/email"));
        ana.open("/account/email").await.is_at("/account/email");
        stale(&app).await;
        confirms(&ana, PASSWORD, &code).await.status(422);
        confirms(&ana, PASSWORD, &codes[0]).await.status(303);
    }

    /// ASVS 6.3.1
    async fn five_wrong_codes_in_a_row_end_the_session_whatever_the_password(app) {
        let (ana, phone, _) = with_app(&app).await;
        let token = ana.session_token().unwrap();
        for _ in 0..4 {
            confirms(&ana, PASSWORD, &wrong(&app, &phone)).await.status(422);
        }
        // The right password elsewhere gives none of them back.
        let form = [("current_password", PASSWORD), ("password", "password1234")];
        ana.request(Method::POST, "/account/password").form(&form).send().await.status(422);
        let last = confirms(&ana, PASSWORD, &wrong(&app, &phone)).await;
        assert_eq!(last.status(303).location(), Some("/login?next=%2Faccount%2Femail"));
        assert!(!is_valid(&app.browser(), &token).await);
    }

    async fn a_changed_password_is_no_fresh_proof(app) {
        let (ana, ..) = with_app(&app).await;
        stale(&app).await;
        let page = ana.open("/account/password").await;
        page.fill_name("current_password", PASSWORD).fill_name("password", OTHER_PASSWORD);
        page.submit("/account/password").await.status(200);
        ana.open(SETUP).await.is_at("/login/confirm?next=/account/two-factor");
    }

    async fn the_form_waits_while_it_is_asked(app) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open(SETUP).await;
        let phone = Phone::scans(&page);
        stale(&app).await;
        page.fill("Code of the app", &phone.code(&app));
        let page = page.press("Turn on").await;
        page.is_at("/login/confirm?next=/account/two-factor").fill("Password", PASSWORD);
        let page = page.press("Confirm").await;
        page.is_at(SETUP).shows("Nothing is changed yet");
        // The same secret as the phone has.
        assert_eq!(Phone::scans(&page).code(&app), phone.code(&app));
        page.fill("Code of the app", &phone.code(&app)).press("Turn on").await.shows("The authenticator app is set up");
    }
}
