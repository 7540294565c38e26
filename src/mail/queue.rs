//! The mail queue: a table, written in the transaction of the thing that a mail tells of.
//!
//! It holds what to tell whom, never a text, a link or a code: those are made when a mail is delivered, so nothing in the
//! table, in its dead letters or in a backup opens anything.

use sqlx::Row as _;

use crate::db::{DAY, HOUR, Kind, MINUTE, Millis, Pool, Row, Write, new_id};
use crate::i18n::Language;

/// How long one delivery may take before another one may try: longer than every timeout of the connection together.
const LEASE: Millis = 5 * MINUTE;

/// The pauses after the first, second, … failure. After the last one the mail is given up.
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

/// What a mail is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Confirm the address of a sign-up.
    Confirm,
    /// Somebody signed up with, or asked to confirm, an address that has an account.
    AddressTaken,
    /// Set a new password.
    Reset,
    /// Somebody asked for a new password, but the account is disabled.
    ResetDisabled,
    /// Confirm an account's new address; goes to the new one.
    EmailChange,
    /// Somebody wants this address for their account, but another account has it.
    EmailChangeTaken,
    /// The account has another address now; goes to the old one.
    EmailChanged,
    /// The account has an earlier address again; goes to the one that it had until then.
    AddressRestored,
    /// The password was changed.
    PasswordChanged,
    /// A sign-in from a browser never seen before.
    NewDevice,
    /// The account is going to be deleted.
    DeletionAsked,
    /// The account is kept after all.
    DeletionUndone,
    /// The operator tries whether mail works.
    Test,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Confirm,
        Self::AddressTaken,
        Self::Reset,
        Self::ResetDisabled,
        Self::EmailChange,
        Self::EmailChangeTaken,
        Self::EmailChanged,
        Self::AddressRestored,
        Self::PasswordChanged,
        Self::NewDevice,
        Self::DeletionAsked,
        Self::DeletionUndone,
        Self::Test,
    ];

    /// As stored, and as the templates are named.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::AddressTaken => "address_taken",
            Self::Reset => "reset",
            Self::ResetDisabled => "reset_disabled",
            Self::EmailChange => "email_change",
            Self::EmailChangeTaken => "email_change_taken",
            Self::EmailChanged => "email_changed",
            Self::AddressRestored => "address_restored",
            Self::PasswordChanged => "password_changed",
            Self::NewDevice => "new_device",
            Self::DeletionAsked => "deletion_asked",
            Self::DeletionUndone => "deletion_undone",
            Self::Test => "test",
        }
    }

    fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// Who asked for a mail, in our own words: nothing that was typed.
#[derive(Clone, Debug, Default)]
pub struct Requester {
    /// Browser and system, as `Firefox/Linux`, from fixed lists.
    pub device: Option<String>,
    /// The shortened client address.
    pub place: Option<String>,
}

/// A mail as it waits.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its id, also that of the message.
    pub id: String,
    /// What it is about.
    pub purpose: Purpose,
    /// Whom it goes to.
    pub recipient: String,
    /// Its language.
    pub language: Language,
    /// The user it concerns.
    pub user_id: Option<String>,
    /// Who asked for it.
    pub requester: Requester,
    /// When.
    pub created_at: Millis,
    /// Deliveries begun, this one included.
    pub attempts: i64,
}

/// A mail to be queued.
pub struct Order<'a> {
    /// What it is about.
    pub purpose: Purpose,
    /// Whom it goes to.
    pub recipient: &'a str,
    /// Its language.
    pub language: Language,
    /// The user it concerns.
    pub user_id: Option<&'a str>,
    /// Who asked for it.
    pub requester: &'a Requester,
}

/// Queues a mail; it goes out once the transaction is committed. Returns its id.
///
/// # Errors
/// When the database is away.
pub async fn enqueue(tx: &mut Write, order: &Order<'_>, now: Millis) -> sqlx::Result<String> {
    const ENQUEUE: &str = "
        INSERT INTO mails
            (id, purpose, recipient, locale, user_id, device, place, status, attempts, next_try_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, $8, $8)";
    let id = new_id();
    sqlx::query(ENQUEUE)
        .bind(&id)
        .bind(order.purpose.as_str())
        .bind(order.recipient)
        .bind(order.language.code())
        .bind(order.user_id)
        .bind(order.requester.device.as_deref())
        .bind(order.requester.place.as_deref())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(id)
}

