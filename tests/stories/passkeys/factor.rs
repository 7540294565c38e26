//! Passkeys as second factors: what the first one brings, what the last one takes along, and what ends them for their owner.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::*;
use crate::api::{Tokens, is_problem, login, me};
use crate::factors::{Phone, STEP, half, is_in, types_code, types_password, with_app};
use crate::tokens::{claims, is_valid};

async fn codes_left(app: &App) -> i64 {
    app.count("SELECT COUNT(*) FROM recovery_codes").await
}

async fn mails(app: &App, kind: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM mails WHERE kind = '{kind}'")).await
}

stories! {
    /// ASVS 6.3.3, 7.2.4, 7.4.3
    async fn the_first_one_brings_recovery_codes_and_ends_all_other_sessions(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let elsewhere = app.signed_in(ANA).await;
        let program = Tokens::of(&login(&app, ANA, PASSWORD).await);
        let before = ana.session_token().unwrap();
        ana.open(PAGE).await.shows("With the first one, your password alone does not sign in any more");
        let credential = laptop().create(&new_options(&ana).await);
        assert_eq!(sends_new(&ana, &credential).await.status(303).location(), Some(CODES));
        let page = ana.open(CODES).await;
        page.shows("The passkey is added.").shows("Your recovery codes").does_not_show("Scan this picture");
        let codes = codes_on(&page);
        assert_eq!(codes.len(), 10);
        assert!(page.link("Download as a file").is_some() && page.link("See your passkeys").as_deref() == Some(PAGE));
        // Once: afterwards the page offers an app as well, and new codes.
        let page = ana.open(CODES).await;
        page.shows("10 recovery codes are left.").shows("Scan this picture").does_not_show(&codes[0]);
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], json!(["pwd", "hwk", "mfa"]));
        for token in [&before, &elsewhere.session_token().unwrap()] {
            assert!(!is_valid(&app.browser(), token).await);
        }
        is_problem(&me(&app, &program.access).await, 401, "token-refused");
        told(&app, "After the password, it or another second factor is asked for.").await;
        types_password(&app.browser()).await;
        assert!(is_in(&types_code(&half(&app).await, &codes[0]).await));
    }

    async fn the_page_of_security_counts_them(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open("/account/security").await;
        page.shows("protected by its password alone. With a passkey").shows("You have none.").does_not_show("Recovery codes");
        page.click("Add a passkey").await.is_at(PAGE);
        adds(&ana, &mut laptop()).await;
        let page = ana.open("/account/security").await;
        page.shows("signing in takes a passkey, or your password and a second factor").shows("You have one.");
        page.shows("10 recovery codes are left.").shows("Every sign-in with a password asks for the second factor.");
        page.click("See passkeys").await.is_at(PAGE);
        adds(&ana, &mut Authenticator::new(ORIGIN)).await;
        ana.open("/account/security").await.shows("You have 2.").shows("Not set up.");
        app.sql("DELETE FROM recovery_codes").await;
        ana.open("/account/security").await.shows("you are running out of recovery codes");
    }

    async fn the_next_ones_keep_codes_and_sessions(app with HERE) {
        let mut first = laptop();
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut first).await;
        let elsewhere = app.browser();
        signs_in(&elsewhere, &mut first).await.status(200);
        // A browser that is remembered was so for the factors of then.
        let form = [("code", &*codes[0]), ("remember_browser", "on")];
        let remembered = half(&app).await;
        assert!(is_in(&remembered.request(Method::POST, STEP).form(&form).send().await));
        let before = ana.session_token().unwrap();
        let credential = Authenticator::new(ORIGIN).synced().create(&new_options(&ana).await);
        assert_eq!(sends_new(&ana, &credential).await.status(303).location(), Some(PAGE));
        assert_eq!((codes_left(&app).await, app.count("SELECT COUNT(*) FROM remembered_browsers").await), (9, 0));
        elsewhere.open("/account").await.is_at("/account");
        assert!(!is_valid(&app.browser(), &before).await, "a changed factor starts a new token");
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], json!(["pwd", "hwk", "mfa"]));
        // Nor does an app make new ones.
        let page = ana.open(CODES).await;
        page.shows("Your recovery codes stay as they are.");
        let phone = Phone::scans(&page);
        page.fill("Code of the app", &phone.code(&app));
        let page = page.press("Turn on").await;
        assert!(codes_on(page.shows("The authenticator app is set up.")).is_empty());
        assert_eq!(codes_left(&app).await, 9);
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], json!(["pwd", "hwk", "otp", "mfa"]));
        assert!(is_in(&types_code(&half(&app).await, &codes[1]).await));
    }

    async fn a_passkey_beside_an_app_makes_no_codes(app with HERE) {
        let (ana, _, codes) = with_app(&app).await;
        let elsewhere = half(&app).await;
        assert!(is_in(&types_code(&elsewhere, &codes[0]).await));
        let credential = laptop().create(&new_options(&ana).await);
        assert_eq!(sends_new(&ana, &credential).await.status(303).location(), Some(PAGE));
        elsewhere.open("/account").await.is_at("/account");
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], json!(["pwd", "otp", "mfa"]));
        assert!(is_in(&types_code(&half(&app).await, &codes[1]).await));
    }

    /// ASVS 7.2.4
    async fn the_last_one_takes_the_codes_along(app with HERE) {
        let mut first = laptop();
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut first).await;
        adds(&ana, &mut Authenticator::new(ORIGIN)).await;
        ana.open(PAGE).await.does_not_show("Without this passkey");
        ana.open(PAGE).await.part("Passkey 2").press("Remove").await.is_at(PAGE).shows("The passkey is removed.");
        assert_eq!((codes_left(&app).await, mails(&app, "two_factor_disabled").await), (10, 0));
        told(&app, "has removed a passkey").await;
        let begun = half(&app).await;
        let before = ana.session_token().unwrap();
        let page = ana.open(PAGE).await;
        page.shows("Without this passkey, your password alone signs in").press("Remove").await.shows("You have no passkeys.");
        assert_eq!(codes_left(&app).await, 0);
        assert!(!is_valid(&app.browser(), &before).await);
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], json!(["pwd"]));
        told(&app, "removed the last passkey. Signing in takes only the password").await;
        assert!(!is_in(&types_code(&begun, &codes[0]).await));
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        // The next first one makes new ones.
        assert!(!adds_first(&ana, &mut first).await.contains(&codes[0]));
    }

    async fn the_app_may_go_while_a_passkey_is_left(app with HERE) {
        let (ana, _, codes) = with_app(&app).await;
        let mut laptop = laptop();
        adds(&ana, &mut laptop).await;
        app.mails_are_sent().await;
        let page = ana.open(CODES).await;
        page.shows("Signing in then takes your password and a passkey or a recovery code.");
        page.press("Turn off the authenticator app").await.is_at(CODES).shows("10 recovery codes are left.");
        told(&app, "Signing in still takes another second factor").await;
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], json!(["pwd", "otp", "mfa"]));
        assert!(is_in(&types_code(&half(&app).await, &codes[0]).await));
        // And the other way round.
        sets_up_beside(&app, &ana).await;
        ana.open(PAGE).await.press("Remove").await.shows("You have no passkeys.");
        assert_eq!(codes_left(&app).await, 9);
        half(&app).await;
    }

    /// ASVS 15.4.2
    async fn twenty_that_are_the_first_make_ten_codes(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let mut keys: Vec<Authenticator> = (0..5).map(|_| Authenticator::new(ORIGIN)).collect();
        let mut credentials = Vec::new();
        for n in 0..20 {
            let options = new_options(&ana).await;
            // A browser has at most ten that wait.
            if n >= 10 {
                credentials.push(keys[n % 5].create(&options));
            }
        }
        ana.form_token().await;
        let answers = join_all(credentials.iter().map(|credential| sends_new(&ana, credential))).await;
        assert_eq!(answers.iter().filter(|answer| answer.location() == Some(CODES)).count(), 1);
        assert_eq!((codes_left(&app).await, app.count("SELECT COUNT(*) FROM sessions").await), (10, 1));
    }

    /// ASVS 6.4.4
    async fn the_operator_resets_them_with_the_others(app with HERE) {
        let mut laptop = laptop();
        let ana = app.confirmed_user(ANA).await;
        adds_first(&ana, &mut laptop).await;
        app.vestibule(["user", "reset-factors", ANA]).await.succeeds();
        app.advance(Duration::from_hours(72));
        app.tidied().await;
        assert_eq!((app.count("SELECT COUNT(*) FROM passkeys").await, codes_left(&app).await), (0, 0));
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        ana.open("/account").await.is_at("/login?next=/account");
        told(&app, "have removed the second factor").await;
    }

    /// Not even the operator takes the last way in.
    async fn a_reset_takes_the_last_way_in_from_nobody(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        app.sql("UPDATE users SET password_hash = NULL").await;
        let ran = app.vestibule(["user", "reset-factors", ANA]).await;
        ran.fails_with("this account has no password, so its passkeys are its only way in");
        // A mailed link sets one.
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
        app.browser().open(&reset).await.fill("New password", PASSWORD).press("Set password").await.status(200);
        app.vestibule(["user", "reset-factors", ANA]).await.succeeds();
        // If the password is voided meanwhile, the reset waits for the next.
        app.sql("UPDATE users SET password_hash = NULL").await;
        app.advance(Duration::from_hours(73));
        app.tidied().await;
        signs_in(&app.browser(), &mut laptop).await.status(200);
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
        app.browser().open(&reset).await.fill("New password", OTHER_PASSWORD).press("Set password").await.status(200);
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 0);
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
    }

    /// A thief may have added the new ones; a reader of the mailbox must not get past the old ones.
    ///
    /// ASVS 6.4.3, 6.5.6
    async fn that_was_not_me_ends_new_ones_and_keeps_old_ones(app with HERE) {
        let (mut old, mut new) = (laptop(), Authenticator::new(ORIGIN));
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut old).await;
        app.sql("UPDATE passkeys SET created_at = created_at - 604800001").await;
        adds(&ana, &mut new).await;
        let link = format!("/not-me/{}", app.mailed_token("not_me", ANA).await);
        app.browser().open(&link).await.shows("Older ones stay").press("Sign everybody out").await.status(200);
        signs_in(&app.browser(), &mut new).await.status(422);
        let back = app.browser();
        signs_in(&back, &mut old).await.status(200);
        assert_eq!((app.count("SELECT COUNT(*) FROM passkeys").await, codes_left(&app).await), (1, 10));
        // The link to a new password opens nothing alone.
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
        app.browser().open(&reset).await.fill("New password", PASSWORD).press("Set password").await.status(200);
        assert!(is_in(&types_code(&half(&app).await, &codes[0]).await));
    }

    async fn that_was_not_me_takes_a_thiefs_codes_along(app with HERE) {
        let mut thiefs = laptop();
        let thief = app.confirmed_user(ANA).await;
        let codes = adds_first(&thief, &mut thiefs).await;
        let link = format!("/not-me/{}", app.mailed_token("not_me", ANA).await);
        app.browser().open(&link).await.press("Sign everybody out").await.status(200);
        assert_eq!(codes_left(&app).await, 0);
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
        app.browser().open(&reset).await.fill("New password", OTHER_PASSWORD).press("Set password").await.status(200);
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
        assert!(!is_in(&types_code(&thief, &codes[0]).await));
    }

    /// ASVS 6.4.3
    async fn a_new_password_removes_no_factor(app with HERE) {
        let mut laptop = laptop();
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut laptop).await;
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
        app.browser().open(&reset).await.fill("New password", OTHER_PASSWORD).press("Set password").await.status(200);
        let browser = app.browser();
        browser.sign_in(ANA, OTHER_PASSWORD).await.is_at(STEP);
        assert_eq!(browser.session_token(), None);
        assert!(is_in(&types_code(&browser, &codes[0]).await));
    }
}

/// Sets up an app beside a passkey: no codes follow.
async fn sets_up_beside(app: &App, browser: &Browser) {
    let page = browser.open(CODES).await;
    let phone = Phone::scans(&page);
    page.fill("Code of the app", &phone.code(app));
    page.press("Turn on").await.shows("The authenticator app is set up.");
}
