//! Key pairs: published, sealed, rotated.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;

use super::*;
use crate::tokens::{kid, part};

const DAY: Duration = Duration::from_hours(24);

async fn published(app: &App) -> Vec<Value> {
    let answer = app.request(Method::GET, "/.well-known/jwks.json").send().await;
    assert_eq!(answer.status(200).header("cache-control"), Some("public, max-age=300"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()["keys"].as_array().unwrap().clone()
}

fn ids(keys: &[Value]) -> BTreeSet<String> {
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Whether one of these keys verifies a token, by its `kid`, as any other program would.
fn verifies(keys: &[Value], token: &str) -> bool {
    let Some(key) = keys.iter().find(|key| key["kid"] == *kid(token)) else {
        return false;
    };
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_audience(&["vestibule:api"]);
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &validation).is_ok()
}

stories! {
    /// ASVS 11.6.1, 9.1.2
    async fn everybody_can_verify_an_access_token(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        let keys = published(&app).await;
        assert!(verifies(&keys, &tokens.access));
        let header = part(&tokens.access, 0);
        assert_eq!((&header["typ"], &header["alg"]), (&"at+jwt".into(), &"EdDSA".into()));
        let claims = part(&tokens.access, 1);
        assert_eq!(claims["iss"], app.origin());
        assert_eq!(claims["aud"], "vestibule:api");
        assert_eq!(claims["sub"], app.id_of("ana@example.org").await);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
        let kinds: BTreeSet<_> = keys.iter().map(|key| (key["alg"].to_string(), key["kty"].to_string(), key["use"].to_string())).collect();
        let expected = [("EdDSA", "OKP"), ("ES256", "EC"), ("RS256", "RSA")];
        let expected = expected.map(|(alg, kty)| (format!("{alg:?}"), format!("{kty:?}"), "\"sig\"".to_owned()));
        assert_eq!(kinds, BTreeSet::from(expected));
        let rsa = keys.iter().find(|key| key["kty"] == "RSA").unwrap();
        assert_eq!(rsa["n"].as_str().unwrap().len(), 512, "3072 bits");
        assert_eq!(rsa["e"], "AQAB");
        // Nothing of a private half.
        for secret in ["d", "p", "q", "k"] {
            assert!(keys.iter().all(|key| key.get(secret).is_none()));
        }
    }

    /// ASVS 13.3.4, 11.2.2
    async fn a_new_key_is_published_a_day_before_it_signs(app) {
        let before = signed_in(&app, "ana@example.org").await;
        let first = published(&app).await;
        let said = app.vestibule(["key", "rotate"]).await.succeeds().stdout.clone();
        assert!(said.contains("/.well-known/jwks.json"), "{said}");
        app.restart().await;
        let both = published(&app).await;
        assert_eq!(both.len(), 6);
        assert!(ids(&both).is_superset(&ids(&first)));
        let same = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        assert_eq!(kid(&same.access), kid(&before.access));
        me(&app, &before.access).await.status(200);
        app.advance(DAY + Duration::from_secs(1));
        let after = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        assert_ne!(kid(&after.access), kid(&before.access));
        assert!(verifies(&both, &after.access));
        me(&app, &after.access).await.status(200);
        // The old one stays until the last token of it is over, and is deleted then.
        app.advance(29 * DAY);
        assert_eq!(published(&app).await.len(), 6);
        app.advance(DAY);
        let left = published(&app).await;
        assert_eq!(left.len(), 3);
        assert!(ids(&left).is_disjoint(&ids(&first)));
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM key_pairs").await, 3);
    }

    async fn nodes_that_start_at_once_have_the_same_keys(app) {
        let nodes = join_all((0..3).map(|_| app.second_node().start())).await;
        let sets = join_all(nodes.iter().chain([&app]).map(published)).await;
        for set in &sets {
            assert_eq!(ids(set), ids(&sets[0]));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM key_pairs").await, 3);
    }

    /// ASVS 13.3.1, 13.3.4
    async fn with_a_new_master_secret_the_keys_stay(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        let before = published(&app).await;
        let secret = app.vestibule(["key", "new"]).await.succeeds().stdout.trim().to_owned();
        let previous = format!("[\"{}\"]", app.setting("secret_key"));
        let settings = [("secret_key", secret.clone()), ("previous_secret_keys", previous)];
        let node = app.second_node().settings(settings).start().await;
        assert_eq!(ids(&published(&node).await), ids(&before));
        me(&node, &tokens.access).await.status(200);
        // They are sealed with the new secret now, so that the old one can be forgotten.
        let node = app.second_node().settings([("secret_key", secret)]).start().await;
        assert_eq!(ids(&published(&node).await), ids(&before));
        // The node that does not have it yet goes on with what it has opened.
        assert_eq!(ids(&published(&app).await), ids(&before));
        me(&app, &Tokens::of(&login(&app, "ana@example.org", PASSWORD).await).access).await.status(200);
    }

    /// ASVS 9.2.2, 9.2.3
    async fn a_token_of_one_kind_is_worth_nothing_as_another(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let tokens = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        let cookie = ana.session_token().unwrap();
        is_problem(&me(&app, &cookie).await, 401, "token-refused");
        is_problem(&me(&app, &tokens.refresh).await, 401, "token-refused");
        is_problem(&refresh(&app, &tokens.access).await, 401, "token-refused");
        is_problem(&refresh(&app, &cookie).await, 401, "token-refused");
        let answer = app.request(Method::GET, "/account").header("cookie", format!("vestibule_session_8000={}", tokens.access));
        answer.send().await.status(303);
        let by_bearer = app.request(Method::GET, "/account").bearer(&tokens.access).send().await;
        by_bearer.status(303);
        // Nor with a public key as the secret of an HMAC (CVE-2016-5431), nor without any signature.
        let claims = tokens.access.split('.').nth(1).unwrap();
        let key = published(&app).await.iter().find(|key| key["alg"] == "EdDSA").unwrap()["x"].as_str().unwrap().to_owned();
        let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(kid(&tokens.access));
        for secret in [key.as_bytes().to_vec(), data_encoding::BASE64URL_NOPAD.decode(key.as_bytes()).unwrap()] {
            let secret = jsonwebtoken::EncodingKey::from_secret(&secret);
            let forged = jsonwebtoken::encode(&header, &part(&tokens.access, 1), &secret).unwrap();
            is_problem(&me(&app, &forged).await, 401, "token-refused");
        }
        let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"at+jwt"}"#);
        is_problem(&me(&app, &format!("{none}.{claims}.")).await, 401, "token-refused");
        me(&app, &tokens.access).await.status(200);
    }
}
