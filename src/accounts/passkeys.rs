//! Passkeys: key pairs that authenticators keep, and that sign in without a password.

pub mod challenges;
pub mod confirm;
pub mod makers;
pub mod own_passkeys;
pub mod registration;
pub mod verify;
