//! What cannot be undone is looked at twice, at least an hour apart, before it is done. So a clock that is wrong for a while,
//! as on a machine that starts before it has asked for the time, erases nothing.
//!
//! The hour is measured by a clock that no jump moves, so a process that has just started has looked at nothing yet. Each
//! node looks for itself.

use std::time::Duration;

use parking_lot::Mutex;

use crate::time::{Clock, Millis};

/// How long lies between two looks at least.
const APART: Duration = Duration::from_hours(1);

/// Remembers the look before.
#[derive(Default)]
pub(in crate::accounts) struct SecondLook(Mutex<Option<Look>>);

#[derive(Clone, Copy)]
struct Look {
    /// By the clock that cannot jump.
    at: Duration,
    /// The date, or an earlier one that the clock has told since.
    date: Millis,
}

impl SecondLook {
    /// Looks once. What was due at this date is due now, and was at a look at least an hour ago; `None`: there was none.
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
            // Too early to count, but what is not due now is not to be erased later on the word of the look before.
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
