//! The list of a user's own sessions, and ending them (ASVS 7.4.3, 7.5.2).

use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use std::net::IpAddr;

use sqlx::Row as _;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::factors::remembered_browsers;
use crate::accounts::identity::client;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::device::Device;
use crate::accounts::identity::user::{SessionId, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::liveness::idle_limit;
use crate::accounts::lookup::liveness::{idle_cutoff, live_sql};
use crate::db::{Row, retry};
use crate::time::Millis;

/// The maximum number of sessions that are shown besides the current one.
pub const MAX_SHOWN: i64 = 100;

/// A session, as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnSession {
    pub id: SessionId,
    /// The browser and system that started it, if known.
    pub device: Option<Device>,
    /// The masked client address of its start.
    pub masked_ip: String,
    pub started_at: Millis,
    /// The last use, to the minute.
    pub seen_at: Millis,
    /// Whether it outlives the browser session.
    pub kept: bool,
    /// When the idle limit ends it, unless it is used again.
    pub rests_until: Millis,
    /// When the absolute limit ends it.
    pub ends_at: Millis,
    /// Whether it is the current session.
    pub is_this: bool,
}

#[derive(Clone, Debug)]
pub struct OwnSessions {
    /// The current session, then the others, the last used ones first; at most [`MAX_SHOWN`] of these.
    pub shown: Vec<OwnSession>,
    /// The number of all other sessions.
    pub others: i64,
}

/// The result of ending a session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// The session is ended.
    Over,
    /// It was the current session: the user is signed out.
    SignedOut,
    /// It was no session but a remembered browser, which is forgotten.
    Forgotten,
    /// The user has no such session, or it has ended before.
    Unknown,
    /// The current session itself has ended meanwhile.
    CallerSessionEnded,
}

pub async fn sessions_of(app: &App, id: &UserId) -> Result<i64, ServiceError> {
    const COUNT: &str = concat!(
        "
        SELECT COUNT(*)
        FROM sessions s
        WHERE s.user_id = $1
          AND ",
        live_sql!("$2", "$3", "$4")
    );
    let now = app.clock.now();
    let (idle, idle_remembered) = idle_cutoff(&app.lifetimes, now);
    let count = sqlx::query_scalar(COUNT)
        .bind(id.as_str())
        .bind(now)
        .bind(idle)
        .bind(idle_remembered)
        .fetch_one(app.pool.reading())
        .await?;
    Ok(count)
}

/// The sessions of the caller.
pub async fn own_sessions(app: &App, session: &CurrentSession) -> Result<OwnSessions, ServiceError> {
    const OWN: &str = concat!(
        "
        SELECT s.id, s.user_agent, s.client_ip, s.created_at, s.last_seen_at, s.remember, s.expires_at
        FROM sessions s
        WHERE s.user_id = $1
          AND ",
        live_sql!("$2", "$3", "$4"),
        "
        ORDER BY CASE WHEN s.id = $5 THEN 0 ELSE 1 END, s.last_seen_at DESC, s.id
        LIMIT $6"
    );
    let now = app.clock.now();
    let (idle, idle_remembered) = idle_cutoff(&app.lifetimes, now);
    let rows = sqlx::query(OWN)
        .bind(session.user_id.as_str())
        .bind(now)
        .bind(idle)
        .bind(idle_remembered)
        .bind(session.id.as_str())
        .bind(MAX_SHOWN + 1)
        .fetch_all(app.pool.reading())
        .await?;
    let shown = rows
        .iter()
        .map(|row| own_session(app, row, session))
        .collect::<Result<Vec<_>, ServiceError>>()?;
    let others = shown.iter().filter(|session| !session.is_this).count();
    let mut others = i64::try_from(others).unwrap_or(i64::MAX);
    if others >= MAX_SHOWN {
        others = sessions_of(app, &session.user_id).await? - 1;
    }
    Ok(OwnSessions { shown, others })
}

/// Ends one of the caller's sessions, or forgets a remembered browser. Its tokens are invalid at the next request, on every node.
pub async fn end_own_session(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    id: &str,
) -> Result<Ended, ServiceError> {
    if id == session.id.as_str() {
        session::sign_out(app, client, session).await?;
        return Ok(Ended::SignedOut);
    }
    // PostgreSQL refuses a text with a NUL.
    if id.contains('\0') {
        return Ok(Ended::Unknown);
    }
    let id = SessionId::from(id.to_owned());
    retry(|| end_own_session_once(app, client, session, &id)).await
}

async fn end_own_session_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    id: &SessionId,
) -> Result<Ended, ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    if session::lock_for(&mut tx, session).await?.is_none() {
        return Ok(Ended::CallerSessionEnded);
    }
    if remembered_browsers::forget(&mut tx, &session.user_id, id.as_str()).await? {
        tx.record(&session.user_id, Event::BrowserForgotten).await?;
        tx.commit().await?;
        return Ok(Ended::Forgotten);
    }
    if !session::has_session(&mut tx, session, id).await? {
        return Ok(Ended::Unknown);
    }
    // A sign-out of that session at the same moment does not wait for the account.
    if !session::end_session(&mut tx, id, Event::SessionEnded).await? {
        return Ok(Ended::Unknown);
    }
    tx.record(&session.user_id, Event::SessionEnded).await?;
    tx.commit().await?;
    tracing::info!(event = Event::SessionEnded.as_str(), user = %session.user_id, session = %id, client = %client.ip, "session ended");
    Ok(Ended::Over)
}

/// Ends all sessions of the caller except the current one, and forgets the other remembered browsers. `None`: the current one has ended meanwhile, and nothing was
/// changed.
pub async fn end_other_sessions(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<Option<u64>, ServiceError> {
    retry(|| end_other_sessions_once(app, client, session)).await
}

async fn end_other_sessions_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<Option<u64>, ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    // If two sessions end each other, they do so one after the other, and the second one finds that it has ended.
    if session::lock_for(&mut tx, session).await?.is_none() {
        return Ok(None);
    }
    let ended = session::end_sessions_of(&mut tx, &session.user_id, Some(&session.id), Event::SessionEnded).await?;
    remembered_browsers::forget_all(&mut tx, &session.user_id, Some(client)).await?;
    if ended > 0 {
        tx.record(&session.user_id, Event::OtherSessionsEnded).await?;
    }
    tx.commit().await?;
    tracing::info!(event = Event::OtherSessionsEnded.as_str(), user = %session.user_id, ended, client = %client.ip, "other sessions ended");
    Ok(Some(ended))
}

fn own_session(app: &App, row: &Row, session: &CurrentSession) -> Result<OwnSession, ServiceError> {
    let id: String = row.try_get("id")?;
    let user_agent: Option<String> = row.try_get("user_agent")?;
    let client_ip: String = row.try_get("client_ip")?;
    let kept = row.try_get::<i64, _>("remember")? == 1;
    let seen_at: Millis = row.try_get("last_seen_at")?;
    let ends_at: Millis = row.try_get("expires_at")?;
    Ok(OwnSession {
        is_this: id == session.id.as_str(),
        id: SessionId::from(id),
        device: user_agent.as_deref().and_then(Device::of),
        masked_ip: client_ip.parse::<IpAddr>().map(client::mask_ip).unwrap_or_default(),
        started_at: row.try_get("created_at")?,
        seen_at,
        kept,
        rests_until: (seen_at + idle_limit(&app.lifetimes, kept)).min(ends_at),
        ends_at,
    })
}
