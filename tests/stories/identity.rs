//! What people type: addresses, names, passwords.

mod input;
