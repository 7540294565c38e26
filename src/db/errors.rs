//! Database errors in words for the operator, and which of them are transient.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::config::PERCENT_ENCODING_HINT;

/// A database error in plain words: the message, details and hints of the database, the code, and what to do if that is
/// known. sqlx's own text ends with a line number in PostgreSQL's source.
pub struct Explained<'a>(pub &'a sqlx::Error);

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            sqlx::Error::Database(error) => explain(error.as_ref(), f)?,
            // An error of a batch, shared by several requests.
            sqlx::Error::AnyDriverError(error) => match error.downcast_ref::<std::sync::Arc<sqlx::Error>>() {
                Some(shared) => return fmt::Display::fmt(&Explained(shared), f),
                None => write!(f, "{error}")?,
            },
            sqlx::Error::Io(error) => write!(f, "{error}")?,
            sqlx::Error::Protocol(text) => f.write_str(text)?,
            sqlx::Error::PoolClosed => {
                f.write_str(
                    "nothing is asked of it: its file was removed or replaced, or the server is being stopped",
                )?;
            }
            sqlx::Error::PoolTimedOut => f.write_str("it does not answer, or all connections are in use")?,
            other => write!(f, "{other}")?,
        }
        match advice(self.0) {
            Some(advice) => write!(f, ": {advice}"),
            None => Ok(()),
        }
    }
}

fn explain(error: &dyn DatabaseError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(error.message())?;
    let code = error.code().unwrap_or_default();
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        // The details of a violated constraint contain values, for example an address.
        let tells_values = ["22", "23"].iter().any(|class| code.starts_with(class));
        if let Some(detail) = error.detail().filter(|_| !tells_values) {
            write!(f, "; {}", one_line(detail))?;
        }
        if let Some(hint) = error.hint() {
            write!(f, "; {}", one_line(hint))?;
        }
        write!(f, " (SQLSTATE {code})")
    } else {
        write!(f, " (SQLite code {code})")
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the operator can do, if the code and the message show it.
fn advice(error: &sqlx::Error) -> Option<&'static str> {
    let database = error.as_database_error()?;
    let code = database.code()?;
    if is_sqlite(error) {
        return Some(match code.parse::<u32>().ok()? & 0xff {
            5 | 6 => "another process holds it",
            8 => "the file, its folder or the file system can only be read",
            10 => "the disk is full or fails, or a limit of a file's size is reached",
            13 => "the disk, the quota or the limit of a file's size is used up",
            14 => "the file or its folder is missing, may not be used, or the disk is full",
            _ => return None,
        });
    }
    pooler_advice(database.message()).or(match &*code {
        "25006" => Some(
            "name the primary server instead of a replica, and set default_transaction_read_only to off for this role and \
             database",
        ),
        "53100" => Some("the disk of the database server is full"),
        "28P01" | "28000" => Some(PERCENT_ENCODING_HINT),
        _ => None,
    })
}

/// The explanation of errors behind a pooler such as `PgBouncer`.
fn pooler_advice(message: &str) -> Option<&'static str> {
    if message.contains("unsupported startup parameter") && message.contains("extra_float_digits") {
        Some("set ignore_startup_parameters = extra_float_digits in pgbouncer.ini; see docs/postgresql.md")
    } else if message.contains("unsupported startup parameter") {
        Some("PgBouncer passes no options of the URL on: set them with ALTER ROLE … SET …; see docs/postgresql.md")
    } else if message.contains("statement pooling") {
        Some("Vestibule needs transactions: set pool_mode to session or transaction; see docs/postgresql.md")
    } else if message.contains("prepared statement") {
        Some(
            "a pooler hands connections on without their prepared statements: use PgBouncer 1.21 or newer with \
             max_prepared_statements, or pool_mode = session; see docs/postgresql.md",
        )
    } else {
        None
    }
}

fn is_sqlite(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some())
}

fn code_of(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

/// Whether the database aborted a transaction in favour of another one: a serialisation failure or a deadlock. The
/// whole transaction can be retried.
#[must_use]
pub fn is_conflict(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<sqlx::Error>() {
            return matches!(code_of(error).as_deref(), Some("40001" | "40P01"));
        }
        cause = error.source();
    }
    false
}

/// Whether the database is unavailable, rather than refusing the statement. The classes of PostgreSQL: 08 a broken
/// connection, 53 a lack of resources, 57 a shutdown or a statement timeout, 3D a database that does not exist, 55000
/// one that accepts no connections, 25006 a replica, 25P03 and 25P04 a transaction timeout, 40001 and 40P01 a
/// transaction that lost to another one at every retry, 55P03 a lock. The codes of SQLite: 5 and 6 a lock, 8 a file
/// that became read-only, 10, 13 and 14 a disk that fails, is full or is missing.
#[must_use]
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::AnyDriverError(error) => error
            .downcast_ref::<std::sync::Arc<sqlx::Error>>()
            .is_some_and(|shared| is_away(shared)),
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "3D", "53", "57"]
                .iter()
                .any(|class| code.len() == 5 && code.starts_with(class))
                || matches!(&*code, "25006" | "25P03" | "25P04" | "40001" | "40P01" | "55000" | "55P03")
                || code
                    .parse::<u32>()
                    .is_ok_and(|number| code.len() < 5 && matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
        }),
        _ => false,
    }
}
