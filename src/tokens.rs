//! Session tokens and their keys, the blacklist, and the tokens of mailed links.

pub mod blacklist;
pub mod email_tokens;
pub mod jwt;
pub mod keys;
