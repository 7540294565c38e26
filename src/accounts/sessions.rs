//! Sessions: started, looked up, listed and ended; re-authentication within one.

pub mod batch;
pub(in crate::accounts) mod cache;
pub mod form_token;
pub mod known_browsers;
pub mod list;
pub(in crate::accounts) mod liveness;
pub mod reauthentication;
pub mod session;
