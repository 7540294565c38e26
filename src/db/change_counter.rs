//! Counts the commits to a SQLite file, so that what was read from it can be cached: it is valid as long as the count has
//! not changed.
//!
//! Nothing that was read from PostgreSQL is cached: other nodes commit there, too.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::connect::file_of;

/// A commit of another process invalidates the cache within this time. If the watcher is late, because the machine or the
/// file is busy, the whole cache is invalid.
pub(super) const MAX_STALENESS: Duration = Duration::from_millis(100);

/// How long a process beside the server waits after a commit. Then no server has an older answer in its cache: what it read
/// is valid for `MAX_STALENESS` after the last poll, and every later poll finds the commit.
pub(super) const SETTLE_TIME: Duration = MAX_STALENESS.saturating_add(Duration::from_millis(5));

/// Counts commits. All pools of this process that open the same file share one counter.
#[derive(Clone, Default)]
pub struct ChangeCounter(Arc<Counts>);

#[derive(Default)]
struct Counts {
    generation: AtomicU64,
    /// How often the writer has connected.
    writer_connections: AtomicU64,
    /// Until when commits of other processes are known to be counted, in microseconds of [`uptime`].
    valid_until: AtomicU64,
}

impl ChangeCounter {
    /// The counter of the SQLite file that a URL names.
    #[must_use]
    pub fn of(url: &str) -> Self {
        static FILES: LazyLock<Mutex<HashMap<PathBuf, ChangeCounter>>> = LazyLock::new(Mutex::default);
        FILES.lock().entry(file_of(url).to_owned()).or_default().clone()
    }

    /// The number of commits so far. Take it before reading what is to be cached.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::SeqCst)
    }

    /// Whether nothing was committed since this generation, by another process not up to `MAX_STALENESS` ago.
    #[must_use]
    pub fn is_current(&self, generation: u64) -> bool {
        self.0.valid_until.load(Ordering::SeqCst) > uptime() && self.generation() == generation
    }

    /// Counts a commit, which invalidates everything that was read before.
    pub fn bump(&self) {
        self.0.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// All commits of other processes up to this time, in microseconds of [`uptime`], are counted.
    pub(super) fn polled(&self, at: u64) {
        let until = at + u64::try_from(MAX_STALENESS.as_micros()).unwrap_or(u64::MAX);
        self.0.valid_until.fetch_max(until, Ordering::SeqCst);
    }

    /// The writer has a new connection, whose `data_version` cannot be compared with the last one's.
    pub(super) fn writer_connected(&self) {
        self.0.writer_connections.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn writer_connections(&self) -> u64 {
        self.0.writer_connections.load(Ordering::SeqCst)
    }

    /// For tests without a database: as if a watcher polled for the next hour.
    #[cfg(test)]
    pub(crate) fn assume_watched(&self) {
        self.polled(uptime() + 3_600_000_000);
    }
}

/// Microseconds since this process first asked.
pub(super) fn uptime() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_micros().try_into().unwrap_or(u64::MAX)
}
