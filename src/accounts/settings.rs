//! What the owner of an account can change: profile, password, address, and the account's deletion; and the data
//! export.

pub mod deletion;
pub mod email_change;
pub mod email_pending;
pub mod email_undo;
pub mod export;
pub mod password_change;
pub mod profile;
pub mod two_factor;
