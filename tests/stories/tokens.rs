//! Session tokens: kept aside, taken apart and put together again. Not stories, but what several files of them need.

mod flipped_bits;
mod forged;
mod keys;
mod randomness;
mod session_tokens;

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use vestibule::config::MasterSecret;
use vestibule::tokens::keys::Deriver;

use crate::support::*;

/// The cookie in debug.
const COOKIE: &str = "vestibule_session_8000";

/// What the account page answers to whoever shows this token.
pub async fn show(visitor: &Browser, token: &str) -> Answer {
    let cookie = format!("{COOKIE}={token}");
    visitor.request(Method::GET, "/account").header("cookie", cookie).send().await
}

/// Whether a token opens its owner's account. Anything else than "yes" and "sign in first" fails.
pub async fn counts(visitor: &Browser, token: &str) -> bool {
    let answer = show(visitor, token).await;
    match answer.status {
        200 => true,
        303 => {
            assert_eq!(answer.location(), Some("/login?next=%2Faccount"));
            false
        }
        status => panic!("{status} for a token:\n{}", answer.text()),
    }
}

/// A part of a token, read: 0 is the header, 1 the claims.
pub fn part(token: &str, nth: usize) -> Value {
    let part = token.split('.').nth(nth).expect("a token has three parts");
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

/// The claims of a token.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// A claim that is text.
pub fn claim(token: &str, name: &str) -> String {
    let claims = claims(token);
    claims[name].as_str().unwrap_or_else(|| panic!("{name} in {claims}")).to_owned()
}

/// A claim that is a number.
pub fn number(token: &str, name: &str) -> i64 {
    let claims = claims(token);
    claims[name].as_i64().unwrap_or_else(|| panic!("{name} in {claims}"))
}

/// The name of the key that signed it.
pub fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

/// The same object with one member changed or added.
pub fn with(object: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut object = object.clone();
    object[name] = value.into();
    object
}

/// The same object without one member.
pub fn without(object: &Value, name: &str) -> Value {
    let mut object = object.clone();
    object
        .as_object_mut()
        .unwrap()
        .remove(name)
        .unwrap_or_else(|| panic!("there is no {name}"));
    object
}

/// How a forger signs.
#[derive(Clone, Copy)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// Somebody who holds a good token and, of all keys, the right one: what is refused is then refused for what it says.
pub struct Forger {
    /// The header of the good token.
    pub header: Value,
    /// Its claims.
    pub claims: Value,
    /// The key it was signed with.
    pub key: Vec<u8>,
    secret: MasterSecret,
    visitor: Browser,
}

impl Forger {
    /// Fails unless what this forger makes is believed as long as nothing is wrong with it.
    pub async fn at(app: &App, token: &str) -> Self {
        let forger = Self {
            header: part(token, 0),
            claims: claims(token),
            key: Vec::new(),
            secret: MasterSecret::parse(app.setting("secret_key")).unwrap(),
            visitor: app.browser(),
        };
        let forger = Self {
            key: forger.key_named(&kid(token)),
            ..forger
        };
        let another = forger.claiming(&with(&forger.claims, "jti", "another"));
        assert!(counts(&forger.visitor, &another).await, "the forger has not the right key");
        forger
    }

    /// The key that would bear this name.
    pub fn key_named(&self, kid: &str) -> Vec<u8> {
        Deriver::new(&self.secret).key(&format!("session cookie {kid}")).bytes.to_vec()
    }

    /// A token of these claims, otherwise right.
    pub fn claiming(&self, claims: &Value) -> String {
        self.written(&claims.to_string())
    }

    /// A token of this text in the place of claims, otherwise right.
    pub fn written(&self, claims: &str) -> String {
        sign(&self.header.to_string(), claims, Hash::Sha256, &self.key)
    }

    /// A token of this header, otherwise right.
    pub fn headed(&self, header: &Value) -> String {
        sign(&header.to_string(), &self.claims.to_string(), Hash::Sha256, &self.key)
    }

    /// Fails when any of these tokens opens anything, or is answered otherwise than the others.
    pub async fn is_refused(&self, tokens: &[(String, String)]) {
        let mut first: Option<String> = None;
        for (what, token) in tokens {
            let answer = show(&self.visitor, token).await;
            assert_eq!(answer.status, 303, "{what}: {token}\n{}", answer.text());
            let mut headers: Vec<_> = answer.headers.iter().filter(|(name, _)| *name != "date").collect();
            headers.sort_by_key(|(name, _)| name.as_str());
            let told = format!("{headers:?}\n{}", answer.text());
            let first = first.get_or_insert_with(|| told.clone());
            assert_eq!(&told, first, "{what} is told apart from {}", tokens[0].0);
        }
        assert!(first.is_some(), "no token was tried");
    }
}

/// Puts a token together.
pub fn sign(header: &str, claims: &str, hash: Hash, key: &[u8]) -> String {
    macro_rules! tag {
        ($hash:ty, $message:expr) => {{
            let mut mac = <Hmac<$hash> as KeyInit>::new_from_slice(key).unwrap();
            mac.update($message.as_bytes());
            BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
        }};
    }
    let message = unsigned(header, claims);
    let tag = match hash {
        Hash::Sha256 => tag!(sha2::Sha256, message),
        Hash::Sha384 => tag!(sha2::Sha384, message),
        Hash::Sha512 => tag!(sha2::Sha512, message),
    };
    format!("{message}.{tag}")
}

/// Header and claims, with no signature yet.
pub fn unsigned(header: &str, claims: &str) -> String {
    format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(claims.as_bytes()))
}
