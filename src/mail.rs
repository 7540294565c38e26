//! Mail: messages, a queue that loses none, and delivery.

pub mod backlog;
pub mod kind;
#[cfg(debug_assertions)]
pub mod mailbox;
pub mod message;
pub mod queue;
pub mod refusal;
pub mod smtp;
pub mod templates;
pub mod worker;
