//! The one clock. Nothing else in the program asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z, or a number of milliseconds.
pub type Millis = i64;

/// A second, in milliseconds.
pub const SECOND: Millis = 1_000;
/// A minute, in milliseconds.
pub const MINUTE: Millis = 60 * SECOND;
/// An hour, in milliseconds.
pub const HOUR: Millis = 60 * MINUTE;
/// A day of 24 hours, in milliseconds.
pub const DAY: Millis = 24 * HOUR;

/// Tells the time. Clones tell the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// How far tests have moved it. Release builds cannot (ASVS 15.2.3).
    #[cfg(debug_assertions)]
    moved: std::sync::Arc<std::sync::atomic::AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// Milliseconds since 1970, UTC.
    #[must_use]
    pub fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX);
        #[cfg(debug_assertions)]
        let now = now + self.moved.load(std::sync::atomic::Ordering::SeqCst);
        now
    }

    /// Moves this clock and its clones ahead. For tests.
    #[cfg(debug_assertions)]
    pub fn advance(&self, by: std::time::Duration) {
        let by = Millis::try_from(by.as_millis()).unwrap_or(Millis::MAX);
        self.moved.fetch_add(by, std::sync::atomic::Ordering::SeqCst);
    }
}
