//! The passkey as the second step of a sign-in, after the password.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::*;
use crate::db::unavailable::{bring_back, take_away};
use crate::factors::{STEP, half, is_in, sets_up, types_code, types_password, wrong};
use crate::tokens::{claims, is_valid};

/// What the page of the second step gets to ask an authenticator.
async fn asked(browser: &Browser) -> Value {
    let answer = posts(browser, "/login/passkey/options", &json!({ "second_factor": true }))
        .send()
        .await;
    answer.status(200).json()["publicKey"].clone()
}

/// Sends a proof as the page does, and more members.
async fn gives(browser: &Browser, credential: &Value, more: &Value) -> Answer {
    let mut body = json!({ "credential": credential, "second_factor": true });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    posts(browser, "/login/passkey", &body).send().await
}

/// Proves, and is in or refused.
async fn proves(browser: &Browser, authenticator: &mut Authenticator) -> Answer {
    let credential = authenticator.get(&asked(browser).await);
    gives(browser, &credential, &json!({})).await
}

/// Fails unless the script is led back to the password.
#[track_caller]
fn is_over(browser: &Browser, answer: &Answer) {
    let told = answer.status(422).json();
    assert!(told["location"].as_str().unwrap().starts_with("/login"), "{told}");
    assert_eq!((browser.session_token(), browser.cookie("vestibule_pending")), (None, None));
}

