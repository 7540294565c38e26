//! Whether the database can be written, for the readiness probe.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::pool::{LastProbe, Pool};
use super::transaction::{Transaction, begin_uncached};
use crate::time::Millis;

/// A write is tried at most once in this time, however many requests ask.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

const WRITE: &str = "
    UPDATE write_probe
    SET written_at = $1
    WHERE id = 1";

/// Whether the database answers and can be written, which a committed write proves. The outcome of the last write is good
/// for five seconds, whatever it was; requests at the same time share one write.
///
/// # Errors
/// When it does not answer, cannot be written, or the answer takes longer than a request waits for a connection.
pub async fn ready(pool: &Pool, now: Millis) -> Result<(), Arc<sqlx::Error>> {
    if let Some(file) = &pool.file {
        file.check()?;
    }
    pool.with_timeout(answers(pool)).await?;
    let pool = pool.clone();
    // In a task of its own: the request may be cancelled, and the others need the outcome.
    let shared = tokio::spawn(async move {
        let mut last = pool.last_probe.lock().await;
        if let Some(last) = last.as_ref().filter(|last| last.at.elapsed() < PROBE_INTERVAL) {
            return last.outcome.clone();
        }
        let outcome = pool.with_timeout(write_once(&pool, now)).await.map_err(Arc::new);
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
pub async fn write_once(pool: &Pool, now: Millis) -> sqlx::Result<()> {
    begin_probe(pool, now).await?.commit().await
}

/// Writes once, and rolls back.
///
/// # Errors
/// When the database cannot be written.
pub async fn takes_writes(pool: &Pool, now: Millis) -> sqlx::Result<()> {
    begin_probe(pool, now).await.map(drop)
}

async fn begin_probe(pool: &Pool, now: Millis) -> sqlx::Result<Transaction> {
    let mut tx = begin_uncached(pool).await?;
    let written = sqlx::query(WRITE).bind(now).execute(&mut *tx).await?;
    if written.rows_affected() == 1 {
        Ok(tx)
    } else {
        Err(sqlx::Error::RowNotFound)
    }
}

/// Whether it answers, and is migrated.
async fn answers(pool: &Pool) -> sqlx::Result<()> {
    const ASK: &str = "
        SELECT COUNT(*)
        FROM signing_keys";
    sqlx::query(ASK).execute(pool.reading()).await?;
    Ok(())
}
