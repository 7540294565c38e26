//! Whether a session is live, and when it was last used.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::session::{CurrentSession, IDLE_LIMIT, IDLE_LIMIT_REMEMBERED, RENEW_AFTER, idle_limit};
use crate::accounts::{Accounts, ServiceError};
use crate::time::{MINUTE, Millis};

/// `last_seen_at` is written at most this often.
const TOUCH_INTERVAL: Millis = MINUTE;

/// The condition of a live session `s`: neither the absolute limit nor the idle limit is over (ASVS 7.3.1, 7.3.2). Takes the
/// placeholders of the time and of the two of [`idle_cutoff`].
macro_rules! live_sql {
    ($now:literal, $idle:literal, $idle_remembered:literal) => {
        concat!(
            "s.expires_at > ",
            $now,
            "
              AND (s.last_seen_at > ",
            $idle,
            " OR (s.remember = 1 AND s.last_seen_at > ",
            $idle_remembered,
            "))"
        )
    };
}
pub(in crate::accounts) use live_sql;

/// A session last seen at the first of these times or before is over; one with "stay signed in", at the second.
pub(in crate::accounts) fn idle_cutoff(now: Millis) -> (Millis, Millis) {
    (now - IDLE_LIMIT, now - IDLE_LIMIT_REMEMBERED)
}

/// When a session was last used, as far as this process knows. A cached session stays cached when it is touched, so this
/// changes in place.
#[derive(Debug)]
pub(in crate::accounts) struct LastSeen {
    at: AtomicI64,
    /// Whether a request is writing it.
    touching: AtomicBool,
}

impl LastSeen {
    pub(in crate::accounts) fn new(at: Millis) -> Self {
        Self {
            at: AtomicI64::new(at),
            touching: AtomicBool::new(false),
        }
    }

    pub(in crate::accounts) fn at(&self) -> Millis {
        self.at.load(Ordering::Relaxed)
    }
}

impl Accounts {
    /// Whether this request writes `last_seen_at`: at most one a minute does.
    #[must_use]
    pub fn should_touch(&self, session: &CurrentSession) -> bool {
        let age = (self.clock.now() - session.last_seen.at()).abs();
        age >= TOUCH_INTERVAL && (!session.last_seen.touching.swap(true, Ordering::Relaxed) || self.is_idle(session))
    }

    /// Whether the session was idle for so long that the request must wait for [`Accounts::touch`]: unwritten, the next
    /// request could come after the idle limit.
    #[must_use]
    pub fn is_idle(&self, session: &CurrentSession) -> bool {
        self.clock.now() - session.last_seen.at() > idle_limit(session.remember) / RENEW_AFTER
    }

    /// Writes that the session is in use, unless another request has done so less than a minute ago. A time in the future
    /// was written while the clock was wrong, and is overwritten.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn touch(&self, session: &CurrentSession) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let touched = self.write_last_seen(session, now).await;
        if touched.is_ok() {
            session.last_seen.at.store(now, Ordering::Relaxed);
        }
        session.last_seen.touching.store(false, Ordering::Relaxed);
        touched
    }

    async fn write_last_seen(&self, session: &CurrentSession, now: Millis) -> Result<(), ServiceError> {
        const SESSION: &str = "
            UPDATE sessions
            SET last_seen_at = $2
            WHERE id = $1
              AND (last_seen_at <= $3 OR last_seen_at >= $4)";
        const USER: &str = "
            UPDATE users
            SET last_seen_at = $2
            WHERE id = $1
              AND (last_seen_at < $2 OR last_seen_at >= $3)";
        // Two transactions: one would lock the session before the account, and all others lock them the other way round.
        let touched = sqlx::query(SESSION)
            .bind(session.id.as_str())
            .bind(now)
            .bind(now - TOUCH_INTERVAL)
            .bind(now + TOUCH_INTERVAL)
            .execute(self.pool.writing())
            .await?;
        if touched.rows_affected() == 0 {
            return Ok(());
        }
        sqlx::query(USER)
            .bind(session.user_id.as_str())
            .bind(now)
            .bind(now + TOUCH_INTERVAL)
            .execute(self.pool.writing())
            .await?;
        Ok(())
    }
}
