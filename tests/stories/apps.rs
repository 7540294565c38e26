//! Apps that ask who is there.

mod at_once;
mod check;
mod database;
mod forward_auth;
mod hostile;
mod programs;
mod proxies;
mod second_factor;
mod settings;
mod sign_in;
mod sign_out;
mod tiles;
pub mod tokens;
pub mod visit;
