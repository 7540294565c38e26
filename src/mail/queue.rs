//! The mail queue: a table, written in the transaction of the event that a mail reports.
//!
//! A row has the kind of mail and the recipient, never a text, a link or a code: those are made when a mail is delivered. So
//! nothing in the table or in its dead letters grants access.

use sqlx::AnyConnection;
use sqlx::Row as _;
use strum::IntoEnumIterator as _;

pub use super::kind::MailKind;
use super::refusal::Fault;
use crate::db::{Backend, Pool, Row};
use crate::i18n::Language;
use crate::id::new_id;
use crate::time::{DAY, HOUR, MINUTE, Millis};

/// How long one delivery may take before another one may try: longer than every timeout of the connection together.
const LEASE: Millis = 5 * MINUTE;

/// The pauses after the first, second, … failure. After the last one the mail is given up, unless it waits for the operator.
const PAUSES: [Millis; 8] = [
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
];

/// The longest pause of a mail that waits for the operator: once mended, it is not to wait for a day.
const LONGEST_FOR_OPERATOR: Millis = HOUR;

/// The origin of the request that a mail reports. It contains nothing that was typed.
#[derive(Clone, Debug, Default)]
pub struct RequestOrigin {
    /// Browser and system, as `Firefox/Linux`, from fixed lists.
    pub device: Option<String>,
    /// The shortened client address.
    pub masked_ip: Option<String>,
}

/// A queued mail.
#[derive(Clone, Debug)]
pub struct QueuedMail {
    /// Its id, also that of the message.
    pub id: String,
    /// What it is about.
    pub kind: MailKind,
    /// The recipient's address.
    pub recipient: String,
    /// Its language.
    pub language: Language,
    /// The user it concerns.
    pub user_id: Option<String>,
    /// Who asked for it.
    pub requester: RequestOrigin,
    /// When.
    pub created_at: Millis,
    /// Deliveries begun, this one included.
    pub attempts: i64,
}

/// A mail to be queued.
pub struct NewMail<'a> {
    /// What it is about.
    pub kind: MailKind,
    /// The recipient's address.
    pub recipient: &'a str,
    /// Its language.
    pub language: Language,
    /// The user it concerns.
    pub user_id: Option<&'a str>,
    /// Who asked for it.
    pub requester: &'a RequestOrigin,
}

/// Queues a mail; it goes out once the transaction is committed. Returns its id.
pub async fn enqueue(tx: &mut AnyConnection, order: &NewMail<'_>, now: Millis) -> sqlx::Result<String> {
    insert(tx, order, "queued", now).await
}

/// Records a mail that is not sent, because the recipient's rate limit is reached. Pages then show the same as if it had
/// been sent.
pub async fn record_dropped(tx: &mut AnyConnection, order: &NewMail<'_>, now: Millis) -> sqlx::Result<String> {
    insert(tx, order, "sent", now).await
}

async fn insert(tx: &mut AnyConnection, order: &NewMail<'_>, status: &str, now: Millis) -> sqlx::Result<String> {
    const INSERT: &str = "
        INSERT INTO mails
            (id, kind, recipient, locale, user_id, device, masked_ip, status, attempts, next_try_at, created_at,
             finished_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $9, 0, $8, $8, CASE WHEN $9 = 'queued' THEN NULL ELSE $8 END)";
    let id = new_id();
    sqlx::query(INSERT)
        .bind(&id)
        .bind(order.kind.as_str())
        .bind(order.recipient)
        .bind(order.language.code())
        .bind(order.user_id)
        .bind(order.requester.device.as_deref())
        .bind(order.requester.masked_ip.as_deref())
        .bind(now)
        .bind(status)
        .execute(&mut *tx)
        .await?;
    Ok(id)
}

/// The deliveries of this process. [`take`] passes by the mails that would exceed their share.
#[derive(Clone, Debug, Default)]
pub struct DeliveriesInFlight {
    /// Ids of mails that are being delivered.
    pub mails: Vec<String>,
    /// Recipients' domains that have reached their share of deliveries.
    pub domains: Vec<String>,
    /// Whether mails that failed before have reached their share.
    pub with_retries: bool,
}

