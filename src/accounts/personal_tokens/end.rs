//! The end of tokens: by their owner, with all access to the account, and by time.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::time::Millis;

/// What became of a wish to revoke a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revoked {
    Done,
    /// The caller has no such token.
    Unknown,
    /// The session of the caller has ended meanwhile, and nothing was changed.
    SessionOver,
}

/// Revokes one of the caller's tokens, from the next request.
pub async fn revoke(app: &App, client: &Client, session: &CurrentSession, id: &str) -> Result<Revoked, ServiceError> {
    // PostgreSQL refuses a text with a NUL.
    if id.contains('\0') {
        return Ok(Revoked::Unknown);
    }
    retry(|| revoke_once(app, client, session, id)).await
}

async fn revoke_once(app: &App, client: &Client, session: &CurrentSession, id: &str) -> Result<Revoked, ServiceError> {
    const REVOKE: &str = "
        DELETE FROM personal_tokens
        WHERE id = $1
          AND user_id = $2";
    let mut tx = Tx::begin(app, client).await?;
    if session::lock_for(&mut tx, session).await?.is_none() {
        return Ok(Revoked::SessionOver);
    }
    let revoked = sqlx::query(REVOKE)
        .bind(id)
        .bind(session.user_id.as_str())
        .execute(&mut *tx)
        .await?;
    if revoked.rows_affected() == 0 {
        return Ok(Revoked::Unknown);
    }
    tx.record(&session.user_id, Event::TokenRevoked).await?;
    tx.commit().await?;
    Ok(Revoked::Done)
}

/// Ends all tokens of an account. The transaction must be one that invalidates the caches.
pub(in crate::accounts) async fn end_tokens_of(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<()> {
    const END: &str = "
        DELETE FROM personal_tokens
        WHERE user_id = $1";
    sqlx::query(END).bind(user.as_str()).execute(&mut **tx).await?;
    Ok(())
}

/// Deletes tokens that expired before that time. Until then their owner sees that they have.
pub(in crate::accounts) async fn purge(app: &App, before: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM personal_tokens
        WHERE expires_at < $1";
    let purged = sqlx::query(PURGE).bind(before).execute(app.pool.writing()).await?;
    Ok(purged.rows_affected())
}
