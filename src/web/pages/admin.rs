//! Pages for admins.

pub mod apps;
pub mod groups;
pub mod users;
