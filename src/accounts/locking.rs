//! Locks on accounts and addresses, which a transaction holds until it ends.

pub mod address_claims;
pub mod last_admin;
pub mod locked_account;
pub mod named_account;
pub mod user_names;
pub mod verified_password;
