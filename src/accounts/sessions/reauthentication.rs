//! Re-authentication: the password is asked for again before sensitive actions (ASVS 7.5.1, 6.3.3).

use url::form_urlencoded;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::level;
use crate::accounts::factors::second_factor::{self, SecondFactors};
use crate::accounts::factors::tries::{self, Try};
use crate::accounts::identity::client::Client;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::locking::verified_password::VerifiedPassword;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passwords::hasher::{PasswordHash, Priority, Verification};
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::session;
use crate::accounts::sessions::session::SessionCookie;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::time::CLOCKS_DIFFER;

/// The number of wrong passwords in a row that ends the session.
const MAX_FAILED_REAUTHS: i64 = 5;
/// The maximum size of a saved form, in bytes.
const MAX_SAVED_FORM_BYTES: usize = 4096;

/// Why a re-authentication failed.
#[derive(Debug, thiserror::Error)]
pub enum ReauthError {
    #[error("wrong password")]
    Wrong,
    /// The password was right, but the account has a second factor, and its code is wrong or missing.
    #[error("wrong code")]
    WrongCode,
    /// Five wrong passwords or codes in a row: the session is ended.
    #[error("too many wrong passwords or codes")]
    LockedOut,
    /// The session has ended meanwhile; also if the button is pressed twice, because the first press has replaced the
    /// session.
    #[error("the session is over")]
    SessionOver,
}

/// A form that is saved while the user re-authenticates.
#[derive(Clone, Debug)]
pub struct SavedForm {
    /// The path of its page.
    pub page: String,
    /// Its fields, encoded as `application/x-www-form-urlencoded`, without secrets.
    pub fields: String,
}

impl SavedForm {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        form_urlencoded::parse(self.fields.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    }

    /// The values of a field that may be there several times.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<String> {
        let fields = form_urlencoded::parse(self.fields.as_bytes());
        fields
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }
}

/// Whether the last authentication is recent enough for a sensitive action, and of all factors that the session has: for the
/// second one a remembered browser is not enough.
#[must_use]
pub fn is_reauthenticated(app: &App, session: &CurrentSession) -> bool {
    // A time in the future was stored by a wrong clock, so the age of the authentication is unknown.
    let age = app.clock.now() - session.authenticated_at;
    (-CLOCKS_DIFFER..app.lifetimes.reauthentication).contains(&age) && level::is_given(&session.methods)
}

/// The second factors of the account of a session. If there are any, it is asked for a code besides the password: of the app, or
/// a recovery code.
///
/// # Errors
/// When the database is unavailable.
pub async fn second_factors(app: &App, session: &CurrentSession) -> Result<SecondFactors, ServiceError> {
    Ok(second_factor::of(app.pool.reading(), &session.user_id).await?)
}

/// Re-authenticates by password, and by a code if the account has a second factor. The session gets a new token, and its old
/// ones become invalid.
///
/// # Errors
/// When the password or the code is wrong, the session has ended, or the service fails.
pub async fn reauthenticate(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    password: Password,
    code: &str,
) -> Result<SessionCookie, Failure<ReauthError>> {
    let checked = check_password(app, client, session, password).await?;
    let tried = match count_code(app, client, session).await {
        Ok(tried) => tried,
        Err(trouble) => {
            // No code was tried.
            give_tries_back(app, session, 1).await?;
            return Err(trouble.into());
        }
    };
    let done = retry(|| reauthenticate_once(app, client, session, &checked.proof, code, tried.as_ref())).await;
    match (&done, &tried) {
        // A right password gives no try back: the code is wrong.
        (Err(Failure::Refused(ReauthError::WrongCode)), Some(tried)) => {
            tries::record_wrong(app, client, &session.user_id, tried).await?;
            if checked.tries >= MAX_FAILED_REAUTHS {
                lock_out(app, client, session).await?;
                return refused(ReauthError::LockedOut);
            }
        }
        // The new session has no tries to give back.
        _ => give_tries_back(app, session, checked.tries).await?,
    }
    done
}

