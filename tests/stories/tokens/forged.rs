//! Tokens that nobody should believe, most of them signed with the right key: so it is what they say that is refused.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::*;
use crate::tokens::{Forger, Hash, claim, claims, counts, show, sign, unsigned, with, without};

/// The Ed25519 key of RFC 8410 section 10.3, which everybody has.
const ANYBODYS_KEY: &str = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

/// A case: what is wrong, and the token.
fn case(what: impl std::fmt::Display, token: String) -> (String, String) {
    (what.to_string(), token)
}

stories! {
    /// ASVS 9.1.2, 11.2.5, 11.6.1
    async fn a_token_is_signed_with_hs256_or_not_at_all(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let claims = forger.claims.to_string();
        let mut cases = Vec::new();
        for alg in ["none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "RS256", "PS256", "ES256", "EdDSA", "HS384"] {
            let header = with(&forger.header, "alg", alg).to_string();
            let bare = unsigned(&header, &claims);
            cases.push(case(format!("{alg}, no signature"), format!("{bare}.")));
            cases.push(case(format!("{alg}, no third part"), bare));
            cases.push(case(alg, sign(&header, &claims, Hash::Sha256, &forger.key)));
        }
        for (alg, hash) in [("HS384", Hash::Sha384), ("HS512", Hash::Sha512), ("HS256", Hash::Sha512)] {
            let header = with(&forger.header, "alg", alg).to_string();
            cases.push(case(format!("{alg}, the right key"), sign(&header, &claims, hash, &forger.key)));
        }
        for alg in [json!(null), json!(["HS256"]), json!(0)] {
            cases.push(case(&alg, forger.headed(&with(&forger.header, "alg", alg.clone()))));
        }
        cases.push(case("no alg", forger.headed(&without(&forger.header, "alg"))));
        forger.is_refused(&cases).await;
    }

    /// ASVS 9.1.1, 9.1.2
    async fn a_signature_by_another_key_is_refused(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let kid = forger.header["kid"].as_str().unwrap().to_owned();
        let secret = app.setting("secret_key").to_owned();
        let (header, claims) = (forger.header.to_string(), forger.claims.to_string());
        let anybodys = BASE64.decode(ANYBODYS_KEY.as_bytes()).unwrap();
        let mut cases: Vec<_> = [
            ("no key", Vec::new()),
            ("zeros", vec![0; 32]),
            ("the key's name", kid.clone().into_bytes()),
            ("the master secret as it is written", secret.clone().into_bytes()),
            ("the master secret", BASE64.decode(secret.as_bytes()).unwrap()),
            ("the key of another name", forger.key_named("another")),
            ("a known key", anybodys.clone()),
        ]
        .into_iter()
        .map(|(what, key)| case(what, sign(&header, &claims, Hash::Sha256, &key)))
        .collect();
        let eddsa = Header { kid: Some(kid), typ: forger.header["typ"].as_str().map(str::to_owned), ..Header::new(Algorithm::EdDSA) };
        let signed = jsonwebtoken::encode(&eddsa, &forger.claims, &EncodingKey::from_ed_der(&anybodys)).unwrap();
        cases.push(case("EdDSA by a known key", signed));
        forger.is_refused(&cases).await;
    }

    /// ASVS 9.1.3
    async fn no_other_header_is_read_or_followed(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let trap = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        trap.set_nonblocking(true).unwrap();
        let there = format!("http://{}/keys.json", trap.local_addr().unwrap());
        let jwk = json!({ "kty": "oct", "alg": "HS256", "k": BASE64URL_NOPAD.encode(&[7; 32]) });
        let mut cases = Vec::new();
        for (name, value) in [
            ("jwk", jwk.clone()),
            ("jku", json!(there)),
            ("x5u", json!(there)),
            ("x5c", json!([BASE64.encode(b"certificate")])),
            ("x5t", json!("AAAA")),
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("b64", json!(false)),
            ("zip", json!("DEF")),
            ("enc", json!("A256GCM")),
            ("cty", json!("JWT")),
            ("nonce", json!("1")),
            ("url", json!(there)),
            ("surplus", json!(1)),
            ("typ", json!("JWT")),
            ("typ", json!("at+jwt")),
            ("typ", json!("VESTIBULE-SESSION+JWT")),
            ("typ", json!("application/vestibule-session+jwt")),
            ("typ", json!("")),
            ("typ", json!(null)),
            ("typ", json!(7)),
        ] {
            let header = with(&forger.header, name, value.clone());
            cases.push(case(format!("{name} {value}"), forger.headed(&header)));
            let by_another = sign(&header.to_string(), &forger.claims.to_string(), Hash::Sha256, &[7; 32]);
            cases.push(case(format!("{name} {value}, by another key"), by_another));
        }
        cases.push(case("no typ", forger.headed(&without(&forger.header, "typ"))));
        forger.is_refused(&cases).await;
        let visitor = trap.accept();
        assert!(visitor.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "somebody came for keys");
    }

    /// ASVS 9.1.3
    async fn a_key_is_found_by_its_exact_name_alone(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let kid = forger.header["kid"].as_str().unwrap().to_owned();
        let mut cases = Vec::new();
        for name in [
            String::new(),
            "another".to_owned(),
            kid.to_uppercase(),
            format!("{kid} "),
            format!("{kid}\0"),
            kid[1..].to_owned(),
            "../../../../dev/null".to_owned(),
            "/proc/self/environ".to_owned(),
            "' OR '1'='1".to_owned(),
            format!("{kid}' --"),
            "' UNION SELECT id, secret_id, NULL FROM signing_keys --".to_owned(),
            "x'; DELETE FROM signing_keys; --".to_owned(),
            "%".to_owned(),
            "k".repeat(700),
        ] {
            if name == kid {
                continue;
            }
            let header = with(&forger.header, "kid", name.clone()).to_string();
            let claims = forger.claims.to_string();
            for (which, key) in [("the key of that name", forger.key_named(&name)), ("our key", forger.key.clone()), ("no key", Vec::new())] {
                cases.push(case(format!("{name:?}, {which}"), sign(&header, &claims, Hash::Sha256, &key)));
            }
        }
        for odd in [json!(null), json!(0), json!([kid]), json!({ "kid": kid }), json!(true)] {
            cases.push(case(&odd, forger.headed(&with(&forger.header, "kid", odd.clone()))));
        }
        cases.push(case("no kid", forger.headed(&without(&forger.header, "kid"))));
        forger.is_refused(&cases).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM signing_keys").await, 1);
        ana.open("/account").await.is_at("/account");
    }

    /// ASVS 9.2.2, 9.2.3
    async fn a_token_for_another_purpose_person_or_session_opens_nothing(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = claims(&app.confirmed_user("bob@example.org").await.session_token().unwrap());
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let iss = forger.claims["iss"].as_str().unwrap().to_owned();
        let mut cases = Vec::new();
        for (name, value) in [
            ("aud", json!("vestibule:api")),
            ("aud", json!("vestibule:session ")),
            ("aud", json!("")),
            ("aud", json!(["vestibule:session"])),
            ("aud", json!(["vestibule:session", "vestibule:api"])),
            ("iss", json!(format!("{iss}/"))),
            ("iss", json!("https://evil.example")),
            ("iss", json!("")),
            ("sub", bob["sub"].clone()),
            ("sub", json!("")),
            ("sub", json!("' OR '1'='1")),
            ("sid", bob["sid"].clone()),
            ("sid", json!("")),
            ("sid", json!("' OR '1'='1")),
            ("sid", json!("%")),
        ] {
            cases.push(case(format!("{name} {value}"), forger.claiming(&with(&forger.claims, name, value))));
        }
        forger.is_refused(&cases).await;
    }

    /// ASVS 9.2.1, 1.5.2
    async fn every_claim_is_there_once_and_of_its_type(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let mut cases = Vec::new();
        for name in forger.claims.as_object().unwrap().keys() {
            cases.push(case(format!("no {name}"), forger.claiming(&without(&forger.claims, name))));
            let odd = match forger.claims[name] {
                Value::Number(_) => vec![json!(null), json!(""), json!([]), json!({}), json!(true)],
                Value::Array(_) => vec![json!(null), json!("pwd"), json!([1]), json!({})],
                _ => vec![json!(null), json!(1), json!(["a"]), json!({}), json!(true)],
            };
            for value in odd {
                cases.push(case(format!("{name} {value}"), forger.claiming(&with(&forger.claims, name, value))));
            }
            // Said twice, the second time in an attacker's words.
            let text = forger.claims.to_string();
            let twice = format!("{},\"{name}\":{}}}", &text[..text.len() - 1], forger.claims[name]);
            cases.push(case(format!("{name} twice"), forger.written(&twice)));
        }
        for name in ["role", "admin", "scope", "__proto__"] {
            cases.push(case(format!("{name} besides"), forger.claiming(&with(&forger.claims, name, "admin"))));
        }
        for text in ["", "null", "[]", "{}", "\"claims\"", "{", "\u{feff}{}"] {
            cases.push(case(format!("{text:?} in the place of claims"), forger.written(text)));
        }
        let deep = format!("{}{}", "[".repeat(800), "]".repeat(800));
        cases.push(case("a deep list", forger.written(&deep)));
        forger.is_refused(&cases).await;
    }

    /// ASVS 9.2.1
    async fn token_times_are_whole_numbers_around_now(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forger = Forger::at(&app, &ana.session_token().unwrap()).await;
        let now = app.clock().now() / 1000;
        let believed = |name: &str, at: i64| forger.claiming(&with(&forger.claims, name, at));
        // A clock of another node may be ahead by a minute, and that is all the leeway there is.
        for token in [believed("exp", now + 30), believed("nbf", now + 50), believed("iat", now + 50)] {
            assert!(counts(&app.browser(), &token).await);
        }
        let mut cases = vec![
            case("over for a second", believed("exp", now - 1)),
            case("over this second", believed("exp", now)),
            case("over since 1970", believed("exp", 0)),
            case("not yet", believed("nbf", now + 100)),
            case("made tomorrow", believed("iat", now + 24 * 3600)),
        ];
        let whole = forger.claims["exp"].as_i64().unwrap();
        let text = forger.claims.to_string();
        for name in ["exp", "nbf", "iat", "auth_time"] {
            let own = format!("\"{name}\":{}", forger.claims[name]);
            assert!(text.contains(&own), "{own} in {text}");
            for odd in [
                format!("\"{whole}\""),
                format!("{whole}.5"),
                format!("{whole}.0"),
                "1e10".to_owned(),
                "-1".to_owned(),
                format!("-{whole}"),
                "18446744073709551616".to_owned(),
                "1e400".to_owned(),
                "NaN".to_owned(),
                "null".to_owned(),
                format!("[{whole}]"),
                format!("0{whole}"),
                format!("+{whole}"),
            ] {
                let odd = text.replacen(&own, &format!("\"{name}\":{odd}"), 1);
                cases.push(case(&odd, forger.written(&odd)));
            }
        }
        let for_ever = text.replacen(&format!("\"exp\":{whole}"), &format!("\"exp\":{}", u64::MAX), 1);
        cases.push(case("good for ever", forger.written(&for_ever)));
        cases.push(case("good for a month and a day", believed("exp", now + 31 * 24 * 3600)));
        forger.is_refused(&cases).await;
    }

    async fn a_blacklisted_session_does_not_come_back_in_another_spelling(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        let forger = Forger::at(&app, &token).await;
        app.sql("CREATE TABLE kept_aside AS SELECT * FROM sessions").await;
        ana.sign_out().await;
        app.sql("INSERT INTO sessions SELECT * FROM kept_aside").await;
        let quoted = |first: &str| token.replacen(first, &format!("%{:02X}", first.as_bytes()[0]), 1);
        let sid = claim(&token, "sid");
        let mut cases = vec![
            case("as it was", token.clone()),
            case("padded", format!("{token}=")),
            case("quoted", format!("\"{token}\"")),
            case("percent-encoded", quoted("e")),
            case("with spaces", format!(" {token} ")),
            case("signed again", forger.claiming(&forger.claims)),
            case("under a new name", forger.claiming(&with(&forger.claims, "jti", "new"))),
            case("in other letters", forger.claiming(&with(&forger.claims, "sid", sid.to_lowercase()))),
            case("in capitals", forger.claiming(&with(&forger.claims, "sid", sid.to_uppercase()))),
        ];
        let (rest, last) = token.split_at(token.len() - 1);
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
            cases.push(case(format!("{last} as {letter}"), format!("{rest}{letter}")));
        }
        forger.is_refused(&cases).await;
    }

    /// ASVS 7.2.1
    async fn a_token_is_only_accepted_in_the_cookie(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        let stranger = app.browser();
        for path in ["session", "token", "access_token", "jwt", "vestibule_session"] {
            let path = format!("/account?{path}={token}");
            stranger.request(Method::GET, &path).send().await.status(303);
            let form = [("vestibule_session", token.as_str()), ("token", token.as_str()), ("display_name", "Eve")];
            stranger.request(Method::POST, &path).form(&form).send().await.status(303);
        }
        for (name, value) in [
            ("authorization", format!("Bearer {token}")),
            ("authorization", token.clone()),
            ("x-access-token", token.clone()),
            ("cookie", format!("session={token}")),
            ("cookie", format!("__Host-vestibule_session_8000={token}")),
            ("cookie", format!("Vestibule_Session={token}")),
        ] {
            let answer = stranger.request(Method::GET, "/account").header(name, value).send().await;
            answer.status(303);
        }
        let bearer = app.request(Method::POST, "/account").header("authorization", format!("Bearer {token}"));
        bearer.form(&[("display_name", "Eve")]).send().await.status(303);
        assert_eq!(app.texts("SELECT display_name FROM users").await, [""]);
    }

    async fn an_invalid_cookie_is_no_session(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        let forger = Forger::at(&app, &token).await;
        let (head, tail) = token.split_once('.').unwrap();
        let cases: Vec<_> = [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            "...".to_owned(),
            "a.b.c".to_owned(),
            "null".to_owned(),
            head.to_owned(),
            format!("{head}."),
            format!(".{tail}"),
            format!("{token}."),
            format!("{token}.{token}"),
            format!("{token}{token}"),
            "%00%0d%0a".to_owned(),
            "%ff%fe".to_owned(),
            "a".repeat(20_000),
            format!("{}.{tail}", "a".repeat(20_000)),
            format!("{token}{}", "a".repeat(20_000)),
        ]
        .into_iter()
        .map(|token| case(format!("{token:.40}"), token))
        .collect();
        forger.is_refused(&cases).await;
    }

    async fn of_two_session_cookies_the_last_is_used(app) {
        let ana = app.confirmed_user("ana@example.org").await.session_token().unwrap();
        let bob = app.confirmed_user("bob@example.org").await.session_token().unwrap();
        let visitor = app.browser();
        let shown = async |first: &str, second: &str| show(&visitor, &format!("{first}; vestibule_session_8000={second}")).await;
        for _ in 0..3 {
            let answer = shown(&ana, &bob).await;
            assert!(answer.status(200).text().contains("bob@example.org") && !answer.text().contains("ana@example.org"));
        }
        shown(&ana, "nonsense").await.status(303);
        shown("nonsense", &ana).await.status(200);
    }
}
