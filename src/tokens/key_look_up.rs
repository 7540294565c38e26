//! Looks unknown keys up in the database, at most once a second, whatever strangers send.

use std::time::Duration;

use tokio::sync::Mutex;

use crate::time::Clock;

/// How often an unknown key is looked up in the database at most.
const LOOK_PAUSE: Duration = Duration::from_secs(1);

/// When keys were last looked up.
#[derive(Default)]
pub(super) struct KeyLookUp(Mutex<Looked>);

/// When it was, and whether that failed.
#[derive(Default)]
struct Looked {
    at: Option<Duration>,
    failed: bool,
}

impl KeyLookUp {
    /// Reads the keys, unless that was done less than a second ago.
    ///
    /// # Errors
    /// When the database is unavailable: whether there is such a key is then unknown.
    pub(super) async fn run(&self, clock: &Clock, read: impl Future<Output = sqlx::Result<()>>) -> sqlx::Result<()> {
        // Held during the look-up: concurrent calls wait for its result and do not repeat it, however long it took.
        let mut looked = self.0.lock().await;
        let long_ago = |at| clock.monotonic().saturating_sub(at) >= LOOK_PAUSE;
        if looked.at.is_none_or(long_ago) {
            let outcome = read.await;
            *looked = Looked {
                at: Some(clock.monotonic()),
                failed: outcome.is_err(),
            };
            return outcome;
        }
        if looked.failed {
            return Err(sqlx::Error::PoolTimedOut);
        }
        Ok(())
    }
}