/// Counts a code, if the account is asked for one.
async fn count_code(app: &App, client: &Client, session: &CurrentSession) -> Result<Option<Try>, ServiceError> {
    if !second_factors(app, session).await?.any() {
        return Ok(None);
    }
    let known = known_browsers::is_known_browser(app, client, &session.email).await?;
    tries::count(app, client, &session.user_id, known).await.map(Some)
}

async fn reauthenticate_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    proof: &VerifiedPassword,
    code: &str,
    tried: Option<&Try>,
) -> Result<SessionCookie, Failure<ReauthError>> {
    let mut tx = Tx::begin(app, client).await?;
    if !proof.lock_if_current(&mut tx).await? {
        return refused(ReauthError::Wrong);
    }
    let methods = match tried {
        Some(tried) => {
            let owner = LockedAccount::lock(&mut tx, session.user_id.as_str()).await?;
            let owner = owner.ok_or(Failure::Refused(ReauthError::SessionOver))?;
            let methods = second_factor::accept(&mut tx, &owner, code, tried).await?;
            methods.ok_or(Failure::Refused(ReauthError::WrongCode))?
        }
        // The first factor was added at this moment, which has ended this session or replaced it.
        None if second_factor::is_needed(&mut *tx, &session.user_id).await? => {
            return refused(ReauthError::SessionOver);
        }
        None => level::PASSWORD,
    };
    let ticket = session::replace_session(&mut tx, session, app.clock.now(), methods)
        .await?
        .ok_or(Failure::Refused(ReauthError::SessionOver))?;
    proof.renew_hash(&mut tx).await?;
    tx.commit().await?;
    tracing::info!(event = Event::Reauthenticated.as_str(), user = %session.user_id, client = %client.ip, "identity confirmed");
    Ok(ticket)
}

/// Verifies the password of a signed-in user. Each attempt is counted before it is verified, so concurrent attempts
/// gain nothing; the fifth wrong one in a row ends the session.
pub(in crate::accounts) async fn verify_password(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    password: Password,
) -> Result<VerifiedPassword, Failure<ReauthError>> {
    let checked = check_password(app, client, session, password).await?;
    // A right password resets the count. With a second factor it gives back only its own try, not those of wrong codes.
    let given_back = if level::is_multi_factor(&session.methods) {
        1
    } else {
        checked.tries
    };
    give_tries_back(app, session, given_back).await?;
    Ok(checked.proof)
}

/// A right password, whose try is still counted.
struct RightPassword {
    proof: VerifiedPassword,
    tries: i64,
}

async fn check_password(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    password: Password,
) -> Result<RightPassword, Failure<ReauthError>> {
    let known = known_browsers::is_known_browser(app, client, &session.email).await?;
    known_browsers::check_rate_limits(app, client, &session.email, known)?;
    let Some(tries) = count_try(app, session).await? else {
        // Five wrong ones stand already, or there is no such session any more.
        return refused(if lock_out(app, client, session).await? {
            ReauthError::LockedOut
        } else {
            ReauthError::SessionOver
        });
    };
    let stored = stored_hash(app, session).await?;
    let verdict = app.hasher.verify(password, stored.as_ref(), Priority::KnownBrowser).await;
    if verdict.is_err() {
        // An attempt that could not be verified is not counted.
        give_tries_back(app, session, 1).await?;
    }
    if let (Verification::Right { renewed }, Some(verified)) = (verdict.map_err(ServiceError::from)?, stored) {
        let proof = VerifiedPassword {
            user_id: session.user_id.clone(),
            verified,
            renewed,
        };
        return Ok(RightPassword { proof, tries });
    }
    tracing::warn!(event = "reauth_refused", user = %session.user_id, client = %client.ip, tries, "a wrong password");
    if tries >= MAX_FAILED_REAUTHS {
        lock_out(app, client, session).await?;
        return refused(ReauthError::LockedOut);
    }
    retry(|| record_failed_reauth(app, client, session)).await?;
    refused(ReauthError::Wrong)
}

