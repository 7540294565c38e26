//! Connections that lie at hand for what every signed-in request asks.
//!
//! The pool asks a connection whether it still lives whenever it is given back, in a task of its own: on PostgreSQL that
//! doubles the way of each look-up. These are taken from the pool for good, and go from one look-up to the next.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{AnyConnection, AnyPool, Connection as _};

use super::Pool;

/// As many are in use at once at most: the pool is to open that many less.
pub const AT_HAND: u32 = 2;

/// How long a connection to a server is taken at its word that it lives.
pub(super) const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// Those that nobody uses right now, and since when.
#[derive(Clone, Default)]
pub(super) struct Hand(Arc<Mutex<Vec<(AnyConnection, Instant)>>>);

/// One of them, taken. It lies at hand again by [`AtHand::keep`]; dropped otherwise, as after an error, it is closed.
pub struct AtHand {
    connection: AnyConnection,
    hand: Hand,
}

impl Pool {
    /// Takes a connection that lies at hand. Nobody may have more than [`AT_HAND`] at once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn at_hand(&self) -> sqlx::Result<AtHand> {
        let taken = tokio::time::timeout(self.timeout, self.hand.take(&self.readers)).await;
        Ok(AtHand {
            connection: taken.unwrap_or(Err(sqlx::Error::PoolTimedOut))?,
            hand: self.hand.clone(),
        })
    }

    /// Closes those at hand that have rested too long, as the pool does with its own.
    pub fn rest(&self) {
        self.hand.all().retain(|(_, used)| used.elapsed() < self.rest);
    }
}

impl Hand {
    async fn take(&self, pool: &AnyPool) -> sqlx::Result<AnyConnection> {
        let last = self.all().pop();
        if let Some((mut connection, used)) = last
            && (used.elapsed() < TRUSTED_FOR || connection.ping().await.is_ok())
        {
            return Ok(connection);
        }
        Ok(pool.acquire().await?.detach())
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<(AnyConnection, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn close(&self) {
        let all = std::mem::take(&mut *self.all());
        for (connection, _) in all {
            let _ = connection.close().await;
        }
    }
}

impl AtHand {
    /// Lays it at hand again: whatever was asked of it is answered.
    pub fn keep(self) {
        self.hand.all().push((self.connection, Instant::now()));
    }
}

impl Deref for AtHand {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for AtHand {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}
