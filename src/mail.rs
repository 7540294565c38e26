//! Mail: what we say, a queue that never loses one, and delivery.

pub mod backlog;
pub mod deliver;
#[cfg(debug_assertions)]
pub mod mailbox;
pub mod message;
pub mod purpose;
pub mod queue;
pub mod refusal;
pub mod smtp;
