//! Which second factors an account has: authenticator apps and passkeys.

use sqlx::FromRow;
use strum::{EnumString, IntoStaticStr};

use crate::accounts::identity::user::UserId;
use crate::time::Millis;

#[derive(Clone, Copy, Debug, Eq, PartialEq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum FactorKind {
    Totp,
    Passkey,
}

/// A second factor, without its secret.
#[derive(Clone, Debug)]
pub struct HeldFactor {
    pub kind: FactorKind,
    pub since: Millis,
}

#[derive(FromRow)]
struct FactorRow {
    kind: String,
    created_at: Millis,
}

/// The factors of an account, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn held_factors<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &UserId,
) -> sqlx::Result<Vec<HeldFactor>> {
    const HELD: &str = "
        SELECT 'totp' AS kind, created_at
        FROM totp_secrets
        WHERE user_id = $1
        UNION ALL
        SELECT 'passkey' AS kind, created_at
        FROM passkeys
        WHERE user_id = $1
        ORDER BY created_at";
    let rows: Vec<FactorRow> = sqlx::query_as(HELD).bind(user.as_str()).fetch_all(database).await?;
    let known = |row: FactorRow| {
        let kind = row.kind.parse().ok()?;
        let since = row.created_at;
        Some(HeldFactor { kind, since })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}
