//! Tokens that are sent by mail: a link, and a code that can be typed instead.
//!
//! The link has 32 random bytes; the database has only their SHA-256 (ASVS 6.6.2, 11.5.1). A code has too few bits for
//! a plain hash, so it is stored as an HMAC, is valid for a short time and for five tries.
//!
//! A token has one purpose, one user and the exact address that it was mailed to. It can be used once. Using it also
//! consumes the user's other tokens of that purpose, except those that undo a change of address. A newer mail does not
//! invalidate older links, so a stranger cannot revoke the owner's link by requesting one. It does replace the typed
//! code: only the newest mail's code is accepted.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use sqlx::Row as _;
use subtle::ConstantTimeEq;

use super::keys::{DerivedKey, keyed_hash};
use crate::config::Lifetimes;
use crate::db::{Pool, Row};
use crate::time::{CLOCKS_DIFFER, HOUR, Millis};

/// The number of tries of a typed code.
pub const CODE_TRIES: i64 = 5;

/// The letters of typed codes: no vowels, so no words, and no letters that look alike (RFC 8628 section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const CODE_LENGTH: usize = 8;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenPurpose {
    ConfirmEmail,
    PasswordReset,
    EmailChange,
    EmailUndo,
    NotMe,
    /// Stops the operator's reset of second factors.
    FactorReset,
}

impl TokenPurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
            Self::EmailUndo => "email_undo",
            Self::NotMe => "not_me",
            Self::FactorReset => "factor_reset",
        }
    }

    fn lifetime(self, lifetimes: &Lifetimes) -> Millis {
        match self {
            Self::ConfirmEmail => lifetimes.confirmation_link,
            Self::PasswordReset => lifetimes.reset_link,
            Self::EmailChange => lifetimes.email_change_link,
            Self::EmailUndo | Self::NotMe => lifetimes.notice_link,
            Self::FactorReset => lifetimes.factor_reset,
        }
    }
}

/// A stored token.
#[derive(Clone, Debug)]
pub struct EmailToken {
    pub user_id: String,
    pub email: String,
    pub used: bool,
    created_at: Millis,
    expires_at: Millis,
    hash: Vec<u8>,
}

impl EmailToken {
    /// Whether it has expired. A token that was created while the clock was ahead is not valid before its time either,
    /// because it would be valid for too long.
    #[must_use]
    pub fn expired(&self, now: Millis) -> bool {
        now >= self.expires_at || self.created_at > now + CLOCKS_DIFFER
    }
}

/// Whether a typed code is right.
#[derive(Clone, Debug)]
pub enum CodeCheck {
    Right(EmailToken),
    /// It is wrong, used or expired.
    Wrong,
}

