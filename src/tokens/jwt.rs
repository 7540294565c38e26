//! The tokens of sessions: JWTs (RFC 7519). Those in cookies, at Vestibule and at the hosts of apps, are signed with HS256;
//! only Vestibule reads them. The access tokens of the API are signed with Ed25519, and everybody can verify them.
//!
//! `jsonwebtoken` checks signature and algorithm. Vestibule checks the claims, with its own type and clock: the library
//! grants a minute of leeway, accepts numbers with a fraction and ignores unknown claims. The header follows RFC 8725:
//! an explicit `typ`, one algorithm, no key from the token itself.

use std::borrow::Cow;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use super::key_pair::PairAlgorithm;
use super::key_pairs::KeyPairs;
use super::keys::{KeyRing, SigningKey};
use crate::time::{Millis, SECOND};

/// What a token is for. One of another purpose is refused (ASVS 9.2.2, 9.2.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose<'a> {
    /// A session at Vestibule.
    Session,
    /// The same sign-in at the host of an app. The `sid` is the id of the sign-in.
    App { host: &'a str },
    /// An access token of the API (RFC 9068).
    Access,
}

/// The `client_id` of access tokens, which RFC 9068 requires: the API has no clients that are told apart.
const API_CLIENT: &str = "vestibule";

impl Purpose<'_> {
    /// The `typ` of the header (RFC 8725 section 3.11).
    fn typ(self) -> &'static str {
        match self {
            Self::Session => "vestibule-session+jwt",
            Self::App { .. } => "vestibule-app+jwt",
            Self::Access => "at+jwt",
        }
    }

    /// The `aud`.
    fn audience(self) -> Cow<'static, str> {
        match self {
            Self::Session => Cow::Borrowed("vestibule:session"),
            Self::App { host } => Cow::Owned(format!("vestibule:app:{host}")),
            Self::Access => Cow::Borrowed("vestibule:api"),
        }
    }

    fn client(self) -> Option<&'static str> {
        match self {
            Self::Session | Self::App { .. } => None,
            Self::Access => Some(API_CLIENT),
        }
    }

    /// The only algorithm of its tokens.
    fn algorithm(self) -> Algorithm {
        match self {
            Self::Session | Self::App { .. } => Algorithm::HS256,
            Self::Access => Algorithm::EdDSA,
        }
    }
}

/// How far the clock of another node may be ahead, in seconds.
const CLOCK_SKEW: u64 = 60;

/// Our tokens are never longer; a longer text is refused unread.
const MAX_BYTES: usize = 2048;

/// The claims of a token. They contain no personal data (NIST SP 800-63B-4 section 5.1.1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Issuer: our public URL.
    pub iss: String,
    /// Audience: the purpose.
    pub aud: String,
    /// Subject: the user's id.
    pub sub: String,
    /// The session's id; of a token for an app, the id of the sign-in.
    pub sid: String,
    /// This token's own id, 128 random bits.
    pub jti: String,
    /// Issued at, in seconds since 1970.
    pub iat: u64,
    /// Not before.
    pub nbf: u64,
    /// When it expires.
    pub exp: u64,
    /// The time of the last authentication.
    pub auth_time: u64,
    /// Its methods (RFC 8176).
    pub amr: Vec<String>,
    /// Of access tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// A token that passed all checks.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    pub claims: Claims,
    /// When the token or its key expires, whichever is earlier.
    pub expires_at: Millis,
}

/// Why a token was refused. Only the log has the reason; the visitor is not told (ASVS 11.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// It is not one of our tokens at all.
    #[error("malformed")]
    Malformed,
    /// The header is not ours.
    #[error("header")]
    Header,
    /// The signature is wrong, or its key is unknown or expired.
    #[error("signature")]
    Signature,
    /// It has another purpose or issuer.
    #[error("purpose")]
    Purpose,
    /// It is not valid yet, or has expired.
    #[error("time")]
    Time,
}

pub struct SessionTokens {
    keys: Arc<KeyRing>,
    pairs: Arc<KeyPairs>,
    issuer: String,
    /// The maximum lifetime of an access token.
    access_lifetime: Millis,
}

impl SessionTokens {
    /// For an issuer, which is our public URL.
    #[must_use]
    pub fn new(keys: Arc<KeyRing>, pairs: Arc<KeyPairs>, issuer: &str, access_lifetime: Millis) -> Self {
        Self {
            keys,
            pairs,
            issuer: issuer.to_owned(),
            access_lifetime,
        }
    }

