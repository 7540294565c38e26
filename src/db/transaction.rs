//! Transactions that may write: how they begin, how they end, and when one is tried again.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::{Any, AnyConnection, AnyPool, Connection};

use super::file::DatabaseFile;
use super::{Backend, Changes, Pool, is_conflict};

/// Takes the write lock at once: sixteen people signing up wait for each other instead of failing.
const SQLITE_BEGIN: &str = "BEGIN IMMEDIATE";

/// The isolation is named, so that `default_transaction_isolation` of a server, database or role changes nothing: every
/// statement of a transaction sees what was committed before that statement, and rows are locked where it matters.
const POSTGRES_BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Pauses before a transaction is tried again. Each is lengthened by a random part of itself.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(5),
    Duration::from_millis(20),
    Duration::from_millis(60),
    Duration::from_millis(150),
];

/// A transaction that may write. It is rolled back when dropped without [`Transaction::commit`].
pub struct Transaction {
    transaction: sqlx::Transaction<'static, Any>,
    changes: Option<Changes>,
    file: Option<DatabaseFile>,
    /// How long a commit waits until no other process can hold an older answer.
    settles: Option<Duration>,
}

impl Transaction {
    /// Makes what was written so. From here on nothing that was remembered of the database counts.
    ///
    /// # Errors
    /// When the database is away; it is not known then whether it was done. When the file that was written is not the one
    /// that its path names: it would be gone with the next start.
    pub async fn commit(self) -> sqlx::Result<()> {
        // In a task of its own: the request that waits for it may go away before the change is counted.
        let committed = tokio::spawn(async move {
            let outcome = self.transaction.commit().await;
            if let Some(changes) = &self.changes {
                changes.note();
                if let Some(settles) = self.settles {
                    // Also after an error: it may have been done all the same.
                    tokio::time::sleep(settles).await;
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
        &self.transaction
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

impl Pool {
    /// Begins a transaction that may write whatever it likes.
    ///
    /// # Errors
    /// When the database is away, or (SQLite) stays locked by another process for 5 seconds.
    pub async fn begin(&self) -> sqlx::Result<Transaction> {
        let changes = (self.backend == Backend::Sqlite).then(|| self.changes.clone());
        Ok(Transaction {
            changes,
            ..self.begin_uncached().await?
        })
    }

    /// Begins a transaction that changes nothing of what is remembered: see [`Pool::changes`].
    ///
    /// # Errors
    /// As [`Pool::begin`].
    pub async fn begin_uncached(&self) -> sqlx::Result<Transaction> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        let begin = match self.backend {
            Backend::Sqlite => SQLITE_BEGIN,
            Backend::Postgres => POSTGRES_BEGIN,
        };
        let writer: AnyPool = self.writer.clone();
        // In a task of its own: sqlx loses sight of a transaction whose beginning nobody waits for to the end, and gives
        // the connection back with PostgreSQL still in it.
        let transaction = tokio::spawn(async move { writer.begin_with(begin).await });
        Ok(Transaction {
            transaction: transaction.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?,
            changes: None,
            file: self.file.clone(),
            settles: self.settles,
        })
    }
}

/// Whether a connection that comes back to its pool may stay. sqlx 0.9 counts a SQLite transaction as ended only if its
/// `ROLLBACK` succeeded, which fails where SQLite has rolled back by itself, as after a full disk; such a connection begins
/// nothing ever again.
///
/// # Errors
/// When the connection is broken.
pub(super) async fn ended_cleanly(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // A rollback may still be on its way: this is answered after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Does something that is one transaction, and does it again, a few times, when the database ended it in favour of another
/// one (a serialisation failure or a deadlock). In between nothing of it has happened.
///
/// # Errors
/// Those of the last try.
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

/// Between 0 and 1.
fn random_part() -> f64 {
    let mut byte = [0];
    // Without randomness two that collided may collide once more.
    let _ = getrandom::fill(&mut byte);
    f64::from(byte[0]) / 256.0
}
