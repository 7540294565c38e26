//! Signing up by the API.

use std::time::Duration;

use super::*;

async fn register(app: &App, email: &str, password: &str) -> Answer {
    post(app, "registration", &json!({"email": email, "password": password, "display_name": "Ana"}))
        .send()
        .await
}

async fn confirm(app: &App, email: &str, password: &str, code: &str) -> Answer {
    let body = json!({"email": email, "password": password, "code": code});
    post(app, "registration/confirm", &body).send().await
}

/// The typed code of the newest mail.
async fn code_of(app: &App, email: &str) -> String {
    app.mails_are_sent().await;
    app.mail_to(email).await.code()
}

stories! {
    async fn a_program_signs_somebody_up(app) {
        let answer = register(&app, " Ana@Example.org", PASSWORD).await;
        assert_eq!(answer.status(202).json(), json!({"email": "ana@example.org"}));
        assert!(answer.set_cookies().is_empty());
        is_problem(&login(&app, "ana@example.org", PASSWORD).await, 401, "sign-in-refused");
        let code = code_of(&app, "ana@example.org").await;
        is_problem(&confirm(&app, "ana@example.org", PASSWORD, "BBBB-BBBB").await, 422, "code-refused");
        is_problem(&confirm(&app, "ana@example.org", OTHER_PASSWORD, &code).await, 422, "code-refused");
        let done = confirm(&app, "ana@example.org", PASSWORD, &code.to_lowercase()).await;
        done.status(204);
        assert!(done.body.is_empty() && done.set_cookies().is_empty());
        is_problem(&confirm(&app, "ana@example.org", PASSWORD, &code).await, 422, "code-refused");
        let tokens = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        assert_eq!(me(&app, &tokens.access).await.json()["display_name"], "Ana");
    }

    /// ASVS 6.3.8
    async fn a_taken_address_is_answered_in_the_same_way(app) {
        app.confirmed_user("ana@example.org").await;
        let known = register(&app, "ana@example.org", OTHER_PASSWORD).await;
        let unknown = register(&app, "new@example.org", OTHER_PASSWORD).await;
        assert_eq!(known.status(202).text(), unknown.status(202).text().replace("new@", "ana@"));
        let mail = app.mail_to("ana@example.org").await;
        assert!(!mail.text.contains("Ana"), "{}", mail.text);
        is_problem(&login(&app, "ana@example.org", OTHER_PASSWORD).await, 401, "sign-in-refused");
        Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
    }

    /// The stranger's code comes to the owner of the address, too. It is worth nothing with the owner's password.
    async fn a_strangers_sign_up_is_never_confirmed_by_the_owner(app) {
        register(&app, "ana@example.org", OTHER_PASSWORD).await.status(202);
        let of_stranger = code_of(&app, "ana@example.org").await;
        app.advance(Duration::from_mins(1));
        register(&app, "ana@example.org", PASSWORD).await.status(202);
        app.mails_are_sent().await;
        let codes: Vec<String> = app.mails_to("ana@example.org").await.iter().map(Mail::code).collect();
        assert_eq!(codes.len(), 2);
        is_problem(&confirm(&app, "ana@example.org", PASSWORD, &of_stranger).await, 422, "code-refused");
        let own = codes.iter().find(|code| **code != of_stranger).unwrap();
        confirm(&app, "ana@example.org", PASSWORD, own).await.status(204);
        is_problem(&confirm(&app, "ana@example.org", OTHER_PASSWORD, &of_stranger).await, 422, "code-refused");
        is_problem(&login(&app, "ana@example.org", OTHER_PASSWORD).await, 401, "sign-in-refused");
        Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
    }

    async fn the_same_sign_up_again_asks_for_another_mail(app) {
        for _ in 0..2 {
            register(&app, "ana@example.org", PASSWORD).await.status(202);
        }
        app.mails_are_sent().await;
        assert_eq!(app.mails_to("ana@example.org").await.len(), 1);
        app.advance(Duration::from_mins(2));
        register(&app, "ana@example.org", PASSWORD).await.status(202);
        app.mails_are_sent().await;
        assert_eq!(app.mails_to("ana@example.org").await.len(), 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    }

    /// ASVS 6.5.5
    async fn a_code_has_five_tries(app) {
        register(&app, "ana@example.org", PASSWORD).await.status(202);
        let code = code_of(&app, "ana@example.org").await;
        for _ in 0..5 {
            is_problem(&confirm(&app, "ana@example.org", PASSWORD, "BBBB-BBBB").await, 422, "code-refused");
        }
        is_problem(&confirm(&app, "ana@example.org", PASSWORD, &code).await, 422, "code-refused");
    }

    async fn what_does_not_fit_is_named(app) {
        for (body, names) in [
            (json!({"email": "no address", "password": PASSWORD}), vec!["email"]),
            (json!({"email": "", "password": "short"}), vec!["email", "password"]),
            (json!({"email": "ana@example.org", "password": "ana@example.org 1"}), vec!["password"]),
            (json!({"email": "ana@example.org", "password": "passwordpassword"}), vec!["password"]),
            (json!({"email": "ana@example.org", "password": PASSWORD, "display_name": "a\u{0}b"}), vec!["display_name"]),
            (json!({"email": "ana@example.org"}), vec!["password"]),
            (json!({"email": "ana@example.org", "password": PASSWORD, "role": "admin"}), vec!["role"]),
            (json!({"email": ["ana@example.org"], "password": PASSWORD}), vec!["email"]),
        ] {
            let told = is_problem(&post(&app, "registration", &body).send().await, 422, "invalid-members");
            let told: Vec<&str> = told["errors"].as_array().unwrap().iter().map(|error| error["name"].as_str().unwrap()).collect();
            assert_eq!(told, names, "{body}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
    }

    async fn nobody_signs_up_when_it_is_closed(app with [("signup", "closed")]) {
        is_problem(&register(&app, "ana@example.org", PASSWORD).await, 403, "sign-up-closed");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
    }

    /// ASVS 2.4.1
    async fn sign_ups_of_one_client_are_limited(app with [("throttle.enabled", "true")]) {
        let client = app.browser();
        for nth in 0..=20 {
            let body = json!({"email": format!("a{nth}@example.org"), "password": PASSWORD});
            let answer = client.request(Method::POST, "/api/v1/registration").json(&body).send().await;
            if nth < 20 {
                answer.status(202);
            } else {
                is_problem(&answer, 429, "too-many-requests");
            }
        }
    }
}
