//! When somebody was last seen, and which sessions live: those that have neither rested too long nor reached their end.

use std::sync::atomic::Ordering;

use super::sessions::session::{CurrentSession, IDLE_LIMIT, IDLE_LIMIT_REMEMBERED, RENEW_AFTER, idle_limit};
use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::time::{MINUTE, Millis};

/// "Last seen" is written at most this often.
const SEEN_EVERY: Millis = MINUTE;

/// What makes a session a live one, in every statement that asks: neither the absolute limit nor the one at rest has come.
/// The time, and the two of [`rested_since`], are bound to the places named.
macro_rules! live {
    ($now:literal, $rested:literal, $rested_kept:literal) => {
        concat!(
            "s.expires_at > ",
            $now,
            "
              AND (s.last_seen_at > ",
            $rested,
            " OR (s.remember = 1 AND s.last_seen_at > ",
            $rested_kept,
            "))"
        )
    };
}
pub(super) use live;

/// Who was not seen since then has rested too long: any session, and one that is kept.
pub(super) fn rested_since(now: Millis) -> (Millis, Millis) {
    (now - IDLE_LIMIT, now - IDLE_LIMIT_REMEMBERED)
}

/// Whether "last seen" is fresh enough to be left alone.
#[must_use]
pub fn is_seen_recently(app: &App, session: &CurrentSession) -> bool {
    (app.clock.now() - session.last_seen_at).abs() < SEEN_EVERY
}

/// Whether somebody comes back after a rest that counts: when they are here again must be noted before they go on, or
/// their next visit would be held against the limit at rest.
#[must_use]
pub fn has_rested(app: &App, session: &CurrentSession) -> bool {
    app.clock.now() - session.last_seen_at > idle_limit(session.remember) / RENEW_AFTER
}

/// Takes it on to note it. False: another request of theirs has done so, as far as this process remembers.
#[must_use]
pub fn takes_note(app: &App, session: &CurrentSession) -> bool {
    !session.noting.swap(true, Ordering::Relaxed)
}

/// Notes that somebody is here, at most once a minute, however many of their requests come at once. A time that lies
/// ahead was noted while the clock was wrong, and makes way.
///
/// # Errors
/// When the database is away.
pub async fn seen(app: &App, session: &CurrentSession) -> Result<(), ServiceError> {
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
    let now = app.clock.now();
    if is_seen_recently(app, session) {
        return Ok(());
    }
    // Each for itself: in one transaction they would lock a session before its account, the other way round than
    // everywhere else.
    let seen = sqlx::query(SESSION)
        .bind(session.id.as_str())
        .bind(now)
        .bind(now - SEEN_EVERY)
        .bind(now + SEEN_EVERY)
        .execute(app.pool.writing())
        .await
        .inspect_err(|_| session.noting.store(false, Ordering::Relaxed))?;
    if let Some(lookups) = &app.lookups {
        lookups.forget(|other| other.id == session.id);
    }
    // Another request has noted it meanwhile.
    if seen.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(USER)
        .bind(session.user_id.as_str())
        .bind(now)
        .bind(now + SEEN_EVERY)
        .execute(app.pool.writing())
        .await?;
    Ok(())
}
