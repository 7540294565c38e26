//! Passwords: what may be chosen, and how they are stored and verified.

pub mod hasher;
pub mod password;