/// The statement that takes a mail. On PostgreSQL a worker skips rows that another one is taking; SQLite has one writer. A
/// lease that ends more than an hour after a new one would was made while the clock was ahead.
macro_rules! take {
    ($domain:literal, $passing_by:literal) => {
        concat!(
            "
        UPDATE mails
        SET attempts = attempts + 1, next_try_at = $2, leased_until = $2
        WHERE id = (
            SELECT id
            FROM mails
            WHERE status = 'queued'
              AND next_try_at <= $1
              AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $2 + 3600000)
              AND REPLACE($3, ' ' || kind || ' ', '') <> $3
              AND REPLACE($4, ' ' || id || ' ', '') = $4
              AND REPLACE($5, ' ' || ",
            $domain,
            " || ' ', '') = $5
              AND attempts <= $6
            ORDER BY next_try_at
            LIMIT 1
            ",
            $passing_by,
            ")
          AND status = 'queued'
          AND next_try_at <= $1
        RETURNING id, kind, recipient, locale, user_id, device, masked_ip, created_at, attempts"
        )
    };
}

/// Takes the mail that is due longest, for five minutes: if the process dies meanwhile, it is due again then. A mail
/// of a kind that this version does not know is left to a newer node.
pub async fn take(pool: &Pool, now: Millis, busy: &DeliveriesInFlight) -> sqlx::Result<Option<QueuedMail>> {
    let take = match pool.backend() {
        Backend::Sqlite => take!("SUBSTR(recipient, INSTR(recipient, '@') + 1)", ""),
        Backend::Postgres => take!("SPLIT_PART(recipient, '@', 2)", "FOR UPDATE SKIP LOCKED"),
    };
    let list = |words: &[String]| format!(" {} ", words.join("  "));
    let row = sqlx::query(take)
        .bind(now)
        .bind(now + LEASE)
        .bind(format!(" {} ", MailKind::iter().map(MailKind::as_str).collect::<Vec<_>>().join("  ")))
        .bind(list(&busy.mails))
        .bind(list(&busy.domains))
        .bind(if busy.with_retries { 0 } else { i64::MAX })
        .fetch_optional(pool.writing())
        .await?;
    row.map(|row| mail(&row)).transpose()
}

/// Brings mails forward that wait for longer than anything makes them wait: they were queued, or tried, while the clock was
/// ahead. Returns how many.
pub async fn bring_forward(pool: &Pool, now: Millis) -> sqlx::Result<u64> {
    // By how much the clocks of two nodes may differ, and what a mail may wait that was never tried, that was tried, and that
    // was tried often.
    const FORWARD: &str = "
        UPDATE mails
        SET next_try_at = $1
        WHERE status = 'queued'
          AND next_try_at > $1 + $2 + CASE WHEN attempts = 0 THEN 0 WHEN attempts <= 4 THEN $3 ELSE $4 END";
    let brought = sqlx::query(FORWARD)
        .bind(now)
        .bind(LEASE)
        .bind(PAUSES[3])
        .bind(PAUSES[PAUSES.len() - 1])
        .execute(pool.writing())
        .await?;
    Ok(brought.rows_affected())
}

/// The mail was accepted by the mail server, or there is nothing to say any more.
pub async fn sent(pool: &Pool, id: &str, now: Millis) -> sqlx::Result<()> {
    const SENT: &str = "
        UPDATE mails
        SET status = 'sent', finished_at = $2, last_error = NULL, fault = NULL, failing_since = NULL, leased_until = NULL
        WHERE id = $1
          AND status = 'queued'";
    sqlx::query(SENT).bind(id).bind(now).execute(pool.writing()).await?;
    Ok(())
}

/// What becomes of a mail that was not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DeliveryStatus {
    /// It is tried again at this time.
    TriedAgain(Millis),
    /// It is kept as a dead letter.
    Dead,
}

impl DeliveryStatus {
    /// It is tried again after a pause that grows, unless the refusal is final, or the pauses are used up. A fault that
    /// the operator can repair is retried until it is repaired.
    #[must_use]
    pub fn of(mail: &QueuedMail, fault: Fault, now: Millis) -> Self {
        let pause = usize::try_from(mail.attempts - 1).ok().and_then(|nth| PAUSES.get(nth).copied());
        match (fault, pause) {
            (Fault::Recipient | Fault::Message, _) | (Fault::Temporary, None) => Self::Dead,
            (Fault::Temporary, Some(pause)) => Self::TriedAgain(now + pause),
            (Fault::Server | Fault::Operator, pause) => {
                Self::TriedAgain(now + pause.unwrap_or(LONGEST_FOR_OPERATOR).min(LONGEST_FOR_OPERATOR))
            }
        }
    }
}

