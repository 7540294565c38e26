//! What people type: addresses, names, passwords.

mod input;
mod user_names;
