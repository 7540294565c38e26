//! Checks for the readiness probe whether the database can be written.

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

/// Checks that the database answers and that a write can be committed. The result of a write is used for five seconds.
/// Concurrent requests share one write.
///
/// # Errors
/// When the database does not answer, cannot be written, or takes longer than a request may wait for a connection.
pub async fn ready(pool: &Pool, now: Millis) -> Result<(), Arc<sqlx::Error>> {
    if let Some(file) = &pool.file {
        file.check()?;
    }
    pool.with_timeout(answers(pool)).await?;
    let pool = pool.clone();
    // In a task, because the request may be cancelled and others need the result.
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
pub async fn write_once(pool: &Pool, now: Millis) -> sqlx::Result<()> {
    begin_probe(pool, now).await?.commit().await
}

/// Writes once, and rolls back.
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

/// Checks that the database answers and is migrated.
async fn answers(pool: &Pool) -> sqlx::Result<()> {
    const ASK: &str = "
        SELECT COUNT(*)
        FROM signing_keys";
    sqlx::query(ASK).execute(pool.reading()).await?;
    Ok(())
}
