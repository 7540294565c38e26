//! Browsers where the second factor is not asked for again.

use super::*;
use crate::tokens::claims;

/// Signs in, and has the browser remembered.
async fn remembered(app: &App, phone: &Phone) -> Browser {
    let browser = half(app).await;
    let page = browser.open(STEP).await;
    page.fill("Code of the app", &phone.next(app))
        .check("Do not ask again in this browser for 30 days");
    page.press("Sign in").await.is_at("/account");
    assert!(browser.cookie("vestibule_remembered").is_some());
    browser
}

/// Whether the password alone signs in with this browser.
async fn needs_no_code(browser: &Browser, password: &str) -> bool {
    browser.forget_cookie("vestibule_session");
    let form = [("email", ANA), ("password", password)];
    let answer = browser.request(Method::POST, "/login").form(&form).send().await;
    answer.status(303).location() == Some("/account")
}

stories! {
    async fn a_remembered_browser_is_not_asked_for_thirty_days(app) {
        let (_, phone, _) = with_app(&app).await;
        let browser = remembered(&app, &phone).await;
        assert!(needs_no_code(&browser, PASSWORD).await);
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], serde_json::json!(["pwd", "mfa"]));
        // Another browser, and another account in this one, are asked.
        half(&app).await;
        let bob = app.confirmed_user("bob@example.org").await;
        sets_up(&app, &bob).await;
        browser.forget_cookie("vestibule_session");
        let form = [("email", "bob@example.org"), ("password", PASSWORD)];
        let answer = browser.request(Method::POST, "/login").form(&form).send().await;
        assert_eq!(answer.status(303).location(), Some(STEP));
        app.advance(Duration::from_hours(30 * 24 - 1));
        assert!(needs_no_code(&browser, PASSWORD).await);
        app.advance(Duration::from_hours(1));
        assert!(!needs_no_code(&browser, PASSWORD).await);
        app.tidied().await;
    }

    /// ASVS 7.5.1, 7.5.3
    async fn it_is_asked_before_sensitive_actions_all_the_same(app) {
        let (_, phone, _) = with_app(&app).await;
        let browser = remembered(&app, &phone).await;
        // With the code it was a proof.
        browser.open(SETUP).await.is_at(SETUP);
        assert!(needs_no_code(&browser, PASSWORD).await);
        let page = browser.open(SETUP).await;
        page.is_at("/login/confirm?next=/account/two-factor").fill("Password", PASSWORD);
        page.fill("Code of the app", &phone.next(&app));
        page.press("Confirm").await.is_at(SETUP);
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    }

    /// ASVS 7.4.3
    async fn a_new_password_and_a_changed_factor_end_it(app) {
        let (ana, phone, _) = with_app(&app).await;
        let browser = remembered(&app, &phone).await;
        let page = ana.open("/account/password").await;
        page.fill_name("current_password", PASSWORD).fill_name("password", OTHER_PASSWORD);
        page.submit("/account/password").await.status(200);
        assert!(!needs_no_code(&browser, OTHER_PASSWORD).await);
        assert_eq!(app.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
    }

    async fn it_is_listed_and_forgotten_on_the_page(app) {
        let (ana, phone, _) = with_app(&app).await;
        let browser = remembered(&app, &phone).await;
        let bob = app.confirmed_user("bob@example.org").await;
        bob.open("/account/sessions").await.does_not_show("Remembered browsers");
        let id = app.texts("SELECT id FROM remembered_browsers").await.remove(0);
        bob.request(Method::POST, &format!("/account/sessions/{id}/end")).form(&[("x", "")]).send().await.status(404);
        ana.open("/account/security").await.shows("One browser is not asked for the second factor at sign-in.");
        browser.open("/account/sessions").await.shows("This browser");
        let page = ana.open("/account/sessions").await;
        page.shows("Remembered browsers").does_not_show("This browser");
        let page = page.press("Forget this browser").await;
        page.is_at("/account/sessions").shows("The browser is forgotten");
        ana.open("/account/activity").await.shows("Remembered browser forgotten");
        assert!(!needs_no_code(&browser, PASSWORD).await);
    }

    async fn ending_the_other_sessions_forgets_the_other_browsers(app) {
        let (_, phone, _) = with_app(&app).await;
        let (mine, other) = (remembered(&app, &phone).await, remembered(&app, &phone).await);
        mine.open("/account/sessions").await.submit("/account/sessions/end-others").await.status(200);
        assert!(needs_no_code(&mine, PASSWORD).await);
        assert!(!needs_no_code(&other, PASSWORD).await);
    }

    async fn a_forged_cookie_is_nothing(app) {
        let (_, phone, _) = with_app(&app).await;
        remembered(&app, &phone).await;
        let hash = app.texts("SELECT id FROM remembered_browsers").await.remove(0);
        for value in [&*hash, "", "x", &"A".repeat(43), &"A".repeat(5000)] {
            let browser = app.browser();
            browser.set_cookie("vestibule_remembered", value);
            types_password(&browser).await;
        }
    }

    async fn the_operator_may_forbid_it(app with [("factors.remember_browsers", "false")]) {
        let (_, phone, _) = with_app(&app).await;
        let browser = half(&app).await;
        assert!(!browser.open(STEP).await.has_field("Do not ask again in this browser for 30 days"));
        let form = [("code", &*phone.next(&app)), ("remember_browser", "on")];
        let answer = browser.request(Method::POST, STEP).form(&form).send().await;
        assert!(is_in(&answer));
        assert_eq!(browser.cookie("vestibule_remembered"), None);
        assert_eq!(app.count("SELECT COUNT(*) FROM remembered_browsers").await, 0);
    }
}
