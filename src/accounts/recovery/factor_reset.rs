//! The operator's reset of second factors, for owners who have lost all of them. It waits, and a mailed link stops it: whoever
//! talks an operator into it gains nothing while the owner reads mail.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::{second_factor, totp};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::locking::named_account::named_account;
use crate::accounts::passkeys::own_passkeys::end_passkeys_since;
use crate::accounts::recovery::links::{self, LinkError, LinkState};
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::time::Millis;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

#[derive(Debug, thiserror::Error)]
pub enum FactorResetError {
    #[error("no account has this address or id")]
    Unknown,
    #[error("this account has no second factor")]
    NoFactor,
    /// It has no password: without its passkeys nobody could sign in.
    #[error(
        "this account has no password, so its passkeys are its only way in: first its owner has to set a password, by \
         \"Forgot your password?\" or a link of `vestibule user reset-link`"
    )]
    LastWayIn,
    #[error("a reset of this account is waiting already")]
    Waiting,
}

/// Asks for the reset. Returns when it is due.
///
/// # Errors
/// When there is no such account, it has no second factor or nothing else to sign in with, or a reset is waiting.
pub async fn request(app: &App, name: &str) -> Result<Millis, Failure<FactorResetError>> {
    retry(|| request_once(app, name)).await
}

async fn request_once(app: &App, name: &str) -> Result<Millis, Failure<FactorResetError>> {
    const REQUEST: &str = "
        INSERT INTO factor_resets (user_id, asked_at, due_at)
        VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    let mut tx = Tx::begin(app, None).await?;
    let named = named_account(&mut *tx, name).await?;
    let (id, _) = named.ok_or(Failure::Refused(FactorResetError::Unknown))?;
    let owner = LockedAccount::lock_confirmed(&mut tx, id.as_str()).await?;
    let owner = owner.ok_or(Failure::Refused(FactorResetError::Unknown))?;
    let factors = second_factor::of(&mut *tx, &owner.id).await?;
    if !factors.any() {
        return refused(FactorResetError::NoFactor);
    }
    if factors.passkeys > 0 && !has_password(&mut tx, &owner.id).await? {
        return refused(FactorResetError::LastWayIn);
    }
    let now = tx.now();
    let due_at = now + app.lifetimes.factor_reset;
    let asked = sqlx::query(REQUEST)
        .bind(owner.id.as_str())
        .bind(now)
        .bind(due_at)
        .execute(&mut *tx)
        .await?;
    if asked.rows_affected() == 0 {
        return refused(FactorResetError::Waiting);
    }
    owner.record(&mut tx, Event::FactorResetRequested).await?;
    tx.commit().await?;
    tracing::warn!(event = Event::FactorResetRequested.as_str(), user = %owner.id, "a reset of second factors was asked for");
    Ok(due_at)
}

/// When the reset of an account is due. None: no reset is waiting.
///
/// # Errors
/// When the database is unavailable.
pub async fn due_at(app: &App, user: &UserId) -> Result<Option<Millis>, ServiceError> {
    const DUE: &str = "
        SELECT due_at
        FROM factor_resets
        WHERE user_id = $1";
    Ok(sqlx::query_scalar(DUE)
        .bind(user.as_str())
        .fetch_optional(app.pool.reading())
        .await?)
}

/// The state of the link that stops it. Changes nothing.
///
/// # Errors
/// When the database is unavailable.
pub async fn stop_link(app: &App, token: &str) -> Result<LinkState, ServiceError> {
    let Some(mailed) = email_tokens::find(&app.pool, TokenPurpose::FactorReset, token).await? else {
        return Ok(LinkState::Unknown);
    };
    let waits = due_at(app, &UserId::from(mailed.user_id.clone())).await?.is_some();
    let stands = waits && !mailed.expired(app.clock.now());
    Ok(LinkState::of(mailed, stands))
}

/// Stops a reset that is waiting.
///
/// # Errors
/// When the link cannot be used, or the service fails.
pub async fn stop(app: &App, client: &Client, token: &str) -> Result<(), Failure<LinkError>> {
    let mailed = links::usable(app, client, TokenPurpose::FactorReset, token).await?;
    retry(|| stop_once(app, client, &mailed)).await
}

async fn stop_once(app: &App, client: &Client, mailed: &EmailToken) -> Result<(), Failure<LinkError>> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    let owner = LockedAccount::lock_confirmed(&mut tx, &mailed.user_id).await?;
    let owner = owner.ok_or(Failure::Refused(LinkError::Link))?;
    let now = tx.now();
    if !email_tokens::consume(&mut tx, TokenPurpose::FactorReset, mailed, now).await?
        || !delete(&mut tx, &owner.id, Millis::MAX).await?
    {
        return refused(LinkError::Link);
    }
    owner.record(&mut tx, Event::FactorResetStopped).await?;
    Ok(tx.commit().await?)
}

/// Carries out the resets that were due at that time. One that cannot be carried out now does not prevent the others.
pub(in crate::accounts) async fn carry_out(app: &App, due: Millis) -> Result<(), ServiceError> {
    const DUE: &str = "
        SELECT user_id
        FROM factor_resets
        WHERE due_at <= $1
        ORDER BY due_at";
    let users: Vec<String> = sqlx::query_scalar(DUE).bind(due).fetch_all(app.pool.reading()).await?;
    for user in users {
        if let Err(trouble) = retry(|| carry_out_one(app, &user, due)).await {
            tracing::error!(%trouble, "second factors cannot be reset");
        }
    }
    Ok(())
}

async fn carry_out_one(app: &App, user: &str, due: Millis) -> Result<(), ServiceError> {
    let mut tx = Tx::begin(app, None).await?;
    let Some(owner) = LockedAccount::lock_confirmed(&mut tx, user).await? else {
        return Ok(());
    };
    // Its password was voided meanwhile: the reset waits for a new one, and takes the last way in from nobody.
    if second_factor::of(&mut *tx, &owner.id).await?.passkeys > 0 && !has_password(&mut tx, &owner.id).await? {
        return Ok(());
    }
    // It was stopped, or another node was faster.
    if !delete(&mut tx, &owner.id, due).await? {
        return Ok(());
    }
    let passkeys = end_passkeys_since(&mut tx, &owner.id, Millis::MIN).await?;
    if totp::remove(&mut tx, &owner.id).await? || passkeys > 0 {
        second_factor::after_removal(&mut tx, &owner.id).await?;
        session::end_sessions_of(&mut tx, &owner.id, None, Event::FactorsReset).await?;
        owner.record(&mut tx, Event::FactorsReset).await?;
    }
    tx.commit().await?;
    tracing::warn!(event = Event::FactorsReset.as_str(), user = %owner.id, "second factors were reset");
    Ok(())
}

async fn has_password(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<bool> {
    const PASSWORD: &str = "
        SELECT COUNT(*)
        FROM users
        WHERE id = $1
          AND password_hash IS NOT NULL";
    let found: i64 = sqlx::query_scalar(PASSWORD).bind(user.as_str()).fetch_one(&mut **tx).await?;
    Ok(found > 0)
}

async fn delete(tx: &mut Tx<'_>, user: &UserId, due: Millis) -> sqlx::Result<bool> {
    const DELETE: &str = "
        DELETE FROM factor_resets
        WHERE user_id = $1
          AND due_at <= $2";
    let deleted = sqlx::query(DELETE).bind(user.as_str()).bind(due).execute(&mut **tx).await?;
    Ok(deleted.rows_affected() == 1)
}
