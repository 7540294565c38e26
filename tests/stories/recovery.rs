//! A new password, and stopping what was not the owner.

pub mod forgot_password;
mod not_me;
mod pending_sign_ups;
mod reset_password;
