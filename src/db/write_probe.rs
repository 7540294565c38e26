//! Whether the database can be written, for the readiness probe.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::pool::Pool;
use super::transaction::Transaction;
use crate::time::Millis;

/// A write is tried at most once in this time, however many requests ask.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

const WRITE: &str = "
    UPDATE write_probe
    SET written_at = $1
    WHERE id = 1";

/// The outcome of the last write, shared by all requests that ask.
#[derive(Clone, Default)]
pub(super) struct WriteProbe(Arc<Mutex<Option<LastProbe>>>);

struct LastProbe {
    at: Instant,
    outcome: Result<(), Arc<sqlx::Error>>,
}

impl Pool {
    /// Whether the database answers and can be written, which a committed write proves. The outcome of the last write is
    /// good for five seconds, whatever it was; requests at the same time share one write.
    ///
    /// # Errors
    /// When it does not answer, cannot be written, or the answer takes longer than a request waits for a connection.
    pub async fn ready(&self, now: Millis) -> Result<(), Arc<sqlx::Error>> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        self.with_timeout(self.answers()).await?;
        let pool = self.clone();
        // In a task of its own: the request may be cancelled, and the others need the outcome.
        let shared = tokio::spawn(async move {
            let mut last = pool.write_probe.0.lock().await;
            if let Some(last) = last.as_ref().filter(|last| last.at.elapsed() < PROBE_INTERVAL) {
                return last.outcome.clone();
            }
            let outcome = pool.with_timeout(pool.write_once(now)).await.map_err(Arc::new);
            *last = Some(LastProbe {
                at: Instant::now(),
                outcome: outcome.clone(),
            });
            outcome
        });
        shared.await.unwrap_or_else(|_| Err(Arc::new(sqlx::Error::WorkerCrashed)))
    }

    /// Writes once, and commits.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write_once(&self, now: Millis) -> sqlx::Result<()> {
        self.begin_probe(now).await?.commit().await
    }

    /// Writes once, and rolls back.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn takes_writes(&self, now: Millis) -> sqlx::Result<()> {
        self.begin_probe(now).await.map(drop)
    }

    async fn begin_probe(&self, now: Millis) -> sqlx::Result<Transaction> {
        let mut tx = self.begin_uncached().await?;
        let written = sqlx::query(WRITE).bind(now).execute(&mut *tx).await?;
        if written.rows_affected() == 1 {
            Ok(tx)
        } else {
            Err(sqlx::Error::RowNotFound)
        }
    }

    /// Whether it answers, and is migrated.
    async fn answers(&self) -> sqlx::Result<()> {
        const ASK: &str = "
            SELECT COUNT(*)
            FROM signing_keys";
        sqlx::query(ASK).execute(self.reading()).await?;
        Ok(())
    }
}
