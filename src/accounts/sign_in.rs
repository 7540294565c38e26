//! Signing in: with address and password and what follows it, by the API, by a passkey alone, by a mailed code.

pub mod access;
pub mod attempts;
pub mod by_code;
pub mod by_passkey;
pub mod by_program;
pub mod code_requests;
pub mod new_device;
pub mod passkey_step;
pub mod second_step;

use super::identity::email_address::EmailAddress;
use super::locking::locked_account::LockedAccount;
use super::lookup::current_session::CurrentSession;
use super::passwords::hasher::{PasswordHash, Priority, Verification};
use super::passwords::password::Password;
use super::sessions::session::{NewSession, SessionCookie};
use super::sign_in::attempts::LoginAttempt;
use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError};
use crate::accounts::factors::half_sign_in::{self, SignInBy};
use crate::accounts::factors::{level, remembered_browsers, second_factor};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::verified_password::VerifiedPassword;
use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::db::retry;

/// What was typed at the sign-in. An invalid address or password is refused like a wrong one, in the same time.
pub struct Credentials {
    /// None if the typed text is no address.
    pub email: Option<EmailAddress>,
    pub password: Password,
    /// Whether to stay signed in after the browser is closed.
    pub remember: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address or password are wrong, or the account is not in use. The answer does not say which (ASVS 6.3.8).
    #[error("refused")]
    Refused,
}

/// The result of a right password.
pub enum SignInOutcome {
    Complete(SessionCookie),
    /// The account has a second factor, which is asked for next: the secret of the half sign-in.
    Half(String),
}

/// Signs in. The previous session of the browser ends, if no second factor is needed.
///
/// # Errors
/// When the sign-in is refused, or the service fails.
pub async fn sign_in(
    app: &App,
    client: &Client,
    credentials: Credentials,
    before: Option<&CurrentSession>,
) -> Result<SignInOutcome, Failure<SignInError>> {
    let (email, remember) = (credentials.email.clone(), credentials.remember);
    let checked = check_password(app, client, credentials).await?;
    let signed_in = match &checked.proof {
        Some(proof) => retry(|| admit(app, client, proof, &checked.tried, remember, before)).await?,
        None => None,
    };
    let half = matches!(signed_in, Some(SignInOutcome::Half(_)));
    outcome(client, email.as_ref(), &checked.tried, signed_in, half)
}

/// An attempt whose password was verified.
struct CheckedPassword {
    tried: LoginAttempt,
    /// None: it was wrong.
    proof: Option<VerifiedPassword>,
}

/// Verifies a password within the limits. The work is the same for every address.
async fn check_password(app: &App, client: &Client, credentials: Credentials) -> Result<CheckedPassword, ServiceError> {
    const ACCOUNT: &str = "
        SELECT id, password_hash
        FROM users
        WHERE email = $1
          AND status IN ('active', 'deleting')";
    let email = credentials.email.as_ref().map_or("", EmailAddress::as_str);
    let known = known_browsers::is_known_browser(app, client, email).await?;
    let priority = if known {
        Priority::KnownBrowser
    } else {
        Priority::Stranger
    };
    known_browsers::check_rate_limits(app, client, email, known)?;
    let tried = retry(|| attempts::record_attempt(app, client, email, known)).await?;
    let account: Option<(String, Option<String>)> =
        sqlx::query_as(ACCOUNT).bind(email).fetch_optional(app.pool.reading()).await?;
    let (user_id, stored) = account.unzip();
    // After too many failures no password is right; the answer takes as long as for an unknown address.
    let stored = stored.flatten().filter(|_| !tried.too_many).map(PasswordHash::from_stored);
    let verdict = match app.hasher.verify(credentials.password, stored.as_ref(), priority).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            retry(|| attempts::cancel_attempt(app, &tried)).await?;
            return Err(busy.into());
        }
    };
    let proof = match (verdict, user_id, stored) {
        (Verification::Right { renewed }, Some(user_id), Some(verified)) => Some(VerifiedPassword {
            user_id: UserId::from(user_id),
            verified,
            renewed,
        }),
        _ => None,
    };
    Ok(CheckedPassword { tried, proof })
}

