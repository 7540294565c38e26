//! Changing the address of an account.
//!
//! A new address is used after a person who reads its mailbox has confirmed it, signed in to the account that requested
//! it: a link that only had to be opened would give a stranger's account the victim's address (CVE-2024-38351 and
//! similar ones). The old address gets a notice and stays reserved for its owner
//! ([`crate::accounts::settings::email_undo`]).

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::Status;
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::{is_taken, remember_old_email, set_email_address};
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
use crate::mail::queue;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// Why the request was refused.
#[derive(Debug, thiserror::Error)]
pub enum EmailChangeRequestError {
    /// The account already has this address.
    #[error("the account has this address")]
    Same,
    #[error("the session is over")]
    SessionOver,
}

#[derive(Debug, thiserror::Error)]
pub enum EmailChangeError {
    /// The link cannot be used; [`change_link`] says why.
    #[error("the link is used, expired, unknown or another account's")]
    Link,
    /// Another account has the address now.
    #[error("the address is taken")]
    Taken,
    #[error("the session is over")]
    SessionOver,
}

/// Requests another address: a mail is sent to it, and nothing changes until its link is confirmed. Does the same
/// whether or not the address is taken; that is checked when the mail is composed (ASVS 6.3.8).
///
/// # Errors
/// When the account has this address, a rate limit is exceeded, the session has ended, or the service fails.
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
    // A transaction that ends this session at the same moment waits, or is awaited: otherwise the request would outlive
    // the session.
    if session::lock_for(&mut tx, session).await?.is_none() {
        return refused(EmailChangeRequestError::SessionOver);
    }
    tx.record(&session.user_id, Event::EmailChangeRequested).await?;
    sign_up::queue_if_allowed(&mut tx, client, queue::MailKind::EmailChange, email, Some(&session.user_id)).await?;
    tx.commit().await?;
    tracing::info!(event = Event::EmailChangeRequested.as_str(), user = %session.user_id, email = %email.masked(), "another address asked for");
    Ok(())
}

/// The state of a link to a new address. Changes nothing.
pub async fn change_link(app: &App, session: &CurrentSession, token: &str) -> Result<LinkState, ServiceError> {
    let mailed = email_tokens::find(&app.pool, TokenPurpose::EmailChange, token).await?;
    let own = mailed.filter(|mailed| mailed.user_id == session.user_id.as_str());
    Ok(own.map_or(LinkState::Unknown, |mailed| {
        let stands = !mailed.expired(app.clock.now());
        LinkState::of(mailed, stands)
    }))
}

/// Confirms a new address, in a session of the account that requested it. It is the address that the link was mailed
/// to, whatever was requested since (CVE-2026-32700). All other sessions end, and this one gets a new token.
///
/// # Errors
/// When the link cannot be used, the address is taken, the session has ended, or the service fails.
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
    // While this transaction waited, another link was confirmed, which consumed this one, or an old address was
    // restored.
    if owner.email != session.email || !email_tokens::consume(&mut tx, TokenPurpose::EmailChange, mailed, now).await? {
        return refused(EmailChangeError::Link);
    }
    if owner.email == mailed.email {
        // The account has the address already: only the link is consumed.
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
    let ticket = session::replace_session(&mut tx, session, session.authenticated_at, &session.methods)
        .await?
        .ok_or(Failure::Refused(EmailChangeError::SessionOver))?;
    owner.record(&mut tx, Event::EmailChanged).await?;
    tx.commit().await?;
    Ok(ticket)
}
