//! The API with a second factor: nothing is issued before it is given.

use futures::future::join_all;

use super::*;
use crate::api::{Tokens, is_problem, login, me, post};
use crate::tokens::claims;
use serde_json::json;

async fn state(app: &App) -> String {
    let told = is_problem(&login(app, ANA, PASSWORD).await, 401, "second-factor-required");
    told["state"].as_str().unwrap().to_owned()
}

async fn gives(app: &App, state: &str, code: &str) -> Answer {
    post(app, "login", &json!({"state": state, "code": code})).send().await
}

stories! {
    /// ASVS 6.3.3, 6.3.4
    async fn a_program_signs_in_with_state_and_code(app) {
        let (_, phone, codes) = with_app(&app).await;
        let before = app.count("SELECT COUNT(*) FROM sessions").await;
        let given = state(&app).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, before);
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 0);
        is_problem(&me(&app, &given).await, 401, "token-refused");
        is_problem(&gives(&app, &given, &wrong(&app, &phone)).await, 422, "code-refused");
        let tokens = Tokens::of(&gives(&app, &given, &phone.next(&app)).await);
        assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "otp", "mfa"]));
        me(&app, &tokens.access).await.status(200);
        // Once.
        is_problem(&gives(&app, &given, &phone.next(&app)).await, 401, "sign-in-refused");
        let tokens = Tokens::of(&gives(&app, &state(&app).await, &codes[0]).await);
        assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "kba", "mfa"]));
    }

    async fn a_wrong_password_tells_nothing_of_the_factor(app) {
        with_app(&app).await;
        let told = is_problem(&login(&app, ANA, OTHER_PASSWORD).await, 401, "sign-in-refused");
        assert!(told.get("state").is_none());
    }

    async fn a_state_is_no_cookie_and_a_cookie_no_state(app) {
        let (_, phone, _) = with_app(&app).await;
        let given = state(&app).await;
        let browser = app.browser();
        browser.set_cookie("vestibule_pending", &given);
        assert!(!is_in(&types_code(&browser, &phone.next(&app)).await));
        let browser = half(&app).await;
        let secret = browser.cookie("vestibule_pending").unwrap();
        is_problem(&gives(&app, &secret, &phone.next(&app)).await, 401, "sign-in-refused");
        // A remembered browser means nothing to programs.
        assert!(is_in(&types_code(&browser, &phone.code(&app)).await));
    }

    async fn five_wrong_codes_and_ten_minutes_end_it(app) {
        let (_, phone, _) = with_app(&app).await;
        let given = state(&app).await;
        for _ in 0..4 {
            is_problem(&gives(&app, &given, &wrong(&app, &phone)).await, 422, "code-refused");
        }
        is_problem(&gives(&app, &given, &wrong(&app, &phone)).await, 401, "sign-in-refused");
        is_problem(&gives(&app, &given, &phone.next(&app)).await, 401, "sign-in-refused");
        let given = state(&app).await;
        app.advance(Duration::from_mins(10));
        is_problem(&gives(&app, &given, &phone.code(&app)).await, 401, "sign-in-refused");
    }

    async fn twenty_at_once_are_one(app) {
        let (_, phone, _) = with_app(&app).await;
        let given = state(&app).await;
        let code = phone.next(&app);
        let answers = join_all((0..20).map(|_| gives(&app, &given, &code))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 1);
    }

    async fn members_that_do_not_go_together_are_refused(app) {
        with_app(&app).await;
        for (body, name) in [
            (json!({"state": "x"}), "code"),
            (json!({"code": "123456"}), "state"),
            (json!({"state": "", "code": "123456"}), "state"),
            (json!({"state": "x", "code": " "}), "code"),
            (json!({"state": "x", "code": "1", "email": ANA}), "email"),
            (json!({"state": "x", "code": "1", "password": PASSWORD}), "password"),
            (json!({"email": ANA}), "password"),
            (json!({}), "email"),
        ] {
            let told = is_problem(&post(&app, "login", &body).send().await, 422, "invalid-members");
            assert_eq!(told["errors"][0]["name"], name, "{body}");
        }
        for state in ["x", "\0", &"A".repeat(43), "ÄÖÜ"] {
            is_problem(&gives(&app, state, "123456").await, 401, "sign-in-refused");
        }
    }

    /// Sessions of programs that began without it end with the others.
    async fn the_first_factor_ends_sessions_of_programs(app) {
        let ana = app.confirmed_user(ANA).await;
        let tokens = Tokens::of(&login(&app, ANA, PASSWORD).await);
        sets_up(&app, &ana).await;
        is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        is_problem(&crate::api::refresh(&app, &tokens.refresh).await, 401, "token-refused");
    }
}
