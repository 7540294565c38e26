//! Looks up the session or the token of a request: sessions batched, and both cached on SQLite.

pub mod app_registry;
mod app_rows;
pub mod batch;
pub mod cache;
pub mod current_session;
pub mod groups;
pub mod liveness;
pub mod standing;
pub mod token_owner;
pub mod token_scope;
