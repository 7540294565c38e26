//! Two connections reserved for session look-ups, outside the pool. sqlx pings a connection each time it returns to
//! the pool, which doubles the round trips of a look-up. Slow queries that exhaust the pool must not block
//! authentication.

use std::time::{Duration, Instant};

use sqlx::{AnyConnection, Connection as _};
use tokio_util::sync::CancellationToken;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::connect::connect;
use super::pool::{PING_AFTER, Pool};

/// The same as in the pool.
const MAX_LIFETIME: Duration = Duration::from_mins(30);

/// A connection that is opened when it is needed. [`Pool::close`] waits until it is dropped.
pub struct DedicatedConnection {
    pool: Pool,
    connection: Option<AnyConnection>,
    opened_at: Instant,
    used_at: Instant,
    _open: TaskTrackerToken,
}

impl DedicatedConnection {
    /// One of the [`DEDICATED`](super::DEDICATED) connections, not open yet. It must be dropped when the token of
    /// [`closing`](Self::closing) is cancelled.
    #[must_use]
    pub fn new(pool: &Pool) -> Self {
        Self {
            pool: pool.clone(),
            connection: None,
            opened_at: Instant::now(),
            used_at: Instant::now(),
            _open: pool.dedicated.token(),
        }
    }

    /// The open connection, or a new one. After an error on the connection, do not check it in.
    pub async fn checkout(&mut self) -> sqlx::Result<AnyConnection> {
        if let Some(file) = self.pool.file.as_ref().filter(|file| file.is_lost()) {
            file.check()?;
        }
        if let Some(mut connection) = self.connection.take()
            && (self.used_at.elapsed() < PING_AFTER || connection.ping().await.is_ok())
        {
            return Ok(connection);
        }
        self.reconnect().await
    }

    /// Opens a new connection.
    pub async fn reconnect(&mut self) -> sqlx::Result<AnyConnection> {
        let connection = connect(&self.pool.url).await?;
        if let Some(file) = &self.pool.file {
            // The path may name another file by now.
            file.check()?;
        }
        self.opened_at = Instant::now();
        Ok(connection)
    }

    /// Stores the connection for the next query. All its answers must have been read.
    pub fn checkin(&mut self, connection: AnyConnection) {
        self.used_at = Instant::now();
        self.connection = (self.opened_at.elapsed() < MAX_LIFETIME).then_some(connection);
    }

    /// How long the connection may be idle before it should be closed, as in the pool.
    #[must_use]
    pub fn idle_timeout(&self) -> Duration {
        self.pool.idle_timeout
    }

    /// Closes the connection properly. The next checkout opens a new one.
    pub async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }

    /// Cancelled when the pool closes.
    #[must_use]
    pub fn closing(&self) -> CancellationToken {
        self.pool.closing.clone()
    }
}
