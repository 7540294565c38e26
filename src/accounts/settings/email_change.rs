//! Changing the address of an account.
//!
//! The link in the mail to the new address counts only in a session of the account that asked. If opening it were enough, an
//! attacker's account could get the victim's address (CVE-2024-38351 and similar). The old address gets a notice, and is
//! reserved for a while ([`crate::accounts::settings::email_undo`]).

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::{
    forget_email_changes_after, is_reclaimable, is_taken, set_email_address,
};
use crate::accounts::locking::locked_account;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::recovery::links;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::sessions::session;
use crate::accounts::sessions::session::SessionCookie;
use crate::accounts::sign_in::attempts;
use crate::accounts::sign_up;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::id::new_id;
use crate::mail::queue;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// Why no other address was asked for.
#[derive(Debug, thiserror::Error)]
pub enum EmailChangeRequestError {
    /// The account has this address.
    #[error("the account has this address")]
    Same,
    /// The session is over.
    #[error("the session is over")]
    SessionOver,
}

/// Why the address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EmailChangeError {
    /// The link cannot be used (any more); [`change_link`] says why.
    #[error("the link is used, expired, unknown or another account's")]
    Link,
    /// Another account has the address by now.
    #[error("the address is taken")]
    Taken,
    /// The session is over.
    #[error("the session is over")]
    SessionOver,
}

/// Asks for another address: a mail goes there, and nothing changes until its link is confirmed. Does the same
/// whether or not the address is taken, which is looked up when the mail is written (ASVS 6.3.8).
///
/// # Errors
/// When the account has this address, too many were asked for, the session is over, or it cannot be tried.
pub async fn request_email_change(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    email: &EmailAddress,
) -> Result<(), Failure<EmailChangeRequestError>> {
    if email.as_str() == session.email {
        return refused(EmailChangeRequestError::Same);
    }
    app.limits
        .address_change_by_account
        .check(session.user_id.as_str().to_owned())
        .map_err(ServiceError::from)?;
    retry(|| request_email_change_once(app, client, session, email)).await
}

async fn request_email_change_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    email: &EmailAddress,
) -> Result<(), Failure<EmailChangeRequestError>> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    // This waits for a request that ends the session now, or that one waits: a change requested later would outlive the session.
    if session::lock_for(&mut tx, session).await?.is_none() {
        return refused(EmailChangeRequestError::SessionOver);
    }
    tx.record(&session.user_id, Event::EmailChangeRequested).await?;
    sign_up::queue_if_allowed(&mut tx, client, queue::MailKind::EmailChange, email, Some(&session.user_id)).await?;
    tx.commit().await?;
    tracing::info!(event = Event::EmailChangeRequested.as_str(), user = %session.user_id, email = %email.masked(), "another address asked for");
    Ok(())
}

/// What a link to a new address leads to. Changes nothing.
pub async fn change_link(app: &App, session: &CurrentSession, token: &str) -> Result<LinkState, ServiceError> {
    let mailed = email_tokens::find(&app.pool, TokenPurpose::EmailChange, token).await?;
    let own = mailed.filter(|mailed| mailed.user_id == session.user_id.as_str());
    Ok(own.map_or(LinkState::Unknown, |mailed| {
        let stands = !mailed.expired(app.clock.now());
        LinkState::of(mailed, stands)
    }))
}

/// Confirms a new address, in a session of the account that asked. The address is the one that the link was mailed
/// to, whatever was asked for since (CVE-2026-32700). All other sessions end, and this one gets a new token.
///
/// # Errors
/// When the link cannot be used, the address is taken, the session is over, or it cannot be tried.
pub async fn confirm_change(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    token: &str,
) -> Result<SessionCookie, Failure<EmailChangeError>> {
    let user = &session.user_id;
    let mailed = links::usable(app, client, TokenPurpose::EmailChange, token).await;
    let mailed = mailed.map_err(|failure| failure.map(|LinkError::Link| EmailChangeError::Link))?;
    if mailed.user_id != user.as_str() {
        return refused(EmailChangeError::Link);
    }
    retry(|| confirm_change_once(app, client, session, &mailed)).await
}

async fn confirm_change_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    mailed: &EmailToken,
) -> Result<SessionCookie, Failure<EmailChangeError>> {
    let user = &session.user_id;
    let mut tx = Tx::begin(app, client).await?;
    address_claims::lock_addresses(&mut tx, [&session.email, &mailed.email]).await?;
    let owner = LockedAccount::lock(&mut tx, user.as_str()).await?;
    let owner = owner
        .filter(|owner| owner.status == Status::Active)
        .ok_or(Failure::Refused(EmailChangeError::SessionOver))?;
    let now = app.clock.now();
    // Another link was confirmed while we waited, and has used this one up; or an old address was given back.
    if owner.email != session.email || !email_tokens::consume(&mut tx, TokenPurpose::EmailChange, mailed, now).await? {
        return refused(EmailChangeError::Link);
    }
    if owner.email == mailed.email {
        // Nothing is left to do, and the link is used up.
        tx.commit().await?;
        return refused(EmailChangeError::Link);
    }
    if is_taken(app, &mut *tx, &mailed.email, user.as_str()).await? {
        return refused(EmailChangeError::Taken);
    }
    if !set_email_address(&mut tx, user, &mailed.email).await? {
        return refused(EmailChangeError::Taken);
    }
    remember_old_email(&mut tx, user, &owner.email, &mailed.email).await?;
    attempts::reset_failures(&mut tx, &mailed.email).await?;
    locked_account::revoke_pending_links(&mut tx, user).await?;
    session::end_sessions_of(&mut tx, user, Some(&session.id), Event::EmailChanged).await?;
    let ticket = session::replace_session(&mut tx, session, session.authenticated_at)
        .await?
        .ok_or(Failure::Refused(EmailChangeError::SessionOver))?;
    owner.record(&mut tx, Event::EmailChanged).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// Keeps the address that an account leaves, for its owner. Who goes back to one of a few days ago leaves nothing
/// behind: what came in between may have been a thief's, and must not be had back by the thief's mailbox. The link
/// of the address gone back to still counts, for the thief may have gone back to quiet the owner.
async fn remember_old_email(tx: &mut Tx<'_>, user: &UserId, old: &str, new: &str) -> sqlx::Result<()> {
    // What went to the old address goes with the account, when that goes.
    const MAILS: &str = "
        UPDATE mails
        SET user_id = $1
        WHERE recipient = $2
          AND user_id IS NULL";
    const KEEP: &str = "
        INSERT INTO email_changes (id, user_id, old_email, changed_at)
        VALUES ($1, $2, $3, $4)";
    let app = tx.app;
    let now = app.clock.now();
    sqlx::query(MAILS).bind(user.as_str()).bind(old).execute(&mut **tx).await?;
    if is_reclaimable(tx.app, &mut **tx, user.as_str(), new).await? {
        return forget_email_changes_after(tx, user, new, now).await;
    }
    sqlx::query(KEEP)
        .bind(new_id())
        .bind(user.as_str())
        .bind(old)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
