//! Refresh tokens of the API: random, used once, and replaced by their use (RFC 9700 section 4.14.2).
//!
//! The database has only SHA-256 of them. The successor of a token is derived from it with a key of the server, so that a
//! client that has not received the answer gets the same successor again: within thirty seconds, and while the successor
//! itself is unused. Any other second use means that two have the token, and ends the session.

use data_encoding::BASE64URL_NOPAD;
use sqlx::FromRow;
use subtle::ConstantTimeEq as _;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::{SessionId, UserId};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::liveness::{RENEW_AFTER, idle_cutoff, idle_limit, live_sql};
use crate::accounts::sessions::access_tokens::{self, AccessToken};
use crate::accounts::sessions::session::{self, StartedSession};
use crate::accounts::sessions::touch;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::time::{CLOCKS_DIFFER, Millis, SECOND};
use crate::tokens::email_tokens::{browser_secret, hash};
use crate::tokens::keys::keyed_hash;

/// How long the successor of a token is given again.
const REPEATED: Millis = 30 * SECOND;

/// What every refresh token begins with, so that people and scanners of secrets recognise one.
const PREFIX: &str = "vsr_";

const BYTES: usize = PREFIX.len() + 43;

/// What a client gets by signing in or by a refresh token.
#[derive(Debug)]
pub struct TokenPair {
    pub access: AccessToken,
    pub refresh: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is unknown, or its session is over.
    #[error("unknown or over")]
    Unknown,
    /// It was used before. The session has ended now.
    #[error("used before")]
    UsedBefore,
}

/// A token, its session, and its successor.
#[derive(FromRow)]
struct Found {
    session_id: String,
    user_id: String,
    authenticated_at: Millis,
    methods: String,
    remember: i64,
    expires_at: Millis,
    last_seen_at: Millis,
    successor_hash: Option<Vec<u8>>,
    used_at: Option<Millis>,
    successor_used: i64,
}

impl Found {
    fn session(&self) -> StartedSession {
        StartedSession {
            id: SessionId::from(self.session_id.clone()),
            user_id: UserId::from(self.user_id.clone()),
            authenticated_at: self.authenticated_at,
            methods: self.methods.clone(),
            expires_at: self.expires_at,
        }
    }

    /// Whether a used token gives its successor again.
    fn is_repeated(&self, successor: &str, now: Millis) -> bool {
        let lately = self
            .used_at
            .is_some_and(|at| (at - CLOCKS_DIFFER..at + REPEATED).contains(&now));
        // With a new master secret there is another one.
        let is_this = |stored: &Vec<u8>| stored.as_slice().ct_eq(hash(successor).as_slice()).into();
        lately && self.successor_used == 0 && self.successor_hash.as_ref().is_some_and(is_this)
    }
}

/// The first tokens of a session.
pub(in crate::accounts) async fn issue(tx: &mut Tx<'_>, session: &StartedSession) -> Result<TokenPair, ServiceError> {
    const ISSUE: &str = "
        INSERT INTO refresh_tokens (hash, session_id, created_at)
        VALUES ($1, $2, $3)";
    let refresh = format!("{PREFIX}{}", browser_secret().0);
    let now = tx.now();
    sqlx::query(ISSUE)
        .bind(hash(&refresh))
        .bind(session.id.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    let access = access_tokens::issue(tx.app, session)?;
    Ok(TokenPair { access, refresh })
}

/// Replaces a refresh token, and gives a new access token. One statement reads, one writes.
///
/// # Errors
/// When the token is unknown, its session is over, or it was used before; then the session ends. When a rate limit is
/// exceeded, or the service fails.
pub async fn refresh(app: &App, client: &Client, token: &str) -> Result<TokenPair, Failure<RefreshError>> {
    let mut found = known(app, client, token).await?;
    app.limits
        .refresh_by_account
        .check(found.user_id.clone())
        .map_err(ServiceError::from)?;
    let successor = successor_of(app, token);
    if found.used_at.is_none() {
        if replace(app, &found, token, &successor).await? {
            return Ok(pair(app, &found, successor)?);
        }
        // Another request has replaced it meanwhile, or the session has ended.
        found = known(app, client, token).await?;
    }
    if found.is_repeated(&successor, app.clock.now()) {
        return Ok(pair(app, &found, successor)?);
    }
    retry(|| end_family(app, client, &found)).await?;
    refused(RefreshError::UsedBefore)
}

/// Revokes a refresh token and its family. The session ends with its last access token.
///
/// # Errors
/// When the token is unknown or its session is over.
pub async fn revoke(app: &App, client: &Client, token: &str) -> Result<(), Failure<RefreshError>> {
    let found = known(app, client, token).await?;
    retry(|| revoke_once(app, client, &found)).await?;
    tracing::info!(event = "refresh_token_revoked", user = found.user_id, session = found.session_id, client = %client.ip, "revoked");
    Ok(())
}

async fn revoke_once(app: &App, client: &Client, found: &Found) -> Result<(), ServiceError> {
    const FAMILY: &str = "
        DELETE FROM refresh_tokens
        WHERE session_id = $1";
    const SESSION: &str = "
        UPDATE sessions
        SET expires_at = $2
        WHERE id = $1
          AND expires_at > $2";
    let mut tx = Tx::begin(app, client).await?;
    let ends_at = tx.now() + app.lifetimes.access_token;
    sqlx::query(SESSION)
        .bind(&found.session_id)
        .bind(ends_at)
        .execute(&mut *tx)
        .await?;
    sqlx::query(FAMILY).bind(&found.session_id).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

fn pair(app: &App, found: &Found, refresh: String) -> Result<TokenPair, ServiceError> {
    let access = access_tokens::issue(app, &found.session())?;
    Ok(TokenPair { access, refresh })
}

/// Without the key it is as unguessable as the token.
fn successor_of(app: &App, token: &str) -> String {
    let mac = keyed_hash(&app.refresh_key, &format!("successor of {token}"));
    format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&mac))
}

