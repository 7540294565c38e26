//! Confirming the address of a sign-up: the sign-up becomes the account, and the address's other sign-ups are deleted.
//!
//! The reader of the mailbox owns the address, but did not necessarily sign up: a stranger may have, with a password of
//! the stranger's choice. So the sign-up is confirmed unchanged only in the browser that signed up; any other browser
//! has to set a new password, which replaces everything that was entered (the "pre-hijacking" of CVE-2024-38351 and
//! similar ones).

use crate::accounts::locking::address_claims;
use crate::accounts::sessions::session;
use crate::accounts::sign_in::attempts;
use crate::accounts::tx::Tx;
use sqlx::Row as _;
use subtle::ConstantTimeEq as _;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::level;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::address_claims::{delete_pending_sign_ups, is_taken};
use crate::accounts::locking::locked_account::{LockedAccount, store_password};
use crate::accounts::locking::user_names::give_user_name;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passwords::hasher::{PasswordHash, Priority};
use crate::accounts::passwords::password::{Password, PasswordError};
use crate::accounts::sessions::session::{NewSession, SessionCookie};
use crate::db::retry;
use crate::time::Millis;
use crate::tokens::email_tokens::{self, CODE_TRIES, CodeCheck, EmailToken, TokenPurpose};

/// The state of a confirmation link.
#[derive(Debug)]
pub enum ConfirmationLink {
    /// It is unknown.
    Unknown,
    Already,
    /// It has expired.
    Expired {
        /// The address for a new link.
        email: String,
    },
    /// It can be confirmed.
    Ready {
        email: String,
        /// This is not the browser that signed up: a new password has to be set.
        asks_password: bool,
    },
}

