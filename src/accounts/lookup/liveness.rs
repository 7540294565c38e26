//! Whether a session is live, and its time of last use.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::config::Lifetimes;
use crate::time::Millis;

/// A token is renewed when it is older than the idle limit divided by this.
pub(in crate::accounts) const RENEW_AFTER: Millis = 12;

/// The idle limit of a session, with or without "keep me signed in".
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

/// Sessions that were last used at the first of these times or before have expired; for those with "keep me signed in"
/// it is the second.
pub(in crate::accounts) fn idle_cutoff(lifetimes: &Lifetimes, now: Millis) -> (Millis, Millis) {
    (now - lifetimes.session_idle, now - lifetimes.session_idle_remembered)
}

/// When a session was last used, as far as this process knows. A cached session remains in the cache when it is used,
/// so this value is changed in place.
#[derive(Debug)]
pub(in crate::accounts) struct LastSeen {
    at: AtomicI64,
    /// Whether a request is just writing it.
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
    /// Reserves the right to write it; false if another request has it.
    pub(in crate::accounts) fn begin_touch(&self) -> bool {
        !self.touching.swap(true, Ordering::Relaxed)
    }

    /// Releases that right; `at` is the time that was written.
    pub(in crate::accounts) fn end_touch(&self, at: Option<Millis>) {
        if let Some(at) = at {
            self.at.store(at, Ordering::Relaxed);
        }
        self.touching.store(false, Ordering::Relaxed);
    }
}
