//! Sessions: one row per sign-in, named by the token in the cookie, looked up at every request.

use crate::accounts::sessions::known_browsers;
use crate::accounts::tx::Tx;
use std::sync::Arc;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::{SessionId, UserId};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::batch::NamedBy;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::liveness::{RENEW_AFTER, idle_cutoff, idle_limit, live_sql};
use crate::db::retry;
use crate::id::new_id;
use crate::time::{Millis, SECOND};
use crate::tokens::blacklist;
use crate::tokens::jwt::{Claims, Purpose, seconds};

/// The maximum length of a stored `User-Agent`.
const USER_AGENT_BYTES: usize = 512;

/// A new token, and how it is stored in the cookie.
#[derive(Debug)]
pub struct SessionCookie {
    pub token: String,
    /// Seconds until it expires.
    pub max_age: Millis,
    /// Whether the cookie outlives the browser session.
    pub remember: bool,
    /// After a sign-in: the device cookie.
    pub browser: Option<DeviceCookie>,
    /// After a sign-in: whether the account did not know the browser.
    pub(in crate::accounts) new_browser: bool,
}

/// The device cookie of a known browser.
#[derive(Debug)]
pub struct DeviceCookie {
    pub secret: String,
    /// In seconds.
    pub max_age: Millis,
}

pub(in crate::accounts) struct NewSession<'a> {
    pub(in crate::accounts) user_id: &'a UserId,
    /// The time of the authentication.
    pub(in crate::accounts) authenticated_at: Millis,
    /// Its methods (RFC 8176).
    pub(in crate::accounts) methods: &'a str,
    pub(in crate::accounts) remember: bool,
    /// The hash that the password was verified against; none if no password was verified just now.
    pub(in crate::accounts) verified: Option<&'a str>,
    /// The previous session of the browser, which is ended.
    pub(in crate::accounts) before: Option<&'a SessionId>,
}

/// Locks the account of a session. None if the session has just ended: then it must not act any more.
pub(in crate::accounts) async fn lock_for(
    tx: &mut Tx<'_>,
    session: &CurrentSession,
) -> Result<Option<LockedAccount>, ServiceError> {
    let owner = LockedAccount::lock(tx, session.user_id.as_str()).await?;
    let still_in = has_session(tx, session, &session.id).await?;
    Ok(owner.filter(|_| still_in))
}

/// Whether the user has this session and it is live.
pub(in crate::accounts) async fn has_session(
    tx: &mut Tx<'_>,
    session: &CurrentSession,
    id: &SessionId,
) -> sqlx::Result<bool> {
    const OWN: &str = concat!(
        "
        SELECT s.id
        FROM sessions s
        WHERE s.id = $1
          AND s.user_id = $2
          AND ",
        live_sql!("$3", "$4", "$5")
    );
    let app = tx.app;
    let now = app.clock.now();
    let (idle, idle_remembered) = idle_cutoff(&app.lifetimes, now);
    let found = sqlx::query(OWN)
        .bind(id.as_str())
        .bind(session.user_id.as_str())
        .bind(now)
        .bind(idle)
        .bind(idle_remembered)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.is_some())
}

/// A session that has just begun.
pub(in crate::accounts) struct StartedSession {
    pub(in crate::accounts) id: SessionId,
    pub(in crate::accounts) user_id: UserId,
    pub(in crate::accounts) authenticated_at: Millis,
    pub(in crate::accounts) methods: String,
    pub(in crate::accounts) expires_at: Millis,
}

/// Starts the session of a browser: [`insert_session`] with a cookie, and the browser is known from now on.
pub(in crate::accounts) async fn start_session(
    tx: &mut Tx<'_>,
    client: &Client,
    new: &NewSession<'_>,
) -> Result<Option<SessionCookie>, ServiceError> {
    let app = tx.app;
    let Some(started) = insert_session(tx, client, new).await? else {
        return Ok(None);
    };
    let StartedSession {
        id,
        user_id,
        authenticated_at,
        methods,
        expires_at,
    } = started;
    let mut ticket = ticket(app, &user_id, &id, authenticated_at, &methods, new.remember, expires_at)?;
    let remembered = known_browsers::remember_browser(tx, client, &user_id).await?;
    ticket.browser = Some(DeviceCookie {
        secret: remembered.secret,
        max_age: app.lifetimes.known_browser / SECOND,
    });
    ticket.new_browser = remembered.anew;
    Ok(Some(ticket))
}

