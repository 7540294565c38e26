//! What people see of their own sessions, and how they end them (ASVS 7.4.3, 7.5.2).

use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use std::net::IpAddr;

use sqlx::Row as _;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::device::Device;
use crate::accounts::identity::user::{SessionId, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::liveness::idle_limit;
use crate::accounts::lookup::liveness::{idle_cutoff, live_sql};
use crate::db::{Row, retry};
use crate::time::Millis;

/// Sessions that are shown, besides the one that looks.
pub const MAX_SHOWN: i64 = 100;

/// A session, as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// What it was started with, if that is known.
    pub device: Option<Device>,
    /// The address it was started from, without its last part.
    pub masked_ip: String,
    /// When it was started.
    pub started_at: Millis,
    /// When it was last seen, to the minute.
    pub seen_at: Millis,
    /// Whether it outlives the browser's being closed.
    pub kept: bool,
    /// When it ends if nobody comes any more.
    pub rests_until: Millis,
    /// When it ends in any case.
    pub ends_at: Millis,
    /// Whether it is the one that looks.
    pub is_this: bool,
}

/// The sessions of somebody.
#[derive(Clone, Debug)]
pub struct OwnSessions {
    /// The one that looks, then the others, those seen last first; at most [`MAX_SHOWN`] of these.
    pub shown: Vec<OwnSession>,
    /// How many others there are.
    pub others: i64,
}

/// What became of a session that somebody wanted to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// It is over.
    Over,
    /// It was the one that asked: they are signed out.
    SignedOut,
    /// There is none of theirs by this name, or it was over before.
    Unknown,
    /// The session that asked was over itself by then.
    CallerSessionEnded,
}

/// How many sessions a user has.
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

/// The sessions of somebody who is signed in.
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

/// Ends one of somebody's sessions, from this one. Its tokens are dead at the next request, on every node.
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
    // PostgreSQL has no text with a NUL in it and calls it an error.
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
    if !session::has_session(&mut tx, session, id).await? {
        return Ok(Ended::Unknown);
    }
    // Whoever signs out there at this moment does not wait for the account.
    if !session::end_session(&mut tx, id, Event::SessionEnded).await? {
        return Ok(Ended::Unknown);
    }
    tx.record(&session.user_id, Event::SessionEnded).await?;
    tx.commit().await?;
    tracing::info!(event = Event::SessionEnded.as_str(), user = %session.user_id, session = %id, client = %client.ip, "session ended");
    Ok(Ended::Over)
}

/// Ends all of somebody's sessions but this one. `None`: this one was over itself by then, and nothing is changed.
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
    // Two sessions that end each other do so one after the other, and the second finds itself over.
    if session::lock_for(&mut tx, session).await?.is_none() {
        return Ok(None);
    }
    let ended = session::end_sessions_of(&mut tx, &session.user_id, Some(&session.id), Event::SessionEnded).await?;
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
