//! Re-authentication by a passkey, before sensitive actions (ASVS 7.5.1).

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::ChallengePurpose;
use crate::accounts::passkeys::verify::{PasskeyAnswer, ProvenPasskey, UseOutcome, identify};
use crate::accounts::sessions::session::{self, SessionCookie};
use crate::accounts::tx::Tx;
use crate::db::retry;

#[derive(Debug, thiserror::Error)]
pub enum PasskeyConfirmError {
    /// The answer is wrong, or the passkey is not one of this account's.
    #[error("refused")]
    Refused,
    /// The session has ended meanwhile; also if the answer is sent twice, because the first has replaced the session.
    #[error("the session is over")]
    SessionOver,
}

/// Re-authenticates. The session gets a new token, and its old ones become invalid.
///
/// # Errors
/// When the answer is refused, the session has ended, or the service fails.
pub async fn confirm(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    answer: PasskeyAnswer<'_>,
) -> Result<SessionCookie, Failure<PasskeyConfirmError>> {
    // Nobody can guess a passkey: the limit saves the database.
    app.limits
        .sign_in_by_known_client
        .check(client.ip)
        .map_err(ServiceError::from)?;
    let identified = identify(app, client, answer, ChallengePurpose::Confirm, Some(&session.user_id)).await;
    let identified = identified.map_err(|failure| failure.map(|_| PasskeyConfirmError::Refused))?;
    let proven = identified.prove(app, client).await;
    let proven = proven.map_err(|failure| failure.map(|_| PasskeyConfirmError::Refused))?;
    match retry(|| confirm_once(app, client, session, &proven)).await? {
        Ok(cookie) => Ok(cookie),
        Err(UseOutcome::CounterWentBack) => {
            proven.report_counter(app, client).await?;
            refused(PasskeyConfirmError::Refused)
        }
        Err(_) => refused(PasskeyConfirmError::Refused),
    }
}

async fn confirm_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    proven: &ProvenPasskey,
) -> Result<Result<SessionCookie, UseOutcome>, Failure<PasskeyConfirmError>> {
    let mut tx = Tx::begin(app, client).await?;
    if session::lock_for(&mut tx, session).await?.is_none() {
        return refused(PasskeyConfirmError::SessionOver);
    }
    let used = proven.record_use(&mut tx).await?;
    if used != UseOutcome::Recorded {
        return Ok(Err(used));
    }
    let cookie = session::replace_session(&mut tx, session, app.clock.now(), proven.methods())
        .await?
        .ok_or(Failure::Refused(PasskeyConfirmError::SessionOver))?;
    tx.commit().await?;
    tracing::info!(event = Event::Reauthenticated.as_str(), user = %session.user_id, client = %client.ip, "identity confirmed by a passkey");
    Ok(Ok(cookie))
}
