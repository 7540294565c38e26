//! The blacklist (denylist) of session tokens that were revoked before they expired.
//!
//! The table `revoked_tokens` holds ids of single tokens (`jti`) and of whole sessions (`sid`). It is checked at every
//! request, in the statement that reads the session; if it cannot be read, no one is let in (ASVS 16.5.3).

use crate::db::Pool;
use crate::time::{HOUR, Millis};
use sqlx::AnyConnection;

/// How long an entry outlives the token that it revokes: the clocks of two nodes may differ.
const MARGIN: Millis = HOUR;

/// Revokes a session, and with it every token that names it, until `expires_at`.
pub async fn revoke(
    tx: &mut AnyConnection,
    id: &str,
    expires_at: Millis,
    now: Millis,
    reason: &str,
) -> sqlx::Result<()> {
    const REVOKE: &str = "
        INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING";
    sqlx::query(REVOKE)
        .bind(id)
        .bind(expires_at)
        .bind(now)
        .bind(reason)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Revokes all sessions of a user, except the one with this id (none if it is empty).
pub async fn revoke_all_of(
    tx: &mut AnyConnection,
    user_id: &str,
    but: &str,
    now: Millis,
    reason: &str,
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
        .bind(reason)
        .bind(but)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Deletes entries whose tokens expired at least an hour ago. Returns how many.
pub async fn purge(pool: &Pool, now: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM revoked_tokens
        WHERE expires_at < $1";
    let purged = sqlx::query(PURGE).bind(now - MARGIN).execute(pool.writing()).await?;
    Ok(purged.rows_affected())
}
