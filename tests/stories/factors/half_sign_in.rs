//! Who has given the password alone is nobody yet.

use super::*;

stories! {
    /// ASVS 8.3.1, 7.2.4
    async fn a_half_sign_in_is_good_for_its_page_and_for_signing_out_alone(app) {
        with_app(&app).await;
        let browser = half(&app).await;
        let secret = browser.cookie("vestibule_pending").unwrap();
        assert!(browser.set_cookie_line("vestibule_pending").unwrap().contains("HttpOnly"));
        assert_eq!(browser.cookie("vestibule_device"), None, "the browser is not known yet");
        for path in ["/account", "/account/security", SETUP, "/account/sessions", "/account/tokens", "/users"] {
            let page = browser.open(path).await;
            assert!(page.path().starts_with("/login?next="), "{path} leads to {}", page.path());
        }
        for path in ["/account/two-factor/disable", "/account/two-factor/recovery-codes", "/account/two-factor/enable"] {
            let answer = browser.request(Method::POST, path).form(&[("code", "123456")]).send().await;
            assert!(answer.status(303).location().unwrap().starts_with("/login?next="), "{path}");
        }
        // The secret is no session, and is taken from the cookie alone.
        let thief = app.browser();
        thief.set_cookie("vestibule_session", &secret);
        thief.open("/account").await.is_at("/login?next=/account");
        let other = app.browser();
        let form = [("code", "123456"), ("vestibule_pending", &*secret)];
        let answer = other.request(Method::POST, STEP).form(&form).send().await;
        assert_eq!(answer.status(303).location(), Some("/login"));
        assert_eq!(app.count("SELECT tries FROM half_sign_ins").await, 0);
        let page = browser.open(STEP).await;
        page.shows(ANA);
        let page = page.press("Back to the sign-in").await;
        page.is_at("/login");
        assert_eq!(browser.cookie("vestibule_pending"), None);
        assert_eq!(app.count("SELECT COUNT(*) FROM half_sign_ins").await, 0);
        browser.open(STEP).await.is_at("/login");
    }

    async fn nobody_is_led_to_the_password(app) {
        let nobody = app.browser();
        nobody.open("/login/two-factor?next=/account/email").await.is_at("/login?next=/account/email");
        nobody.set_cookie("vestibule_pending", "x");
        nobody.open(STEP).await.is_at("/login").shows("Start again with your password");
        assert_eq!(nobody.cookie("vestibule_pending"), None);
        types_code(&nobody, "123456").await.status(303);
    }

    /// ASVS 6.3.1
    async fn it_lasts_ten_minutes_and_five_codes(app) {
        let (_, phone, _) = with_app(&app).await;
        let late = half(&app).await;
        app.advance(Duration::from_mins(10));
        assert!(!is_in(&types_code(&late, &phone.code(&app)).await));
        let browser = half(&app).await;
        for _ in 0..4 {
            types_code(&browser, &wrong(&app, &phone)).await.status(422);
        }
        let last = types_code(&browser, &wrong(&app, &phone)).await;
        assert_eq!(last.status(303).location(), Some("/login"));
        assert!(!is_in(&types_code(&browser, &phone.next(&app)).await));
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
        // What is over is deleted.
        app.advance(Duration::from_mins(20));
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM half_sign_ins").await, 0);
    }

    /// ASVS 7.4.3
    async fn a_new_password_ends_it(app) {
        let (ana, phone, _) = with_app(&app).await;
        let browser = half(&app).await;
        let page = ana.open("/account/password").await;
        page.fill_name("current_password", PASSWORD).fill_name("password", OTHER_PASSWORD);
        page.submit("/account/password").await.status(200);
        let answer = types_code(&browser, &phone.next(&app)).await;
        assert_eq!(answer.status(303).location(), Some("/login"));
        // So does a disabled account.
        let form = [("email", ANA), ("password", OTHER_PASSWORD)];
        browser.request(Method::POST, "/login").form(&form).send().await.status(303);
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        let answer = types_code(&browser, &phone.next(&app)).await;
        assert_eq!(answer.status(303).location(), Some("/login"));
    }

    /// Whoever guesses passwords learns nothing of the count; whoever guesses codes has a note in the activity.
    async fn the_owner_sees_that_the_password_is_known(app) {
        let (ana, ..) = with_app(&app).await;
        half(&app).await;
        ana.open("/account/activity").await.shows("Right password, but no second factor followed");
        assert_eq!(app.count("SELECT COALESCE(MAX(failures), 0) FROM sign_in_failures").await, 0);
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.status(422);
        half(&app).await;
        assert_eq!(app.count("SELECT failures FROM sign_in_failures").await, 1, "half a sign-in forgives nothing");
        let mails = app.mails_to(ANA).await;
        assert!(mails.iter().all(|mail| !mail.subject.contains("new sign-in")), "nobody has signed in");
    }

    /// ASVS 3.5.1
    async fn another_account_that_is_signed_in_stays_until_the_code_is_right(app) {
        let (_, phone, _) = with_app(&app).await;
        let bob = app.confirmed_user("bob@example.org").await;
        let token = bob.session_token().unwrap();
        let form = [("email", ANA), ("password", PASSWORD)];
        bob.request(Method::POST, "/login").form(&form).send().await.status(303);
        assert_eq!(bob.session_token().as_deref(), Some(&*token));
        types_code(&bob, &wrong(&app, &phone)).await.status(422);
        assert!(is_in(&types_code(&bob, &phone.next(&app)).await));
        bob.open("/account").await.shows(ANA);
        assert!(!crate::tokens::is_valid(&app.browser(), &token).await);
    }

    async fn a_browser_that_stores_no_cookies_is_told_so(app) {
        with_app(&app).await;
        let browser = app.browser().refusing_cookies();
        let page = browser.sign_in(ANA, PASSWORD).await;
        assert!(page.path().starts_with("/login"), "{}", page.path());
        page.shows("Your browser did not keep our cookie");
    }
}