    /// Signs claims; issuer and audience are set here. `None` only if there is no key.
    #[must_use]
    pub fn sign(&self, purpose: Purpose<'_>, mut claims: Claims) -> Option<String> {
        let key = match purpose {
            Purpose::Session | Purpose::App { .. } => self.keys.signing()?,
            Purpose::Access => self.pairs.of_access_tokens()?,
        };
        self.issuer.clone_into(&mut claims.iss);
        claims.aud = purpose.audience().into_owned();
        claims.client_id = purpose.client().map(str::to_owned);
        jsonwebtoken::encode(&header(purpose, &key), &claims, &key.encoding).ok()
    }

    /// Checks everything that the token itself states: it is refused if anything differs from the tokens that we
    /// create, or if it is not valid at `now`. The caller checks whether it was revoked.
    ///
    /// # Errors
    /// When its key is unknown and the database, which may have it, is unavailable.
    pub async fn check(
        &self,
        purpose: Purpose<'_>,
        token: &str,
        now: Millis,
    ) -> sqlx::Result<Result<VerifiedToken, TokenError>> {
        if token.len() > MAX_BYTES {
            return Ok(Err(TokenError::Malformed));
        }
        let Ok(stated) = jsonwebtoken::decode_header(token) else {
            return Ok(Err(TokenError::Malformed));
        };
        let Some(id) = stated.kid.as_deref() else {
            return Ok(Err(TokenError::Header));
        };
        let key = match purpose {
            Purpose::Session | Purpose::App { .. } => self.keys.verifying(id).await?,
            Purpose::Access => self.pairs.verifying(PairAlgorithm::EdDsa, id).await?,
        };
        Ok(match key {
            Some(key) => self.check_with(&key, purpose, &stated, token, now).map(|claims| VerifiedToken {
                expires_at: millis_from_seconds(claims.exp).min(key.expires_at.unwrap_or(Millis::MAX)),
                claims,
            }),
            None => Err(TokenError::Signature),
        })
    }

    fn check_with(
        &self,
        key: &SigningKey,
        purpose: Purpose<'_>,
        stated: &Header,
        token: &str,
        now: Millis,
    ) -> Result<Claims, TokenError> {
        // Exactly the header that we write: no `crit`, no `jwk`, no `jku`, no other `typ` or `alg` (RFC 7515, ASVS
        // 9.1.3).
        if *stated != header(purpose, key) {
            return Err(TokenError::Header);
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation(purpose))
            .map_err(|error| match error.kind() {
                jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenError::Signature,
                _ => TokenError::Malformed,
            })?
            .claims;
        let client = claims.client_id.as_deref();
        if claims.aud != *purpose.audience() || claims.iss != self.issuer || client != purpose.client() {
            return Err(TokenError::Purpose);
        }
        let now = seconds(now);
        if now >= claims.exp || claims.nbf > now + CLOCK_SKEW || claims.iat > now + CLOCK_SKEW {
            return Err(TokenError::Time);
        }
        // We create none with a longer lifetime.
        let longest = match purpose {
            Purpose::Session | Purpose::App { .. } => self.keys.overlap(),
            Purpose::Access => self.access_lifetime,
        };
        if claims.exp.saturating_sub(claims.iat) > seconds(longest) {
            return Err(TokenError::Time);
        }
        Ok(claims)
    }
}

/// Time, audience and required claims are checked by us, more strictly.
fn validation(purpose: Purpose<'_>) -> Validation {
    let mut validation = Validation::new(purpose.algorithm());
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn header(purpose: Purpose<'_>, key: &SigningKey) -> Header {
    let mut header = Header::new(purpose.algorithm());
    header.typ = Some(purpose.typ().to_owned());
    header.kid = Some(key.id.clone());
    header
}

/// Whole seconds since 1970, the unit of JWT's times.
#[must_use]
pub fn seconds(at: Millis) -> u64 {
    u64::try_from(at / SECOND).unwrap_or(0)
}

#[must_use]
pub fn millis_from_seconds(seconds: u64) -> Millis {
    Millis::try_from(seconds).unwrap_or(Millis::MAX).saturating_mul(SECOND)
}
