//! Apps that ask who is there.

mod at_once;
mod forward_auth;
mod hostile;
mod proxies;
mod settings;
mod sign_in;
mod sign_out;
mod tiles;
mod tokens;
pub mod visit;
