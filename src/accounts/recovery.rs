//! Ways back into an account: links in mails.

pub mod links;
pub mod not_me;
pub mod password_reset;
