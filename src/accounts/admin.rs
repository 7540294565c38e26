//! What admins see and what the operator does with accounts: the user list, changes of accounts, backups.

pub mod audit;
pub mod backup;
pub mod directory;
pub mod unusable_emails;
pub mod user_change;
pub mod users;