/// Creates a token for a user and stores its hash. Returns the text for the link.
pub async fn issue(
    tx: &mut AnyConnection,
    purpose: TokenPurpose,
    user_id: &str,
    email: &str,
    now: Millis,
    lifetimes: &Lifetimes,
) -> sqlx::Result<String> {
    const MINT: &str = "
        INSERT INTO email_tokens (token_hash, purpose, user_id, email, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let token = BASE64URL_NOPAD.encode(&random::<32>());
    sqlx::query(MINT)
        .bind(hash(&token))
        .bind(purpose.as_str())
        .bind(user_id)
        .bind(email)
        .bind(now)
        .bind(now + purpose.lifetime(lifetimes))
        .execute(&mut *tx)
        .await?;
    Ok(token)
}

/// Gives a token a code that can be typed instead: `WDJB-MJHT`.
pub async fn issue_code(
    tx: &mut AnyConnection,
    token: &str,
    user_id: &str,
    now: Millis,
    code_key: &DerivedKey,
    lifetimes: &Lifetimes,
) -> sqlx::Result<String> {
    const ADD: &str = "
        UPDATE email_tokens
        SET code_hash = $2, code_expires_at = $3
        WHERE token_hash = $1";
    let code = random_code();
    sqlx::query(ADD)
        .bind(hash(token))
        .bind(keyed_hash(code_key, &format!("{user_id} {code}")))
        .bind(now + lifetimes.confirmation_code)
        .execute(&mut *tx)
        .await?;
    Ok(grouped(&code))
}

/// A code as it is shown: `WDJB-MJHT`.
#[must_use]
pub fn grouped(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}

/// The token of a link, also if it is used or expired.
pub async fn find(pool: &Pool, purpose: TokenPurpose, token: &str) -> sqlx::Result<Option<EmailToken>> {
    const FIND: &str = "
        SELECT token_hash, user_id, email, created_at, expires_at, used_at
        FROM email_tokens
        WHERE token_hash = $1
          AND purpose = $2";
    // A blank token must never match (CVE-2019-16109).
    if token.len() != 43 {
        return Ok(None);
    }
    sqlx::query(FIND)
        .bind(hash(token))
        .bind(purpose.as_str())
        .fetch_optional(pool.reading())
        .await?
        .map(|row| mailed(&row))
        .transpose()
}

/// Checks a typed code against the newest mail to a user. The caller counts the tries and accepts no more than
/// [`CODE_TRIES`]. The work is the same without a mail and without tries left.
pub async fn check_code(
    tx: &mut AnyConnection,
    purpose: TokenPurpose,
    user_id: &str,
    typed: &str,
    now: Millis,
    code_key: &DerivedKey,
) -> sqlx::Result<CodeCheck> {
    const NEWEST: &str = "
        SELECT token_hash, user_id, email, created_at, expires_at, used_at, code_hash, code_expires_at
        FROM email_tokens
        WHERE user_id = $1
          AND purpose = $2
          AND created_at <= $3
        ORDER BY created_at DESC
        LIMIT 1";
    let newest = sqlx::query(NEWEST)
        .bind(user_id)
        .bind(purpose.as_str())
        .bind(now + CLOCKS_DIFFER)
        .fetch_optional(&mut *tx)
        .await?;
    let given = keyed_hash(code_key, &format!("{user_id} {}", bare_code(typed)));
    let Some(row) = newest else { return Ok(CodeCheck::Wrong) };
    let stored: Option<Vec<u8>> = row.try_get("code_hash")?;
    let until: Option<Millis> = row.try_get("code_expires_at")?;
    let same = stored.is_some_and(|stored| stored.ct_eq(&given).into());
    let mailed = mailed(&row)?;
    if same && !mailed.used && until.is_some_and(|until| now < until) {
        Ok(CodeCheck::Right(mailed))
    } else {
        Ok(CodeCheck::Wrong)
    }
}

/// Consumes a token and the user's other tokens of that purpose. `false`: it was used or has expired.
pub async fn consume(
    tx: &mut AnyConnection,
    purpose: TokenPurpose,
    token: &EmailToken,
    now: Millis,
) -> sqlx::Result<bool> {
    if !consume_one(tx, token, now).await? {
        return Ok(false);
    }
    consume_all(tx, purpose, &token.user_id, now).await?;
    Ok(true)
}

/// Consumes all tokens of a purpose of a user.
pub async fn consume_all(
    tx: &mut AnyConnection,
    purpose: TokenPurpose,
    user_id: &str,
    now: Millis,
) -> sqlx::Result<()> {
    const USE_ALL: &str = "
        UPDATE email_tokens
        SET used_at = $3
        WHERE user_id = $1
          AND purpose = $2
          AND used_at IS NULL";
    sqlx::query(USE_ALL)
        .bind(user_id)
        .bind(purpose.as_str())
        .bind(now)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Revokes a user's unused tokens of a purpose by an expiry before their creation. The distance is more than the clocks
/// of two nodes may differ: a request that has read its clock and now waits for this transaction finds them expired.
pub async fn revoke(tx: &mut AnyConnection, purpose: TokenPurpose, user_id: &str, now: Millis) -> sqlx::Result<()> {
    revoke_for_email(tx, purpose, user_id, "", now).await
}

/// The same for the tokens mailed to one address; to any address if it is empty.
pub async fn revoke_for_email(
    tx: &mut AnyConnection,
    purpose: TokenPurpose,
    user_id: &str,
    email: &str,
    now: Millis,
) -> sqlx::Result<()> {
    const VOID: &str = "
        UPDATE email_tokens
        SET expires_at = created_at - $4
        WHERE user_id = $1
          AND purpose = $2
          AND used_at IS NULL
          AND expires_at > $3
          AND ($5 = '' OR email = $5)";
    sqlx::query(VOID)
        .bind(user_id)
        .bind(purpose.as_str())
        .bind(now)
        .bind(HOUR)
        .bind(email)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Consumes a token and no other. `false`: it was used or has expired.
pub async fn consume_one(tx: &mut AnyConnection, token: &EmailToken, now: Millis) -> sqlx::Result<bool> {
    const USE: &str = "
        UPDATE email_tokens
        SET used_at = $2
        WHERE token_hash = $1
          AND used_at IS NULL
          AND expires_at > $2
          AND created_at <= $3";
    let used = sqlx::query(USE)
        .bind(&token.hash)
        .bind(now)
        .bind(now + CLOCKS_DIFFER)
        .execute(&mut *tx)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Deletes tokens that expired before a time.
pub async fn purge(pool: &Pool, expired_before: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM email_tokens
        WHERE expires_at < $1";
    let purged = sqlx::query(PURGE).bind(expired_before).execute(pool.writing()).await?;
    Ok(purged.rows_affected())
}

/// A secret for a cookie: 32 random bytes as text, and what is stored of it.
#[must_use]
pub fn browser_secret() -> (String, Vec<u8>) {
    let secret = BASE64URL_NOPAD.encode(&random::<32>());
    let stored = hash(&secret);
    (secret, stored)
}

/// SHA-256 of a secret. With 256 random bits it needs no slower hash.
#[must_use]
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn mailed(row: &Row) -> sqlx::Result<EmailToken> {
    Ok(EmailToken {
        user_id: row.try_get("user_id")?,
        email: row.try_get("email")?,
        used: row.try_get::<Option<Millis>, _>("used_at")?.is_some(),
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        hash: row.try_get("token_hash")?,
    })
}

/// Random bytes.
///
/// # Panics
/// When the operating system gives none: nothing is safe then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Eight letters with equal probability: random bytes that would favour some letters are skipped.
#[must_use]
pub fn random_code() -> String {
    let fair = u8::MAX - u8::MAX % 20;
    std::iter::repeat_with(|| random::<1>()[0])
        .filter(|byte| *byte < fair)
        .take(CODE_LENGTH)
        .map(|byte| char::from(LETTERS[usize::from(byte % 20)]))
        .collect()
}

/// A typed code, which may have blanks, dashes and small letters, in the form in which it was created.
#[must_use]
pub fn bare_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(2 * CODE_LENGTH)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 6.5.3
    #[test]
    fn codes_use_every_letter_about_as_often() {
        let mut counts = [0_u32; 20];
        for _ in 0..10_000 {
            for letter in random_code().bytes() {
                counts[LETTERS.iter().position(|l| *l == letter).unwrap()] += 1;
            }
        }
        // 4,000 each are expected, with a deviation of 62: six of them are never seen by chance.
        assert!(counts.iter().all(|count| (3_630..=4_370).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        assert_eq!(bare_code(" wdjb mjht\n"), "WDJBMJHT");
        assert_eq!(bare_code("WDJB-MJHT"), "WDJBMJHT");
    }
}
