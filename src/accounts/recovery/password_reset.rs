//! A forgotten password: a link in a mail leads to the page where a new one is set.
//!
//! Asking for the link is the same work for every address. What is mailed is decided when the mail goes out
//! ([`crate::accounts::mails::compose`]): a link for an account, a notice for a disabled one, nothing where there is neither
//! account nor sign-up. For a sign-up that waits, the link proves the address as well. Nothing that was given at sign-up then
//! remains, because an attacker may have given it.

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

/// Why no password was set.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link cannot be used (any more); [`reset_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// The new password is not good enough. The link can still be used.
    #[error("password: {0:?}")]
    Password(PasswordError),
}

/// Why the operator gets no link.
#[derive(Debug, thiserror::Error)]
pub enum ResetLinkError {
    /// No account has this address.
    #[error("no account has this address")]
    Unknown,
    /// Its sign-up waits for the confirmation.
    #[error("this address is not confirmed yet, so there is no account")]
    Pending,
    /// The account is disabled.
    #[error("the account is disabled: enable it first")]
    Disabled,
}

/// What a request for a new password comes to when its mail goes out, and the language that the owner chose.
pub(in crate::accounts) enum ResetMail {
    /// The token of a link.
    Link(String, Option<Language>),
    /// The account is disabled.
    Disabled(Option<Language>),
    /// There is neither an account nor a sign-up of this address, or the request is older than the password.
    Nobody,
}

/// Requests the mail with a link to a new password. Does the same for every address, whether or not it has an account.
///
/// # Errors
/// When too many were asked for, or it cannot be tried.
pub async fn request_password_reset(app: &App, client: &Client, email: &EmailAddress) -> Result<(), ServiceError> {
    app.limits.reset_by_client.check(client.ip)?;
    app.limits.reset_cool_down.check((client.ip, email.as_str().to_owned()))?;
    retry(|| request_password_reset_once(app, client, email)).await
}

async fn request_password_reset_once(app: &App, client: &Client, email: &EmailAddress) -> Result<(), ServiceError> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    // For nobody in particular: whose it is must not show in how long this takes.
    sign_up::queue_if_allowed(&mut tx, client, queue::MailKind::PasswordReset, email, None).await?;
    tx.commit().await?;
    tracing::info!(event = Event::PasswordResetRequested.as_str(), email = %email.masked(), client = %client.ip, "a new password was asked for");
    Ok(())
}

/// A link's token for the operator, who hands it on in another way than by mail.
///
/// # Errors
/// When there is no account that it would be good for, or it cannot be tried.
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

/// A link's token for the account of a mail's recipient, or else for the newest sign-up of that address.
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
    // Not when it was asked for: only an account would bring that write about. And once, however often it is tried; nor
    // where another button brought it about, which is noted itself.
    if kept.status != Status::Pending && mail.user_id.is_none() && mail.attempts <= 1 {
        tx.record_by(&kept.id, Event::PasswordResetRequested, &mail.requester).await?;
    }
    match kept.status {
        Status::Disabled => {
            tx.commit().await?;
            return Ok(ResetMail::Disabled(kept.language));
        }
        // An address that is kept for the account which had it cannot be anybody else's.
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
    // What a stranger chose at sign-up is not the owner's language.
    let language = kept.language.filter(|_| kept.status != Status::Pending);
    Ok(ResetMail::Link(token, language))
}

/// What a link leads to. Changes nothing.
pub async fn reset_link(app: &App, token: &str) -> Result<LinkState, ServiceError> {
    let Some(mailed) = email_tokens::find(&app.pool, TokenPurpose::PasswordReset, token).await? else {
        return Ok(LinkState::Unknown);
    };
    let stands = name_behind(app, &mailed).await?.is_some();
    Ok(LinkState::of(mailed, stands))
}

/// Sets a new password by the link, and ends everything that was open under the old one. Nobody is signed in, and a
/// second factor stays as it is (ASVS 6.4.3). Returns the address.
///
/// # Errors
/// When the link cannot be used, the new password is refused, or it cannot be tried.
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

/// Uses the link up and stores the hash, all in one.
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

/// Stores the new password of an account, and ends all its sessions.
async fn replace_password(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
    hash: &PasswordHash,
) -> Result<(), ServiceError> {
    let app = tx.app;
    store_password(tx, &owner.id, Some(hash), app.clock.now()).await?;
    session::end_sessions_of(tx, &owner.id, None, Event::PasswordReset).await?;
    access::after_password_change(tx, client, owner, Event::PasswordReset).await
}

/// Makes a sign-up the account of the mailbox's owner: with the new password, and nothing else of what was given.
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
    // The confirmation's links and code have done their work as well.
    email_tokens::consume_all(tx, TokenPurpose::ConfirmEmail, owner.id.as_str(), now).await?;
    // A stranger may have given it.
    Profile::empty(client).store(tx, &owner.id).await?;
    store_password(tx, &owner.id, Some(hash), now).await?;
    attempts::reset_failures(tx, &owner.email).await?;
    tx.record(&owner.id, Event::Created).await?;
    Ok(())
}

/// The name of whom a link is for, which their password must not hold; none when the link is dead: its time is over,
/// the account is gone or disabled, has another address now, or the address is another account's.
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
        // The name of a sign-up may be a stranger's, and does not remain.
        Some((status, _)) if Status::parse(&status) == Some(Status::Pending) => {
            let taken = is_taken(app, app.pool.reading(), &mailed.email, &mailed.user_id).await?;
            Ok((!taken).then(String::new))
        }
        Some((_, name)) => Ok(Some(name)),
        None => Ok(None),
    }
}

/// Finds the account of an address, or else its newest sign-up, and keeps its row. The transaction holds the address's lock.
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