async fn known(app: &App, client: &Client, token: &str) -> Result<Found, Failure<RefreshError>> {
    let shaped = token.len() == BYTES && token.starts_with(PREFIX);
    let found = if shaped { find(app, token).await? } else { None };
    if let Some(found) = found {
        return Ok(found);
    }
    app.limits.wrong_token_by_client.check(client.ip).map_err(ServiceError::from)?;
    tracing::warn!(event = "token_refused", client = %client.ip, "a refresh token was refused");
    refused(RefreshError::Unknown)
}

/// A token of a live session of an active account.
async fn find(app: &App, token: &str) -> sqlx::Result<Option<Found>> {
    const FIND: &str = concat!(
        "
        SELECT s.id AS session_id, s.user_id, s.authenticated_at, s.methods, s.remember, s.expires_at, s.last_seen_at,
               n.hash AS successor_hash, n.created_at AS used_at,
               (SELECT COUNT(*) FROM refresh_tokens a WHERE a.predecessor_hash = n.hash) AS successor_used
        FROM refresh_tokens t
        JOIN sessions s ON s.id = t.session_id
        JOIN users u ON u.id = s.user_id
        LEFT JOIN refresh_tokens n ON n.predecessor_hash = t.hash
        WHERE t.hash = $1
          AND u.status = 'active'
          AND ",
        live_sql!("$2", "$3", "$4"),
        "
          AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.id = s.id)"
    );
    let now = app.clock.now();
    let (idle, idle_remembered) = idle_cutoff(&app.lifetimes, now);
    sqlx::query_as(FIND)
        .bind(hash(token))
        .bind(now)
        .bind(idle)
        .bind(idle_remembered)
        .fetch_optional(app.pool.reading())
        .await
}

/// Stores the successor. False: there is one, or the session has ended.
async fn replace(app: &App, found: &Found, token: &str, successor: &str) -> Result<bool, ServiceError> {
    const REPLACE: &str = "
        INSERT INTO refresh_tokens (hash, predecessor_hash, session_id, created_at)
        SELECT $1, $2, s.id, $4
        FROM sessions s
        JOIN users u ON u.id = s.user_id
        WHERE s.id = $3
          AND u.status = 'active'
          AND EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.hash = $2)
        ON CONFLICT DO NOTHING";
    let now = app.clock.now();
    let replaced = sqlx::query(REPLACE)
        .bind(hash(successor))
        .bind(hash(token))
        .bind(&found.session_id)
        .bind(now)
        .execute(app.pool.writing())
        .await;
    match replaced {
        Ok(done) if done.rows_affected() == 0 => return Ok(false),
        Ok(_) => {}
        // The session was ended at this moment.
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    // Each use of the access token writes when the session was last seen. Only a client that was away for long may not
    // come to that before the idle limit.
    if now - found.last_seen_at > idle_limit(&app.lifetimes, found.remember == 1) / RENEW_AFTER {
        let session = found.session();
        touch::write_last_seen(app, &session.id, &session.user_id, now).await?;
    }
    Ok(true)
}

/// Ends the session of a token that was used twice.
async fn end_family(app: &App, client: &Client, found: &Found) -> Result<(), ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    let session = found.session();
    let Some(owner) = LockedAccount::lock(&mut tx, session.user_id.as_str()).await? else {
        return Ok(());
    };
    if session::end_session(&mut tx, &session.id, Event::RefreshTokenReused).await? {
        owner.record(&mut tx, Event::RefreshTokenReused).await?;
    }
    Ok(tx.commit().await?)
}
