//! The hourly cleanup: deletes everything that has expired.

mod second_look;

use std::sync::Arc;

use self::second_look::SecondLook;
use crate::accounts::app::App;
use crate::accounts::erasure;
use crate::accounts::error::ServiceError;
use crate::accounts::sign_in::attempts;
use crate::mail::queue;
use crate::time::{DAY, Millis};
use crate::tokens::{blacklist, email_tokens};

/// How long a used or expired link is remembered, so that a late click gets an explanation.
const LINKS_KEPT: Millis = 30 * DAY;
/// How long sent mails and dead letters are kept (kind and recipient; a row has no text).
const MAILS_KEPT: Millis = 30 * DAY;

/// Deletes expired data. It remembers its previous check (`second_look`).
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

    /// Erases accounts whose deletion is due; deletes expired sign-ups, sessions, blacklist entries, old addresses,
    /// links, mails, activity, keys and counts of failed sign-ins. It runs every hour; data is deleted at the second
    /// check that finds it due, at least an hour after the first.
    pub async fn purge_expired(&self) -> Result<(), ServiceError> {
        // A hundred at a time, oldest first: each row is also deleted from the search index, and on SQLite no one else
        // can write meanwhile.
        const ATTEMPTS: &str = "
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
        let app = &*self.app;
        app.limits.forget_idle();
        let Some(now) = self.second_look.due_until(&app.clock) else {
            return Ok(());
        };
        let accounts = erasure::erase_due(app, now).await?;
        let mut attempts = 0;
        loop {
            let some = sqlx::query(ATTEMPTS)
                .bind(now - app.lifetimes.sign_up)
                .execute(app.pool.writing())
                .await?
                .rows_affected();
            attempts += some;
            if some == 0 {
                break;
            }
        }
        sqlx::query(REMINDERS)
            .bind(now - app.lifetimes.sign_up)
            .execute(app.pool.writing())
            .await?;
        let sessions = sqlx::query(SESSIONS)
            .bind(now)
            .execute(app.pool.writing())
            .await?
            .rows_affected();
        sqlx::query(BROWSERS)
            .bind(now - app.lifetimes.known_browser)
            .execute(app.pool.writing())
            .await?;
        attempts::purge_failures(app, now).await?;
        sqlx::query(ADDRESSES)
            .bind(now - app.lifetimes.notice_link)
            .execute(app.pool.writing())
            .await?;
        let activity = sqlx::query(ACTIVITY)
            .bind(now - app.activity_retention)
            .execute(app.pool.writing())
            .await?
            .rows_affected();
        let revoked = blacklist::purge(&app.pool, now).await?;
        let links = email_tokens::purge(&app.pool, now - LINKS_KEPT).await?;
        let mails = queue::purge(&app.pool, now - MAILS_KEPT).await?;
        app.keys.purge(now).await?;
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
