//! Making, checking and killing tokens.

pub mod blacklist;
pub mod jwt;
pub mod keys;
pub mod mailed;
