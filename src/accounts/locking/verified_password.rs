//! A password that was just verified.

use crate::accounts::identity::user::UserId;
use crate::accounts::passwords::hasher::PasswordHash;
use crate::accounts::tx::Tx;

/// A password that was right.
pub(in crate::accounts) struct VerifiedPassword {
    pub(in crate::accounts) user_id: UserId,
    /// The stored hash that the password matched.
    pub(in crate::accounts) verified: PasswordHash,
    /// The hash that replaces it, if it should be renewed.
    pub(in crate::accounts) renewed: Option<PasswordHash>,
}

impl VerifiedPassword {
    /// Whether the stored hash is still the one that was verified. If so, it cannot change until the transaction ends.
    pub(in crate::accounts) async fn lock_if_current(&self, tx: &mut Tx<'_>) -> sqlx::Result<bool> {
        const KEEP: &str = "
            UPDATE users
            SET status = status
            WHERE id = $1
              AND status IN ('active', 'deleting')
              AND password_hash = $2";
        let kept = sqlx::query(KEEP)
            .bind(self.user_id.as_str())
            .bind(self.verified.as_str())
            .execute(&mut **tx)
            .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Stores the renewed hash, but only in place of the verified one.
    pub(in crate::accounts) async fn renew_hash(&self, tx: &mut Tx<'_>) -> sqlx::Result<()> {
        const RENEW: &str = "
            UPDATE users
            SET password_hash = $3
            WHERE id = $1
              AND password_hash = $2";
        let Some(renewed) = &self.renewed else { return Ok(()) };
        sqlx::query(RENEW)
            .bind(self.user_id.as_str())
            .bind(self.verified.as_str())
            .bind(renewed.as_str())
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}
