//! Pages for admins.

pub mod groups;
pub mod users;
