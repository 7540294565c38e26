//! Pages for development. Debug builds only.

pub mod mailbox;
