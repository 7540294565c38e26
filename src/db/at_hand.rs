//! Connections that lie at hand: dedicated to what every signed-in request asks, and shared with nothing else.
//!
//! The pool asks a connection whether it still lives whenever it is given back, in a task of its own: on PostgreSQL that
//! doubles the way of each look-up. These go from one look-up to the next; and however many slow questions the pool's are
//! busy with, there are some to see who asks.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{AnyConnection, Connection as _};

use super::Pool;
use super::open::connect;

/// As many are in use at once at most: the pool is to open that many less. So there is always one for whoever comes first,
/// and those who come while both are busy share a statement.
pub const AT_HAND: u32 = 2;

/// How long a connection to a server is taken at its word that it lives.
pub(super) const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// How old one becomes: as old as the pool's.
const LIVES_FOR: Duration = Duration::from_mins(30);

/// Those that nobody uses right now, and since when.
#[derive(Clone, Default)]
pub(super) struct Hand(Arc<Mutex<Vec<(AtHand, Instant)>>>);

/// One of them, taken. It lies at hand again by [`Pool::keep`]; dropped otherwise, as after an error, it is closed.
pub struct AtHand {
    connection: AnyConnection,
    opened: Instant,
}

impl Pool {
    /// Takes a connection that lies at hand, or a new one. Nobody may have more than [`AT_HAND`] at once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn at_hand(&self) -> sqlx::Result<AtHand> {
        if let Some(file) = self.file.as_ref().filter(|file| file.is_lost()) {
            file.check()?;
        }
        let last = self.hand.all().pop();
        if let Some((mut last, used)) = last
            && (used.elapsed() < TRUSTED_FOR || last.connection.ping().await.is_ok())
        {
            return Ok(last);
        }
        self.at_hand_anew().await
    }

    /// Takes one that was just opened.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn at_hand_anew(&self) -> sqlx::Result<AtHand> {
        let connection = connect(&self.url).await?;
        if let Some(file) = &self.file {
            // It opens whatever the path names now.
            file.check()?;
        }
        Ok(AtHand {
            connection,
            opened: Instant::now(),
        })
    }

    /// Lays one at hand again: whatever was asked of it is answered.
    pub fn keep(&self, connection: AtHand) {
        if connection.opened.elapsed() < LIVES_FOR {
            self.hand.all().push((connection, Instant::now()));
        }
    }

    /// Closes those at hand that have rested too long, as the pool does with its own.
    pub fn close_rested(&self) {
        self.hand.all().retain(|(_, used)| used.elapsed() < self.rest);
    }
}

impl Hand {
    fn all(&self) -> MutexGuard<'_, Vec<(AtHand, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn close(&self) {
        let all = std::mem::take(&mut *self.all());
        for (at_hand, _) in all {
            let _ = at_hand.connection.close().await;
        }
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
