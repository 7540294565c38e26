//! Restoring an old address by the link of a notice, for `lifetimes.notice_link` after a change.
//!
//! The reader of the old mailbox can do it, signed in or not, also after further changes: the oldest address has
//! precedence. All access to the account ends, and its owner gets a link to a new password.

use strum::IntoEnumIterator as _;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::second_factor;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::{
    forget_email_changes_after, is_reclaimable, is_taken, set_email_address,
};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::links;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::sign_in::access;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::mail::queue::{self, MailKind};
use crate::time::Millis;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// The state of a link that restores an address. Changes nothing.
pub async fn undo_link(app: &App, token: &str) -> Result<LinkState, ServiceError> {
    let Some(mailed) = email_tokens::find(&app.pool, TokenPurpose::EmailUndo, token).await? else {
        return Ok(LinkState::Unknown);
    };
    let now = app.clock.now();
    let stands = !mailed.expired(now)
        && is_reclaimable(app, app.pool.reading(), &mailed.user_id, &mailed.email).await?
        && !is_taken(app, app.pool.reading(), &mailed.email, &mailed.user_id).await?;
    Ok(LinkState::of(mailed, stands))
}

/// Restores an old address, whatever the account's status, which does not change. All access ends, and a link to a new
/// password is mailed to the address. Returns the address.
///
/// # Errors
/// When the link cannot be used, or the service fails.
pub async fn undo_change(app: &App, client: &Client, token: &str) -> Result<String, Failure<LinkError>> {
    let mailed = links::usable(app, client, TokenPurpose::EmailUndo, token).await?;
    retry(|| undo_change_once(app, client, &mailed)).await?;
    Ok(mailed.email)
}

async fn undo_change_once(app: &App, client: &Client, mailed: &EmailToken) -> Result<(), Failure<LinkError>> {
    let mut tx = Tx::begin(app, client).await?;
    address_claims::lock_address(&mut tx, &mailed.email).await?;
    let owner = LockedAccount::lock_confirmed(&mut tx, &mailed.user_id).await?;
    let owner = owner.ok_or(Failure::Refused(LinkError::Link))?;
    // Read after the locks: a request made while this transaction waited must not be newer than the end of the
    // password.
    let now = app.clock.now();
    if !email_tokens::consume_one(&mut tx, mailed, now).await? {
        return refused(LinkError::Link);
    }
    remove_newer_factors(&mut tx, &owner.id, mailed, now).await?;
    reclaim_address(&mut tx, &owner.id, mailed, now).await?;
    revoke_notices(&mut tx, &owner.id, now).await?;
    // The notice goes to the address that loses the account: it may have been the old mailbox that was stolen.
    owner.record(&mut tx, Event::EmailRestored).await?;
    let owner = LockedAccount {
        email: mailed.email.clone(),
        ..owner
    };
    access::revoke_all_access(&mut tx, &owner, Event::EmailRestored).await?;
    Ok(tx.commit().await?)
}

/// Removes the second factors that were added since the account left the address: whoever took the address may have added them.
/// Older ones stay, so that the link opens nothing to a reader of the mailbox alone.
async fn remove_newer_factors(
    tx: &mut Tx<'_>,
    user: &UserId,
    mailed: &EmailToken,
    now: Millis,
) -> Result<(), ServiceError> {
    const LEFT_AT: &str = "
        SELECT MIN(changed_at)
        FROM email_changes
        WHERE user_id = $1
          AND old_email = $2
          AND changed_at > $3";
    let left_at: Option<Millis> = sqlx::query_scalar(LEFT_AT)
        .bind(user.as_str())
        .bind(&mailed.email)
        .bind(now - tx.app.lifetimes.notice_link)
        .fetch_one(&mut **tx)
        .await?;
    if let Some(left_at) = left_at
        && second_factor::remove_since(tx, user, left_at).await?
    {
        tx.record(user, Event::TwoFactorDisabled).await?;
    }
    Ok(())
}

/// Revokes the notices to an address that the account has left: they have a link, or get one when they are composed.
async fn revoke_notices(tx: &mut Tx<'_>, user: &UserId, now: Millis) -> sqlx::Result<()> {
    email_tokens::revoke(tx, TokenPurpose::NotMe, user.as_str(), now).await?;
    for notice in MailKind::iter().filter(|kind| kind.is_notice()) {
        queue::delete_queued(tx, notice, user.as_str()).await?;
    }
    Ok(())
}

/// Undoes the oldest change away from an address, and all later changes.
async fn reclaim_address(
    tx: &mut Tx<'_>,
    user: &UserId,
    mailed: &EmailToken,
    now: Millis,
) -> Result<(), Failure<LinkError>> {
    const UNDONE: &str = "
        DELETE FROM email_changes
        WHERE user_id = $1
          AND old_email = $2
          AND changed_at > $3";
    forget_email_changes_after(tx, user, &mailed.email, now).await?;
    let undone = sqlx::query(UNDONE)
        .bind(user.as_str())
        .bind(&mailed.email)
        .bind(now - tx.app.lifetimes.notice_link)
        .execute(&mut **tx)
        .await?;
    // A reserved address cannot be another account's. It is checked nevertheless; otherwise the unique index would
    // refuse.
    let free = undone.rows_affected() > 0 && !is_taken(tx.app, &mut **tx, &mailed.email, user.as_str()).await?;
    if !free || !set_email_address(tx, user, &mailed.email).await? {
        return refused(LinkError::Link);
    }
    Ok(())
}
