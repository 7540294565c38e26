//! The pool, transactions and migrations. Knows nothing of accounts.
//!
//! One set of queries serves SQLite and PostgreSQL through sqlx's `Any` driver. SQLite has readers and one writer, whose
//! transactions take the write lock when they begin: sixteen people signing up at once wait for each other instead of
//! failing.

mod addresses;
mod at_hand;
mod backup_file;
mod changes;
mod errors;
mod file;
mod migrate;
mod open;
mod paging;
mod search;
mod transaction;
mod writable;

use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool};

pub use self::addresses::{Addresses, Canonical};
use self::at_hand::Hand;
pub use self::at_hand::{AT_HAND, AtHand};
pub use self::backup_file::{BackupError, BackupFile, Origin};
pub use self::changes::{Changes, LOOK_EVERY, Lookout, SETTLED_AFTER};
pub use self::errors::{Explained, is_away, is_conflict};
use self::file::DatabaseFile;
pub use self::migrate::{MigrationError, has_migrations, migrate, migrate_with, pending_migrations};
pub use self::open::{OpenError, missing_file};
pub use self::paging::{Cursor, PAGE_SIZE, Start};
pub use self::search::fold_for_search;
pub use self::transaction::{Transaction, retry};
use self::writable::WriteProbe;

/// A row of either database.
pub type Row = AnyRow;

/// Which of the two databases this is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backend {
    /// A file on this machine, owned by one server process.
    Sqlite,
    /// A server that several nodes share.
    Postgres,
}

/// Connections to the database. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    readers: AnyPool,
    writer: AnyPool,
    hand: Hand,
    timeout: Duration,
    rest: Duration,
    backend: Backend,
    url: Arc<str>,
    changes: Changes,
    /// Of SQLite: the file that is open.
    file: Option<DatabaseFile>,
    /// A closed pool: what is used in place of the others while the file is lost.
    none: AnyPool,
    write_probe: WriteProbe,
    /// How long a commit waits until no other process can hold an older answer.
    settles: Option<Duration>,
}

impl Pool {
    /// For queries that change nothing.
    #[must_use]
    pub fn reading(&self) -> &AnyPool {
        if self.is_lost() { &self.none } else { &self.readers }
    }

    /// For single statements that change nothing that is remembered: see [`Pool::changes`].
    #[must_use]
    pub fn writing(&self) -> &AnyPool {
        if self.is_lost() { &self.none } else { &self.writer }
    }

    /// How often the database has changed. What is remembered of SQLite is whatever a statement found while this count
    /// stood still; of PostgreSQL, nothing is.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// What comes of asking the database, or an error when that takes longer than anybody waits for a connection.
    ///
    /// # Errors
    /// Those of asking, and [`sqlx::Error::PoolTimedOut`].
    pub async fn with_timeout<T>(&self, asking: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let outcome = tokio::time::timeout(self.timeout, asking).await;
        outcome.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// For a process beside the server, as a command: on SQLite each commit of [`Pool::begin`] returns only when no server
    /// can have an older answer in its memory.
    #[must_use]
    pub fn beside_a_server(mut self) -> Self {
        self.settles = (self.backend == Backend::Sqlite).then_some(SETTLED_AFTER);
        self
    }

    /// Whether the file that is open is not the one that its path names.
    fn is_lost(&self) -> bool {
        self.file.as_ref().is_some_and(DatabaseFile::is_lost)
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Ends all connections, once nothing uses them any more.
    pub async fn close(&self) {
        self.hand.close().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Takes a lock of this name until the transaction ends: what it stands for, only one transaction does at a time, on all
/// nodes together. On SQLite every transaction that may write is alone already.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &mut Transaction, backend: Backend, name: &str) -> sqlx::Result<()> {
    const LOCK: &str = "
        SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)";
    if backend == Backend::Postgres {
        sqlx::query(LOCK).bind(name).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Lets Rocket open the pool from `databases.vestibule` when it ignites, and hold it.
#[rocket::async_trait]
impl rocket_db_pools::Pool for Pool {
    type Connection = PoolConnection<Any>;
    type Error = OpenError;

    async fn init(figment: &rocket::figment::Figment) -> Result<Self, OpenError> {
        let settings: rocket_db_pools::Config =
            figment.extract().map_err(|error| OpenError::Settings(error.to_string()))?;
        let timeout = Duration::from_secs(settings.connect_timeout);
        let most = u32::try_from(settings.max_connections).unwrap_or(u32::MAX);
        Self::open(&settings.url, most, timeout).await
    }

    async fn get(&self) -> Result<Self::Connection, OpenError> {
        Ok(self.readers.acquire().await?)
    }

    /// Does nothing: requests that are still open when the server is told to stop need their connections. The server
    /// calls [`Pool::close`] when Rocket has ended.
    async fn close(&self) {}
}
