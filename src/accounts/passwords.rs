//! Passwords: which may be chosen, and how they are hashed and verified.

pub mod hasher;
pub mod password;
