//! Clocks that are wrong or jump, and lifetimes as settings.

mod clock_jumps;
mod lifetimes;
mod wrong_clock;
