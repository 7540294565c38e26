//! Clocks that are wrong or jump.

mod clock_jumps;
mod wrong_clock;
