//! Tokens of sessions and of the API, their keys, the blacklist, and the tokens of mailed links.

pub mod blacklist;
pub mod email_tokens;
pub mod jwt;
mod key_look_up;
pub mod key_pair;
pub mod key_pairs;
pub mod keys;
pub mod personal_token;
pub mod sealed;
