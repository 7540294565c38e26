//! One rate limit, with a bounded store of its keys.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};
use parking_lot::{Mutex, MutexGuard};

use crate::config;
use crate::time::Clock;

/// The limit is exceeded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooMany {
    /// The time until the next attempt is permitted.
    pub wait: Duration,
}

/// The maximum number of keys of a limit. Beyond it new keys share a few overflow slots, so that a flood of addresses
/// exhausts neither the memory nor the limits of others.
const MAX_KEYS: usize = 100_000;
const OVERFLOW_SLOTS: u64 = 1_024;

/// A key, or an overflow slot.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Slot<K> {
    Exact(K),
    Overflow(u64),
}

/// The monotonic clock of the program, for `governor`: tests move it, and setting the machine's clock does not.
#[derive(Clone)]
struct MonotonicClock(Clock);

/// Nanoseconds since the clock was created.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Instant(u64);

impl std::ops::Add<Nanos> for Instant {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.into()))
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Nanos::from(self.0.saturating_sub(earlier.0))
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.into()))
    }
}

impl GovernorClock for MonotonicClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        Instant(u64::try_from(self.0.monotonic().as_nanos()).unwrap_or(u64::MAX))
    }
}

/// The state of each key, for `governor`. A key with a slot of its own keeps it, however many keys follow: otherwise a
/// flood would reset its limit.
struct BoundedStore<K> {
    held: Mutex<HashMap<Slot<K>, Nanos>>,
    hasher: RandomState,
}

impl<K> BoundedStore<K> {
    fn held(&self) -> MutexGuard<'_, HashMap<Slot<K>, Nanos>> {
        self.held.lock()
    }
}

impl<K: Hash + Eq + Clone> StateStore for BoundedStore<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut held = self.held();
        let own = Slot::Exact(key.clone());
        let place = if held.len() < MAX_KEYS || held.contains_key(&own) {
            own
        } else {
            Slot::Overflow(self.hasher.hash_one(key) % OVERFLOW_SLOTS)
        };
        let (outcome, state) = decide(held.get(&place).copied())?;
        held.insert(place, state);
        Ok(outcome)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for BoundedStore<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.held().retain(|_, state| *state > drop_below);
    }

    fn shrink_to_fit(&self) {
        self.held().shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.held().len()
    }

    fn is_empty(&self) -> bool {
        self.held().is_empty()
    }
}

type Gcra<K> = RateLimiter<K, BoundedStore<K>, MonotonicClock, NoOpMiddleware<Instant>>;

/// A limit per key.
pub struct Limit<K: Hash + Eq + Clone> {
    limiter: Option<Gcra<K>>,
    clock: MonotonicClock,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    pub(super) fn new(quota: config::Quota, clock: &Clock, enforced: bool) -> Self {
        let quota = Quota::with_period(Duration::from_hours(1) / quota.per_hour.max(1))
            .zip(NonZeroU32::new(quota.burst))
            .map(|(quota, burst)| quota.allow_burst(burst));
        let clock = MonotonicClock(clock.clone());
        let limiter = quota.filter(|_| enforced).map(|quota| {
            let places = BoundedStore {
                held: Mutex::default(),
                hasher: RandomState::new(),
            };
            RateLimiter::new(quota, places, clock.clone())
        });
        Self { limiter, clock }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// When the limit is exceeded; then the attempt is not counted.
    // By value, because callers create a key for this one call.
    #[allow(clippy::needless_pass_by_value)]
    pub fn check(&self, key: K) -> Result<(), TooMany> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(&key).map_err(|not_until| TooMany {
            wait: not_until.wait_time_from(self.clock.now()),
        })
    }

    pub(super) fn forget_idle(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    fn quota(burst: u32, per_hour: u32) -> config::Quota {
        config::Quota { burst, per_hour }
    }

    // ASVS 2.4.1
    #[test]
    fn a_limit_lets_so_many_through_and_then_one_at_a_time() {
        let clock = Clock::system();
        let limit: Limit<&str> = Limit::new(quota(3, 60), &clock, true);
        for _ in 0..3 {
            assert_eq!(limit.check("a"), Ok(()));
        }
        let wait = limit.check("a").unwrap_err().wait;
        assert!(wait > Duration::from_secs(55) && wait <= Duration::from_mins(1));
        assert_eq!(limit.check("b"), Ok(()));
        clock.advance(Duration::from_mins(1));
        assert_eq!(limit.check("a"), Ok(()));
        assert!(limit.check("a").is_err());
    }

    #[test]
    fn a_clock_that_is_set_ahead_for_one_try_shuts_nobody_out() {
        let clock = Clock::system();
        let limit: Limit<&str> = Limit::new(quota(2, 60), &clock, true);
        clock.jump(2 * HOUR);
        assert_eq!(limit.check("a"), Ok(()));
        clock.jump(-2 * HOUR);
        assert_eq!(limit.check("a"), Ok(()));
        // Nor does a clock that is set ahead reset a limit.
        clock.jump(2 * HOUR);
        assert!(limit.check("a").unwrap_err().wait <= Duration::from_mins(1));
    }

    #[test]
    fn a_flood_of_keys_is_bounded() {
        let limit: Limit<u64> = Limit::new(quota(1, 1), &Clock::system(), true);
        for key in 0..u64::try_from(MAX_KEYS).unwrap() + 20_000 {
            let _ = limit.check(key);
        }
        let kept = limit.limiter.as_ref().unwrap().len();
        assert!(kept <= MAX_KEYS + usize::try_from(OVERFLOW_SLOTS).unwrap(), "{kept}");
        // A key from before the flood has used up its limit, and so has a later one.
        assert!(limit.check(0).is_err());
        assert!(limit.check(50_000).is_err());
        assert!(limit.check(119_999).is_err());
    }
}
