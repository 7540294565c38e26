//! Recovery codes: shown once, each good for one sign-in.

use futures::future::join_all;

use super::*;
use crate::tokens::claims;

stories! {
    /// ASVS 6.5.1, 6.5.2
    async fn a_lost_phone_is_replaced_by_a_recovery_code(app) {
        let (ana, _, codes) = with_app(&app).await;
        ana.open(SETUP).await.does_not_show(&codes[0]);
        let browser = half(&app).await;
        let page = browser.open(STEP).await.click("Use a recovery code instead").await;
        assert_eq!(page.attribute("Recovery code", "inputmode").as_deref(), Some("text"));
        // As people type.
        let typed = codes[0].to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        page.fill("Recovery code", &format!(" {typed}"));
        page.press("Sign in").await.is_at("/account");
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], serde_json::json!(["pwd", "kba", "mfa"]));
        browser.open("/account/activity").await.shows("Recovery code used");
        let told = |mails: &[Mail]| mails.iter().any(|mail| mail.text.contains("9 codes are left."));
        assert!(told(&app.mails_to(ANA).await));
        types_code(&half(&app).await, &codes[0]).await.status(422);
        assert!(is_in(&types_code(&half(&app).await, &codes[1]).await));
    }

    /// ASVS 2.3.4, 15.4.2
    async fn twenty_uses_at_once_are_one(app) {
        let (_, _, codes) = with_app(&app).await;
        let other = app.second_node().start().await;
        let mut browsers = Vec::new();
        for _ in 0..20 {
            browsers.push(half(&app).await);
        }
        let answers = join_all(browsers.iter().enumerate().map(|(at, browser)| {
            let browser = if at % 2 == 0 { browser.clone() } else { browser.by_way_of(&other) };
            let code = codes[0].clone();
            async move { types_code(&browser, &code).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| is_in(answer)).count(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 9);
    }

    async fn codes_of_another_account_open_nothing(app) {
        let (_, _, _) = with_app(&app).await;
        let bob = app.confirmed_user("bob@example.org").await;
        let (_, codes) = sets_up(&app, &bob).await;
        types_code(&half(&app).await, &codes[0]).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 20);
    }

    /// ASVS 6.3.7
    async fn new_codes_replace_all_earlier_ones(app) {
        let (ana, _, codes) = with_app(&app).await;
        let page = ana.open(SETUP).await.press("Make new recovery codes").await;
        let new = codes_on(page.is_at(SETUP));
        assert_eq!(new.len(), 10);
        assert!(page.link("Download as a file").unwrap().starts_with("data:text/plain;charset=utf-8,Vestibule%0Aana%40"));
        for code in &new {
            assert!(page.link("Download as a file").unwrap().contains(&code.replace('-', "%2D")));
        }
        assert!(page.header("cache-control").unwrap().contains("no-store"));
        assert!(codes_on(&ana.open(SETUP).await).is_empty(), "they are shown once");
        let told = async || app.mails_to(ANA).await.into_iter().find(|mail| mail.text.contains("New recovery codes were made"));
        until("the mail", told).await;
        ana.open("/account/activity").await.shows("New recovery codes made");
        types_code(&half(&app).await, &codes[0]).await.status(422);
        assert!(is_in(&types_code(&half(&app).await, &new[9]).await));
    }

    async fn the_codes_on_their_way_are_shown_to_their_owner_alone(app) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open(SETUP).await;
        let phone = Phone::scans(&page);
        let (_, rest) = page.html.split_once("name=\"setup\" value=\"").unwrap();
        let setup = rest.split('"').next().unwrap().to_owned();
        let form = [("setup", &*setup), ("code", &phone.code(&app))];
        ana.request(Method::POST, "/account/two-factor/enable").form(&form).send().await.status(303);
        let cookie = ana.cookie("vestibule_new_codes").unwrap();
        // A `HEAD` does not use it up.
        ana.request(Method::HEAD, SETUP).send().await.status(200);
        let bob = app.confirmed_user("bob@example.org").await;
        bob.set_cookie("vestibule_new_codes", &cookie);
        assert!(codes_on(&bob.open(SETUP).await).is_empty());
        let page = ana.open(SETUP).await;
        let codes = codes_on(&page);
        assert_eq!(codes.len(), 10);
        assert!(!cookie.contains(&codes[0][..4].repeat(2)));
        assert_eq!(ana.cookie("vestibule_new_codes"), None);
    }

    async fn the_owner_is_told_when_few_are_left(app) {
        let (ana, _, codes) = with_app(&app).await;
        for code in &codes[..6] {
            assert!(is_in(&types_code(&half(&app).await, code).await));
        }
        ana.open("/account/security").await.shows("well protected: signing in takes");
        assert!(app.mails_to(ANA).await.iter().all(|mail| !mail.text.contains("Make new ones under")));
        assert!(is_in(&types_code(&half(&app).await, &codes[6]).await));
        ana.open("/account/security").await.shows("running out of recovery codes");
        ana.open(SETUP).await.shows("3 recovery codes are left. Make new ones");
        assert!(app.mails_to(ANA).await.iter().any(|mail| mail.text.contains("3 codes are left. Make new ones under")));
    }
}
