//! Revoking access: what ends when a password is replaced, or when the owner reports a stranger.

use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::locking::locked_account::{LockedAccount, revoke_pending_links, store_password};
use crate::accounts::sessions::{known_browsers, session};
use crate::accounts::sign_in::attempts;
use crate::accounts::tx::Tx;
use crate::mail::queue::MailKind;

/// Ends all access to an account: sessions, password, links and known browsers. A link to a new password goes to the owner's
/// address. Every other way in that accounts get (second factors, passkeys, API tokens) has to end here, too, unless it is
/// certain that the owner added it. Returns how many sessions there were.
pub(in crate::accounts) async fn revoke_all_access(
    tx: &mut Tx<'_>,
    owner: &LockedAccount,
    reason: Event,
) -> Result<u64, ServiceError> {
    let now = tx.now();
    store_password(tx, &owner.id, None, now).await?;
    let ended = session::end_sessions_of(tx, &owner.id, None, reason).await?;
    revoke_pending_links(tx, &owner.id).await?;
    known_browsers::forget_browsers(tx, &owner.id, None).await?;
    // After the password: a link that was asked for before its end is not sent.
    owner.notify(tx, MailKind::PasswordReset).await?;
    Ok(ended)
}

/// What follows every change of a password, in whatever way it is set: what was asked for under the old one is void, other
/// browsers are unknown again, failures are forgiven, and the event is recorded, with a notice to the owner.
pub(in crate::accounts) async fn after_password_change(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
    event: Event,
) -> Result<(), ServiceError> {
    revoke_pending_links(tx, &owner.id).await?;
    known_browsers::forget_browsers(tx, &owner.id, Some(client)).await?;
    attempts::reset_failures(tx, &owner.email).await?;
    Ok(owner.record(tx, event).await?)
}
