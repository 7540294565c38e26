//! The clock. It is the program's only source of the time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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

/// How far the clocks of two nodes may differ. A stored time further in the future was written by a wrong clock.
pub const CLOCKS_DIFFER: Millis = MINUTE;

/// Gives the time. Clones share it.
///
/// There are two kinds of time. [`now`](Self::now) is the date: it is stored and compared across restarts and nodes,
/// and it can jump when the machine's clock is set. [`monotonic`](Self::monotonic) never jumps: everything that is
/// measured in memory uses it.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    /// How far tests have moved it. Release builds cannot (ASVS 15.2.3).
    #[cfg(debug_assertions)]
    moved: std::sync::Arc<Moved>,
}

/// How far tests have moved a clock, in milliseconds.
#[cfg(debug_assertions)]
#[derive(Debug, Default)]
struct Moved {
    wall: std::sync::atomic::AtomicI64,
    monotonic: std::sync::atomic::AtomicU64,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self {
            started: Instant::now(),
            #[cfg(debug_assertions)]
            moved: std::sync::Arc::default(),
        }
    }

    /// Milliseconds since 1970, UTC.
    #[must_use]
    pub fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX);
        #[cfg(debug_assertions)]
        let now = now + self.moved.wall.load(std::sync::atomic::Ordering::SeqCst);
        now
    }

    /// The time since this clock was created. Setting the machine's clock does not change it.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        let elapsed = self.started.elapsed();
        #[cfg(debug_assertions)]
        let elapsed = elapsed + Duration::from_millis(self.moved.monotonic.load(std::sync::atomic::Ordering::SeqCst));
        elapsed
    }

    /// Advances this clock and its clones. For tests.
    #[cfg(debug_assertions)]
    pub fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.moved.monotonic.fetch_add(millis, std::sync::atomic::Ordering::SeqCst);
        self.jump(Millis::try_from(millis).unwrap_or(Millis::MAX));
    }

    /// Changes the date of this clock and its clones by this many milliseconds, as if a person had set the machine's
    /// clock: the monotonic time does not change. For tests.
    #[cfg(debug_assertions)]
    pub fn jump(&self, by: Millis) {
        self.moved.wall.fetch_add(by, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_of_the_date_is_no_time_that_passes() {
        let clock = Clock::system();
        let (date, time) = (clock.now(), clock.monotonic());
        clock.jump(2 * HOUR);
        assert!(clock.now() >= date + 2 * HOUR);
        assert!(clock.monotonic() < time + Duration::from_mins(1));
        clock.jump(-3 * HOUR);
        assert!(clock.now() < date);
        clock.advance(Duration::from_hours(4));
        assert!(clock.now() >= date + 3 * HOUR);
        assert!(clock.clone().monotonic() >= time + Duration::from_hours(4));
    }
}
