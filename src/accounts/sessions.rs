//! Sessions: started, listed and ended; re-authentication within one.

pub mod form_token;
pub mod known_browsers;
pub mod list;
pub mod reauthentication;
pub mod session;
pub mod touch;