/// The statement that takes a mail. On PostgreSQL workers pass by what another one is taking; SQLite has one writer.
macro_rules! take {
    ($passing_by:literal) => {
        concat!(
            "
        UPDATE mails
        SET attempts = attempts + 1, next_try_at = $2
        WHERE id = (
            SELECT id
            FROM mails
            WHERE status = 'queued'
              AND next_try_at <= $1
              AND REPLACE($3, ' ' || purpose || ' ', '') <> $3
            ORDER BY next_try_at
            LIMIT 1
            ",
            $passing_by,
            ")
          AND status = 'queued'
          AND next_try_at <= $1
        RETURNING id, purpose, recipient, locale, user_id, device, place, created_at, attempts"
        )
    };
}

/// Takes the mail that is due longest, for five minutes: if the process dies meanwhile, it is due again then. One about
/// something that this version has never heard of is left to a node that has.
///
/// # Errors
/// When the database is away.
pub async fn take(pool: &Pool, now: Millis) -> sqlx::Result<Option<Mail>> {
    let take = match pool.kind() {
        Kind::Sqlite => take!(""),
        Kind::Postgres => take!("FOR UPDATE SKIP LOCKED"),
    };
    let purposes = Purpose::ALL.map(Purpose::as_str).join("  ");
    let row = sqlx::query(take)
        .bind(now)
        .bind(now + LEASE)
        .bind(format!(" {purposes} "))
        .fetch_optional(pool.writing())
        .await?;
    row.map(|row| mail(&row)).transpose()
}

/// The mail was accepted by the mail server, or there is nothing to say any more.
///
/// # Errors
/// When the database is away.
pub async fn sent(pool: &Pool, id: &str, now: Millis) -> sqlx::Result<()> {
    const SENT: &str = "
        UPDATE mails
        SET status = 'sent', finished_at = $2, last_error = NULL
        WHERE id = $1
          AND status = 'queued'";
    sqlx::query(SENT).bind(id).bind(now).execute(pool.writing()).await?;
    Ok(())
}

/// What became of a mail that was not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It is tried again at this time.
    TriedAgain(Millis),
    /// It is kept as a dead letter.
    Dead,
}

/// The mail was not accepted. It is tried again after a pause that grows, unless the refusal is final or the pauses are
/// used up.
///
/// # Errors
/// When the database is away.
pub async fn failed(pool: &Pool, mail: &Mail, why: &str, last: bool, now: Millis) -> sqlx::Result<Fate> {
    const FAILED: &str = "
        UPDATE mails
        SET status = $2, next_try_at = $3, last_error = $4, finished_at = $5
        WHERE id = $1
          AND status = 'queued'";
    let pause = usize::try_from(mail.attempts - 1).ok().and_then(|nth| PAUSES.get(nth));
    let fate = match pause {
        Some(pause) if !last => Fate::TriedAgain(now + pause),
        _ => Fate::Dead,
    };
    let (status, next, finished) = match fate {
        Fate::TriedAgain(at) => ("queued", at, None),
        Fate::Dead => ("dead", now, Some(now)),
    };
    let short: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
    sqlx::query(FAILED)
        .bind(&mail.id)
        .bind(status)
        .bind(next)
        .bind(short)
        .bind(finished)
        .execute(pool.writing())
        .await?;
    Ok(fate)
}

/// Drops what waits to be told to a user about a purpose: it is no longer so.
///
/// # Errors
/// When the database is away.
pub async fn drop_waiting(tx: &mut Write, purpose: Purpose, user_id: &str) -> sqlx::Result<()> {
    const DROP: &str = "
        DELETE FROM mails
        WHERE user_id = $1
          AND purpose = $2
          AND status = 'queued'";
    sqlx::query(DROP)
        .bind(user_id)
        .bind(purpose.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a mail that is being written was not dropped meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn still_waits(tx: &mut Write, mail: &Mail) -> sqlx::Result<bool> {
    const WAITS: &str = "
        SELECT id
        FROM mails
        WHERE id = $1
          AND status = 'queued'";
    let waits = sqlx::query(WAITS).bind(&mail.id).fetch_optional(&mut **tx).await?;
    Ok(waits.is_some())
}

/// Forgets mails that were sent, or given up, before a time.
///
/// # Errors
/// When the database is away.
pub async fn purge(pool: &Pool, finished_before: Millis) -> sqlx::Result<u64> {
    const PURGE: &str = "
        DELETE FROM mails
        WHERE status <> 'queued'
          AND finished_at < $1";
    let purged = sqlx::query(PURGE).bind(finished_before).execute(pool.writing()).await?;
    Ok(purged.rows_affected())
}

fn mail(row: &Row) -> sqlx::Result<Mail> {
    let purpose: String = row.try_get("purpose")?;
    let locale: String = row.try_get("locale")?;
    Ok(Mail {
        id: row.try_get("id")?,
        purpose: Purpose::from_stored(&purpose)
            .ok_or_else(|| sqlx::Error::Decode(format!("a mail about {purpose}").into()))?,
        recipient: row.try_get("recipient")?,
        language: Language::from_code(&locale).unwrap_or_default(),
        user_id: row.try_get("user_id")?,
        requester: Requester {
            device: row.try_get("device")?,
            place: row.try_get("place")?,
        },
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
    })
}
