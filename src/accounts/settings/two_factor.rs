//! Setting up the second factor, removing it, and making new recovery codes.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::remembered_browsers::{self, RememberedBrowser};
use crate::accounts::factors::{level, recovery_codes, second_factor, setup, totp};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::Status;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session::{self, SessionCookie};
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::time::Millis;

/// The methods of whoever has typed a code of the app (RFC 8176).
const TOTP: &str = "otp mfa";

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TwoFactorError {
    /// The page is too old, or of another account or sign-in.
    #[error("the secret is not known any more")]
    Setup,
    #[error("wrong code")]
    Code,
    /// It is set up already, or there is none to change.
    #[error("the second factor was changed meanwhile")]
    Changed,
    /// The session has ended, or the account is not active any more.
    #[error("the session is over")]
    SessionOver,
}

/// The new session.
pub struct Enabled {
    pub session: SessionCookie,
    /// The recovery codes that come with the first second factor, to be shown once.
    pub codes: Option<Vec<String>>,
}

/// How well an account is protected.
#[derive(Clone, Debug)]
pub struct Protection {
    /// Since when it has TOTP.
    pub totp_since: Option<Millis>,
    pub passkeys: i64,
    pub codes_left: i64,
    pub remembered_browsers: Vec<RememberedBrowser>,
    pub password_changed_at: Millis,
}

/// The protection of the caller's account.
///
/// # Errors
/// When the database is unavailable, or the account is gone.
pub async fn protection(app: &App, client: &Client, session: &CurrentSession) -> Result<Protection, ServiceError> {
    const PASSWORD: &str = "
        SELECT CASE WHEN password_changed_at = 0 THEN created_at ELSE password_changed_at END
        FROM users
        WHERE id = $1";
    let user = &session.user_id;
    let password: Option<Millis> = sqlx::query_scalar(PASSWORD)
        .bind(user.as_str())
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(Protection {
        totp_since: totp::active_since(app.pool.reading(), user).await?,
        passkeys: second_factor::of(app.pool.reading(), user).await?.passkeys,
        codes_left: recovery_codes::left(app.pool.reading(), user).await?,
        remembered_browsers: remembered_browsers::list(app, client, user).await?,
        password_changed_at: password.ok_or(ServiceError::AccountGone)?,
    })
}

/// Sets up TOTP with the secret of a page and a code of it. All other sessions end, because they began without it.
///
/// # Errors
/// When the page is too old, the code is wrong, TOTP is set up already, or the session has ended.
pub async fn enable(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    sealed: &str,
    code: &str,
) -> Result<Enabled, Failure<TwoFactorError>> {
    check_limit(app, session)?;
    let setup = setup::resume(app, session, sealed).ok_or(Failure::Refused(TwoFactorError::Setup))?;
    let step = setup.secret.step_of(code, app.clock.now());
    let step = step.ok_or(Failure::Refused(TwoFactorError::Code))?;
    retry(|| enable_once(app, client, session, &setup, step)).await
}

async fn enable_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    setup: &setup::Setup,
    step: i64,
) -> Result<Enabled, Failure<TwoFactorError>> {
    let mut tx = Tx::begin(app, client).await?;
    let owner = locked(&mut tx, session).await?;
    let before = second_factor::of(&mut *tx, &owner.id).await?;
    if !totp::activate(&mut tx, &owner.id, &setup.secret, step).await? {
        return refused(TwoFactorError::Changed);
    }
    let codes = second_factor::after_addition(&mut tx, &owner.id, before).await?;
    session::end_sessions_of(&mut tx, &owner.id, Some(&session.id), Event::TwoFactorEnabled).await?;
    let methods = level::raised(&session.methods, TOTP);
    let session = replaced(&mut tx, session, &methods).await?;
    owner.record(&mut tx, Event::TwoFactorEnabled).await?;
    tx.commit().await?;
    Ok(Enabled { session, codes })
}

/// Removes TOTP, and what is remembered of it. If no passkey is left as a second factor, the recovery codes end too.
///
/// # Errors
/// When TOTP is not set up, or the session has ended.
pub async fn disable(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<SessionCookie, Failure<TwoFactorError>> {
    check_limit(app, session)?;
    retry(|| disable_once(app, client, session)).await
}

async fn disable_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<SessionCookie, Failure<TwoFactorError>> {
    let mut tx = Tx::begin(app, client).await?;
    let owner = locked(&mut tx, session).await?;
    if !totp::remove(&mut tx, &owner.id).await? {
        return refused(TwoFactorError::Changed);
    }
    let methods = if second_factor::after_removal(&mut tx, &owner.id).await?.any() {
        session.methods.clone()
    } else {
        level::lowered(&session.methods)
    };
    let session = replaced(&mut tx, session, &methods).await?;
    owner.record(&mut tx, Event::TwoFactorDisabled).await?;
    tx.commit().await?;
    Ok(session)
}

/// Makes new recovery codes. The earlier ones do not work any more.
///
/// # Errors
/// When there is no second factor, or the session has ended.
pub async fn make_recovery_codes(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<Vec<String>, Failure<TwoFactorError>> {
    check_limit(app, session)?;
    retry(|| make_recovery_codes_once(app, client, session)).await
}

async fn make_recovery_codes_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<Vec<String>, Failure<TwoFactorError>> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    let owner = locked(&mut tx, session).await?;
    if !second_factor::is_needed(&mut *tx, &owner.id).await? {
        return refused(TwoFactorError::Changed);
    }
    let codes = recovery_codes::replace(&mut tx, &owner.id).await?;
    owner.record(&mut tx, Event::RecoveryCodesMade).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Each of these changes causes a mail.
fn check_limit(app: &App, session: &CurrentSession) -> Result<(), ServiceError> {
    Ok(app.limits.profile_by_account.check(session.user_id.as_str().to_owned())?)
}

async fn locked(tx: &mut Tx<'_>, session: &CurrentSession) -> Result<LockedAccount, Failure<TwoFactorError>> {
    let owner = session::lock_for(tx, session).await?;
    // An unconfirmed address has no session, and so no second factor.
    let owner = owner.filter(|owner| owner.status == Status::Active);
    owner.ok_or(Failure::Refused(TwoFactorError::SessionOver))
}

/// The session goes on with a new token, as after every change of a factor.
async fn replaced(
    tx: &mut Tx<'_>,
    session: &CurrentSession,
    methods: &str,
) -> Result<SessionCookie, Failure<TwoFactorError>> {
    let replaced = session::replace_session(tx, session, session.authenticated_at, methods).await?;
    replaced.ok_or(Failure::Refused(TwoFactorError::SessionOver))
}
