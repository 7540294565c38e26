//! Signing in and out by the API, and the own account.

use std::time::Duration;

use super::*;
use crate::db::unavailable::{bring_back, take_away};

stories! {
    async fn a_program_signs_in_and_out(app) {
        app.confirmed_user("ana@example.org").await;
        let answer = login(&app, " Ana@Example.org ", PASSWORD).await;
        let tokens = Tokens::of(&answer);
        assert!(answer.set_cookies().is_empty());
        assert!(answer.header("cache-control").unwrap().contains("no-store"));
        let told = me(&app, &tokens.access).await.status(200).json();
        assert_eq!(told["email"], "ana@example.org");
        assert_eq!(told["id"], app.id_of("ana@example.org").await);
        assert_eq!((&told["role"], &told["groups"]), (&"user".into(), &json!([])));
        let logout = call(&app, "POST", "logout").bearer(&tokens.access).send().await;
        logout.status(204);
        assert!(logout.body.is_empty() && logout.header("clear-site-data").is_none());
        is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
        is_problem(&call(&app, "POST", "logout").bearer(&tokens.access).send().await, 401, "token-refused");
    }

    /// ASVS 6.3.8
    async fn every_refused_sign_in_is_the_same(app) {
        app.confirmed_user("ana@example.org").await;
        app.confirmed_user("dora@example.org").await;
        app.vestibule(["user", "disable", "dora@example.org"]).await.succeeds();
        app.browser().sign_up("waiting@example.org").await.status(200);
        app.confirmed_user("leo@example.org").await;
        app.sql("UPDATE users SET status = 'deleting' WHERE email = 'leo@example.org'").await;
        for (email, password) in [
            ("ana@example.org", "wrong password here"),
            ("nobody@example.org", PASSWORD),
            ("dora@example.org", PASSWORD),
            ("waiting@example.org", PASSWORD),
            ("leo@example.org", PASSWORD),
            ("no address", PASSWORD),
            ("ana@example.org", "\0"),
            ("ana@example.org\0", PASSWORD),
        ] {
            let answer = login(&app, email, password).await;
            let told = is_problem(&answer, 401, "sign-in-refused");
            assert_eq!(told["errors"], json!([]), "{email}: {told}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 0);
    }

    /// ASVS 6.3.1, 2.4.1
    async fn the_limits_of_sign_ins_are_those_of_the_page(app with [("throttle.enabled", "true")]) {
        app.confirmed_user("ana@example.org").await;
        let mut refused = 0;
        loop {
            let answer = login(&app, "ana@example.org", "wrong password here").await;
            if answer.status == 429 {
                is_problem(&answer, 429, "too-many-requests");
                assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
                break;
            }
            is_problem(&answer, 401, "sign-in-refused");
            refused += 1;
        }
        assert_eq!(refused, 5, "5 at once for one account");
        // One allowance for both.
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(429);
    }

    /// ASVS 6.1.1
    async fn after_a_hundred_failures_no_password_is_right(app) {
        app.confirmed_user("ana@example.org").await;
        login(&app, "ana@example.org", "wrong password here").await.status(401);
        app.sql("UPDATE sign_in_failures SET failures = 100").await;
        is_problem(&login(&app, "ana@example.org", PASSWORD).await, 401, "sign-in-refused");
    }

    /// ASVS 10.4.9, 7.5.2
    async fn a_session_of_the_api_is_listed_and_ended_on_the_page(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let tokens = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        me(&app, &tokens.access).await.status(200);
        ana.open("/account/sessions").await.press("End the other session").await.status(200);
        is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
    }

    /// ASVS 6.3.5
    async fn the_owner_is_told_once_of_a_program(app) {
        app.confirmed_user("ana@example.org").await;
        let mails = async || app.count("SELECT COUNT(*) FROM mails WHERE kind = 'new_device'").await;
        login(&app, "ana@example.org", PASSWORD).await.status(200);
        assert_eq!(mails().await, 1);
        // The same program an hour later. Each request here has a client address of its own.
        let program = app.browser_at([127, 7, 7, 7]);
        let again = async || {
            let request = program.request(Method::POST, "/api/v1/login").json(&json!({"email": "ana@example.org", "password": PASSWORD}));
            app.advance(Duration::from_hours(1));
            request.send().await.status(200);
        };
        again().await;
        assert_eq!(mails().await, 2);
        for _ in 0..25 {
            again().await;
        }
        assert_eq!(mails().await, 2);
        // Nor is her own browser forgotten for it.
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 1);
    }

    /// ASVS 7.4.2, 8.3.2
    async fn what_ends_sessions_ends_those_of_the_api(app) {
        app.admin("root@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        let tokens = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        let page = ana.open("/account/password").await;
        page.fill_name("current_password", PASSWORD).fill_name("password", OTHER_PASSWORD);
        page.submit("/account/password").await.status(200);
        is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
        for command in ["disable", "delete"] {
            let tokens = Tokens::of(&login(&app, "ana@example.org", OTHER_PASSWORD).await);
            me(&app, &tokens.access).await.status(200);
            app.vestibule(["user", command, "ana@example.org"]).await.succeeds();
            is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
            is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
            if command == "disable" {
                app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
                is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
            }
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 0);
    }

    /// ASVS 7.3.2, 9.2.1
    async fn an_access_token_is_valid_for_a_quarter_of_an_hour(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        app.advance(Duration::from_secs(890));
        me(&app, &tokens.access).await.status(200);
        app.advance(Duration::from_secs(10));
        let answer = me(&app, &tokens.access).await;
        is_problem(&answer, 401, "token-refused");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    }

    async fn revoking_one_token_leaves_the_other(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        call(&app, "POST", "logout/access").bearer(&tokens.access).send().await.status(204);
        is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        app.restart().await;
        is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        let next = Tokens::of(&refresh(&app, &tokens.refresh).await);
        me(&app, &next.access).await.status(200);
        post(&app, "logout/refresh", &json!({"refresh_token": next.refresh})).send().await.status(204);
        for token in [&tokens.refresh, &next.refresh] {
            is_problem(&refresh(&app, token).await, 401, "token-refused");
            is_problem(&post(&app, "logout/refresh", &json!({"refresh_token": token})).send().await, 401, "token-refused");
        }
        me(&app, &next.access).await.status(200);
        // With the last access token the session is over.
        app.advance(Duration::from_mins(15));
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE remember = 1").await, 0);
    }

    async fn the_own_profile_is_changed(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        let patch = |body: Value| call(&app, "PATCH", "me").bearer(&tokens.access).json(&body).send();
        let told = patch(json!({"display_name": "  Ana  Lim "})).await.status(200).json();
        assert_eq!(told["display_name"], "Ana Lim");
        assert_eq!(patch(json!({"locale": "de"})).await.status(200).json()["locale"], "de");
        let told = me(&app, &tokens.access).await.status(200).json();
        assert_eq!((&told["display_name"], &told["locale"]), (&"Ana Lim".into(), &"de".into()));
        assert_eq!(patch(json!({"locale": null})).await.status(200).json()["locale"], Value::Null);
        assert_eq!(patch(json!({})).await.status(200).json()["display_name"], "Ana Lim");
        for (body, name) in [
            (json!({"display_name": "a\u{1b}b"}), "display_name"),
            (json!({"display_name": "a".repeat(101)}), "display_name"),
            (json!({"display_name": null}), "display_name"),
            (json!({"locale": "xx"}), "locale"),
            (json!({"role": "admin"}), "role"),
            (json!({"email": "bob@example.org"}), "email"),
            (json!({"id": "1", "display_name": "x"}), "id"),
        ] {
            let told = is_problem(&patch(body).await, 422, "invalid-members");
            assert_eq!(told["errors"][0]["name"], name, "{told}");
        }
        assert_eq!(me(&app, &tokens.access).await.json()["display_name"], "Ana Lim");
    }

    /// Whoever has the cookie of a page is nobody here, and the API gives nobody a cookie.
    ///
    /// ASVS 3.5.2
    async fn a_cookie_is_nobody(app) {
        let ana = app.admin("ana@example.org").await;
        let tokens = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        app.confirmed_user("bob@example.org").await;
        let bob = Tokens::of(&login(&app, "bob@example.org", PASSWORD).await);
        for (method, path) in [("GET", "me"), ("PATCH", "me"), ("GET", "users"), ("POST", "logout"), ("POST", "logout/access"), ("GET", "audit")] {
            let request = || ana.request(Method::GET, &format!("/api/v1/{path}")).by(method).header("origin", "https://evil.example");
            is_problem(&request().send().await, 401, "token-missing");
            is_problem(&request().header("authorization", "Basic YTpi").send().await, 401, "token-missing");
            is_problem(&request().bearer("x").send().await, 401, "token-refused");
        }
        // With a token beside the cookie, the token counts.
        let told = ana.request(Method::GET, "/api/v1/me").bearer(&bob.access).send().await;
        assert_eq!(told.status(200).json()["email"], "bob@example.org");
        assert!(told.set_cookies().is_empty());
        let two = ana.request(Method::GET, "/api/v1/me").bearer(&bob.access);
        let two = two.also("authorization", format!("Bearer {}", tokens.access)).send().await;
        is_problem(&two, 401, "token-refused");
        is_problem(&ana.request(Method::POST, "/api/v1/token/refresh").without_token().send().await, 401, "token-missing");
        ana.open("/account").await.is_at("/account");
    }
}

stories! {
    only Postgres because "a SQLite file does not go away";

    /// ASVS 16.5.3
    async fn while_the_database_is_away_nobody_is_let_in(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        take_away(&app).await;
        for answer in [
            me(&app, &tokens.access).await,
            refresh(&app, &tokens.refresh).await,
            login(&app, "ana@example.org", PASSWORD).await,
        ] {
            is_problem(&answer, 503, "unavailable");
            assert!(answer.header("retry-after").is_some());
        }
        bring_back(&app).await;
        let back = async || Some(refresh(&app, &tokens.refresh).await).filter(|answer| answer.status != 503);
        Tokens::of(&until("the database is back", back).await);
        let back = async || Some(me(&app, &tokens.access).await).filter(|answer| answer.status != 503);
        until("sessions are looked up again", back).await.status(200);
    }
}