/// Starts a session if the account is active or pending deletion and, if a password was verified, its hash has not
/// changed since.
pub(in crate::accounts) async fn insert_session(
    tx: &mut Tx<'_>,
    client: &Client,
    new: &NewSession<'_>,
) -> Result<Option<StartedSession>, ServiceError> {
    const START: &str = "
        INSERT INTO sessions
            (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, user_agent, client_ip,
             login_id)
        SELECT $1, id, $3, $3, $4, $5, $6, $7, $8, $9, $11
        FROM users
        WHERE id = $2
          AND status IN ('active', 'deleting')
          AND ($10 = '' OR password_hash = $10)";
    const SEEN: &str = "
        UPDATE users
        SET last_seen_at = $2
        WHERE id = $1";
    let app = tx.app;
    let now = app.clock.now();
    let id = SessionId::from(new_id());
    let expires_at = now + app.lifetimes.session_absolute;
    // First, because it waits for transactions that change this account, unless the caller has locked it. Afterwards
    // the account stays as START reads it until the transaction ends: a later transaction that disables the account
    // finds the session and ends it.
    sqlx::query(SEEN)
        .bind(new.user_id.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    // It may belong to another account that is just being deleted. That is awaited before any of its rows is locked.
    if let Some(before) = new.before {
        end_session(tx, before, Event::SignedIn).await?;
    }
    let started = sqlx::query(START)
        .bind(id.as_str())
        .bind(new.user_id.as_str())
        .bind(now)
        .bind(new.authenticated_at)
        .bind(new.methods)
        .bind(i64::from(new.remember))
        .bind(expires_at)
        .bind(client.user_agent.as_deref().map(kept_part))
        .bind(client.ip.to_string())
        .bind(new.verified.unwrap_or_default())
        .bind(new_id())
        .execute(&mut **tx)
        .await?;
    if started.rows_affected() != 1 {
        return Ok(None);
    }
    Ok(Some(StartedSession {
        id,
        user_id: new.user_id.clone(),
        authenticated_at: new.authenticated_at,
        methods: new.methods.to_owned(),
        expires_at,
    }))
}

/// The session of a token, if it is valid: signature, times, blacklist, session with both limits, account and role. One
/// statement reads the last four; on SQLite its result is cached until the next change.
///
/// # Errors
/// When the database is unavailable. No one is let in then.
pub async fn authenticate(app: &App, token: &str) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    let now = app.clock.now();
    let look_up = look_up(app, token, now);
    match &app.session_cache {
        Some(cache) => {
            cache
                .get_or_load(token, |session| session.is_live(&app.lifetimes, now), look_up)
                .await
        }
        None => look_up.await,
    }
}

async fn look_up(app: &App, token: &str, now: Millis) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    let token = match app.tokens.check(Purpose::Session, token, now).await? {
        Ok(token) => token,
        Err(refused) => {
            tracing::warn!(event = "token_refused", why = %refused, "a session token was refused");
            return Ok(None);
        }
    };
    if let Some(loaded) = app.session_loader.load(&token.claims, NamedBy::Session).await? {
        Ok(Some(loaded.into_session(token, &app.pool, &app.standing_rules, now).await?))
    } else {
        tracing::info!(event = "session_over", session = %token.claims.sid, "the session of a token is over");
        Ok(None)
    }
}

/// A new token, if this one is old enough to be renewed; the old one expires by itself.
///
/// # Errors
/// When there is no key to sign with.
pub fn renewed(app: &App, session: &CurrentSession) -> Result<Option<SessionCookie>, ServiceError> {
    if app.clock.now() - session.issued_at <= idle_limit(&app.lifetimes, session.remember) / RENEW_AFTER {
        return Ok(None);
    }
    ticket(
        app,
        &session.user_id,
        &session.id,
        session.authenticated_at,
        &session.methods,
        session.remember,
        session.expires_at,
    )
    .map(Some)
}

/// Signs out: the session and every token that names it are invalid at the next request, on every node.
pub async fn sign_out(app: &App, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
    retry(|| sign_out_once(app, client, session)).await
}

async fn sign_out_once(app: &App, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    if end_session(&mut tx, &session.id, Event::SignedOut).await? {
        tx.record(&session.user_id, Event::SignedOut).await?;
    }
    tx.commit().await?;
    tracing::info!(event = "sign_out", user = %session.user_id, session = %session.id, "signed out");
    Ok(())
}

