//! The session token: a JWT (RFC 7519) signed with HS256, for ourselves alone.
//!
//! `jsonwebtoken` checks signature and algorithm. The claims are our own type, checked on our own clock: the library
//! grants a minute of leeway, accepts numbers with a fraction and ignores what it does not know, and none of that is
//! wanted here. The header follows RFC 8725: an explicit `typ`, one algorithm, no key from the token itself.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use super::keys::{KeyRing, SigningKey};
use crate::time::{Millis, SECOND};

/// The `typ` of the header (RFC 8725 section 3.11).
const TYPE: &str = "vestibule-session+jwt";

/// The audience: a token for another purpose is worth nothing here (ASVS 9.2.2, 9.2.3).
const AUDIENCE: &str = "vestibule:session";

/// The least room a clock of another node may be ahead, in seconds.
const CLOCK_SKEW: u64 = 60;

/// No token that we make is longer; a longer one is not looked at.
const MAX_BYTES: usize = 2048;

/// What a session token says. No personal data (NIST SP 800-63B-4 section 5.1.1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Issuer: our public URL.
    pub iss: String,
    /// Audience: the purpose.
    pub aud: String,
    /// Subject: the user's id.
    pub sub: String,
    /// The session's id.
    pub sid: String,
    /// This token's own id, 128 random bits.
    pub jti: String,
    /// Issued at, in seconds since 1970.
    pub iat: u64,
    /// Not before.
    pub nbf: u64,
    /// Dead from here on.
    pub exp: u64,
    /// When the person last proved who they are.
    pub auth_time: u64,
    /// How (RFC 8176).
    pub amr: Vec<String>,
}

/// A token that is what it says.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    /// What it says.
    pub claims: Claims,
    /// From here on it is dead, or its key is.
    pub expires_at: Millis,
}

/// A token was refused. Why is for the log alone; the visitor is told nothing (ASVS 11.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours at all.
    #[error("malformed")]
    Malformed,
    /// A header that ours do not have.
    #[error("header")]
    Header,
    /// Signed by a key that does not count (any more), or not rightly.
    #[error("signature")]
    Signature,
    /// For another purpose or from another issuer.
    #[error("purpose")]
    Purpose,
    /// Too early or too late.
    #[error("time")]
    Time,
}

/// Makes and checks session tokens.
pub struct SessionTokens {
    keys: Arc<KeyRing>,
    issuer: String,
    validation: Validation,
}

impl SessionTokens {
    /// Tokens of an issuer, our public URL.
    #[must_use]
    pub fn new(keys: Arc<KeyRing>, issuer: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Time, audience and required claims are checked below, more strictly.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            keys,
            issuer: issuer.to_owned(),
            validation,
        }
    }

    /// Signs claims; issuer and audience are set here. `None` only while there is no key.
    #[must_use]
    pub fn sign(&self, mut claims: Claims) -> Option<String> {
        let key = self.keys.signing()?;
        self.issuer.clone_into(&mut claims.iss);
        AUDIENCE.clone_into(&mut claims.aud);
        jsonwebtoken::encode(&header(&key), &claims, &key.encoding).ok()
    }

    /// Checks everything that a token says about itself: refuses it when anything at all is not as we made it, or when its
    /// time is over at `now`. Whether it was revoked since is for the caller to ask.
    ///
    /// # Errors
    /// When its key is not known and the database is away, which may know it.
    pub async fn check(&self, token: &str, now: Millis) -> sqlx::Result<Result<VerifiedToken, TokenError>> {
        if token.len() > MAX_BYTES {
            return Ok(Err(TokenError::Malformed));
        }
        let Ok(stated) = jsonwebtoken::decode_header(token) else {
            return Ok(Err(TokenError::Malformed));
        };
        let Some(id) = stated.kid.as_deref() else {
            return Ok(Err(TokenError::Header));
        };
        Ok(match self.keys.verifying(id).await? {
            Some(key) => self.check_with(&key, &stated, token, now).map(|claims| VerifiedToken {
                expires_at: millis(claims.exp).min(key.expires_at.unwrap_or(Millis::MAX)),
                claims,
            }),
            None => Err(TokenError::Signature),
        })
    }

    fn check_with(&self, key: &SigningKey, stated: &Header, token: &str, now: Millis) -> Result<Claims, TokenError> {
        // Exactly the header that we write: no `crit`, no `jwk`, no `jku`, no other `typ` or `alg` (RFC 7515, ASVS 9.1.3).
        if *stated != header(key) {
            return Err(TokenError::Header);
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(|error| match error.kind() {
                jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenError::Signature,
                _ => TokenError::Malformed,
            })?
            .claims;
        if claims.aud != AUDIENCE || claims.iss != self.issuer {
            return Err(TokenError::Purpose);
        }
        let now = seconds(now);
        if now >= claims.exp || claims.nbf > now + CLOCK_SKEW || claims.iat > now + CLOCK_SKEW {
            return Err(TokenError::Time);
        }
        // We make none that lives longer.
        if claims.exp.saturating_sub(claims.iat) > seconds(self.keys.overlap()) {
            return Err(TokenError::Time);
        }
        Ok(claims)
    }
}

fn header(key: &SigningKey) -> Header {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key.id.clone());
    header
}

/// Whole seconds since 1970, as JWTs count.
#[must_use]
pub fn seconds(at: Millis) -> u64 {
    u64::try_from(at / SECOND).unwrap_or(0)
}

/// The milliseconds of such seconds.
#[must_use]
pub fn millis(seconds: u64) -> Millis {
    Millis::try_from(seconds).unwrap_or(Millis::MAX).saturating_mul(SECOND)
}
