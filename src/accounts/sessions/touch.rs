//! Records when a session was last used.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::{SessionId, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::liveness::{RENEW_AFTER, idle_limit};
use crate::time::{MINUTE, Millis};

/// The minimum time between two writes of `last_seen_at`.
const TOUCH_INTERVAL: Millis = MINUTE;

/// Whether this request writes `last_seen_at`: at most one does per minute.
#[must_use]
pub fn should_touch(app: &App, session: &CurrentSession) -> bool {
    let age = (app.clock.now() - session.last_seen.at()).abs();
    age >= TOUCH_INTERVAL && (session.last_seen.begin_touch() || must_await_touch(app, session))
}

/// Whether the session was idle for so long that the request must wait for [`touch`]: if the write failed, the next
/// request could exceed the idle limit.
#[must_use]
pub fn must_await_touch(app: &App, session: &CurrentSession) -> bool {
    app.clock.now() - session.last_seen.at() > idle_limit(&app.lifetimes, session.remember) / RENEW_AFTER
}

/// Records the use of a session, unless another request has done so less than a minute ago. A time in the future was
/// stored by a wrong clock, and is overwritten.
pub async fn touch(app: &App, session: &CurrentSession) -> Result<(), ServiceError> {
    let now = app.clock.now();
    let touched = write_last_seen(app, &session.id, &session.user_id, now).await;
    session.last_seen.end_touch(touched.is_ok().then_some(now));
    touched
}

pub(in crate::accounts) async fn write_last_seen(
    app: &App,
    session: &SessionId,
    user: &UserId,
    now: Millis,
) -> Result<(), ServiceError> {
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
    // Two transactions: a single one would lock the session before the account, and all others lock them the other way
    // round.
    let touched = sqlx::query(SESSION)
        .bind(session.as_str())
        .bind(now)
        .bind(now - TOUCH_INTERVAL)
        .bind(now + TOUCH_INTERVAL)
        .execute(app.pool.writing())
        .await?;
    if touched.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(USER)
        .bind(user.as_str())
        .bind(now)
        .bind(now + TOUCH_INTERVAL)
        .execute(app.pool.writing())
        .await?;
    Ok(())
}