/// Ends a session and blacklists it until every token of it has expired. Returns whether it existed.
pub(in crate::accounts) async fn end_session(
    tx: &mut Tx<'_>,
    id: &SessionId,
    reason: Event,
) -> Result<bool, ServiceError> {
    const END: &str = "
        DELETE FROM sessions
        WHERE id = $1";
    let app = tx.app;
    let now = app.clock.now();
    blacklist::revoke(tx, id.as_str(), now + app.lifetimes.session_absolute, now, reason.as_str()).await?;
    let ended = sqlx::query(END).bind(id.as_str()).execute(&mut **tx).await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends all sessions of a user, except the given one. Returns how many.
pub(in crate::accounts) async fn end_sessions_of(
    tx: &mut Tx<'_>,
    user: &UserId,
    but: Option<&SessionId>,
    reason: Event,
) -> Result<u64, ServiceError> {
    const END: &str = "
        DELETE FROM sessions
        WHERE user_id = $1
          AND id <> $2";
    let app = tx.app;
    let but = but.map_or("", SessionId::as_str);
    blacklist::revoke_all_of(tx, user.as_str(), but, app.clock.now(), reason.as_str()).await?;
    let ended = sqlx::query(END).bind(user.as_str()).bind(but).execute(&mut **tx).await?;
    Ok(ended.rows_affected())
}

/// Replaces a session, with the methods of its last authentication: same browser, same limits, another id. So every token of the old one is invalid, earlier renewed
/// ones included. `None`: the session has ended already.
pub(in crate::accounts) async fn replace_session(
    tx: &mut Tx<'_>,
    session: &CurrentSession,
    authenticated_at: Millis,
    methods: &str,
) -> Result<Option<SessionCookie>, ServiceError> {
    const REPLACE: &str = "
        INSERT INTO sessions
            (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, user_agent, client_ip, saved_form,
             login_id)
        SELECT $2, s.user_id, s.created_at, $3, $4, $5, s.remember, s.expires_at, s.user_agent, s.client_ip, s.saved_form,
               s.login_id
        FROM sessions s
        WHERE s.id = $1";
    let app = tx.app;
    let id = SessionId::from(new_id());
    let replaced = sqlx::query(REPLACE)
        .bind(session.id.as_str())
        .bind(id.as_str())
        .bind(app.clock.now())
        .bind(authenticated_at)
        .bind(methods)
        .execute(&mut **tx)
        .await?;
    if replaced.rows_affected() != 1 {
        return Ok(None);
    }
    // It was ended a moment ago, by another request or from another session.
    if !end_session(tx, &session.id, Event::Reauthenticated).await? {
        return Ok(None);
    }
    ticket(app, &session.user_id, &id, authenticated_at, methods, session.remember, session.expires_at).map(Some)
}

fn ticket(
    app: &App,
    user: &UserId,
    session: &SessionId,
    authenticated_at: Millis,
    methods: &str,
    remember: bool,
    ends_at: Millis,
) -> Result<SessionCookie, ServiceError> {
    let now = app.clock.now();
    let expires_at = (now + idle_limit(&app.lifetimes, remember)).min(ends_at);
    let claims = Claims {
        iss: String::new(),
        aud: String::new(),
        sub: user.as_str().to_owned(),
        sid: session.as_str().to_owned(),
        jti: new_id(),
        iat: seconds(now),
        nbf: seconds(now),
        exp: seconds(expires_at),
        auth_time: seconds(authenticated_at),
        amr: methods.split(' ').map(str::to_owned).collect(),
        client_id: None,
    };
    let token = app
        .tokens
        .sign(Purpose::Session, claims)
        .ok_or(ServiceError::Internal("no key to sign tokens with"))?;
    Ok(SessionCookie {
        token,
        max_age: (expires_at - now) / SECOND,
        remember,
        browser: None,
        new_browser: false,
    })
}

/// The part of a `User-Agent` that is stored.
fn kept_part(user_agent: &str) -> String {
    user_agent
        .chars()
        .filter(|letter| !letter.is_control())
        .scan(0, |bytes, letter| {
            *bytes += letter.len_utf8();
            (*bytes <= USER_AGENT_BYTES).then_some(letter)
        })
        .collect()
}
