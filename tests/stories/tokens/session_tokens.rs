//! What a session token says, and the cookie it lies in.

use std::collections::BTreeSet;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};

use crate::support::*;
use crate::tokens::{claim, claims, kid, number, part};

stories! {
    /// ASVS 9.2.4
    async fn a_token_contains_ids_and_times_only(app) {
        let before = app.clock().now() / 1000;
        let ana = app.confirmed_user("ana.lovelace@example.org").await;
        let page = ana.open("/account").await;
        page.fill("Name", "Ana Lovelace").press("Save changes").await.status(200);
        let token = app.signed_in("ana.lovelace@example.org").await.session_token().unwrap();

        let header = part(&token, 0);
        assert_eq!(header, json!({ "alg": "HS256", "typ": "vestibule-session+jwt", "kid": header["kid"] }));
        assert_eq!(app.texts("SELECT id FROM signing_keys").await, [kid(&token)]);
        let claims = claims(&token);
        let names: BTreeSet<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = ["amr", "aud", "auth_time", "exp", "iat", "iss", "jti", "nbf", "sid", "sub"];
        assert_eq!(names, expected.into_iter().collect());
        assert_eq!(claims["iss"], app.origin());
        assert_eq!(claims["aud"], "vestibule:session");
        assert_eq!(app.texts("SELECT id FROM users").await, [claim(&token, "sub")]);
        assert!(app.texts("SELECT id FROM sessions").await.contains(&claim(&token, "sid")));
        assert_eq!(claims["amr"], json!(["pwd"]));
        let now = app.clock().now() / 1000;
        for name in ["iat", "nbf", "auth_time"] {
            assert!((before..=now).contains(&number(&token, name)), "{name}");
        }
        let said = claims.to_string().to_lowercase();
        for personal in ["ana", "lovelace", "127.0.0"] {
            let elsewhere = said.replace(&app.origin().to_lowercase(), "");
            assert!(!elsewhere.contains(personal), "{personal} in {said}");
        }
    }

    /// ASVS 7.2.2, 7.2.3
    async fn tokens_of_two_sign_ins_share_only_the_user(app) {
        app.confirmed_user("ana@example.org").await;
        let mut tokens = Vec::new();
        for _ in 0..8 {
            tokens.push(app.signed_in("ana@example.org").await.session_token().unwrap());
        }
        for name in ["jti", "sid"] {
            let values: BTreeSet<String> = tokens.iter().map(|token| claim(token, name)).collect();
            assert_eq!(values.len(), tokens.len(), "{name}");
            // 26 characters of 5 bits: 128 random ones.
            assert!(values.iter().all(|value| value.len() == 26), "{values:?}");
        }
        let persons: BTreeSet<String> = tokens.iter().map(|token| claim(token, "sub")).collect();
        assert_eq!(persons.len(), 1);
    }

    /// ASVS 3.3.2
    async fn in_development_the_cookie_is_host_only_over_http(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let line = ana.set_cookie_line("vestibule_session").unwrap();
        assert_eq!(attributes(&line), ["HttpOnly", "Path=/", "SameSite=Lax"], "{line}");
        assert!(line.starts_with("vestibule_session_8000="));
    }

    /// ASVS 3.3.1, 3.3.2, 3.3.3
    async fn in_release_every_cookie_is_bound_to_the_host_and_to_tls(database: Database) {
        let app = App::on(&database).release().start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await;
        ana.post("/language", &[("locale", "de"), ("next", "/account")]).await.status(200);
        ana.sign_out().await;
        let names = ["vestibule_session", "vestibule_signup", "vestibule_flash", "vestibule_language"];
        for name in names {
            let line = ana.set_cookie_line(name).unwrap_or_else(|| panic!("{name} was never set"));
            assert!(line.starts_with(&format!("__Host-{name}=")), "{line}");
            let told: Vec<_> = attributes(&line)
                .into_iter()
                .filter(|attribute| !attribute.starts_with("Max-Age=") && !attribute.starts_with("Expires="))
                .collect();
            assert_eq!(told, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], "{line}");
        }
    }

    /// ASVS 3.3.5
    async fn the_cookie_of_the_longest_name_and_address_is_short(database: Database) {
        let app = App::on(&database).release().start().await;
        let label = "a".repeat(60);
        let email = format!("{}@{label}.{label}.{label}.org", "l".repeat(64));
        let ana = app.confirmed_user(&email).await;
        let page = ana.open("/account").await;
        page.fill("Name", &"ß".repeat(100)).press("Save changes").await.status(200);
        let ana = app.signed_in(&email).await;
        let line = ana.set_cookie_line("vestibule_session").unwrap();
        assert!(line.len() < 1024, "{}", line.len());
    }

    /// ASVS 11.2.3, 11.6.1
    async fn keys_have_256_bits_and_differ_by_name(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        let forger = crate::tokens::Forger::at(&app, &token).await;
        assert_eq!(forger.key.len() * 8, 256);
        assert_ne!(forger.key, forger.key_named("another"));
        // Neither the key nor anything it is made of lies in the database.
        let stored = app.texts("SELECT id || ' ' || secret_id FROM signing_keys").await.join(" ");
        let secret = app.setting("secret_key");
        for known in [HEXLOWER.encode(&forger.key), BASE64URL_NOPAD.encode(&forger.key), secret.to_owned()] {
            assert!(!stored.contains(&known));
        }
    }

    async fn user_data_on_pages_comes_from_the_database(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("UPDATE users SET email = 'ana@example.com', role = 'admin'").await;
        ana.open("/account").await.shows("ana@example.com");
        ana.open("/users").await.status(200);
        let claims: Value = claims(&ana.session_token().unwrap());
        assert_eq!(claims["role"], Value::Null);
    }
}

/// What stands behind a cookie's value, sorted.
fn attributes(line: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = line.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}
