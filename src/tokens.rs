//! Making, checking and killing tokens.

pub mod blacklist;
pub mod email_tokens;
pub mod jwt;
pub mod keys;
