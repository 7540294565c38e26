//! Detects commits to a SQLite file by other processes, such as the command line.

use std::time::Duration;

use sqlx::{AnyConnection, AnyPool, Connection as _, Executor, Row as _};

use super::change_counter::{ChangeCounter, MAX_STALENESS, uptime};
use super::connect::{Backend, connect};
use super::database_file::DatabaseFile;
use super::errors::Explained;
use super::pool::Pool;

pub const POLL_INTERVAL: Duration = Duration::from_millis(50);

const _: () = assert!(POLL_INTERVAL.as_millis() * 2 <= MAX_STALENESS.as_millis(), "one late poll is early enough");

/// Compares `PRAGMA data_version`, which changes on a connection when any other connection commits.
pub struct ExternalCommitWatcher {
    changes: ChangeCounter,
    /// The writer connection. Its `data_version` changes only when another process commits, because all our own commits
    /// go through this connection.
    writer: AnyPool,
    /// The number of the writer's connection, and its version. Versions of two connections cannot be compared, so a new
    /// connection counts as a change.
    writer_version: (u64, i64),
    /// Queried while the writer is busy. It also sees our own commits and takes them for another process's. That costs
    /// a cache miss, never a stale answer.
    own: AnyConnection,
    own_version: i64,
    /// Checked with each poll. While `own` is open, the write-ahead log cannot be replaced unnoticed.
    file: Option<DatabaseFile>,
}

impl ExternalCommitWatcher {
    /// Connects. None for PostgreSQL, from which nothing is cached.
    pub async fn connect(pool: &Pool) -> sqlx::Result<Option<Self>> {
        if pool.backend == Backend::Postgres {
            return Ok(None);
        }
        let mut own = connect(&pool.url).await?;
        let own_version = version(&mut own).await?;
        if let Some(file) = &pool.file {
            file.stays_open();
        }
        let mut writer = pool.writer.acquire().await?;
        let writer_version = (pool.changes.writer_connections(), version(&mut writer).await?);
        Ok(Some(Self {
            changes: pool.changes.clone(),
            writer: pool.writer.clone(),
            writer_version,
            own,
            own_version,
            file: pool.file.clone(),
        }))
    }

    /// Counts a change if another process has committed, and also if that cannot be determined.
    pub async fn poll(&mut self) -> sqlx::Result<()> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        let polled_at = uptime();
        let changed = self.changed().await;
        if !matches!(changed, Ok(false)) {
            self.changes.bump();
        }
        changed.map(|_| self.changes.polled(polled_at))
    }

    async fn changed(&mut self) -> sqlx::Result<bool> {
        // `own` is read first. Otherwise a commit between the two reads would be in its new version, but not in the
        // writer's.
        let own_version = version(&mut self.own).await?;
        let own_changed = std::mem::replace(&mut self.own_version, own_version) != own_version;
        let Some(mut writer) = self.writer.try_acquire() else {
            return Ok(own_changed);
        };
        let writer_version = (self.changes.writer_connections(), version(&mut writer).await?);
        Ok(std::mem::replace(&mut self.writer_version, writer_version) != writer_version)
    }

    pub async fn close(self) {
        if let Some(file) = &self.file {
            file.may_close();
        }
        if let Err(error) = self.own.close().await {
            tracing::warn!(error = %Explained(&error), "a connection to the database was not closed in order");
        }
    }
}

async fn version(connection: &mut AnyConnection) -> sqlx::Result<i64> {
    connection.fetch_one("PRAGMA data_version").await?.try_get(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::transaction::{begin, begin_uncached};

    async fn opened(folder: &tempfile::TempDir) -> (Pool, ExternalCommitWatcher) {
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let pool = Pool::open(&url, 2, Duration::from_secs(5)).await.unwrap();
        pool.writing().execute("CREATE TABLE things (name TEXT)").await.unwrap();
        let mut watcher = ExternalCommitWatcher::connect(&pool).await.unwrap().unwrap();
        watcher.poll().await.unwrap();
        (pool, watcher)
    }

    /// The number of changes counted during an action and the next poll. It waits until the writer is idle, because a
    /// connection returns to the pool in a task of its own.
    async fn counted(pool: &Pool, watcher: &mut ExternalCommitWatcher, action: impl Future<Output = ()>) -> u64 {
        let before = pool.changes().generation();
        action.await;
        while pool.writer.num_idle() == 0 {
            tokio::task::yield_now().await;
        }
        watcher.poll().await.unwrap();
        pool.changes().generation() - before
    }

    #[tokio::test]
    async fn own_commits_count_once_and_those_of_others_at_the_next_poll() {
        let folder = tempfile::tempdir().unwrap();
        let (pool, mut watcher) = opened(&folder).await;
        let own = async || {
            let mut tx = begin(&pool).await.unwrap();
            tx.execute("INSERT INTO things VALUES ('own')").await.unwrap();
            tx.commit().await.unwrap();
        };
        let uncached = async || {
            let mut tx = begin_uncached(&pool).await.unwrap();
            tx.execute("INSERT INTO things VALUES ('uncached')").await.unwrap();
            tx.commit().await.unwrap();
        };
        let mut other = connect(&pool.url).await.unwrap();
        for _ in 0..3 {
            assert_eq!(counted(&pool, &mut watcher, async {}).await, 0);
            assert_eq!(counted(&pool, &mut watcher, own()).await, 1);
            assert_eq!(counted(&pool, &mut watcher, uncached()).await, 0);
            let others = async {
                other.execute("INSERT INTO things VALUES ('other')").await.unwrap();
            };
            assert_eq!(counted(&pool, &mut watcher, others).await, 1);
        }
        let dropped = async { drop(begin(&pool).await.unwrap()) };
        assert_eq!(counted(&pool, &mut watcher, dropped).await, 0, "nothing was changed");
    }

    /// Each connection has versions of its own.
    #[tokio::test]
    async fn a_new_writer_connection_counts_as_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let (pool, mut watcher) = opened(&folder).await;
        let mut other = connect(&pool.url).await.unwrap();
        for _ in 0..3 {
            let replaced = async {
                other.execute("INSERT INTO things VALUES ('other')").await.unwrap();
                pool.writer.acquire().await.unwrap().close().await.unwrap();
                drop(pool.writer.acquire().await.unwrap());
            };
            assert_eq!(counted(&pool, &mut watcher, replaced).await, 1);
            assert_eq!(counted(&pool, &mut watcher, async {}).await, 0);
        }
    }

    #[tokio::test]
    async fn a_busy_writer_hides_no_commit() {
        let folder = tempfile::tempdir().unwrap();
        let (pool, mut watcher) = opened(&folder).await;
        let mut other = connect(&pool.url).await.unwrap();
        let before = pool.changes().generation();
        let busy = pool.writer.acquire().await.unwrap();
        other.execute("INSERT INTO things VALUES ('other')").await.unwrap();
        watcher.poll().await.unwrap();
        assert_eq!(pool.changes().generation() - before, 1);
        drop(busy);
        assert!(counted(&pool, &mut watcher, async {}).await <= 1, "counted a second time at most");
        assert_eq!(counted(&pool, &mut watcher, async {}).await, 0);
    }
}
