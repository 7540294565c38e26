//! Irreversible deletions need two checks, at least an hour apart. So a clock that is wrong for a while, as on a
//! machine that starts before it has the time from the network, deletes nothing.
//!
//! The hour is measured by the monotonic clock, so a process that has just started has no previous check. Each node
//! checks by itself.

use std::time::Duration;

use parking_lot::Mutex;

use crate::time::{Clock, Millis};

/// The minimum time between two checks.
const APART: Duration = Duration::from_hours(1);

/// Remembers the previous check.
#[derive(Default)]
pub(in crate::accounts) struct SecondLook(Mutex<Option<Look>>);

#[derive(Clone, Copy)]
struct Look {
    /// The monotonic time.
    at: Duration,
    /// The date, or an earlier date that the clock has shown since.
    date: Millis,
}

impl SecondLook {
    /// Makes a check. Returns the date until which data is due by this check and by one at least an hour ago; `None` if
    /// there was no such check.
    pub(in crate::accounts) fn due_until(&self, clock: &Clock) -> Option<Millis> {
        let now = Look {
            at: clock.monotonic(),
            date: clock.now(),
        };
        let mut last = self.0.lock();
        let Some(before) = *last else {
            *last = Some(now);
            return None;
        };
        let date = before.date.min(now.date);
        if now.at < before.at + APART {
            // Too early, but data that is not due now must not be deleted later because of the previous check.
            *last = Some(Look { date, ..before });
            return None;
        }
        *last = Some(now);
        Some(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, HOUR};

    #[test]
    fn what_is_due_is_due_twice_an_hour_apart() {
        let (clock, looks) = (Clock::system(), SecondLook::default());
        let start = clock.now();
        assert_eq!(looks.due_until(&clock), None);
        clock.advance(Duration::from_mins(59));
        assert_eq!(looks.due_until(&clock), None, "too early");
        clock.advance(Duration::from_mins(1));
        let due = looks.due_until(&clock).unwrap();
        assert!((start..start + HOUR).contains(&due), "only what was due at the first look");
    }

    #[test]
    fn a_jump_is_no_hour_and_makes_nothing_due() {
        let (clock, looks) = (Clock::system(), SecondLook::default());
        let start = clock.now();
        clock.jump(40 * DAY);
        assert_eq!(looks.due_until(&clock), None);
        clock.jump(DAY);
        assert_eq!(looks.due_until(&clock), None, "no hour has passed");
        clock.jump(-41 * DAY);
        assert_eq!(looks.due_until(&clock), None);
        clock.jump(41 * DAY);
        clock.advance(Duration::from_hours(1));
        let due = looks.due_until(&clock).unwrap();
        assert!(due < start + HOUR, "it was not due all the time");
        clock.jump(-41 * DAY);
        clock.advance(Duration::from_hours(1));
        assert!(looks.due_until(&clock).unwrap() < start + 3 * HOUR, "it is not due now");
    }
}
