//! One-time codes: they bring a sign-in from Vestibule's host to the host of an app, where no cookie of ours arrives.
//!
//! A code has 32 random bytes; the database has only their SHA-256. It is bound to the session, to the host and to the
//! state of the browser that asked, it is valid for a minute, and the first use consumes it, whether it succeeds or not.

use data_encoding::BASE64URL_NOPAD;
use sqlx::{AnyConnection, FromRow};
use subtle::ConstantTimeEq;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::{SessionId, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::liveness::{idle_cutoff, live_sql};
use crate::accounts::tx::Tx;
use crate::config::Lifetimes;
use crate::db::retry;
use crate::time::{CLOCKS_DIFFER, Millis, SECOND};
use crate::tokens::email_tokens::{browser_secret, hash};

/// A browser follows the link at once. RFC 6749 section 4.1.2 recommends 10 minutes at most, RFC 9700 less.
const LIFETIME: Millis = 60 * SECOND;

/// The length of 32 bytes in Base64.
const CODE_LENGTH: usize = 43;

/// The sign-in that a code stood for.
#[derive(Debug, FromRow)]
pub struct RedeemedSession {
    #[sqlx(try_from = "String")]
    pub(in crate::accounts) user_id: UserId,
    pub(in crate::accounts) login_id: String,
    pub(in crate::accounts) authenticated_at: Millis,
    pub(in crate::accounts) methods: String,
    pub(in crate::accounts) remember: i64,
    pub(in crate::accounts) expires_at: Millis,
}

/// A code as it is stored.
#[derive(FromRow)]
struct StoredCode {
    session_id: String,
    host: String,
    state_hash: Vec<u8>,
    expires_at: Millis,
}

/// Makes a code for a session, for one host, and for the browser that has the state with this hash.
///
/// # Errors
/// [`ServiceError::AccountGone`] if the session has just ended. When a rate limit is exceeded: each code is a write, and a row
/// for a minute.
pub async fn issue(app: &App, session: &CurrentSession, host: &str, state_hash: &[u8]) -> Result<String, ServiceError> {
    app.limits.app_visits_by_session.check(session.id.as_str().to_owned())?;
    let (code, code_hash) = browser_secret();
    match retry(|| store(app, session, host, state_hash, &code_hash)).await {
        Ok(true) => Ok(code),
        Ok(false) => Err(ServiceError::AccountGone),
        // It ended in this moment.
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Err(ServiceError::AccountGone),
        Err(error) => Err(error.into()),
    }
}

async fn store(
    app: &App,
    session: &CurrentSession,
    host: &str,
    state_hash: &[u8],
    code_hash: &[u8],
) -> sqlx::Result<bool> {
    // So that nobody can fill the table.
    const FORGET: &str = "
        DELETE FROM app_codes
        WHERE session_id = $1
          AND expires_at <= $2";
    const STORE: &str = "
        INSERT INTO app_codes (hash, session_id, user_id, host, state_hash, expires_at)
        SELECT $1, id, user_id, $3, $4, $5
        FROM sessions
        WHERE id = $2";
    let mut tx = Tx::begin_uncached(app, None).await?;
    let now = tx.now();
    sqlx::query(FORGET)
        .bind(session.id.as_str())
        .bind(now - CLOCKS_DIFFER)
        .execute(&mut *tx)
        .await?;
    let stored = sqlx::query(STORE)
        .bind(code_hash)
        .bind(session.id.as_str())
        .bind(host)
        .bind(state_hash)
        .bind(now + LIFETIME)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(stored.rows_affected() == 1)
}

/// Uses a code up. None: it is unknown, used, expired, for another host or another browser, or its session has ended.
pub async fn redeem(
    app: &App,
    code: &str,
    host: &str,
    state_hash: &[u8],
) -> Result<Option<RedeemedSession>, ServiceError> {
    if code.len() != CODE_LENGTH || BASE64URL_NOPAD.decode(code.as_bytes()).is_err() {
        return Ok(None);
    }
    let code_hash = hash(code);
    Ok(retry(|| redeem_once(app, &code_hash, host, state_hash)).await?)
}

async fn redeem_once(
    app: &App,
    code_hash: &[u8],
    host: &str,
    state_hash: &[u8],
) -> sqlx::Result<Option<RedeemedSession>> {
    const USE: &str = "
        DELETE FROM app_codes
        WHERE hash = $1
        RETURNING session_id, host, state_hash, expires_at";
    let mut tx = Tx::begin_uncached(app, None).await?;
    let stored: Option<StoredCode> = sqlx::query_as(USE).bind(code_hash).fetch_optional(&mut *tx).await?;
    let now = tx.now();
    let session = match stored {
        Some(code) if code.fits(host, state_hash, now) => {
            session(&mut tx, &app.lifetimes, now, &SessionId::from(code.session_id)).await?
        }
        Some(_) => {
            tracing::warn!(
                event = "app_code_refused",
                host,
                "a one-time code came from another browser or host, or too late"
            );
            None
        }
        None => None,
    };
    // Also without a session: a code has one use.
    tx.commit().await?;
    Ok(session)
}

impl StoredCode {
    fn fits(&self, host: &str, state_hash: &[u8], now: Millis) -> bool {
        // A code that was made while the clock was ahead would be valid for too long.
        let in_time = now < self.expires_at && self.expires_at <= now + LIFETIME + CLOCKS_DIFFER;
        in_time && self.host == host && self.state_hash.ct_eq(state_hash).into()
    }
}

async fn session(
    tx: &mut AnyConnection,
    lifetimes: &Lifetimes,
    now: Millis,
    id: &SessionId,
) -> sqlx::Result<Option<RedeemedSession>> {
    const SESSION: &str = concat!(
        "
        SELECT s.user_id, s.login_id, s.authenticated_at, s.methods, s.remember, s.expires_at
        FROM sessions s
        WHERE s.id = $1
          AND ",
        live_sql!("$2", "$3", "$4")
    );
    let (idle, idle_remembered) = idle_cutoff(lifetimes, now);
    sqlx::query_as(SESSION)
        .bind(id.as_str())
        .bind(now)
        .bind(idle)
        .bind(idle_remembered)
        .fetch_optional(tx)
        .await
}

/// Deletes the codes that had expired at that time. Returns how many.
pub(in crate::accounts) async fn purge(app: &App, now: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM app_codes
        WHERE expires_at < $1";
    let purged = sqlx::query(PURGE).bind(now).execute(app.pool.writing()).await?;
    Ok(purged.rows_affected())
}
