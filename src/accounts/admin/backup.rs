//! What a backup carries: accounts, and what is known about them. Nothing that opens anything without a password is in it:
//! no session, no known browser, no mailed link, no waiting mail, no sign-up that is not confirmed.

use std::path::Path;

use sqlx::{Any, AnyConnection, Row as _};

use crate::accounts::admin::unusable_emails::canonical;
use crate::db::{self, BackupError, BackupFile, Origin, Pool, Row};
use crate::time::Clock;

/// How many rows are read at once.
const PAGE: i64 = 1_000;

/// What becomes of a table in a backup.
#[derive(Clone, Copy, Debug)]
pub enum TableHandling {
    /// These columns are carried. The others are made anew, and named here, too.
    Carried {
        /// In the backup.
        columns: &'static [&'static str],
        /// Not in the backup: made from the others.
        derived: &'static [&'static str],
    },
    /// Its rows end: they granted access, or were to be sent.
    Ended,
    /// It is made from other tables, or by the start.
    Derived,
}

/// Every table of the database. A test compares it with both databases, so that a new one cannot be forgotten.
pub const TABLES: [(&str, TableHandling); 15] = [
    ("users", carried(&USERS, &["search_number"])),
    ("activity", carried(&ACTIVITY, &[])),
    ("email_changes", carried(&ADDRESS_CHANGES, &[])),
    ("sign_in_failures", carried(&SIGN_IN_FAILURES, &[])),
    // All users have to sign in again.
    ("sessions", TableHandling::Ended),
    ("known_browsers", TableHandling::Ended),
    // Their sessions are gone, and with them every token that names one.
    ("revoked_tokens", TableHandling::Ended),
    // A sign-up that is not confirmed is made again: its link and its browser's cookie are gone.
    ("sign_ups", TableHandling::Ended),
    ("email_tokens", TableHandling::Ended),
    // Links are made when a mail goes out: a waiting one would open something.
    ("mails", TableHandling::Ended),
    // The start makes one.
    ("signing_keys", TableHandling::Derived),
    // SQLite's and PostgreSQL's index for searches, and SQLite's number of users.
    ("user_search", TableHandling::Derived),
    ("user_texts", TableHandling::Derived),
    ("user_count", TableHandling::Derived),
    // The row by which readiness is tried.
    ("write_probe", TableHandling::Derived),
];

const fn carried(table: &'static Table, derived: &'static [&'static str]) -> TableHandling {
    TableHandling::Carried {
        columns: table.columns,
        derived,
    }
}

/// What was carried.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    /// Accounts.
    pub accounts: u64,
}

/// A table that is carried: its columns, the first of which is its key, and the statements for them.
struct Table {
    columns: &'static [&'static str],
    kinds: &'static [ColumnType],
    read: &'static str,
    write: &'static str,
}

/// What a column holds.
#[derive(Clone, Copy)]
enum ColumnType {
    Text,
    Number,
    Bytes,
}

/// The value of a column.
enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

/// A [`Table`] with its statements. The rows come in the order of the key, so many at once; the last two places of the
/// statement are the key of the row before and their number.
macro_rules! table {
    ($name:literal where $only:literal: $key:ident $key_kind:ident $(, $number:literal $column:ident $kind:ident)*) => {
        Table {
            columns: &[stringify!($key) $(, stringify!($column))*],
            kinds: &[ColumnType::$key_kind $(, ColumnType::$kind)*],
            read: concat!(
                "SELECT ", stringify!($key) $(, ", ", stringify!($column))*,
                " FROM ", $name,
                " WHERE ", $only, " AND ", stringify!($key), " > $1 ORDER BY ", stringify!($key), " LIMIT $2"
            ),
            write: concat!(
                "INSERT INTO ", $name, " (", stringify!($key) $(, ", ", stringify!($column))*,
                ") VALUES ($1" $(, ", $", $number)*, ")"
            ),
        }
    };
}

static USERS: Table = table!("users" where "status <> 'pending'":
    id Text, 2 email Text, 3 display_name Text, 4 sort_name Text, 5 role Text, 6 status Text, 7 password_hash Text,
    8 locale Text, 9 created_at Number, 10 confirmed_at Number, 11 last_seen_at Number, 12 password_changed_at Number,
    13 deletion_at Number, 14 unusable_email Number);
static ACTIVITY: Table = table!("activity" where "1 = 1":
    id Text, 2 user_id Text, 3 at Number, 4 event Text, 5 device Text, 6 masked_ip Text);
static ADDRESS_CHANGES: Table = table!("email_changes" where "1 = 1":
    id Text, 2 user_id Text, 3 old_email Text, 4 changed_at Number);
static SIGN_IN_FAILURES: Table = table!("sign_in_failures" where "1 = 1":
    email_hash Bytes, 2 failures Number, 3 last_at Number);