stories! {
    /// ASVS 6.3.3, 6.3.4
    async fn the_password_and_then_a_passkey_sign_in(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let browser = half(&app).await;
        let page = browser.open("/login/two-factor?next=/account/sessions").await;
        page.shows("Now use one of your passkeys.").shows("Use a recovery code instead");
        assert!(!page.has_field("Code of the app") && page.html.contains("data-use=\"second-factor\" data-next=\"/account/sessions\""));
        // Without a script.
        assert!(page.html.contains("<noscript><p>Passkeys need JavaScript"));
        let options = asked(&browser).await;
        let id = data_encoding::BASE64URL_NOPAD.encode(&laptop.credential_id);
        assert_eq!(options["allowCredentials"], json!([{ "type": "public-key", "id": id, "transports": ["internal"] }]));
        assert_eq!(options["userVerification"], "required");
        let sign_ins = events(&app, "signed_in").await;
        // Browsers leave the handle out where they were told which passkey.
        let mut quiet = Authenticator { handle: None, ..laptop.clone() };
        let answer = gives(&browser, &quiet.get(&options), &json!({ "next": "/account/sessions" })).await;
        assert_eq!(answer.status(200).json()["location"], "/account/sessions");
        browser.open("/account/email").await.is_at("/account/email");
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], json!(["pwd", "hwk", "mfa"]));
        assert_eq!((browser.cookie("vestibule_pending"), browser.cookie("vestibule_remembered")), (None, None));
        assert_eq!(app.count("SELECT COUNT(*) FROM half_sign_ins").await, 0);
        assert_eq!((events(&app, "signed_in").await, events(&app, "second_factor_asked").await), (sign_ins + 1, 0));
        told(&app, "with a browser that had not been used there before").await;
    }

    async fn what_the_first_step_and_the_page_chose_holds(app with HERE) {
        let mut phone = laptop().synced();
        somebody(&app, ANA, &mut phone).await;
        let browser = app.browser();
        let form = [("email", ANA), ("password", PASSWORD), ("remember", "on")];
        browser.request(Method::POST, "/login").form(&form).send().await.status(303);
        let credential = phone.get(&asked(&browser).await);
        let answer = gives(&browser, &credential, &json!({ "remember_browser": true, "next": "//evil.example" })).await;
        assert_eq!(answer.status(200).json()["location"], "/account");
        assert!(browser.set_cookie_line("vestibule_session").unwrap().contains("Max-Age"));
        assert!(browser.set_cookie_line("vestibule_remembered").unwrap().contains("Max-Age=2592000"));
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], json!(["pwd", "swk", "mfa"]));
        // It is not asked again there, and a sensitive action asks all the same.
        browser.forget_cookie("vestibule_session");
        browser.sign_in(ANA, PASSWORD).await.is_at("/account");
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], json!(["pwd", "mfa"]));
        browser.open("/account/email").await.is_at("/login/confirm?next=/account/email");
    }

    /// ASVS 8.3.1
    async fn nobody_elses_passkey_and_no_other_answer_does(app with HERE) {
        let (mut anas, mut bobs) = (laptop(), laptop());
        somebody(&app, ANA, &mut anas).await;
        somebody(&app, BOB, &mut bobs).await;
        let browser = half(&app).await;
        let mut disguised = Authenticator { handle: anas.handle.clone(), ..bobs.clone() };
        let mut forged = Authenticator { credential_id: anas.credential_id.clone(), handle: anas.handle.clone(), ..bobs.clone() };
        for (what, authenticator) in [("Bob's", &mut bobs), ("with Ana's handle", &mut disguised), ("with her id too", &mut forged)] {
            let answer = proves(&browser, authenticator).await;
            assert_eq!(answer.status, 422, "{what}");
            is_refused(&browser, &answer);
        }
        // For signing in alone, and of another half sign-in of the same account.
        let alone = anas.get(&options(&browser).await);
        let other = half(&app).await;
        let others = anas.get(&asked(&other).await);
        is_refused(&browser, &gives(&browser, &alone, &json!({})).await);
        proves(&other, &mut anas).await.status(200);
        // That was the fifth: the owner has the entries in the activity, and starts again.
        is_over(&browser, &gives(&browser, &others, &json!({})).await);
        assert_eq!(events(&app, "second_factor_failed").await, 5);
        is_over(&browser, &posts(&browser, "/login/passkey/options", &json!({ "second_factor": true })).send().await);
    }

    async fn an_answer_of_the_second_step_is_good_for_nothing_else(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        let browser = half(&app).await;
        options(&browser).await;
        let credential = laptop.get(&asked(&browser).await);
        is_refused(&browser, &sends(&browser, &credential).await);
        time_passes(&app).await;
        let form = [("credential", &*credential.to_string())];
        ana.request(Method::POST, "/login/confirm").form(&form).send().await.status(422);
        sends_new(&ana, &credential).await.status(303);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
        // It waits as before, for its own browser.
        let thief = app.browser();
        is_over(&thief, &gives(&thief, &credential, &json!({})).await);
        gives(&browser, &credential, &json!({})).await.status(200);
        is_over(&thief, &gives(&thief, &credential, &json!({})).await);
    }

    async fn it_ends_with_the_half_sign_in(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        // After five minutes the challenge is over, after ten the half sign-in.
        let browser = half(&app).await;
        let credential = laptop.get(&asked(&browser).await);
        app.advance(Duration::from_mins(5));
        is_refused(&browser, &gives(&browser, &credential, &json!({})).await);
        let credential = laptop.get(&asked(&browser).await);
        app.advance(Duration::from_mins(5));
        is_over(&browser, &gives(&browser, &credential, &json!({ "next": "/account/email" })).await);
        browser.open("/login").await.shows("The sign-in took too long");
        // A new password ends it, and so does a disabled account.
        let browser = half(&app).await;
        let credential = laptop.get(&asked(&browser).await);
        let form = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        ana.request(Method::POST, "/account/password").form(&form).send().await.status(303);
        is_over(&browser, &gives(&browser, &credential, &json!({})).await);
        let form = [("email", ANA), ("password", OTHER_PASSWORD)];
        browser.request(Method::POST, "/login").form(&form).send().await.status(303);
        let credential = laptop.get(&asked(&browser).await);
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        is_over(&browser, &gives(&browser, &credential, &json!({})).await);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_removed_passkey_completes_nothing(app with HERE) {
        let (mut first, mut second) = (laptop(), Authenticator::new(ORIGIN));
        let ana = somebody(&app, ANA, &mut first).await;
        adds(&ana, &mut second).await;
        ana.open(PAGE).await.part("Passkey 2").press("Remove").await.status(200);
        let browser = half(&app).await;
        let told = gives(&browser, &second.get(&asked(&browser).await), &json!({})).await.status(422).json();
        assert!(told["unknown_credential"].is_object(), "{told}");
        // Every change of a factor ends half sign-ins.
        let credential = first.get(&asked(&browser).await);
        adds(&ana, &mut Authenticator::new(ORIGIN)).await;
        is_over(&browser, &gives(&browser, &credential, &json!({})).await);
    }

    /// ASVS 6.3.5
    async fn a_copied_key_completes_nothing(app with HERE) {
        let mut key = laptop().counting(5);
        somebody(&app, ANA, &mut key).await;
        key.counter = 5;
        let browser = half(&app).await;
        is_refused(&browser, &proves(&browser, &mut key).await);
        assert_eq!(events(&app, "passkey_counter_went_back").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM half_sign_ins").await, 1);
        proves(&browser, &mut key).await.status(200);
    }

    /// ASVS 2.3.4, 15.4.2
    async fn twenty_at_once_are_one(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let other = app.second_node().start().await;
        let browser = half(&app).await;
        let credential = laptop.get(&asked(&browser).await);
        let before = app.count("SELECT COUNT(*) FROM sessions").await;
        let copies: Vec<Browser> = (0..20)
            .map(|n| if n % 2 == 0 { browser.stolen_by([127, 0, 3, n + 1]) } else { browser.by_way_of(&other) })
            .collect();
        let more = json!({ "remember_browser": true });
        let answers = join_all(copies.iter().map(|copy| gives(copy, &credential, &more))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 422)));
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, before + 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM remembered_browsers").await, 1);
    }

    /// Neither the code of the app nor the passkey is the only way.
    async fn who_has_both_chooses(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let (phone, codes) = sets_up(&app, &ana).await;
        let mut laptop = laptop();
        adds(&ana, &mut laptop).await;
        let browser = half(&app).await;
        let page = browser.open(STEP).await;
        page.shows("Now type the code that your authenticator app shows, or use a passkey.");
        assert!(page.has_field("Code of the app") && page.html.contains("passkeys.js"));
        let page = page.click("Use a recovery code instead").await;
        assert!(!page.html.contains("passkeys.js") && page.link("Use a code of the app instead").is_some());
        proves(&browser, &mut laptop).await.status(200);
        assert!(is_in(&types_code(&half(&app).await, &phone.next(&app)).await));
        assert!(is_in(&types_code(&half(&app).await, &codes[0]).await));
    }

    /// The passkey is not a code to be guessed, and what follows it ends a row of wrong ones.
    ///
    /// ASVS 6.3.1
    async fn after_a_hundred_wrong_codes_it_still_does(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let (phone, _) = sets_up(&app, &ana).await;
        let mut laptop = laptop();
        adds(&ana, &mut laptop).await;
        types_code(&half(&app).await, &wrong(&app, &phone)).await.status(422);
        app.sql("UPDATE second_factor_failures SET failures = 100").await;
        types_code(&half(&app).await, &phone.next(&app)).await.status(422);
        proves(&half(&app).await, &mut laptop).await.status(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM second_factor_failures").await, 0);
        assert!(is_in(&types_code(&half(&app).await, &phone.next(&app)).await));
    }

    /// ASVS 3.5.1
    async fn another_account_that_is_signed_in_stays_until_then(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let bob = app.confirmed_user(BOB).await;
        let token = bob.session_token().unwrap();
        let form = [("email", ANA), ("password", PASSWORD)];
        bob.request(Method::POST, "/login").form(&form).send().await.status(303);
        assert_eq!(bob.session_token().as_deref(), Some(&*token));
        proves(&bob, &mut laptop).await.status(200);
        bob.open("/account").await.shows(ANA);
        assert!(!is_valid(&app.browser(), &token).await);
    }

    async fn other_sites_and_nobody_get_nothing(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let browser = half(&app).await;
        let credential = laptop.get(&asked(&browser).await);
        let body = json!({ "credential": credential, "second_factor": true });
        posts(&browser, "/login/passkey", &body).forged_by("https://evil.example").send().await.status(403);
        for made_up in ["", "x", "\u{e4}", &"A".repeat(43)] {
            let nobody = app.browser();
            nobody.set_cookie("vestibule_pending", made_up);
            is_over(&nobody, &posts(&nobody, "/login/passkey/options", &json!({ "second_factor": true })).send().await);
            is_over(&nobody, &gives(&nobody, &credential, &json!({})).await);
        }
        for nonsense in [json!(null), json!({}), json!("x")] {
            is_refused(&browser, &gives(&browser, &nonsense, &json!({})).await);
        }
        gives(&browser, &credential, &json!({})).await.status(200);
    }

    /// The program cannot ask an authenticator: a recovery code counts.
    async fn a_program_gives_a_recovery_code(app with HERE) {
        use crate::api::{Tokens, is_problem, login, post};
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut laptop()).await;
        let told = is_problem(&login(&app, ANA, PASSWORD).await, 401, "second-factor-required");
        let state = told["state"].as_str().unwrap();
        let gives = async |code: &str| post(&app, "login", &json!({ "state": state, "code": code })).send().await;
        is_problem(&gives("123456").await, 422, "code-refused");
        let tokens = Tokens::of(&gives(&codes[0]).await);
        assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "kba", "mfa"]));
        // Its `state` is no half sign-in of a browser.
        let told = is_problem(&login(&app, ANA, PASSWORD).await, 401, "second-factor-required");
        let browser = app.browser();
        browser.set_cookie("vestibule_pending", told["state"].as_str().unwrap());
        is_over(&browser, &posts(&browser, "/login/passkey/options", &json!({ "second_factor": true })).send().await);
    }
}

