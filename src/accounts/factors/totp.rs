//! The TOTP secret of an account, sealed for the account. There is one at most, and it is active from the moment it is stored:
//! that takes a code of it.

use sqlx::FromRow;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::factors::totp_secret::TotpSecret;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::time::Millis;

/// Since when an account has TOTP. None: it has not.
pub(in crate::accounts) async fn active_since<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &UserId,
) -> sqlx::Result<Option<Millis>> {
    const SINCE: &str = "
        SELECT created_at
        FROM totp_secrets
        WHERE user_id = $1";
    sqlx::query_scalar(SINCE).bind(user.as_str()).fetch_optional(database).await
}

/// Stores the secret of an account, with the step of the code that was given. `false`: it has one already.
pub(in crate::accounts) async fn activate(
    tx: &mut Tx<'_>,
    user: &UserId,
    secret: &TotpSecret,
    step: i64,
) -> sqlx::Result<bool> {
    const ACTIVATE: &str = "
        INSERT INTO totp_secrets (user_id, sealed, last_step, created_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    let sealed = tx.app.factor_sealer.seal(secret.as_bytes(), user.as_str());
    let activated = sqlx::query(ACTIVATE)
        .bind(user.as_str())
        .bind(sealed)
        .bind(step)
        .bind(tx.now())
        .execute(&mut **tx)
        .await?;
    Ok(activated.rows_affected() == 1)
}

/// Removes the secret of an account. `false`: it has none.
pub(in crate::accounts) async fn remove(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<bool> {
    const REMOVE: &str = "
        DELETE FROM totp_secrets
        WHERE user_id = $1";
    let removed = sqlx::query(REMOVE).bind(user.as_str()).execute(&mut **tx).await?;
    Ok(removed.rows_affected() == 1)
}

#[derive(FromRow)]
struct StoredSecret {
    sealed: Vec<u8>,
}

/// Accepts a code of an account. Each step counts once, and none that is older (ASVS 6.5.1): one statement decides, whatever
/// happens at once on other nodes.
pub(in crate::accounts) async fn accept(tx: &mut Tx<'_>, user: &UserId, typed: &str) -> Result<bool, ServiceError> {
    const STORED: &str = "
        SELECT sealed
        FROM totp_secrets
        WHERE user_id = $1";
    const ACCEPT: &str = "
        UPDATE totp_secrets
        SET last_step = $2, sealed = $3
        WHERE user_id = $1
          AND last_step < $2";
    let stored: Option<StoredSecret> = sqlx::query_as(STORED).bind(user.as_str()).fetch_optional(&mut **tx).await?;
    let Some(StoredSecret { sealed }) = stored else {
        return Ok(false);
    };
    let Some((secret, resealed)) = open(tx.app, user, &sealed) else {
        return Ok(false);
    };
    let Some(step) = secret.step_of(typed, tx.now()) else {
        return Ok(false);
    };
    let accepted = sqlx::query(ACCEPT)
        .bind(user.as_str())
        .bind(step)
        .bind(resealed.unwrap_or(sealed))
        .execute(&mut **tx)
        .await?;
    Ok(accepted.rows_affected() == 1)
}

/// The secret, and the same sealed anew if an earlier master secret has sealed it.
fn open(app: &App, user: &UserId, sealed: &[u8]) -> Option<(TotpSecret, Option<Vec<u8>>)> {
    let opened = app.factor_sealer.open(sealed, user.as_str());
    let Some(opened) = opened else {
        tracing::error!(event = "totp_not_opened", user = %user, "a TOTP secret cannot be opened: its master secret is not configured");
        return None;
    };
    let secret = TotpSecret::from_bytes(&opened.bytes)?;
    let resealed = opened
        .is_outdated
        .then(|| app.factor_sealer.seal(secret.as_bytes(), user.as_str()));
    Some((secret, resealed))
}