/// Writes a backup of the database as it is now, beside the server that uses it.
///
/// # Errors
/// When the database fails or the file cannot be written; there is no file then.
pub async fn back_up(pool: &Pool, clock: &Clock, path: &Path) -> Result<Carried, BackupError> {
    let mut file = BackupFile::create(path).await?;
    let mut snapshot = pool.snapshot().await?;
    let carried = carry(&mut snapshot, file.connection()).await;
    let carried = carried.map_err(|failed| match failed {
        Failed::Reading(error) => BackupError::Database(error),
        Failed::Writing(error) => file.could_not_write(error),
    });
    snapshot.rollback().await?;
    match carried {
        Ok(carried) => {
            file.finish(clock.now()).await?;
            Ok(carried)
        }
        Err(error) => {
            file.close().await;
            Err(error)
        }
    }
}

/// Whether the database holds no account and no sign-up, so that a backup can be restored into it.
///
/// # Errors
/// When it holds some, or fails.
pub async fn is_empty<'c>(database: impl sqlx::Executor<'c, Database = Any>) -> Result<(), BackupError> {
    const USERS: &str = "
        SELECT COUNT(*)
        FROM users";
    match sqlx::query_scalar(USERS).fetch_one(database).await? {
        0_i64 => Ok(()),
        users => Err(BackupError::NotEmpty(users)),
    }
}

/// Puts what is in a backup into a database that holds no accounts, all of it or nothing.
///
/// # Errors
/// When it holds some, or fails.
pub async fn restore(pool: &Pool, mut file: BackupFile) -> Result<Carried, BackupError> {
    // What strangers tried here before would collide with what they had tried there.
    const FAILURES: &str = "
        DELETE FROM sign_in_failures";
    let mut tx = pool.begin().await?;
    db::lock(&mut tx, pool.backend(), "restore").await?;
    is_empty(&mut *tx).await?;
    sqlx::query(FAILURES).execute(&mut *tx).await?;
    let carried = carry(file.connection(), &mut tx).await;
    let carried = carried.map_err(|(Failed::Reading(error) | Failed::Writing(error))| error)?;
    tx.commit().await?;
    file.close().await;
    Ok(carried)
}

/// Which of the two databases failed.
enum Failed {
    Reading(sqlx::Error),
    Writing(sqlx::Error),
}

async fn carry(from: &mut AnyConnection, to: &mut AnyConnection) -> Result<Carried, Failed> {
    use sqlx::Connection as _;
    let mut to = to.begin().await.map_err(Failed::Writing)?;
    let accounts = carry_table(from, &mut to, &USERS).await?;
    for table in [&ACTIVITY, &ADDRESS_CHANGES, &SIGN_IN_FAILURES] {
        carry_table(from, &mut to, table).await?;
    }
    to.commit().await.map_err(Failed::Writing)?;
    Ok(Carried { accounts })
}

async fn carry_table(from: &mut AnyConnection, to: &mut AnyConnection, table: &Table) -> Result<u64, Failed> {
    let mut carried = 0;
    let mut behind = match table.kinds[0] {
        ColumnType::Bytes => Value::Bytes(Some(Vec::new())),
        _ => Value::Text(Some(String::new())),
    };
    loop {
        let query = behind.bind(sqlx::query(table.read)).bind(PAGE);
        let rows = query.fetch_all(&mut *from).await.map_err(Failed::Reading)?;
        let Some(last) = rows.last() else { return Ok(carried) };
        behind = value(last, 0, table.kinds[0]).map_err(Failed::Reading)?;
        for row in &rows {
            let mut insert = sqlx::query(table.write);
            for (place, kind) in table.kinds.iter().enumerate() {
                insert = value(row, place, *kind).map_err(Failed::Reading)?.bind(insert);
            }
            insert.execute(&mut *to).await.map_err(Failed::Writing)?;
            carried += 1;
        }
    }
}

type Query<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

impl Value {
    fn bind(self, query: Query<'_>) -> Query<'_> {
        match self {
            Self::Text(text) => query.bind(text),
            Self::Number(number) => query.bind(number),
            Self::Bytes(bytes) => query.bind(bytes),
        }
    }
}

fn value(row: &Row, place: usize, kind: ColumnType) -> sqlx::Result<Value> {
    Ok(match kind {
        ColumnType::Text => Value::Text(row.try_get(place)?),
        ColumnType::Number => Value::Number(row.try_get(place)?),
        ColumnType::Bytes => Value::Bytes(row.try_get(place)?),
    })
}

/// Opens a backup to restore it.
pub async fn open(path: &Path) -> Result<(BackupFile, Origin), BackupError> {
    BackupFile::open(path, canonical).await
}
