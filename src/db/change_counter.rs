//! Counts the commits to a SQLite file. What was read from the file may be cached as long as the count does not change.
//!
//! Nothing from PostgreSQL is cached, because other nodes commit there.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::connect::file_of;

/// The maximum time until a commit of another process invalidates the cache. If the watcher is late, because the
/// machine or the file is busy, nothing in the cache is used.
pub(super) const MAX_STALENESS: Duration = Duration::from_millis(100);

/// How long a process beside the server waits after a commit. After that, no server has an older answer in its cache:
/// what it read is valid for `MAX_STALENESS` after its last poll, and every later poll finds the commit.
pub(super) const SETTLE_TIME: Duration = MAX_STALENESS.saturating_add(Duration::from_millis(5));

/// The counter. All pools of this process that open the same file share one.
#[derive(Clone, Default)]
pub struct ChangeCounter(Arc<Counts>);

#[derive(Default)]
struct Counts {
    generation: AtomicU64,
    /// How often the writer has connected.
    writer_connections: AtomicU64,
    /// Commits of other processes are known to be counted until this time, in microseconds of [`uptime`].
    valid_until: AtomicU64,
}

impl ChangeCounter {
    #[must_use]
    pub fn of(url: &str) -> Self {
        static FILES: LazyLock<Mutex<HashMap<PathBuf, ChangeCounter>>> = LazyLock::new(Mutex::default);
        FILES.lock().entry(file_of(url).to_owned()).or_default().clone()
    }

    /// The number of commits so far. Read it before the data that is to be cached.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::SeqCst)
    }

    /// Whether nothing was committed since this generation. A commit of another process may be missed for
    /// `MAX_STALENESS`.
    #[must_use]
    pub fn is_current(&self, generation: u64) -> bool {
        self.0.valid_until.load(Ordering::SeqCst) > uptime() && self.generation() == generation
    }

    /// Counts a commit, which invalidates everything read before it.
    pub fn bump(&self) {
        self.0.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Records that all commits of other processes up to this time are counted, in microseconds of [`uptime`].
    pub(super) fn polled(&self, at: u64) {
        let until = at + u64::try_from(MAX_STALENESS.as_micros()).unwrap_or(u64::MAX);
        self.0.valid_until.fetch_max(until, Ordering::SeqCst);
    }

    /// Records that the writer has a new connection. Its `data_version` cannot be compared with that of the previous
    /// one.
    pub(super) fn writer_connected(&self) {
        self.0.writer_connections.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn writer_connections(&self) -> u64 {
        self.0.writer_connections.load(Ordering::SeqCst)
    }

    /// For tests without a database: as if a watcher polled during the next hour.
    #[cfg(test)]
    pub(crate) fn assume_watched(&self) {
        self.polled(uptime() + 3_600_000_000);
    }
}

/// Microseconds since the first call in this process.
pub(super) fn uptime() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_micros().try_into().unwrap_or(u64::MAX)
}
