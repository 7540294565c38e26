//! A password that was verified a moment ago.

use crate::accounts::identity::user::UserId;
use crate::accounts::passwords::hasher::PasswordHash;
use crate::accounts::tx::Tx;

/// A password that was right.
pub(in crate::accounts) struct VerifiedPassword {
    pub(in crate::accounts) user_id: UserId,
    /// The hash that it was verified against.
    pub(in crate::accounts) verified: PasswordHash,
    /// The hash to be stored in its place.
    pub(in crate::accounts) renewed: Option<PasswordHash>,
}

impl VerifiedPassword {
    /// Whether the password is still the one that was verified. Until the transaction ends, it then stays so.
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

    /// Replaces a hash that is weaker than today's, but never one that came meanwhile.
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
