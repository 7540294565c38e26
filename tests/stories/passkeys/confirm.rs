//! Re-authentication by a passkey.

use futures::future::join_all;
use serde_json::json;

use super::*;
use crate::tokens::{claim, is_valid};

/// What the page that confirms an identity gets to ask an authenticator.
async fn asked(browser: &Browser) -> Value {
    let answer = posts(browser, "/login/passkey/options", &json!({ "confirm": true }))
        .send()
        .await;
    answer.status(200).json()["publicKey"].clone()
}

async fn confirms(browser: &Browser, credential: &Value) -> Answer {
    let form = [("credential", &*credential.to_string()), ("next", "/account/email")];
    browser.request(Method::POST, "/login/confirm").form(&form).send().await
}

stories! {
    /// ASVS 7.2.4, 7.5.1
    async fn a_passkey_of_the_account_confirms(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        time_passes(&app).await;
        let page = ana.open("/account/email").await;
        page.is_at("/login/confirm?next=/account/email");
        assert!(!page.html.contains("passkeys.js"), "there is none yet");
        ana.post("/login/confirm", &[("password", PASSWORD)]).await.status(200);
        let mut laptop = laptop();
        adds(&ana, &mut laptop).await;
        time_passes(&app).await;
        let before = ana.session_token().unwrap();
        let page = ana.open("/account/email").await;
        assert!(page.is_at("/login/confirm?next=/account/email").html.contains("passkeys.js"));
        let options = asked(&ana).await;
        let id = data_encoding::BASE64URL_NOPAD.encode(&laptop.credential_id);
        assert_eq!(options["allowCredentials"], json!([{ "type": "public-key", "id": id, "transports": ["internal"] }]));
        // Browsers leave the handle out where they were told which passkey.
        let mut quiet = Authenticator { handle: None, ..laptop.clone() };
        let answer = confirms(&ana, &quiet.get(&options)).await;
        assert_eq!(answer.status(303).location(), Some("/account/email"));
        ana.open("/account/email").await.is_at("/account/email");
        let after = ana.session_token().unwrap();
        assert_ne!(claim(&before, "sid"), claim(&after, "sid"));
        assert!(!is_valid(&app.browser(), &before).await, "the token from before is dead");
    }

    /// ASVS 8.3.1
    async fn nobody_elses_does(app with HERE) {
        let (mut anas, mut bobs) = (laptop(), laptop());
        let ana = somebody(&app, ANA, &mut anas).await;
        somebody(&app, BOB, &mut bobs).await;
        time_passes(&app).await;
        let mut disguised = Authenticator { handle: anas.handle.clone(), ..bobs.clone() };
        let mut silent = Authenticator { handle: None, ..bobs.clone() };
        for wrong in [&mut bobs, &mut disguised, &mut silent] {
            let answer = confirms(&ana, &wrong.get(&asked(&ana).await)).await;
            assert!(answer.status(422).text().contains("The passkey was not accepted."));
        }
        // Nor one for signing in, one without user verification, nor one twice.
        let sign_in = options(&ana).await;
        confirms(&ana, &anas.get(&sign_in)).await.status(422);
        let unverified = anas.clone().with_flags(PRESENT).get(&asked(&ana).await);
        confirms(&ana, &unverified).await.status(422);
        ana.open("/account/email").await.is_at("/login/confirm?next=/account/email");
        let right = anas.get(&asked(&ana).await);
        confirms(&ana, &right).await.status(303);
        confirms(&ana, &right).await.status(422);
        ana.open("/account/email").await.is_at("/account/email");
        // And one for confirming signs nobody in.
        let confirming = asked(&ana).await;
        sends(&ana, &anas.get(&confirming)).await.status(422);
        posts(&app.browser(), "/login/passkey/options", &json!({ "confirm": true })).send().await.status(404);
    }

    /// The highest level that the account has: the password alone is not.
    ///
    /// ASVS 7.5.1, 6.3.3
    async fn beside_a_passkey_the_password_takes_a_recovery_code(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut laptop()).await;
        time_passes(&app).await;
        let page = ana.open("/account/email").await;
        page.is_at("/login/confirm?next=/account/email").shows("use a passkey, or type your password and a code");
        assert!(!page.has_field("Code of the app"));
        page.fill("Password", PASSWORD);
        page.press("Confirm").await.status(422).shows("Enter a recovery code.");
        let confirms = async |code: &str| {
            let form = [("password", PASSWORD), ("code", code), ("next", "/account/email")];
            ana.request(Method::POST, "/login/confirm").form(&form).send().await
        };
        for wrong in ["123456", "0000-0000-0000-0000-0000-0000"] {
            assert!(confirms(wrong).await.status(422).text().contains("none of your recovery codes"), "{wrong}");
        }
        ana.open("/account/email").await.is_at("/login/confirm?next=/account/email");
        assert_eq!(confirms(&codes[0]).await.status(303).location(), Some("/account/email"));
        ana.open("/account/email").await.is_at("/account/email");
        time_passes(&app).await;
        confirms(&codes[0]).await.status(422);
    }

    async fn a_copied_key_confirms_nothing(app with HERE) {
        let mut key = laptop().counting(5);
        let ana = somebody(&app, ANA, &mut key).await;
        time_passes(&app).await;
        key.counter = 5;
        let credential = key.get(&asked(&ana).await);
        confirms(&ana, &credential).await.status(422);
        assert_eq!(events(&app, "passkey_counter_went_back").await, 1);
        ana.open("/account/email").await.is_at("/login/confirm?next=/account/email");
        let credential = key.get(&asked(&ana).await);
        confirms(&ana, &credential).await.status(303);
    }

    /// ASVS 15.4.2
    async fn twenty_at_once_confirm_once(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        time_passes(&app).await;
        let credential = laptop.get(&asked(&ana).await);
        ana.form_token().await;
        let copies: Vec<Browser> = (0..20).map(|n| ana.stolen_by([127, 0, 2, n + 1])).collect();
        let answers = join_all(copies.iter().map(|copy| confirms(copy, &credential))).await;
        let done = answers.iter().filter(|answer| answer.location() == Some("/account/email")).count();
        assert_eq!(done, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    }
}
