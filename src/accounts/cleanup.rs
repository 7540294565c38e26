//! The hourly cleanup: deletes everything that has expired.

mod second_look;

use std::sync::Arc;

use self::second_look::SecondLook;
use crate::accounts::app::App;
use crate::accounts::apps::one_time_code;
use crate::accounts::erasure;
use crate::accounts::error::ServiceError;
use crate::accounts::factors::{half_sign_in, remembered_browsers, tries};
use crate::accounts::locking::user_names;
use crate::accounts::passkeys::challenges;
use crate::accounts::personal_tokens::end;
use crate::accounts::recovery::factor_reset;
use crate::accounts::sign_in::{attempts, code_requests};
use crate::mail::queue;
use crate::time::{DAY, Millis};
use crate::tokens::{blacklist, email_tokens};

/// How long a used or expired link is remembered, so that a late click gets an explanation.
const LINKS_KEPT: Millis = 30 * DAY;
/// How long an expired personal token is listed, so that its owner sees why a program cannot enter any more.
const TOKENS_KEPT: Millis = 30 * DAY;
/// How long sent mails and dead letters are kept (kind and recipient; a row has no text).
const MAILS_KEPT: Millis = 30 * DAY;

/// The oldest 100. Each row also leaves the index for searches, and on SQLite all other writes wait meanwhile.
const SIGN_UPS: &str = "
    DELETE FROM users
    WHERE id IN (
        SELECT id
        FROM users
        WHERE status <> 'active'
          AND status = 'pending'
          AND NOT EXISTS (
              SELECT 1
              FROM sign_ups
              WHERE sign_ups.user_id = users.id
                AND (asked_at >= $1 OR mailed_at >= $1))
        ORDER BY created_at, id
        LIMIT 100)";
const REMINDERS: &str = "
    DELETE FROM sign_ups
    WHERE asked_at < $1
      AND mailed_at < $1";
const SESSIONS: &str = "
    DELETE FROM sessions
    WHERE expires_at < $1";
const BROWSERS: &str = "
    DELETE FROM known_browsers
    WHERE last_seen_at < $1";
const ADDRESSES: &str = "
    DELETE FROM email_changes
    WHERE changed_at <= $1";
const ACTIVITY: &str = "
    DELETE FROM activity
    WHERE at < $1";

/// Deletes what has expired. It remembers the look before: see `second_look`.
pub struct Cleanup {
    app: Arc<App>,
    second_look: SecondLook,
}

impl Cleanup {
    /// A cleanup without a previous check.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self {
            app,
            second_look: SecondLook::default(),
        }
    }

    /// Erases accounts whose deletion is due, and carries out resets of second factors. Deletes expired sign-ups, sessions, known browsers, blacklist entries, old
    /// addresses, links, mails, activity, signing keys and counts of failed sign-ins. It runs every hour. Data is deleted
    /// only if a check at least an hour earlier, by this process, also found it due.
    pub async fn purge_expired(&self) -> Result<(), ServiceError> {
        let app = &*self.app;
        let lifetimes = &app.lifetimes;
        app.limits.forget_idle();
        // A node of an earlier version may have made accounts since the start.
        user_names::give_missing_user_names(app).await?;
        let Some(now) = self.second_look.due_until(&app.clock) else {
            return Ok(());
        };
        let accounts = erasure::erase_due(app, now).await?;
        let attempts = delete_sign_ups(app, now - lifetimes.sign_up).await?;
        delete(app, REMINDERS, now - lifetimes.sign_up).await?;
        let sessions = delete(app, SESSIONS, now).await?;
        delete(app, BROWSERS, now - lifetimes.known_browser).await?;
        half_sign_in::purge(app, now).await?;
        code_requests::purge(app, now, LINKS_KEPT).await?;
        remembered_browsers::purge(app, now).await?;
        tries::purge(app, now).await?;
        factor_reset::carry_out(app, now).await?;
        one_time_code::purge(app, now).await?;
        challenges::purge(app, now).await?;
        end::purge(app, now - TOKENS_KEPT).await?;
        attempts::purge_failures(app, now).await?;
        delete(app, ADDRESSES, now - lifetimes.notice_link).await?;
        let activity = delete(app, ACTIVITY, now - app.activity_retention).await?;
        let revoked = blacklist::purge(&app.pool, now).await?;
        let links = email_tokens::purge(&app.pool, now - LINKS_KEPT).await?;
        let mails = queue::purge(&app.pool, now - MAILS_KEPT).await?;
        app.keys.purge(now).await?;
        app.key_pairs.purge(now).await?;
        if [accounts, attempts, sessions, revoked, links, mails, activity] != [0; 7] {
            tracing::info!(
                event = "cleanup",
                accounts,
                attempts,
                sessions,
                revoked,
                links,
                mails,
                activity,
                "tidied up"
            );
        }
        Ok(())
    }
}

/// Deletes the sign-ups that nobody confirmed, some at a time, until none is left. Returns how many.
async fn delete_sign_ups(app: &App, before: Millis) -> sqlx::Result<u64> {
    let mut deleted = 0;
    loop {
        match delete(app, SIGN_UPS, before).await? {
            0 => return Ok(deleted),
            some => deleted += some,
        }
    }
}

/// Runs one of the statements with its cutoff. Returns how many rows it deleted.
async fn delete(app: &App, statement: &'static str, before: Millis) -> sqlx::Result<u64> {
    let deleted = sqlx::query(statement).bind(before).execute(app.pool.writing()).await?;
    Ok(deleted.rows_affected())
}
