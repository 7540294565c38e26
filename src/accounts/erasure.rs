//! Erasing an account, and what refers to it, for good.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::delete_pending_sign_ups;
use crate::accounts::sessions::session;
use crate::accounts::sign_in::attempts;
use crate::accounts::tx::Tx;
use crate::id::new_id;
use crate::time::Millis;

/// Erases the accounts whose time had come at a date, each in a transaction of its own. Returns how many. One that
/// cannot be erased now does not keep the others.
pub(in crate::accounts) async fn erase_due(app: &App, date: Millis) -> Result<u64, ServiceError> {
    const DUE: &str = "
        SELECT id, email
        FROM users
        WHERE deletion_at <= $1
          AND status <> 'pending'
        ORDER BY deletion_at";
    let due: Vec<(String, String)> = sqlx::query_as(DUE).bind(date).fetch_all(app.pool.reading()).await?;
    let mut erased = 0;
    for (id, email) in due {
        match erase_if_due(app, &UserId::from(id), &email, date).await {
            Ok(gone) => erased += u64::from(gone),
            Err(trouble) => tracing::error!(%trouble, "an account cannot be erased"),
        }
    }
    Ok(erased)
}

/// `false`: its owner has kept it meanwhile, or it has another address now, or another node was quicker.
async fn erase_if_due(app: &App, id: &UserId, email: &str, date: Millis) -> Result<bool, ServiceError> {
    const STILL: &str = "
        UPDATE users
        SET status = status
        WHERE id = $1
          AND email = $2
          AND deletion_at <= $3
          AND status <> 'pending'";
    let mut tx = Tx::begin(app, None).await?;
    address_claims::lock_address(&mut tx, email).await?;
    let still = sqlx::query(STILL)
        .bind(id.as_str())
        .bind(email)
        .bind(date)
        .execute(&mut *tx)
        .await?;
    if still.rows_affected() != 1 {
        return Ok(false);
    }
    erase(&mut tx, id, email).await?;
    tx.commit().await?;
    tracing::info!(event = "user_deleted", user = %id, "account deleted");
    Ok(true)
}

/// Erases an account in a transaction that holds the lock of its address and its row. With it goes what was signed
/// up with its address and not confirmed: it would only ever have been told that the address is taken. What the
/// browsers of those sign-ups are told stays for its time, or a stranger could see that the account went.
///
/// Known browsers and earlier addresses go with the row that they refer to.
pub(in crate::accounts) async fn erase(tx: &mut Tx<'_>, id: &UserId, email: &str) -> Result<(), ServiceError> {
    const MAILS: &str = "
        DELETE FROM mails
        WHERE user_id = $1
           OR recipient = $2
           OR recipient IN (SELECT old_email FROM email_changes WHERE user_id = $1)";
    const TOKENS: &str = "
        DELETE FROM email_tokens
        WHERE user_id IN (
            SELECT id
            FROM users
            WHERE id = $1
               OR (email = $2 AND status = 'pending'))";
    const OWN_SIGN_UP: &str = "
        DELETE FROM sign_ups
        WHERE user_id = $1";
    const ACCOUNT: &str = "
        DELETE FROM users
        WHERE id = $1";
    session::end_sessions_of(tx, id, None, Event::Deleted).await?;
    for statement in [MAILS, TOKENS] {
        sqlx::query(statement).bind(id.as_str()).bind(email).execute(&mut **tx).await?;
    }
    sqlx::query(OWN_SIGN_UP).bind(id.as_str()).execute(&mut **tx).await?;
    // What is kept by the address and not by the account.
    attempts::reset_failures(tx, email).await?;
    tx.record(id, Event::Deleted).await?;
    sqlx::query(ACCOUNT).bind(id.as_str()).execute(&mut **tx).await?;
    delete_pending_sign_ups(tx, email).await?;
    disguise(tx, id).await?;
    Ok(())
}

/// Puts a random name in the masked_ip of a user's id in what happened, the same in all entries, and takes away who did it.
/// The name is kept nowhere else, so nothing leads back.
async fn disguise(tx: &mut Tx<'_>, id: &UserId) -> sqlx::Result<()> {
    const DISGUISE: &str = "
        UPDATE activity
        SET user_id = $2, device = NULL, masked_ip = NULL
        WHERE user_id = $1";
    sqlx::query(DISGUISE)
        .bind(id.as_str())
        .bind(new_id())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
