//! The content of a backup: accounts and their data. It contains nothing that grants access without a password: no
//! session, known browser, mailed link, queued mail or unconfirmed sign-up.

use std::path::Path;

use sqlx::{Any, AnyConnection, Row as _};

use crate::accounts::admin::unusable_emails::canonical;
use crate::db::{self, BackupError, BackupFile, Origin, Pool, Row};
use crate::time::Clock;

const PAGE: i64 = 1_000;

/// How a backup treats a table.
#[derive(Clone, Copy, Debug)]
pub enum TableHandling {
    /// The columns that are saved, and those that are not.
    Saved {
        /// In the backup.
        columns: &'static [&'static str],
        /// Not in the backup: recreated from the others.
        derived: &'static [&'static str],
    },
    /// Not saved: a row grants access or is a mail to be sent.
    Ended,
    /// Not saved: recreated from other tables, or by the start.
    Derived,
}

/// Every table of the database. A test compares the list with both databases, so that no new table can be forgotten.
pub const TABLES: [(&str, TableHandling); 36] = [
    ("users", copied(&USERS, &["search_number"])),
    ("user_names", copied(&USER_NAMES, &[])),
    ("activity", copied(&ACTIVITY, &[])),
    ("email_changes", copied(&ADDRESS_CHANGES, &[])),
    ("sign_in_failures", copied(&SIGN_IN_FAILURES, &[])),
    // Sealed with a key of the master secret, which is not in the backup.
    ("totp_secrets", copied(&TOTP_SECRETS, &[])),
    ("recovery_codes", copied(&RECOVERY_CODES, &[])),
    ("second_factor_failures", copied(&SECOND_FACTOR_FAILURES, &[])),
    ("groups", copied(&GROUPS, &[])),
    ("memberships", copied(&MEMBERSHIPS, &[])),
    ("apps", copied(&APPS, &[])),
    ("app_hosts", copied(&APP_HOSTS, &[])),
    ("hidden_apps", copied(&HIDDEN_APPS, &[])),
    // A passkey grants access as a password hash does: only to who has the key.
    ("passkeys", copied(&PASSKEYS, &[])),
    ("passkey_handles", copied(&PASSKEY_HANDLES, &[])),
    // Every user has to sign in again.
    ("sessions", TableHandling::Ended),
    // Each program needs a new one.
    ("personal_tokens", TableHandling::Ended),
    ("known_browsers", TableHandling::Ended),
    // They stand for the second factor, and for a password.
    ("remembered_browsers", TableHandling::Ended),
    ("half_sign_ins", TableHandling::Ended),
    ("sign_in_codes", TableHandling::Ended),
    // Its notice is not saved either.
    ("factor_resets", TableHandling::Ended),
    // The sessions are not saved, so no token is valid.
    ("revoked_tokens", TableHandling::Ended),
    // An unconfirmed sign-up has to be repeated: its link and its browser's cookie are invalid.
    ("sign_ups", TableHandling::Ended),
    ("email_tokens", TableHandling::Ended),
    ("app_codes", TableHandling::Ended),
    ("passkey_challenges", TableHandling::Ended),
    ("refresh_tokens", TableHandling::Ended),
    // A link is created when a mail is sent: a queued mail would grant access.
    ("mails", TableHandling::Ended),
    // The start creates one.
    ("signing_keys", TableHandling::Derived),
    // So are these. What they signed names sessions, which are not saved either.
    ("key_pairs", TableHandling::Derived),
    // The search indexes of SQLite and of PostgreSQL, and SQLite's number of users.
    ("user_search", TableHandling::Derived),
    ("user_texts", TableHandling::Derived),
    ("user_count", TableHandling::Derived),
    // A number that each change of an app counts up.
    ("app_version", TableHandling::Derived),
    // The row that the readiness check writes.
    ("write_probe", TableHandling::Derived),
];

const fn copied(table: &'static Table, derived: &'static [&'static str]) -> TableHandling {
    TableHandling::Saved {
        columns: table.columns,
        derived,
    }
}

/// What was saved or restored.
#[derive(Clone, Copy, Debug, Default)]
pub struct CopiedRows {
    pub accounts: u64,
}

/// A saved table: its columns, of which the first ones are the key, and its statements.
struct Table {
    columns: &'static [&'static str],
    /// The number of columns of the key.
    key: usize,
    kinds: &'static [ColumnType],
    read: &'static str,
    write: &'static str,
}

/// The type of a column.
#[derive(Clone, Copy)]
enum ColumnType {
    Text,
    Number,
    Bytes,
}

impl ColumnType {
    /// A value before all others.
    fn least(self) -> Value {
        match self {
            Self::Text => Value::Text(Some(String::new())),
            Self::Number => Value::Number(Some(i64::MIN)),
            Self::Bytes => Value::Bytes(Some(Vec::new())),
        }
    }
}

enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

/// A [`Table`] with its statements. Rows are read in pages, in the order of the key; the parameters are the key of the last
/// row of the previous page and the size of the page.
macro_rules! table {
    ($name:literal where $only:literal: $key:ident $key_kind:ident $(, $number:literal $column:ident $kind:ident)*) => {
        Table {
            columns: &[stringify!($key) $(, stringify!($column))*],
            key: 1,
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
    13 deletion_at Number, 14 unusable_email Number, 15 user_name Text, 16 factor_demanded_at Number);
// Names that this database has given already stay taken.
static USER_NAMES: Table = Table {
    columns: &["hash", "user_id"],
    key: 1,
    kinds: &[ColumnType::Bytes, ColumnType::Text],
    read: "SELECT hash, user_id FROM user_names WHERE hash > $1 ORDER BY hash LIMIT $2",
    write: "INSERT INTO user_names (hash, user_id) VALUES ($1, $2) \
            ON CONFLICT (hash) DO UPDATE SET user_id = excluded.user_id",
};
static ACTIVITY: Table = table!("activity" where "1 = 1":
    id Text, 2 user_id Text, 3 at Number, 4 event Text, 5 device Text, 6 masked_ip Text);
static ADDRESS_CHANGES: Table = table!("email_changes" where "1 = 1":
    id Text, 2 user_id Text, 3 old_email Text, 4 changed_at Number);
static SIGN_IN_FAILURES: Table = table!("sign_in_failures" where "1 = 1":
    email_hash Bytes, 2 failures Number, 3 last_at Number);

static TOTP_SECRETS: Table = table!("totp_secrets" where "1 = 1":
    user_id Text, 2 sealed Bytes, 3 last_step Number, 4 created_at Number);
static RECOVERY_CODES: Table = table!("recovery_codes" where "1 = 1":
    hash Bytes, 2 user_id Text, 3 created_at Number);
static SECOND_FACTOR_FAILURES: Table = Table {
    columns: &["user_id", "known", "failures", "last_at"],
    key: 2,
    kinds: &[
        ColumnType::Text,
        ColumnType::Number,
        ColumnType::Number,
        ColumnType::Number,
    ],
    read: "SELECT user_id, known, failures, last_at FROM second_factor_failures WHERE (user_id, known) > ($1, $2) \
           ORDER BY user_id, known LIMIT $3",
    write: "INSERT INTO second_factor_failures (user_id, known, failures, last_at) VALUES ($1, $2, $3, $4)",
};
static GROUPS: Table = table!("groups" where "1 = 1":
    name Text, 2 description Text, 3 created_at Number);
static MEMBERSHIPS: Table = Table {
    columns: &["user_id", "group_name", "added_at"],
    key: 2,
    kinds: &[ColumnType::Text, ColumnType::Text, ColumnType::Number],
    read: "SELECT user_id, group_name, added_at FROM memberships WHERE (user_id, group_name) > ($1, $2) \
           ORDER BY user_id, group_name LIMIT $3",
    write: "INSERT INTO memberships (user_id, group_name, added_at) VALUES ($1, $2, $3)",
};
static APPS: Table = table!("apps" where "1 = 1":
    id Text, 2 name Text, 3 url Text, 4 everyone Number, 5 group_names Text, 6 public_paths Text, 7 open_networks Text,
    8 remote_user Text, 9 basic_challenge Number, 10 created_at Number, 11 second_factor Number);
static APP_HOSTS: Table = table!("app_hosts" where "1 = 1":
    host Text, 2 scheme Text, 3 app_id Text, 4 position Number);
static HIDDEN_APPS: Table = Table {
    columns: &["user_id", "app_id", "hidden_at"],
    key: 2,
    kinds: &[ColumnType::Text, ColumnType::Text, ColumnType::Number],
    read: "SELECT user_id, app_id, hidden_at FROM hidden_apps WHERE (user_id, app_id) > ($1, $2) \
           ORDER BY user_id, app_id LIMIT $3",
    write: "INSERT INTO hidden_apps (user_id, app_id, hidden_at) VALUES ($1, $2, $3)",
};
static PASSKEYS: Table = table!("passkeys" where "1 = 1":
    id Text, 2 user_id Text, 3 credential_id Bytes, 4 credential Text, 5 transports Text, 6 name Text, 7 aaguid Text,
    8 counter Number, 9 backup_eligible Number, 10 synced Number, 11 created_at Number, 12 last_used_at Number);
static PASSKEY_HANDLES: Table = table!("passkey_handles" where "1 = 1":
    handle Bytes, 2 user_id Text);
/// The tables that are copied after the accounts, in this order.
static OTHERS: [&Table; 14] = [
    &USER_NAMES,
    &ACTIVITY,
    &ADDRESS_CHANGES,
    &SIGN_IN_FAILURES,
    &TOTP_SECRETS,
    &RECOVERY_CODES,
    &SECOND_FACTOR_FAILURES,
    &GROUPS,
    &MEMBERSHIPS,
    &APPS,
    &APP_HOSTS,
    &HIDDEN_APPS,
    &PASSKEYS,
    &PASSKEY_HANDLES,
];

/// Writes a backup of the database in its current state, while the server may be using it.
///
/// # Errors
/// When the database fails or the file cannot be written; then no file is left.
pub async fn back_up(pool: &Pool, clock: &Clock, path: &Path) -> Result<CopiedRows, BackupError> {
    let mut file = BackupFile::create(path).await?;
    let mut snapshot = db::snapshot(pool).await?;
    let copied = copy_rows(&mut snapshot, file.connection()).await;
    let copied = copied.map_err(|failed| match failed {
        Failed::Reading(error) => BackupError::Database(error),
        Failed::Writing(error) => file.could_not_write(error),
    });
    snapshot.rollback().await?;
    match copied {
        Ok(copied) => {
            file.finish(clock.now()).await?;
            Ok(copied)
        }
        Err(error) => {
            file.close().await;
            Err(error)
        }
    }
}

/// Checks that the database has no account and no sign-up, so that a backup can be restored into it.
///
/// # Errors
/// When it has some, or fails.
pub async fn is_empty<'c>(database: impl sqlx::Executor<'c, Database = Any>) -> Result<(), BackupError> {
    const USERS: &str = "
        SELECT COUNT(*)
        FROM users";
    match sqlx::query_scalar(USERS).fetch_one(database).await? {
        0_i64 => Ok(()),
        users => Err(BackupError::NotEmpty(users)),
    }
}

/// Restores a backup into a database without accounts, completely or not at all.
///
/// # Errors
/// When the database has accounts, or fails.
pub async fn restore(pool: &Pool, mut file: BackupFile) -> Result<CopiedRows, BackupError> {
    // Counts of failed sign-ins that this database already has would collide with those of the backup.
    const FAILURES: &str = "
        DELETE FROM sign_in_failures";
    const GROUPS: &str = "
        DELETE FROM groups";
    const APPS: &str = "
        DELETE FROM apps";
    const COUNT_UP: &str = "
        UPDATE app_version
        SET version = version + 1";
    let mut tx = db::begin(pool).await?;
    db::lock(&mut tx, pool.backend(), "restore").await?;
    is_empty(&mut *tx).await?;
    for statement in [FAILURES, GROUPS, APPS, COUNT_UP] {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    let copied = copy_rows(file.connection(), &mut tx).await;
    let copied = copied.map_err(|(Failed::Reading(error) | Failed::Writing(error))| error)?;
    tx.commit().await?;
    file.close().await;
    Ok(copied)
}

/// Which of the two databases failed.
enum Failed {
    Reading(sqlx::Error),
    Writing(sqlx::Error),
}

async fn copy_rows(from: &mut AnyConnection, to: &mut AnyConnection) -> Result<CopiedRows, Failed> {
    use sqlx::Connection as _;
    let mut to = to.begin().await.map_err(Failed::Writing)?;
    let accounts = copy_table(from, &mut to, &USERS).await?;
    for table in OTHERS {
        copy_table(from, &mut to, table).await?;
    }
    to.commit().await.map_err(Failed::Writing)?;
    Ok(CopiedRows { accounts })
}

async fn copy_table(from: &mut AnyConnection, to: &mut AnyConnection, table: &Table) -> Result<u64, Failed> {
    let mut copied = 0;
    let key = &table.kinds[..table.key];
    let mut behind: Vec<Value> = key.iter().map(|kind| kind.least()).collect();
    loop {
        let query = behind
            .into_iter()
            .fold(sqlx::query(table.read), |query, value| value.bind(query))
            .bind(PAGE);
        let rows = query.fetch_all(&mut *from).await.map_err(Failed::Reading)?;
        let Some(last) = rows.last() else { return Ok(copied) };
        let key_of_last = key.iter().enumerate().map(|(place, kind)| value(last, place, *kind));
        behind = key_of_last.collect::<sqlx::Result<_>>().map_err(Failed::Reading)?;
        for row in &rows {
            let mut insert = sqlx::query(table.write);
            for (place, kind) in table.kinds.iter().enumerate() {
                insert = value(row, place, *kind).map_err(Failed::Reading)?.bind(insert);
            }
            insert.execute(&mut *to).await.map_err(Failed::Writing)?;
            copied += 1;
        }
    }
}

type AnyQuery<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

impl Value {
    fn bind(self, query: AnyQuery<'_>) -> AnyQuery<'_> {
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
