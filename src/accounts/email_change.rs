//! An account's address: who has one, and for how long an account keeps what it had.

use super::Accounts;
use crate::db::{Millis, Write};
use crate::tokens::mailed::UNDO_LIFETIME;

/// Accounts other than one that have an address, or had it until a few days ago and may have it back.
const OTHERS: &str = "
    SELECT id
    FROM users
    WHERE id <> $2
      AND status <> 'pending'
      AND (email = $1
        OR id IN (SELECT user_id FROM address_changes WHERE old_email = $1 AND changed_at > $3))";

impl Accounts {
    /// Whether an address is another account's, in whatever state.
    pub(super) async fn is_taken(&self, email: &str, but: &str) -> sqlx::Result<bool> {
        let found = sqlx::query(OTHERS)
            .bind(email)
            .bind(but)
            .bind(self.clock.now() - UNDO_LIFETIME)
            .fetch_optional(self.pool.reading())
            .await?;
        Ok(found.is_some())
    }
}

/// The same in a transaction that holds the address's lock, so that it stays true until its end.
pub(super) async fn is_taken(tx: &mut Write, email: &str, but: &str, now: Millis) -> sqlx::Result<bool> {
    let found = sqlx::query(OTHERS)
        .bind(email)
        .bind(but)
        .bind(now - UNDO_LIFETIME)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.is_some())
}