/// How an address was confirmed.
#[derive(Debug)]
pub enum Confirmed {
    /// In the browser that signed up, which is now signed in.
    SignedIn {
        ticket: SessionCookie,
        /// The page that was requested before the sign-up.
        next: Option<String>,
    },
    Elsewhere {
        /// The address, for the sign-in form.
        email: String,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The link cannot be used; [`confirmation_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// The code is wrong, expired, tried too often, or from another browser.
    #[error("wrong code")]
    Code,
    #[error("password: {0:?}")]
    Password(PasswordError),
}

struct PendingSignUp {
    id: UserId,
    email: String,
    created_at: Millis,
    browser_hash: Vec<u8>,
    next: Option<String>,
}

/// The state of a link, for this browser. Changes nothing.
pub async fn confirmation_link(
    app: &App,
    token: &str,
    browser_secret: Option<&str>,
) -> Result<ConfirmationLink, ServiceError> {
    let Some(mailed) = email_tokens::find(&app.pool, TokenPurpose::ConfirmEmail, token).await? else {
        return Ok(ConfirmationLink::Unknown);
    };
    let pending = pending(app, &mailed.user_id).await?;
    if mailed.used || is_taken(app, app.pool.reading(), &mailed.email, &mailed.user_id).await? {
        return Ok(ConfirmationLink::Already);
    }
    Ok(match pending {
        Some(pending) if !mailed.expired(app.clock.now()) => ConfirmationLink::Ready {
            asks_password: !bound_to(&pending, browser_secret),
            email: mailed.email,
        },
        _ => ConfirmationLink::Expired { email: mailed.email },
    })
}

/// Confirms by link.
///
/// # Errors
/// When the link cannot be used, the new password is refused, or the service fails.
pub async fn confirm_by_link(
    app: &App,
    client: &Client,
    token: &str,
    browser_secret: Option<&str>,
    new_password: Result<Password, PasswordError>,
    before: Option<&CurrentSession>,
) -> Result<Confirmed, Failure<ConfirmError>> {
    app.limits.confirm_by_client.check(client.ip).map_err(ServiceError::from)?;
    let now = app.clock.now();
    let mailed = email_tokens::find(&app.pool, TokenPurpose::ConfirmEmail, token).await?;
    let Some(mailed) = mailed.filter(|mailed| !mailed.used && !mailed.expired(now)) else {
        tracing::warn!(event = "link_refused", client = %client.ip, "an unknown or old link was refused");
        return refused(ConfirmError::Link);
    };
    let pending = pending(app, &mailed.user_id)
        .await?
        .ok_or(Failure::Refused(ConfirmError::Link))?;
    if bound_to(&pending, browser_secret) {
        return retry(|| confirm_here(app, client, &mailed, &pending, before)).await;
    }
    let password = new_password.map_err(|why| Failure::Refused(ConfirmError::Password(why)))?;
    let hash = app
        .hasher
        .check_and_hash(app.password_policy.clone(), vec![mailed.email.clone()], password, Priority::Stranger)
        .await
        .map_err(ServiceError::from)?
        .map_err(|why| Failure::Refused(ConfirmError::Password(why)))?;
    retry(|| confirm_elsewhere(app, client, &mailed, &pending, &hash)).await
}

/// Confirms in another browser, with a new password.
async fn confirm_elsewhere(
    app: &App,
    client: &Client,
    mailed: &EmailToken,
    pending: &PendingSignUp,
    hash: &PasswordHash,
) -> Result<Confirmed, Failure<ConfirmError>> {
    let mut tx = Tx::begin(app, client).await?;
    consume_and_activate(&mut tx, mailed, pending).await?;
    // A stranger may have given it.
    Profile::empty(client).store(&mut tx, &pending.id).await?;
    store_password(&mut tx, &pending.id, Some(hash), app.clock.now()).await?;
    tx.record(&pending.id, Event::Created).await?;
    tx.commit().await?;
    tracing::info!(event = "email_confirmed", user = %pending.id, client = %client.ip, here = false, "confirmed");
    Ok(Confirmed::Elsewhere {
        email: pending.email.clone(),
    })
}

/// Confirms by code, in the browser that signed up.
///
/// # Errors
/// When the code is wrong, or the service fails.
pub async fn confirm_by_code(
    app: &App,
    client: &Client,
    code: &str,
    browser_secret: Option<&str>,
    before: Option<&CurrentSession>,
) -> Result<Confirmed, Failure<ConfirmError>> {
    let (mailed, pending) = checked_code(app, client, code, browser_secret).await?;
    match retry(|| confirm_here(app, client, &mailed, &pending, before)).await {
        Err(Failure::Refused(ConfirmError::Link)) => refused(ConfirmError::Code),
        other => other,
    }
}

/// Confirms by code for a program, which signs in afterwards. The secret is that of
/// [`program_secret`](crate::accounts::sign_up::program_secret).
///
/// # Errors
/// When the code is wrong, or the service fails.
pub async fn confirm_by_program(
    app: &App,
    client: &Client,
    code: &str,
    secret: &str,
) -> Result<(), Failure<ConfirmError>> {
    let (mailed, pending) = checked_code(app, client, code, Some(secret)).await?;
    match retry(|| confirm_only(app, client, &mailed, &pending)).await {
        Err(Failure::Refused(ConfirmError::Link)) => refused(ConfirmError::Code),
        other => other,
    }
}

async fn confirm_only(
    app: &App,
    client: &Client,
    mailed: &EmailToken,
    pending: &PendingSignUp,
) -> Result<(), Failure<ConfirmError>> {
    let mut tx = Tx::begin(app, client).await?;
    consume_and_activate(&mut tx, mailed, pending).await?;
    tx.record(&pending.id, Event::Created).await?;
    tx.commit().await?;
    tracing::info!(event = "email_confirmed", user = %pending.id, client = %client.ip, here = true, "confirmed");
    Ok(())
}

/// The mail of a right code, and its sign-up.
async fn checked_code(
    app: &App,
    client: &Client,
    code: &str,
    browser_secret: Option<&str>,
) -> Result<(EmailToken, PendingSignUp), Failure<ConfirmError>> {
    app.limits.confirm_by_client.check(client.ip).map_err(ServiceError::from)?;
    let (user_id, tries, typed) = retry(|| try_code(app, code, browser_secret)).await?;
    let (CodeCheck::Right(mailed), ..=CODE_TRIES) = (typed, tries) else {
        tracing::warn!(event = "code_refused", client = %client.ip, "a typed code was refused");
        return refused(ConfirmError::Code);
    };
    let pending = pending(app, &user_id).await?.ok_or(Failure::Refused(ConfirmError::Code))?;
    Ok((mailed, pending))
}

/// Counts an attempt and checks the code in one transaction, so that the attempt counts for the code that is checked,
/// whatever is mailed meanwhile.
async fn try_code(
    app: &App,
    code: &str,
    browser_secret: Option<&str>,
) -> Result<(String, i64, CodeCheck), Failure<ConfirmError>> {
    let mut tx = Tx::begin_uncached(app, None).await?;
    let now = app.clock.now();
    let (user_id, tries) = count_code_attempt(&mut tx, browser_secret, now).await?;
    let typed =
        email_tokens::check_code(&mut tx, TokenPurpose::ConfirmEmail, &user_id, code, now, &app.code_key).await?;
    tx.commit().await?;
    Ok((user_id, tries, typed))
}

/// Confirms in the browser that signed up, with the password chosen there, and signs in. The password was entered at
/// the sign-up, which is therefore the time of the session's authentication.
async fn confirm_here(
    app: &App,
    client: &Client,
    mailed: &EmailToken,
    pending: &PendingSignUp,
    before: Option<&CurrentSession>,
) -> Result<Confirmed, Failure<ConfirmError>> {
    let mut tx = Tx::begin(app, client).await?;
    consume_and_activate(&mut tx, mailed, pending).await?;
    tx.record(&pending.id, Event::Created).await?;
    let session = NewSession {
        user_id: &pending.id,
        authenticated_at: pending.created_at,
        // An account that has just begun has no second factor.
        methods: level::PASSWORD,
        remember: false,
        verified: None,
        before: before.map(|before| &before.id),
    };
    let ticket = session::start_session(&mut tx, client, &session)
        .await?
        .ok_or(Failure::Refused(ConfirmError::Link))?;
    tx.commit().await?;
    tracing::info!(event = "email_confirmed", user = %pending.id, client = %client.ip, here = true, "confirmed");
    Ok(Confirmed::SignedIn {
        ticket,
        next: pending.next.clone(),
    })
}

/// Consumes the token and turns the sign-up into the account.
async fn consume_and_activate(
    tx: &mut Tx<'_>,
    mailed: &EmailToken,
    pending: &PendingSignUp,
) -> Result<(), Failure<ConfirmError>> {
    let app = tx.app;
    let now = app.clock.now();
    address_claims::lock_address(tx, &pending.email).await?;
    if LockedAccount::lock(tx, pending.id.as_str()).await?.is_none() {
        return refused(ConfirmError::Link);
    }
    if is_taken(tx.app, &mut **tx, &pending.email, pending.id.as_str()).await? {
        return refused(ConfirmError::Link);
    }
    if !email_tokens::consume(tx, TokenPurpose::ConfirmEmail, mailed, now).await? {
        return refused(ConfirmError::Link);
    }
    if !activate_sign_up(tx, &pending.id, &pending.email, now).await? {
        return refused(ConfirmError::Link);
    }
    // Failures at the address before it had an account.
    attempts::reset_failures(tx, &pending.email).await?;
    Ok(())
}

async fn pending(app: &App, user_id: &str) -> sqlx::Result<Option<PendingSignUp>> {
    const PENDING: &str = "
        SELECT u.id, u.email, u.created_at, s.browser_hash, s.next
        FROM users u
        JOIN sign_ups s ON s.user_id = u.id
        WHERE u.id = $1
          AND u.status = 'pending'";
    let row = sqlx::query(PENDING).bind(user_id).fetch_optional(app.pool.reading()).await?;
    row.map(|row| {
        Ok(PendingSignUp {
            id: UserId::from(row.try_get::<String, _>("id")?),
            email: row.try_get("email")?,
            created_at: row.try_get("created_at")?,
            browser_hash: row.try_get("browser_hash")?,
            next: row.try_get("next")?,
        })
    })
    .transpose()
}

/// Whether a browser is the one that signed up. Compares hashes of 256 random bits.
fn bound_to(pending: &PendingSignUp, browser_secret: Option<&str>) -> bool {
    browser_secret.is_some_and(|secret| email_tokens::hash(secret).ct_eq(&pending.browser_hash).into())
}

/// Counts a typed code at the sign-up of a browser. It is one write, whatever has become of the sign-up and however
/// many codes were typed, because otherwise the time would reveal whether the address has an account. Returns the
/// sign-up's id and the attempts at its newest code.
async fn count_code_attempt(tx: &mut Tx<'_>, browser_secret: Option<&str>, now: Millis) -> sqlx::Result<(String, i64)> {
    const COUNT: &str = "
        UPDATE sign_ups
        SET code_tries = code_tries + 1
        WHERE browser_hash = $1
          AND asked_at > $2
        RETURNING user_id, code_tries";
    let counted = sqlx::query_as(COUNT)
        .bind(browser_secret.map(email_tokens::hash).unwrap_or_default())
        .bind(now - tx.app.lifetimes.sign_up)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(counted.unwrap_or_default())
}

/// Records that a mail is sent for a sign-up: its time is extended, no matter which browser requested the mail, and the
/// new code has all its tries.
pub(in crate::accounts) async fn record_mail(tx: &mut Tx<'_>, attempt: &str, now: Millis) -> sqlx::Result<()> {
    const MAILED: &str = "
        UPDATE sign_ups
        SET code_tries = 0, mailed_at = $2
        WHERE user_id = $1";
    sqlx::query(MAILED).bind(attempt).bind(now).execute(&mut **tx).await?;
    Ok(())
}

/// Turns a sign-up into the account of its address, with a user name; the address's other sign-ups are deleted. `false`: it is not
/// pending any more, or another one was faster, and the transaction must be rolled back.
pub(in crate::accounts) async fn activate_sign_up(
    tx: &mut Tx<'_>,
    id: &UserId,
    email: &str,
    now: Millis,
) -> Result<bool, ServiceError> {
    const ACTIVATE: &str = "
        UPDATE users
        SET status = 'active', confirmed_at = $2
        WHERE id = $1
          AND status = 'pending'";
    let activated = sqlx::query(ACTIVATE).bind(id.as_str()).bind(now).execute(&mut **tx).await;
    match activated {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => return Ok(false),
        // Another sign-up of this address was just confirmed.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    give_user_name(tx, id, email).await?;
    delete_pending_sign_ups(tx, email).await?;
    Ok(true)
}
