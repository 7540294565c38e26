//! Protects the last active admin from being demoted, disabled or deleted.

use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;

pub(in crate::accounts) async fn is_active_admin(tx: &mut Tx<'_>, id: &UserId) -> sqlx::Result<bool> {
    const ADMIN: &str = "
        SELECT id
        FROM users
        WHERE id = $1
          AND role = 'admin'
          AND status = 'active'";
    let found = sqlx::query(ADMIN).bind(id.as_str()).fetch_optional(&mut **tx).await?;
    Ok(found.is_some())
}

/// Whether an active admin is left. The caller must hold the lock "standing".
pub(in crate::accounts) async fn has_active_admin(tx: &mut Tx<'_>) -> sqlx::Result<bool> {
    const COUNT_ACTIVE_ADMINS: &str = "
        SELECT COUNT(*)
        FROM users
        WHERE role = 'admin'
          AND status = 'active'";
    let admins: i64 = sqlx::query_scalar(COUNT_ACTIVE_ADMINS).fetch_one(&mut **tx).await?;
    Ok(admins > 0)
}
