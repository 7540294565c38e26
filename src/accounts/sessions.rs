//! Sessions: starting, listing and ending them, their tokens for the API, and re-authentication.

pub mod access_tokens;
pub mod form_token;
pub mod known_browsers;
pub mod list;
pub mod reauthentication;
pub mod refresh_tokens;
pub mod session;
pub mod touch;
