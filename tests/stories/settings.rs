//! What an account's owner changes.

mod deletion;
pub mod email_change;
mod email_enumeration;
mod email_pending;
mod email_undo;
mod erasure;
mod export;
mod password_change;
mod profile;
