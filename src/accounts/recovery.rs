//! Recovery of an account by mailed links: password reset, and "That was not me".

pub mod factor_reset;
pub mod links;
pub mod not_me;
pub mod password_reset;