/// Counts a try. Returns how many there are now; none when there are too many, or the session is over.
async fn count_try(app: &App, session: &CurrentSession) -> sqlx::Result<Option<i64>> {
    const COUNT: &str = "
        UPDATE sessions
        SET failed_reauths = failed_reauths + 1
        WHERE id = $1
          AND failed_reauths < $2
        RETURNING failed_reauths";
    sqlx::query_scalar(COUNT)
        .bind(session.id.as_str())
        .bind(MAX_FAILED_REAUTHS)
        .fetch_optional(app.pool.writing())
        .await
}

async fn give_tries_back(app: &App, session: &CurrentSession, tries: i64) -> sqlx::Result<()> {
    const GIVE_BACK: &str = "
        UPDATE sessions
        SET failed_reauths = CASE WHEN failed_reauths > $2 THEN failed_reauths - $2 ELSE 0 END
        WHERE id = $1";
    sqlx::query(GIVE_BACK)
        .bind(session.id.as_str())
        .bind(tries)
        .execute(app.pool.writing())
        .await?;
    Ok(())
}

async fn stored_hash(app: &App, session: &CurrentSession) -> sqlx::Result<Option<PasswordHash>> {
    const HASH: &str = "
        SELECT password_hash
        FROM users
        WHERE id = $1";
    let stored: Option<Option<String>> = sqlx::query_scalar(HASH)
        .bind(session.user_id.as_str())
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(stored.flatten().map(PasswordHash::from_stored))
}

async fn record_failed_reauth(app: &App, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    tx.record(&session.user_id, Event::ReauthFailed).await?;
    Ok(tx.commit().await?)
}

/// Ends the session after too many wrong passwords. `false`: it had ended before.
async fn lock_out(app: &App, client: &Client, session: &CurrentSession) -> Result<bool, ServiceError> {
    retry(|| lock_out_once(app, client, session)).await
}

async fn lock_out_once(app: &App, client: &Client, session: &CurrentSession) -> Result<bool, ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    if !session::end_session(&mut tx, &session.id, Event::ReauthFailed).await? {
        return Ok(false);
    }
    tx.record(&session.user_id, Event::ReauthFailed).await?;
    tx.commit().await?;
    Ok(true)
}

/// Saves a form until the user has re-authenticated. A form that is too long is not saved.
pub async fn save_form(app: &App, session: &CurrentSession, form: &SavedForm) -> Result<(), ServiceError> {
    const KEEP: &str = "
        UPDATE sessions
        SET saved_form = $2
        WHERE id = $1";
    if form.fields.len() > MAX_SAVED_FORM_BYTES {
        return Ok(());
    }
    sqlx::query(KEEP)
        .bind(session.id.as_str())
        .bind(format!("{}?{}", form.page, form.fields))
        .execute(app.pool.writing())
        .await?;
    Ok(())
}

/// The saved form of a page. It is returned once, because this deletes it.
pub async fn take_saved_form(
    app: &App,
    session: &CurrentSession,
    page: &str,
) -> Result<Option<SavedForm>, ServiceError> {
    const SAVED_FIELDS: &str = "
        SELECT saved_form
        FROM sessions
        WHERE id = $1";
    const FORGET: &str = "
        UPDATE sessions
        SET saved_form = NULL
        WHERE id = $1";
    let kept: Option<Option<String>> = sqlx::query_scalar(SAVED_FIELDS)
        .bind(session.id.as_str())
        .fetch_optional(app.pool.reading())
        .await?;
    let kept = kept.flatten().unwrap_or_default();
    let Some((_, fields)) = kept.split_once('?').filter(|(of, _)| *of == page) else {
        return Ok(None);
    };
    sqlx::query(FORGET)
        .bind(session.id.as_str())
        .execute(app.pool.writing())
        .await?;
    Ok(Some(SavedForm {
        page: page.to_owned(),
        fields: fields.to_owned(),
    }))
}
