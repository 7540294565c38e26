//! Sessions: starting, listing and ending them, and re-authentication.

pub mod form_token;
pub mod known_browsers;
pub mod list;
pub mod reauthentication;
pub mod session;
pub mod touch;
