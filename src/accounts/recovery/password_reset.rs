//! Password reset: a mailed link to a new password.
//!
//! A request for the link does the same work for every address. The content of the mail is decided when it is composed
//! ([`crate::accounts::mails::compose`]): a link if there is an account, a message if it is disabled, no mail if there
//! is no account. For a pending sign-up the link also proves the address: everything that was entered at sign-up is
//! then discarded, because a stranger may have entered it.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::Status;
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::is_taken;
use crate::accounts::locking::locked_account::{LockedAccount, store_password};
use crate::accounts::passwords::hasher::{PasswordHash, Priority};
use crate::accounts::passwords::password::{Password, PasswordError};
use crate::accounts::personal_tokens::end::end_tokens_of;
use crate::accounts::recovery::links;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::session;
use crate::accounts::sign_in::access;
use crate::accounts::sign_in::attempts;
use crate::accounts::sign_up;
use crate::accounts::sign_up::confirm::activate_sign_up;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::i18n::Language;
use crate::mail::queue::{self, QueuedMail};
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link cannot be used; [`reset_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// The new password is refused. The link can still be used.
    #[error("password: {0:?}")]
    Password(PasswordError),
}

#[derive(Debug, thiserror::Error)]
pub enum ResetLinkError {
    #[error("no account has this address")]
    Unknown,
    /// Its sign-up is not confirmed.
    #[error("this address is not confirmed yet, so there is no account")]
    Pending,
    #[error("the account is disabled: enable it first")]
    Disabled,
}

/// The content of a mail for a new password, decided when it is composed, with the language that the owner chose.
pub(in crate::accounts) enum ResetMail {
    /// The token of a link.
    Link(String, Option<Language>),
    Disabled(Option<Language>),
    /// No mail: there is no account and no sign-up of this address, or the request is older than the password.
    Nobody,
}

/// Requests a link to a new password. Does the same for every address, known or not.
///
/// # Errors
/// When a rate limit is exceeded, or the service fails.
pub async fn request_password_reset(app: &App, client: &Client, email: &EmailAddress) -> Result<(), ServiceError> {
    app.limits.reset_by_client.check(client.ip)?;
    app.limits.reset_cool_down.check((client.ip, email.as_str().to_owned()))?;
    retry(|| request_password_reset_once(app, client, email)).await
}

async fn request_password_reset_once(app: &App, client: &Client, email: &EmailAddress) -> Result<(), ServiceError> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    // Without a user: looking it up would show in the time that this takes.
    sign_up::queue_if_allowed(&mut tx, client, queue::MailKind::PasswordReset, email, None).await?;
    tx.commit().await?;
    tracing::info!(event = Event::PasswordResetRequested.as_str(), email = %email.masked(), client = %client.ip, "a new password was asked for");
    Ok(())
}

/// The token of a link that the operator passes on, where mail does not arrive.
///
/// # Errors
/// When there is no account that could use it, or the service fails.
pub async fn issue_reset_link(app: &App, email: &EmailAddress) -> Result<String, Failure<ResetLinkError>> {
    retry(|| issue_reset_link_once(app, email)).await
}

async fn issue_reset_link_once(app: &App, email: &EmailAddress) -> Result<String, Failure<ResetLinkError>> {
    let mut tx = Tx::begin(app, None).await?;
    address_claims::lock_address(&mut tx, email.as_str()).await?;
    let kept = keep_newest(&mut tx, email.as_str())
        .await?
        .ok_or(Failure::Refused(ResetLinkError::Unknown))?;
    match kept.status {
        Status::Pending => return refused(ResetLinkError::Pending),
        Status::Disabled => return refused(ResetLinkError::Disabled),
        Status::Active | Status::Deleting => {}
    }
    tx.record(&kept.id, Event::PasswordResetRequested).await?;
    let now = app.clock.now();
    let token = email_tokens::issue(
        &mut tx,
        TokenPurpose::PasswordReset,
        kept.id.as_str(),
        email.as_str(),
        now,
        &app.lifetimes,
    )
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// The token for a mail: for the account of its recipient, or else for the newest sign-up of that address.
pub(in crate::accounts) async fn issue_reset(app: &App, mail: &QueuedMail) -> Result<ResetMail, ServiceError> {
    let mut tx = Tx::begin_uncached(app, None).await?;
    address_claims::lock_address(&mut tx, &mail.recipient).await?;
    let now = app.clock.now();
    let Some(kept) = keep_newest(&mut tx, &mail.recipient).await? else {
        return Ok(ResetMail::Nobody);
    };
    if kept.password_changed_since(mail.created_at, now) {
        return Ok(ResetMail::Nobody);
    }
    // Not at the request: a write that only happens for accounts would reveal them. Only at the first try; and not for
    // requests by another button, which were recorded themselves.
    if kept.status != Status::Pending && mail.user_id.is_none() && mail.attempts <= 1 {
        tx.record_by(&kept.id, Event::PasswordResetRequested, &mail.requester).await?;
    }
    match kept.status {
        Status::Disabled => {
            tx.commit().await?;
            return Ok(ResetMail::Disabled(kept.language));
        }
        // The address is reserved for the account that had it.
        Status::Pending if is_taken(app, &mut *tx, &mail.recipient, kept.id.as_str()).await? => {
            return Ok(ResetMail::Nobody);
        }
        _ => {}
    }
    let token = email_tokens::issue(
        &mut tx,
        TokenPurpose::PasswordReset,
        kept.id.as_str(),
        &mail.recipient,
        now,
        &app.lifetimes,
    )
    .await?;
    tx.commit().await?;
    // The language of a sign-up may be a stranger's choice.
    let language = kept.language.filter(|_| kept.status != Status::Pending);
    Ok(ResetMail::Link(token, language))
}

/// The state of a link to a new password. Changes nothing.
pub async fn reset_link(app: &App, token: &str) -> Result<LinkState, ServiceError> {
    let Some(mailed) = email_tokens::find(&app.pool, TokenPurpose::PasswordReset, token).await? else {
        return Ok(LinkState::Unknown);
    };
    let stands = name_behind(app, &mailed).await?.is_some();
    Ok(LinkState::of(mailed, stands))
}

/// Sets a new password by link, and ends all access under the old one. Signs no one in; a second factor is not affected
/// (ASVS 6.4.3). Returns the address.
///
/// # Errors
/// When the link cannot be used, the new password is refused, or the service fails.
pub async fn reset_password(
    app: &App,
    client: &Client,
    token: &str,
    new_password: Result<Password, PasswordError>,
) -> Result<String, Failure<ResetError>> {
    let mailed = links::usable(app, client, TokenPurpose::PasswordReset, token).await;
    let mailed = mailed.map_err(|failure| failure.map(|LinkError::Link| ResetError::Link))?;
    let name = name_behind(app, &mailed).await?.ok_or(Failure::Refused(ResetError::Link))?;
    let password = new_password.map_err(|why| Failure::Refused(ResetError::Password(why)))?;
    let known = known_browsers::is_known_browser(app, client, &mailed.email).await?;
    let priority = if known {
        Priority::KnownBrowser
    } else {
        Priority::Stranger
    };
    let hash = app
        .hasher
        .check_and_hash(app.password_policy.clone(), vec![mailed.email.clone(), name], password, priority)
        .await
        .map_err(ServiceError::from)?
        .map_err(|why| Failure::Refused(ResetError::Password(why)))?;
    retry(|| set_password(app, client, &mailed, &hash)).await?;
    Ok(mailed.email)
}

/// Consumes the link and stores the hash in one transaction.
async fn set_password(
    app: &App,
    client: &Client,
    mailed: &EmailToken,
    hash: &PasswordHash,
) -> Result<(), Failure<ResetError>> {
    let mut tx = Tx::begin(app, client).await?;
    address_claims::lock_address(&mut tx, &mailed.email).await?;
    let owner = LockedAccount::lock(&mut tx, &mailed.user_id).await?;
    let fits = |owner: &LockedAccount| owner.email == mailed.email && owner.status != Status::Disabled;
    let owner = owner.filter(fits).ok_or(Failure::Refused(ResetError::Link))?;
    if !email_tokens::consume(&mut tx, TokenPurpose::PasswordReset, mailed, app.clock.now()).await? {
        return refused(ResetError::Link);
    }
    if owner.status == Status::Pending {
        confirm_by_reset(&mut tx, client, &owner, hash).await?;
    } else {
        replace_password(&mut tx, client, &owner, hash).await?;
    }
    tx.commit().await?;
    tracing::info!(event = Event::PasswordReset.as_str(), user = %owner.id, client = %client.ip, "password set by link");
    Ok(())
}

/// Stores an account's new password and ends its sessions and tokens.
async fn replace_password(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
    hash: &PasswordHash,
) -> Result<(), ServiceError> {
    let app = tx.app;
    store_password(tx, &owner.id, Some(hash), app.clock.now()).await?;
    session::end_sessions_of(tx, &owner.id, None, Event::PasswordReset).await?;
    end_tokens_of(tx, &owner.id).await?;
    access::after_password_change(tx, client, owner, Event::PasswordReset).await
}

/// Turns a sign-up into the account, with the new password and nothing else that was entered at sign-up.
async fn confirm_by_reset(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
    hash: &PasswordHash,
) -> Result<(), Failure<ResetError>> {
    let app = tx.app;
    let now = app.clock.now();
    if is_taken(tx.app, &mut **tx, &owner.email, owner.id.as_str()).await?
        || !activate_sign_up(tx, &owner.id, &owner.email, now).await?
    {
        return refused(ResetError::Link);
    }
    // The links and the code of the confirmation are not needed any more.
    email_tokens::consume_all(tx, TokenPurpose::ConfirmEmail, owner.id.as_str(), now).await?;
    // A stranger may have given it.
    Profile::empty(client).store(tx, &owner.id).await?;
    store_password(tx, &owner.id, Some(hash), now).await?;
    attempts::reset_failures(tx, &owner.email).await?;
    tx.record(&owner.id, Event::Created).await?;
    Ok(())
}

/// The display name of the link's account, which the new password must not contain. None if the link is invalid: it has
/// expired, the account is deleted or disabled or has another address now, or another account has the address.
async fn name_behind(app: &App, mailed: &EmailToken) -> Result<Option<String>, ServiceError> {
    const BEHIND: &str = "
        SELECT status, display_name
        FROM users
        WHERE id = $1
          AND email = $2
          AND status <> 'disabled'";
    if mailed.expired(app.clock.now()) {
        return Ok(None);
    }
    let behind: Option<(String, String)> = sqlx::query_as(BEHIND)
        .bind(&mailed.user_id)
        .bind(&mailed.email)
        .fetch_optional(app.pool.reading())
        .await?;
    match behind {
        // The name of a sign-up may be a stranger's, and is discarded.
        Some((status, _)) if Status::parse(&status) == Some(Status::Pending) => {
            let taken = is_taken(app, app.pool.reading(), &mailed.email, &mailed.user_id).await?;
            Ok((!taken).then(String::new))
        }
        Some((_, name)) => Ok(Some(name)),
        None => Ok(None),
    }
}

/// Finds the account of an address, or else its newest sign-up, and locks its row. The caller holds the lock of the
/// address.
async fn keep_newest(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<Option<LockedAccount>> {
    const WHOSE: &str = "
        SELECT id
        FROM users
        WHERE email = $1
        ORDER BY CASE WHEN status = 'pending' THEN 1 ELSE 0 END, created_at DESC
        LIMIT 1";
    let id: Option<String> = sqlx::query_scalar(WHOSE).bind(email).fetch_optional(&mut **tx).await?;
    match id {
        Some(id) => Ok(LockedAccount::lock(tx, &id).await?.filter(|owner| owner.email == email)),
        None => Ok(None),
    }
}
