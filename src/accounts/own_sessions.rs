//! What people see of their own sessions, and how they end them (ASVS 7.4.3, 7.5.2).

use std::net::IpAddr;

use sqlx::Row as _;

use super::activity::Event;
use super::device::Device;
use super::session::{Present, idle_limit};
use super::sessions::liveness::{idle_cutoff, live_sql};
use super::{Accounts, SessionId, Trouble, UserId, Visitor, limits};
use crate::db::{Row, Transaction, retry};
use crate::time::Millis;
use crate::tokens::blacklist::Reason;

/// Sessions that are shown, besides the one that looks.
pub const MOST_SHOWN: i64 = 100;

/// A session, as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// What it was started with, if that is known.
    pub device: Option<Device>,
    /// The address it was started from, without its last part.
    pub place: String,
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
    /// The one that looks, then the others, those seen last first; at most [`MOST_SHOWN`] of these.
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
    AskerOver,
}

impl Accounts {
    /// How many sessions a user has.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sessions_of(&self, id: &UserId) -> Result<i64, Trouble> {
        const COUNT: &str = concat!(
            "
            SELECT COUNT(*)
            FROM sessions s
            WHERE s.user_id = $1
              AND ",
            live_sql!("$2", "$3", "$4")
        );
        let now = self.clock.now();
        let (idle, idle_remembered) = idle_cutoff(now);
        let count = sqlx::query_scalar(COUNT)
            .bind(id.as_str())
            .bind(now)
            .bind(idle)
            .bind(idle_remembered)
            .fetch_one(self.pool.reading())
            .await?;
        Ok(count)
    }

    /// The sessions of somebody who is signed in.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn own_sessions(&self, present: &Present) -> Result<OwnSessions, Trouble> {
        const OWN: &str = concat!(
            "
            SELECT s.id, s.user_agent, s.address, s.created_at, s.last_seen_at, s.remember, s.expires_at
            FROM sessions s
            WHERE s.user_id = $1
              AND ",
            live_sql!("$2", "$3", "$4"),
            "
            ORDER BY CASE WHEN s.id = $5 THEN 0 ELSE 1 END, s.last_seen_at DESC, s.id
            LIMIT $6"
        );
        let now = self.clock.now();
        let (idle, idle_remembered) = idle_cutoff(now);
        let rows = sqlx::query(OWN)
            .bind(present.user_id.as_str())
            .bind(now)
            .bind(idle)
            .bind(idle_remembered)
            .bind(present.session.as_str())
            .bind(MOST_SHOWN + 1)
            .fetch_all(self.pool.reading())
            .await?;
        let shown = rows
            .iter()
            .map(|row| own_session(row, present))
            .collect::<Result<Vec<_>, Trouble>>()?;
        let others = shown.iter().filter(|session| !session.is_this).count();
        let mut others = i64::try_from(others).unwrap_or(i64::MAX);
        if others >= MOST_SHOWN {
            others = self.sessions_of(&present.user_id).await? - 1;
        }
        Ok(OwnSessions { shown, others })
    }

    /// Ends one of somebody's sessions, from this one. Its tokens are dead at the next request, on every node.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn end_own_session(&self, visitor: &Visitor, present: &Present, id: &str) -> Result<Ended, Trouble> {
        if id == present.session.as_str() {
            self.sign_out(visitor, present).await?;
            return Ok(Ended::SignedOut);
        }
        // PostgreSQL has no text with a NUL in it and calls it an error.
        if id.contains('\0') {
            return Ok(Ended::Unknown);
        }
        let id = SessionId::from(id.to_owned());
        retry(|| self.end_own_session_once(visitor, present, &id)).await
    }

    async fn end_own_session_once(
        &self,
        visitor: &Visitor,
        present: &Present,
        id: &SessionId,
    ) -> Result<Ended, Trouble> {
        let mut tx = self.pool.begin().await?;
        if self.keep_own(&mut tx, present).await?.is_none() {
            return Ok(Ended::AskerOver);
        }
        if !self.has_session(&mut tx, present, id).await? {
            return Ok(Ended::Unknown);
        }
        // Whoever signs out there at this moment does not wait for the account.
        if !self.end_session(&mut tx, id, Reason::EndedByOwner).await? {
            return Ok(Ended::Unknown);
        }
        self.note(&mut tx, &present.user_id, Event::SessionEnded, Some(visitor)).await?;
        tx.commit().await?;
        tracing::info!(event = "session_ended", user = %present.user_id, session = %id, client = %visitor.address, "session ended");
        Ok(Ended::Over)
    }

    /// Ends all of somebody's sessions but this one. `None`: this one was over itself by then, and nothing is changed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn end_other_sessions(&self, visitor: &Visitor, present: &Present) -> Result<Option<u64>, Trouble> {
        retry(|| self.end_other_sessions_once(visitor, present)).await
    }

    async fn end_other_sessions_once(&self, visitor: &Visitor, present: &Present) -> Result<Option<u64>, Trouble> {
        let mut tx = self.pool.begin().await?;
        // Two sessions that end each other do so one after the other, and the second finds itself over.
        if self.keep_own(&mut tx, present).await?.is_none() {
            return Ok(None);
        }
        let ended = self
            .end_sessions_of(&mut tx, &present.user_id, Some(&present.session), Reason::EndedByOwner)
            .await?;
        if ended > 0 {
            self.note(&mut tx, &present.user_id, Event::OtherSessionsEnded, Some(visitor))
                .await?;
        }
        tx.commit().await?;
        tracing::info!(event = "other_sessions_ended", user = %present.user_id, ended, client = %visitor.address, "other sessions ended");
        Ok(Some(ended))
    }

    /// Whether a live session is this person's.
    pub(super) async fn has_session(
        &self,
        tx: &mut Transaction,
        present: &Present,
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
        let now = self.clock.now();
        let (idle, idle_remembered) = idle_cutoff(now);
        let found = sqlx::query(OWN)
            .bind(id.as_str())
            .bind(present.user_id.as_str())
            .bind(now)
            .bind(idle)
            .bind(idle_remembered)
            .fetch_optional(&mut **tx)
            .await?;
        Ok(found.is_some())
    }
}

fn own_session(row: &Row, present: &Present) -> Result<OwnSession, Trouble> {
    let id: String = row.try_get("id")?;
    let user_agent: Option<String> = row.try_get("user_agent")?;
    let address: String = row.try_get("address")?;
    let kept = row.try_get::<i64, _>("remember")? == 1;
    let seen_at: Millis = row.try_get("last_seen_at")?;
    let ends_at: Millis = row.try_get("expires_at")?;
    Ok(OwnSession {
        is_this: id == present.session.as_str(),
        id: SessionId::from(id),
        device: user_agent.as_deref().and_then(Device::of),
        place: address.parse::<IpAddr>().map(limits::shortened).unwrap_or_default(),
        started_at: row.try_get("created_at")?,
        seen_at,
        kept,
        rests_until: (seen_at + idle_limit(kept)).min(ends_at),
        ends_at,
    })
}
