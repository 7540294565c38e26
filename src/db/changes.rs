//! Whether the database is still what it was: so that what was read from it may be remembered.
//!
//! A process that owns its SQLite file knows of every change it makes itself, and looks 20 times a second for those of
//! another one (the command line). Of PostgreSQL nothing is remembered: there are other nodes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{AnyConnection, AnyPool, Executor, Row as _};

use super::open::{connect, file_of};
use super::{Kind, Pool};

/// How often changes of another process are looked for: what they end is over within 100 ms.
pub const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Counts the changes. What was read while it stood at one number is true as long as it stands there.
#[derive(Clone, Default)]
pub struct Changes(Arc<AtomicU64>);

impl Changes {
    /// Those of the SQLite file of a URL: all pools of this process that open it count together.
    #[must_use]
    pub fn of(url: &str) -> Self {
        static FILES: LazyLock<Mutex<HashMap<PathBuf, Changes>>> = LazyLock::new(Mutex::default);
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(file_of(url).to_owned()).or_default().clone()
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// There is one more.
    pub fn note(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Looks for what other processes change in an SQLite file (`PRAGMA data_version`, which tells one connection of the
/// commits of all others).
pub struct Lookout {
    changes: Changes,
    /// To it all other processes are others, and nobody else is: its number changes by no commit of ours.
    writer: AnyPool,
    writers_version: i64,
    /// For when the writer is busy. It sees our own commits, too, and takes them for another's.
    own: AnyConnection,
    own_version: i64,
}

impl Lookout {
    /// A lookout for this database; none for PostgreSQL.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(pool: &Pool) -> sqlx::Result<Option<Self>> {
        if pool.kind == Kind::Postgres {
            return Ok(None);
        }
        let mut own = connect(&pool.url).await?;
        let own_version = version(&mut own).await?;
        let mut writer = pool.writer.acquire().await?;
        let writers_version = version(&mut writer).await?;
        Ok(Some(Self {
            changes: pool.changes.clone(),
            writer: pool.writer.clone(),
            writers_version,
            own,
            own_version,
        }))
    }

    /// Looks once. When that cannot be done, everything may have changed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn look(&mut self) -> sqlx::Result<()> {
        let looked = self.changed().await;
        if !matches!(looked, Ok(false)) {
            self.changes.note();
        }
        looked.map(drop)
    }

    async fn changed(&mut self) -> sqlx::Result<bool> {
        // First: or what is committed between the two would be known here and told by neither.
        let seen_here = version(&mut self.own).await?;
        let here = std::mem::replace(&mut self.own_version, seen_here) != seen_here;
        let Some(mut writer) = self.writer.try_acquire() else {
            return Ok(here);
        };
        let seen = version(&mut writer).await?;
        Ok(std::mem::replace(&mut self.writers_version, seen) != seen)
    }
}

async fn version(connection: &mut AnyConnection) -> sqlx::Result<i64> {
    connection.fetch_one("PRAGMA data_version").await?.try_get(0)
}
