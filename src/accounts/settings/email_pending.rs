//! A change of address that waits for its confirmation: showing it, and withdrawing it.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::mail::queue;
use crate::tokens::email_tokens;

/// What came of withdrawing a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Withdrawn {
    /// It is withdrawn.
    Done,
    /// None was waiting.
    Nothing,
    /// The session is over.
    SessionOver,
}

/// The address that was asked for last and can still be confirmed. It is read from the mail to it, not from the link in that
/// mail: an address of another account gets a mail without a link, and the page must look the same for both.
pub async fn pending_email_change(app: &App, session: &CurrentSession) -> Result<Option<String>, ServiceError> {
    const WAITING: &str = "
        SELECT m.recipient
        FROM mails m
        JOIN users u ON u.id = m.user_id
        WHERE m.user_id = $1
          AND m.kind = $2
          AND m.status <> 'dead'
          AND COALESCE(m.finished_at, m.created_at) > $3
          AND m.created_at >= u.password_changed_at
          AND m.recipient <> u.email
          AND NOT EXISTS (
              SELECT 1
              FROM activity a
              WHERE a.user_id = m.user_id
                AND a.at >= m.created_at
                AND a.event IN ($4, $5, $6))
        ORDER BY m.created_at DESC, m.id DESC
        LIMIT 1";
    let waiting = sqlx::query_scalar(WAITING)
        .bind(session.user_id.as_str())
        .bind(queue::MailKind::EmailChange.as_str())
        .bind(app.clock.now() - app.lifetimes.email_change_link)
        .bind(Event::EmailChanged.as_str())
        .bind(Event::EmailRestored.as_str())
        .bind(Event::EmailChangeWithdrawn.as_str())
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(waiting)
}

/// Withdraws whatever change of address waits: its links are void, and mails that would bring one are dropped.
pub async fn withdraw_email_change(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<Withdrawn, ServiceError> {
    if pending_email_change(app, session).await?.is_none() {
        return Ok(Withdrawn::Nothing);
    }
    let user = &session.user_id;
    let mut tx = Tx::begin(app, client).await?;
    if session::lock_for(&mut tx, session).await?.is_none() {
        return Ok(Withdrawn::SessionOver);
    }
    email_tokens::revoke(&mut tx, email_tokens::TokenPurpose::EmailChange, user.as_str(), app.clock.now()).await?;
    queue::delete_queued(&mut tx, queue::MailKind::EmailChange, user.as_str()).await?;
    tx.record(user, Event::EmailChangeWithdrawn).await?;
    tx.commit().await?;
    Ok(Withdrawn::Done)
}
