//! Deletes accounts permanently, with everything that refers to them.

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

/// Erases the accounts that were due at a date, each in its own transaction. Returns how many. An account that cannot
/// be erased now does not prevent the others.
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

/// `false`: the deletion was undone, the address was changed, or another node has erased the account.
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

/// Erases an account, in a transaction that holds the lock of its address and its row. Pending sign-ups of the address
/// are deleted too: their mails would only have said that the address is taken. The state that their browsers see
/// remains until its time is over, because otherwise a stranger could observe the deletion.
///
/// Known browsers, personal tokens, passkeys, earlier addresses and memberships of groups are deleted by the foreign keys of the row.
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
    // Data that is stored by address, not by account.
    attempts::reset_failures(tx, email).await?;
    tx.record(id, Event::Deleted).await?;
    sqlx::query(ACCOUNT).bind(id.as_str()).execute(&mut **tx).await?;
    delete_pending_sign_ups(tx, email).await?;
    disguise(tx, id).await?;
    Ok(())
}

/// Replaces the user's id in the activity log by a random name, the same in all entries, and removes device and
/// address. The name is stored nowhere else, so the entries cannot be traced back.
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
