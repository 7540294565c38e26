//! Confirming the address of a sign-up: the attempt becomes the account, and the address's other attempts are deleted.
//!
//! The owner of the mailbox did not necessarily sign up. An attacker may have, with a password of the attacker's. So only the
//! browser that signed up confirms the attempt as it is; in any other browser a new password is asked for and replaces
//! everything that was given (the "pre-hijack" of CVE-2024-38351 and similar).

use crate::accounts::locking::address_claims;
use crate::accounts::sessions::session;
use crate::accounts::sign_in::attempts;
use crate::accounts::tx::Tx;
use sqlx::Row as _;
use subtle::ConstantTimeEq as _;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::address_claims::{delete_pending_sign_ups, is_taken};
use crate::accounts::locking::locked_account::{LockedAccount, store_password};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passwords::hasher::{PasswordHash, Priority};
use crate::accounts::passwords::password::{Password, PasswordError};
use crate::accounts::sessions::session::{NewSession, SessionCookie};
use crate::db::retry;
use crate::time::Millis;
use crate::tokens::email_tokens::{self, CODE_TRIES, CodeCheck, EmailToken, TokenPurpose};

/// What a confirmation link leads to.
#[derive(Debug)]
pub enum ConfirmationLink {
    /// Nothing that we know.
    Unknown,
    /// The address is confirmed already.
    Already,
    /// The link's time is over.
    Expired {
        /// Whom a new one would go to.
        email: String,
    },
    /// It can be confirmed.
    Ready {
        /// The address.
        email: String,
        /// This is not the browser that signed up: a password has to be chosen.
        asks_password: bool,
    },
}

/// An address was confirmed.
#[derive(Debug)]
pub enum Confirmed {
    /// In the browser that signed up: it is signed in now.
    SignedIn {
        /// The session's token.
        ticket: SessionCookie,
        /// The page that was asked for before signing up.
        next: Option<String>,
    },
    /// In another browser.
    Elsewhere {
        /// The address, to be filled in at the sign-in.
        email: String,
    },
}

/// Why nothing was confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The link cannot be used (any more); [`confirmation_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// The code is wrong, too old, tried too often, or from another browser.
    #[error("wrong code")]
    Code,
    /// The new password is not good enough.
    #[error("password: {0:?}")]
    Password(PasswordError),
}

/// A sign-up that waits.
struct PendingSignUp {
    id: UserId,
    email: String,
    created_at: Millis,
    browser_hash: Vec<u8>,
    next: Option<String>,
}

/// What a link leads to, for this browser. Changes nothing.
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

/// Confirms by the link.
///
/// # Errors
/// When the link cannot be used, the new password is refused, or it cannot be tried.
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

/// In another browser, with the password that was chosen there.
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

/// Confirms by the code, in the browser that signed up.
///
/// # Errors
/// When the code is not right, or it cannot be tried.
pub async fn confirm_by_code(
    app: &App,
    client: &Client,
    code: &str,
    browser_secret: Option<&str>,
    before: Option<&CurrentSession>,
) -> Result<Confirmed, Failure<ConfirmError>> {
    app.limits.confirm_by_client.check(client.ip).map_err(ServiceError::from)?;
    let (user_id, tries, typed) = retry(|| try_code(app, code, browser_secret)).await?;
    let (CodeCheck::Right(mailed), ..=CODE_TRIES) = (typed, tries) else {
        tracing::warn!(event = "code_refused", client = %client.ip, "a typed code was refused");
        return refused(ConfirmError::Code);
    };
    let pending = pending(app, &user_id).await?.ok_or(Failure::Refused(ConfirmError::Code))?;
    match retry(|| confirm_here(app, client, &mailed, &pending, before)).await {
        Err(Failure::Refused(ConfirmError::Link)) => refused(ConfirmError::Code),
        other => other,
    }
}

/// Counts a try, and checks the code: one transaction, so the try counts for the code that it is checked against,
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

/// In the browser that signed up, with the password chosen there: confirming also signs in. The password was proven
/// when it was chosen, and that is the time the session states.
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
        methods: "pwd",
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

/// Uses the token up and makes the attempt the account.
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
    // What others tried at the address before it was anybody's.
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

/// Whether a browser is the one that signed up. What is compared are hashes of 256 random bits.
fn bound_to(pending: &PendingSignUp, browser_secret: Option<&str>) -> bool {
    browser_secret.is_some_and(|secret| email_tokens::hash(secret).ct_eq(&pending.browser_hash).into())
}

/// Counts a typed code at the sign-up of a browser: with one write, whatever has become of the attempt and however many
/// were typed before, or the time it takes would tell whether the address has an account. Gives the attempt and the tries
/// at its newest code.
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

/// A mail goes out to a sign-up: the sign-up waits as long again, and the tries of the new code are counted from zero.
pub(in crate::accounts) async fn record_mail(tx: &mut Tx<'_>, attempt: &str, now: Millis) -> sqlx::Result<()> {
    const MAILED: &str = "
        UPDATE sign_ups
        SET code_tries = 0, mailed_at = $2
        WHERE user_id = $1";
    sqlx::query(MAILED).bind(attempt).bind(now).execute(&mut **tx).await?;
    Ok(())
}

/// Makes an attempt the account of its address; the address's other attempts die. `false`: it waits no longer, or another
/// one was quicker, and the transaction is to be given up.
pub(in crate::accounts) async fn activate_sign_up(
    tx: &mut Tx<'_>,
    id: &UserId,
    email: &str,
    now: Millis,
) -> sqlx::Result<bool> {
    const ACTIVATE: &str = "
        UPDATE users
        SET status = 'active', confirmed_at = $2
        WHERE id = $1
          AND status = 'pending'";
    let activated = sqlx::query(ACTIVATE).bind(id.as_str()).bind(now).execute(&mut **tx).await;
    match activated {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => return Ok(false),
        // Another attempt of this address was confirmed a moment ago.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
        Err(error) => return Err(error),
    }
    delete_pending_sign_ups(tx, email).await?;
    Ok(true)
}
