//! Looks up the session of a request: batched, and on SQLite cached.

pub mod app_registry;
mod app_rows;
pub mod batch;
pub mod cache;
pub mod current_session;
pub mod liveness;
