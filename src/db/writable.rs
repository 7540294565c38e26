//! Whether the database can be written: what readiness is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::{Pool, Transaction};
use crate::time::Millis;

/// A write is tried at most once in this time, however many ask.
const TRIED_EVERY: Duration = Duration::from_secs(5);

const WRITE: &str = "
    UPDATE write_probe
    SET written_at = $1
    WHERE id = 1";

/// What came of the last try, shared by all who ask.
#[derive(Clone, Default)]
pub(super) struct WriteProbe(Arc<Mutex<Option<Tried>>>);

struct Tried {
    at: Instant,
    outcome: Result<(), Arc<sqlx::Error>>,
}

impl Pool {
    /// Whether the database answers and can be written, which a committed write shows. One that was made less than five
    /// seconds ago counts, whatever came of it; those who ask at the same time share one.
    ///
    /// # Errors
    /// When it does not answer, cannot be written, or the answer takes longer than a request waits for a connection.
    pub async fn ready(&self, now: Millis) -> Result<(), Arc<sqlx::Error>> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        self.with_timeout(self.answers()).await?;
        let pool = self.clone();
        // In a task of its own: who asks may go away, and what was tried for all of them still counts.
        let shared = tokio::spawn(async move {
            let mut last = pool.write_probe.0.lock().await;
            if let Some(tried) = last.as_ref().filter(|tried| tried.at.elapsed() < TRIED_EVERY) {
                return tried.outcome.clone();
            }
            let outcome = pool.with_timeout(pool.write_once(now)).await.map_err(Arc::new);
            *last = Some(Tried {
                at: Instant::now(),
                outcome: outcome.clone(),
            });
            outcome
        });
        shared.await.unwrap_or_else(|_| Err(Arc::new(sqlx::Error::WorkerCrashed)))
    }

    /// Writes once, and makes it so.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write_once(&self, now: Millis) -> sqlx::Result<()> {
        self.begin_probe(now).await?.commit().await
    }

    /// Tries whether a write would be taken, and takes it back.
    ///
    /// # Errors
    /// When the database takes none.
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
