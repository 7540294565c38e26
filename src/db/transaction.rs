//! Transactions that may write: begin, commit and retry.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::{Any, AnyConnection, AnyPool};

use super::change_counter::ChangeCounter;
use super::connect::Backend;
use super::database_file::DatabaseFile;
use super::errors::is_conflict;
use super::pool::Pool;

/// Takes the write lock at once, so concurrent transactions wait for each other instead of failing.
const SQLITE_BEGIN: &str = "BEGIN IMMEDIATE";

/// Names the isolation level, so that it does not depend on `default_transaction_isolation`. Every statement sees what
/// was committed before it, and rows are locked explicitly where necessary.
const POSTGRES_BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// The pauses before each retry. A random part is added to each.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(5),
    Duration::from_millis(20),
    Duration::from_millis(60),
    Duration::from_millis(150),
];

/// A transaction that may write. It is rolled back if it is dropped without [`Transaction::commit`].
pub struct Transaction {
    inner: sqlx::Transaction<'static, Any>,
    /// The counter that the commit bumps. None for PostgreSQL and for [`begin_uncached`].
    changes: Option<ChangeCounter>,
    file: Option<DatabaseFile>,
    /// How long the commit waits until no other process has an older answer in its cache.
    settle_time: Option<Duration>,
}

impl Transaction {
    /// Commits, and invalidates everything that is cached from the database.
    ///
    /// # Errors
    /// When the database is unavailable: then it may have committed or not. When the path of the SQLite file names
    /// another file by now: what was written would be lost at the next start.
    pub async fn commit(self) -> sqlx::Result<()> {
        // In a task, because the request may be cancelled before the change is counted.
        let committed = tokio::spawn(async move {
            let outcome = self.inner.commit().await;
            if let Some(changes) = &self.changes {
                changes.bump();
                if let Some(settle_time) = self.settle_time {
                    // Also after an error, because the commit may have succeeded.
                    tokio::time::sleep(settle_time).await;
                }
            }
            outcome?;
            self.file.as_ref().map_or(Ok(()), DatabaseFile::check)
        });
        committed.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }
}

impl Deref for Transaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}

/// Begins a transaction whose commit invalidates the whole cache.
///
/// # Errors
/// When the database is unavailable, or SQLite is locked by another process for 5 seconds.
pub async fn begin(pool: &Pool) -> sqlx::Result<Transaction> {
    let changes = (pool.backend == Backend::Sqlite).then(|| pool.changes.clone());
    Ok(Transaction {
        changes,
        ..begin_uncached(pool).await?
    })
}

/// Begins a transaction that changes nothing that is cached, for example a failed sign-in. Its commit invalidates
/// nothing. Using [`begin`] instead costs cache misses, never a stale answer.
pub async fn begin_uncached(pool: &Pool) -> sqlx::Result<Transaction> {
    if let Some(file) = &pool.file {
        file.check()?;
    }
    let begin = match pool.backend {
        Backend::Sqlite => SQLITE_BEGIN,
        Backend::Postgres => POSTGRES_BEGIN,
    };
    let writer: AnyPool = pool.writer.clone();
    // In a task: if this future were dropped while sqlx begins, sqlx would return the connection to the pool while
    // PostgreSQL is still in the transaction.
    let inner = tokio::spawn(async move { writer.begin_with(begin).await });
    Ok(Transaction {
        inner: inner.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?,
        changes: None,
        file: pool.file.clone(),
        settle_time: pool.settle_time,
    })
}

/// Takes the lock of this name until the transaction ends, so that only one transaction on all nodes holds it. SQLite
/// has only one writer, so it needs no lock.
pub async fn lock(tx: &mut AnyConnection, backend: Backend, name: &str) -> sqlx::Result<()> {
    const LOCK: &str = "
        SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)";
    if backend == Backend::Postgres {
        sqlx::query(LOCK).bind(name).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Runs a transaction, and retries it a few times if the database aborted it in favour of another one (a serialisation
/// failure or a deadlock).
pub async fn retry<T, E, F>(attempt: impl Fn() -> F) -> Result<T, E>
where
    E: std::error::Error + 'static,
    F: Future<Output = Result<T, E>>,
{
    for pause in PAUSES {
        match attempt().await {
            Err(error) if is_conflict(&error) => {
                tracing::debug!(%error, "a transaction is tried again");
                tokio::time::sleep(pause.mul_f64(1.0 + random_part())).await;
            }
            outcome => return outcome,
        }
    }
    attempt().await
}

/// A random number from 0 to 1.
fn random_part() -> f64 {
    let mut byte = [0];
    // If there are no random bytes, the pauses are only less spread.
    let _ = getrandom::fill(&mut byte);
    f64::from(byte[0]) / 256.0
}
