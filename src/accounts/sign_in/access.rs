//! Revoking access: what ends with a password, and after a report by the owner.

use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::factors::second_factor;
use crate::accounts::identity::client::Client;
use crate::accounts::locking::locked_account::{LockedAccount, revoke_pending_links, store_password};
use crate::accounts::passkeys::own_passkeys::end_passkeys_since;
use crate::accounts::personal_tokens::end::end_tokens_of;
use crate::accounts::sessions::{known_browsers, session};
use crate::accounts::sign_in::attempts;
use crate::accounts::tx::Tx;
use crate::mail::queue::MailKind;

/// Revokes all access to an account: ends sessions, password, links and personal tokens, and forgets known browsers. Passkeys
/// end that were added as long ago as a notice's link is valid: a thief may have added them. Older ones and the authenticator
/// app stay, so that a reader of the mailbox does not get past them; where no second factor is left, the recovery codes end too.
/// Returns how many sessions ended.
pub(in crate::accounts) async fn revoke_all_access(
    tx: &mut Tx<'_>,
    owner: &LockedAccount,
    reason: Event,
) -> Result<u64, ServiceError> {
    let now = tx.now();
    store_password(tx, &owner.id, None, now).await?;
    let ended = session::end_sessions_of(tx, &owner.id, None, reason).await?;
    end_tokens_of(tx, &owner.id).await?;
    end_passkeys_since(tx, &owner.id, now - tx.app.lifetimes.notice_link).await?;
    revoke_pending_links(tx, &owner.id).await?;
    known_browsers::forget_browsers(tx, &owner.id, None).await?;
    second_factor::after_removal(tx, &owner.id).await?;
    // After the password: a link that was asked for before its end is not sent.
    owner.notify(tx, MailKind::PasswordReset).await?;
    Ok(ended)
}

/// What follows every new password, however it was set: links requested under the old one are revoked, all other
/// browsers are forgotten, failed sign-ins are reset, and the owner gets a notice.
pub(in crate::accounts) async fn after_password_change(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
    event: Event,
) -> Result<(), ServiceError> {
    revoke_pending_links(tx, &owner.id).await?;
    known_browsers::forget_browsers(tx, &owner.id, Some(client)).await?;
    second_factor::forget_earlier_proofs(tx, &owner.id).await?;
    attempts::reset_failures(tx, &owner.email).await?;
    Ok(owner.record(tx, event).await?)
}
