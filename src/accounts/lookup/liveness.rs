//! Whether a session is live, and when it was last used.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::config::Lifetimes;
use crate::time::Millis;

/// A token is renewed when it is older than this part of the idle limit.
pub(in crate::accounts) const RENEW_AFTER: Millis = 12;

/// The idle limit of a session, with or without "stay signed in".
pub(in crate::accounts) fn idle_limit(lifetimes: &Lifetimes, remember: bool) -> Millis {
    if remember {
        lifetimes.session_idle_remembered
    } else {
        lifetimes.session_idle
    }
}

/// The condition of a live session `s`: neither the absolute limit nor the idle limit is over (ASVS 7.3.1, 7.3.2). Takes the
/// placeholders of the time and of the two of [`idle_cutoff`].
macro_rules! live_sql {
    ($now:literal, $idle:literal, $idle_remembered:literal) => {
        concat!(
            "s.expires_at > ",
            $now,
            "
              AND (s.last_seen_at > ",
            $idle,
            " OR (s.remember = 1 AND s.last_seen_at > ",
            $idle_remembered,
            "))"
        )
    };
}
pub(in crate::accounts) use live_sql;

/// A session last seen at the first of these times or before is over; one with "stay signed in", at the second.
pub(in crate::accounts) fn idle_cutoff(lifetimes: &Lifetimes, now: Millis) -> (Millis, Millis) {
    (now - lifetimes.session_idle, now - lifetimes.session_idle_remembered)
}

/// When a session was last used, as far as this process knows. A cached session stays cached when it is touched, so this
/// changes in place.
#[derive(Debug)]
pub(in crate::accounts) struct LastSeen {
    at: AtomicI64,
    /// Whether a request is writing it.
    touching: AtomicBool,
}

impl LastSeen {
    pub(in crate::accounts) fn new(at: Millis) -> Self {
        Self {
            at: AtomicI64::new(at),
            touching: AtomicBool::new(false),
        }
    }

    pub(in crate::accounts) fn at(&self) -> Millis {
        self.at.load(Ordering::Relaxed)
    }
}

impl LastSeen {
    /// Takes the right to write it; false when another request has it.
    pub(in crate::accounts) fn begin_touch(&self) -> bool {
        !self.touching.swap(true, Ordering::Relaxed)
    }

    /// Gives that right back; `at` is what was written.
    pub(in crate::accounts) fn end_touch(&self, at: Option<Millis>) {
        if let Some(at) = at {
            self.at.store(at, Ordering::Relaxed);
        }
        self.touching.store(false, Ordering::Relaxed);
    }
}
