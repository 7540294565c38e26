//! Pages for admins.

pub mod users;