/// Logs how an attempt has ended.
fn outcome<T>(
    client: &Client,
    email: Option<&EmailAddress>,
    tried: &LoginAttempt,
    admitted: Option<T>,
    half: bool,
) -> Result<T, Failure<SignInError>> {
    let masked = email.map(EmailAddress::masked).unwrap_or_default();
    if half {
        tracing::info!(event = "second_factor_asked", email = masked, client = %client.ip, "the password was right, and the second factor is asked for");
    } else if admitted.is_some() {
        tracing::info!(event = "sign_in", email = masked, client = %client.ip, "signed in");
    } else {
        tracing::warn!(event = "sign_in_refused", email = masked, too_many = tried.too_many, client = %client.ip, "sign-in refused");
    }
    admitted.ok_or(Failure::Refused(SignInError::Refused))
}

/// Starts the session after a right password, or a half sign-in, unless account or password have changed meanwhile.
async fn admit(
    app: &App,
    client: &Client,
    proof: &VerifiedPassword,
    tried: &LoginAttempt,
    remember: bool,
    before: Option<&CurrentSession>,
) -> Result<Option<SignInOutcome>, ServiceError> {
    // With a previous session the transaction ends it, so the cache must be invalidated; a new session is not cached
    // yet.
    let mut tx = match before {
        Some(_) => Tx::begin(app, client).await?,
        None => Tx::begin_uncached(app, client).await?,
    };
    let Some(owner) = LockedAccount::lock(&mut tx, proof.user_id.as_str()).await? else {
        return Ok(None);
    };
    // Under the lock: the first factor ends the sessions that were started before it.
    let methods = if !second_factor::is_needed(&mut *tx, &owner.id).await? {
        level::PASSWORD
    } else if remembered_browsers::is_remembered(&mut tx, client, &owner.id).await? {
        level::PASSWORD_AND_REMEMBERED_BROWSER
    } else {
        return half(tx, proof, tried, &owner, SignInBy::Browser, remember)
            .await
            .map(|secret| secret.map(SignInOutcome::Half));
    };
    let session = NewSession {
        user_id: &proof.user_id,
        authenticated_at: app.clock.now(),
        methods,
        remember,
        verified: Some(proof.verified.as_str()),
        before: before.map(|before| &before.id),
    };
    let Some(ticket) = session::start_session(&mut tx, client, &session).await? else {
        return Ok(None);
    };
    if ticket.new_browser {
        new_device::notify_of_new_device(&mut tx, client, &owner).await?;
    }
    finish(tx, proof, tried, client).await?;
    Ok(Some(SignInOutcome::Complete(ticket)))
}

/// Begins a half sign-in. Nothing that a complete one does is done: no session, no known browser, no notice.
async fn half(
    mut tx: Tx<'_>,
    proof: &VerifiedPassword,
    tried: &LoginAttempt,
    owner: &LockedAccount,
    by: SignInBy,
    remember: bool,
) -> Result<Option<String>, ServiceError> {
    if !proof.lock_if_current(&mut tx).await? {
        return Ok(None);
    }
    let secret = half_sign_in::begin(&mut tx, owner, by, remember, tried.note(), level::PASSWORD).await?;
    proof.renew_hash(&mut tx).await?;
    attempts::confirm_password(&mut tx, tried, &owner.id).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// What ends every successful sign-in.
async fn finish(
    mut tx: Tx<'_>,
    proof: &VerifiedPassword,
    tried: &LoginAttempt,
    client: &Client,
) -> Result<(), ServiceError> {
    proof.renew_hash(&mut tx).await?;
    attempts::confirm_success(&mut tx, tried, &proof.user_id, client).await?;
    Ok(tx.commit().await?)
}