stories! {
    async fn where_passkeys_do_not_work_a_recovery_code_does(app with [("signup", "open"), ("public_url", "http://127.0.0.1:8000")]) {
        let mut laptop = laptop();
        let ana = app.confirmed_user(ANA).await;
        let codes = adds_first(&ana, &mut laptop).await;
        let browser = half(&app).await;
        let page = browser.open(STEP).await;
        page.shows("Your passkeys do not work at this address.");
        assert!(page.has_field("Recovery code") && page.link("Use a passkey instead").is_none());
        page.fill("Recovery code", &codes[0]);
        page.press("Sign in").await.is_at("/account");
    }

    /// ASVS 6.3.1
    async fn tries_are_limited_as_codes_are(app with [("throttle.enabled", "true"), ("public_url", ORIGIN), ("signup", "open")]) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        app.advance(Duration::from_hours(1));
        let mut bobs = Authenticator { handle: laptop.handle.clone(), ..Authenticator::new(ORIGIN) };
        let mut statuses = Vec::new();
        for _ in 0..3 {
            app.advance(Duration::from_secs(70));
            let browser = half(&app).await;
            for _ in 0..4 {
                statuses.push(proves(&browser, &mut bobs).await.status);
            }
        }
        let tried = statuses.iter().filter(|status| **status == 422).count();
        assert!((5..=8).contains(&tried) && statuses.contains(&429), "{statuses:?}");
        // The browser that the owner knows has an allowance of its own.
        ana.sign_out().await;
        types_password(&ana).await;
        proves(&ana, &mut laptop).await.status(200);
    }
}

stories! {
    only Postgres because "a SQLite file does not go away";

    /// ASVS 16.5.3
    async fn while_the_database_is_away_nobody_is_let_in(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let browser = half(&app).await;
        let credential = laptop.get(&asked(&browser).await);
        take_away(&app).await;
        assert!(gives(&browser, &credential, &json!({})).await.status(503).header("retry-after").is_some());
        posts(&browser, "/login/passkey/options", &json!({ "second_factor": true })).send().await.status(503);
        assert_eq!(browser.session_token(), None);
        bring_back(&app).await;
        let back = async || Some(gives(&browser, &credential, &json!({})).await).filter(|answer| answer.status != 503);
        until("the database is back", back).await.status(200);
    }
}
