//! Session tokens and their keys, the blacklist, the tokens of mailed links, and personal tokens.

pub mod blacklist;
pub mod email_tokens;
pub mod jwt;
pub mod keys;
pub mod personal_token;