/// The mail was not accepted.
pub async fn failed(
    pool: &Pool,
    mail: &QueuedMail,
    fault: Fault,
    why: &str,
    fate: DeliveryStatus,
    now: Millis,
) -> sqlx::Result<()> {
    // The number of attempts makes the update idempotent: it may run twice, when the answer to the first was lost.
    const FAILED: &str = "
        UPDATE mails
        SET status = $2, next_try_at = $3, last_error = $4, finished_at = $5, fault = $6,
            failing_since = COALESCE(failing_since, $7), leased_until = NULL
        WHERE id = $1
          AND status = 'queued'
          AND attempts = $8";
    let (status, next, finished) = match fate {
        DeliveryStatus::TriedAgain(at) => ("queued", at, None),
        DeliveryStatus::Dead => ("dead", now, Some(now)),
    };
    let short: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
    sqlx::query(FAILED)
        .bind(&mail.id)
        .bind(status)
        .bind(next)
        .bind(short)
        .bind(finished)
        .bind(fault.as_str())
        .bind(now)
        .bind(mail.attempts)
        .execute(pool.writing())
        .await?;
    Ok(())
}

/// Moves the next attempt of all mails that wait for the mail server: to that of one of them, so that a server that refuses
/// connections is not asked once for each mail; or to now, when it accepts mail again.
pub async fn reschedule(pool: &Pool, next_try_at: Millis, now: Millis) -> sqlx::Result<u64> {
    const MOVE: &str = "
        UPDATE mails
        SET next_try_at = $1
        WHERE status = 'queued'
          AND fault = 'server'
          AND ($1 <= $2 OR next_try_at < $1)
          AND (leased_until IS NULL OR leased_until <= $2)";
    let moved = sqlx::query(MOVE).bind(next_try_at).bind(now).execute(pool.writing()).await?;
    Ok(moved.rows_affected())
}

/// Deletes the queued mails of a kind to a user, because what they report is no longer true.
pub async fn delete_queued(tx: &mut AnyConnection, kind: MailKind, user_id: &str) -> sqlx::Result<()> {
    const DROP: &str = "
        DELETE FROM mails
        WHERE user_id = $1
          AND kind = $2
          AND status = 'queued'";
    sqlx::query(DROP).bind(user_id).bind(kind.as_str()).execute(&mut *tx).await?;
    Ok(())
}

/// Whether a mail that is being composed is still queued.
pub async fn is_still_queued(tx: &mut AnyConnection, mail: &QueuedMail) -> sqlx::Result<bool> {
    const WAITS: &str = "
        SELECT id
        FROM mails
        WHERE id = $1
          AND status = 'queued'";
    let waits = sqlx::query(WAITS).bind(&mail.id).fetch_optional(&mut *tx).await?;
    Ok(waits.is_some())
}

/// Deletes mails that were sent or given up before this time.
pub async fn purge(pool: &Pool, finished_before: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM mails
        WHERE status <> 'queued'
          AND finished_at < $1";
    let purged = sqlx::query(PURGE).bind(finished_before).execute(pool.writing()).await?;
    Ok(purged.rows_affected())
}

fn mail(row: &Row) -> sqlx::Result<QueuedMail> {
    let kind: String = row.try_get("kind")?;
    let locale: String = row.try_get("locale")?;
    Ok(QueuedMail {
        id: row.try_get("id")?,
        kind: MailKind::parse(&kind).ok_or_else(|| sqlx::Error::Decode(format!("a mail about {kind}").into()))?,
        recipient: row.try_get("recipient")?,
        language: Language::from_code(&locale).unwrap_or_default(),
        user_id: row.try_get("user_id")?,
        requester: RequestOrigin {
            device: row.try_get("device")?,
            masked_ip: row.try_get("masked_ip")?,
        },
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
    })
}
