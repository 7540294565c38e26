//! The deletion of an account by its owner: requested, and undone during the grace period.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::Role;
use crate::accounts::locking::last_admin::has_active_admin;
use crate::accounts::locking::locked_account;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::personal_tokens::end::end_tokens_of;
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::db::{self, retry};

#[derive(Debug, thiserror::Error)]
pub enum DeletionError {
    /// The change would leave no active admin.
    #[error("this is the last active admin")]
    LastAdmin,
    /// The session has ended, or the account is not active any more.
    #[error("the session is over")]
    SessionOver,
}

/// Requests the deletion of the caller's account. Its sessions and tokens end at once (ASVS 7.4.2), its address stays taken, and
/// it is erased after the grace period.
///
/// # Errors
/// When it is the last admin's account, the session has ended, or the service fails.
pub async fn request_deletion(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<(), Failure<DeletionError>> {
    retry(|| request_deletion_once(app, client, session)).await
}

async fn request_deletion_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<(), Failure<DeletionError>> {
    const ASK: &str = "
        UPDATE users
        SET status = 'deleting', deletion_at = $2
        WHERE id = $1
          AND status = 'active'
        RETURNING role";
    let id = &session.user_id;
    let now = app.clock.now();
    let mut tx = Tx::begin(app, client).await?;
    // Otherwise two admins who request it at the same time would each count the other.
    db::lock(&mut tx, app.pool.backend(), "standing").await?;
    let owner = session::lock_for(&mut tx, session)
        .await?
        .ok_or(Failure::Refused(DeletionError::SessionOver))?;
    let role: Option<String> = sqlx::query_scalar(ASK)
        .bind(id.as_str())
        .bind(now + app.lifetimes.deletion_grace)
        .fetch_optional(&mut *tx)
        .await?;
    let role = role.ok_or(Failure::Refused(DeletionError::SessionOver))?;
    if Role::parse(&role) == Some(Role::Admin) && !has_active_admin(&mut tx).await? {
        return refused(DeletionError::LastAdmin);
    }
    session::end_sessions_of(&mut tx, id, None, Event::Deleted).await?;
    end_tokens_of(&mut tx, id).await?;
    locked_account::revoke_pending_links(&mut tx, id).await?;
    owner.record(&mut tx, Event::DeletionRequested).await?;
    tx.commit().await?;
    Ok(())
}

/// Undoes the requested deletion. `false`: there was nothing to undo, as when the button is pressed twice or the
/// operator has disabled the account meanwhile.
pub async fn undo_deletion(app: &App, client: &Client, session: &CurrentSession) -> Result<bool, ServiceError> {
    retry(|| undo_deletion_once(app, client, session)).await
}

async fn undo_deletion_once(app: &App, client: &Client, session: &CurrentSession) -> Result<bool, ServiceError> {
    const UNDO: &str = "
        UPDATE users
        SET status = 'active', deletion_at = NULL
        WHERE id = $1
          AND status = 'deleting'";
    let id = &session.user_id;
    let mut tx = Tx::begin(app, client).await?;
    let Some(owner) = session::lock_for(&mut tx, session).await? else {
        return Ok(false);
    };
    let undone = sqlx::query(UNDO).bind(id.as_str()).execute(&mut *tx).await?;
    if undone.rows_affected() != 1 {
        return Ok(false);
    }
    // A mail that was being delivered when the deletion was requested may have created a link since.
    locked_account::revoke_pending_links(&mut tx, id).await?;
    owner.record(&mut tx, Event::DeletionUndone).await?;
    tx.commit().await?;
    Ok(true)
}
