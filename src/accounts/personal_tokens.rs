//! Personal tokens: with them programs enter apps, or use the API, in the name of their owner.

pub mod authenticate;
pub mod create;
pub mod end;
pub mod last_use;
pub mod list;
