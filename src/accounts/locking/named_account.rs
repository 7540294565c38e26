//! Finds an account by its address or id.

use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::UserId;

/// Finds an account by its id or address. An account whose stored address is not in canonical form is found by that
/// address as typed, and takes precedence over one with the same address in canonical form.
const NAMED: &str = "
    SELECT id, email
    FROM users
    WHERE status <> 'pending'
      AND (id = $1 OR email = $2 OR (email = $1 AND unusable_email = 1))
    ORDER BY unusable_email DESC
    LIMIT 1";

/// Id and address of an account, found by either of them.
pub(in crate::accounts) async fn named_account<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    name: &str,
) -> sqlx::Result<Option<(UserId, String)>> {
    // PostgreSQL refuses a text with a NUL.
    if name.contains('\0') {
        return Ok(None);
    }
    let address = EmailAddress::parse(name);
    let named: Option<(String, String)> = sqlx::query_as(NAMED)
        .bind(name)
        .bind(address.as_ref().map_or("", EmailAddress::as_str))
        .fetch_optional(database)
        .await?;
    Ok(named.map(|(id, email)| (UserId::from(id), email)))
}
