//! What the operator does with accounts.

pub mod backup;
pub mod unusable_emails;
pub mod users;
