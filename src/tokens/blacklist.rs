//! The blacklist: what is worth nothing any more although its signature is right.
//!
//! The table `revoked_tokens` holds ids of single tokens (`jti`) and of whole sessions (`sid`). It is asked on every
//! request, in the same statement that reads the session; if it cannot be asked, nobody is let in (ASVS 16.5.3).

use crate::db::Pool;
use crate::time::{HOUR, Millis};
use sqlx::AnyConnection;

/// How long an entry outlives the token it kills: the clocks of two nodes may differ.
const MARGIN: Millis = HOUR;

/// Why something was revoked, as stored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// Its owner signed out.
    SignOut,
    /// Its owner signed in anew in the same browser.
    SignedInAnew,
    /// A new token took its place: its owner proved who they are, or changed how they do.
    Renewed,
    /// Its owner ended it from another session.
    EndedByOwner,
    /// Too many wrong passwords where its owner was to prove who they are.
    WrongPasswords,
    /// The password was changed.
    PasswordChanged,
    /// The password was set by a mailed link.
    PasswordReset,
    /// The address was changed.
    EmailChanged,
    /// An old address was given back.
    EmailRestored,
    /// Its owner said by a mailed link that it was somebody else.
    NotMe,
    /// The account was disabled.
    Disabled,
    /// The account is to be deleted, or was.
    Deleted,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "sign_out",
            Self::SignedInAnew => "signed_in_anew",
            Self::Renewed => "renewed",
            Self::EndedByOwner => "ended_by_owner",
            Self::WrongPasswords => "wrong_passwords",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::EmailChanged => "email_changed",
            Self::EmailRestored => "email_restored",
            Self::NotMe => "not_me",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

/// Revokes one session, and with it every token that names it, until `expires_at`.
///
/// # Errors
/// When the database is away.
pub async fn revoke(
    tx: &mut AnyConnection,
    id: &str,
    expires_at: Millis,
    now: Millis,
    reason: Reason,
) -> sqlx::Result<()> {
    const REVOKE: &str = "
        INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING";
    sqlx::query(REVOKE)
        .bind(id)
        .bind(expires_at)
        .bind(now)
        .bind(reason.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Revokes all sessions of a user, except the one of this id (none, where it is empty).
///
/// # Errors
/// When the database is away.
pub async fn revoke_all_of(
    tx: &mut AnyConnection,
    user_id: &str,
    but: &str,
    now: Millis,
    reason: Reason,
) -> sqlx::Result<()> {
    const REVOKE: &str = "
        INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason)
        SELECT id, expires_at, $2, $3
        FROM sessions
        WHERE user_id = $1
          AND id <> $4
        ON CONFLICT (id) DO NOTHING";
    sqlx::query(REVOKE)
        .bind(user_id)
        .bind(now)
        .bind(reason.as_str())
        .bind(but)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Forgets entries whose tokens have been dead for an hour. Returns how many.
///
/// # Errors
/// When the database is away.
pub async fn purge(pool: &Pool, now: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM revoked_tokens
        WHERE expires_at < $1";
    let purged = sqlx::query(PURGE).bind(now - MARGIN).execute(pool.writing()).await?;
    Ok(purged.rows_affected())
}
