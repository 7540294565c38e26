//! The operator's view of the queue: lists mails that wait or failed, with the reason, and retries them.

use sqlx::Row as _;

use crate::db::{Pool, Row};
use crate::time::Millis;

/// A mail that is not sent yet, or was given up.
#[derive(Clone, Debug)]
pub struct PendingMail {
    pub id: String,
    /// The word of its [`super::kind::MailKind`].
    pub kind: String,
    pub recipient: String,
    /// Whether it was given up.
    pub dead: bool,
    pub created_at: Millis,
    /// How many deliveries were begun.
    pub attempts: i64,
    /// Since when its tries have failed; none: no try has failed.
    pub failing_since: Option<Millis>,
    /// The time of its next try; none: there is none.
    pub next_try_at: Option<Millis>,
    /// The last error or answer.
    pub why: Option<String>,
    /// The kind of fault: a word of [`super::refusal::Fault`].
    pub fault: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// All waiting mails.
    Waiting,
    /// All waiting mails and all dead letters.
    All,
    /// The mail with this id, dead or not.
    One(&'a str),
}

/// All mails that are not sent, oldest first.
pub async fn list(pool: &Pool) -> sqlx::Result<Vec<PendingMail>> {
    const LIST: &str = "
        SELECT id, kind, recipient, status, created_at, attempts, failing_since, next_try_at, finished_at, last_error, fault
        FROM mails
        WHERE status <> 'sent'
        ORDER BY created_at, id";
    let rows = sqlx::query(LIST).fetch_all(pool.reading()).await?;
    rows.iter().map(entry).collect()
}

/// Makes mails due now, and resets their pauses. A mail that is being delivered is left alone. Returns how many.
pub async fn retry(pool: &Pool, which: Which<'_>, now: Millis) -> sqlx::Result<u64> {
    const RETRY: &str = "
        UPDATE mails
        SET status = 'queued', attempts = 0, next_try_at = $1, finished_at = NULL
        WHERE status <> 'sent'
          AND (status = 'queued' OR $2 = 'all' OR id = $3)
          AND ($2 <> 'one' OR id = $3)
          AND (leased_until IS NULL OR leased_until <= $1)";
    let (which, id) = match which {
        Which::Waiting => ("waiting", ""),
        Which::All => ("all", ""),
        Which::One(id) => ("one", id),
    };
    let query = sqlx::query(RETRY).bind(now).bind(which).bind(id);
    Ok(query.execute(pool.writing()).await?.rows_affected())
}

fn entry(row: &Row) -> sqlx::Result<PendingMail> {
    let status: String = row.try_get("status")?;
    let dead = status == "dead";
    let finished_at: Option<Millis> = row.try_get("finished_at")?;
    let failing_since: Option<Millis> = row.try_get("failing_since")?;
    Ok(PendingMail {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        recipient: row.try_get("recipient")?,
        dead,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
        // Mails given up by an earlier version have only the time at which that happened.
        failing_since: failing_since.or(finished_at),
        next_try_at: if dead { None } else { Some(row.try_get("next_try_at")?) },
        why: row.try_get("last_error")?,
        fault: row.try_get("fault")?,
    })
}
