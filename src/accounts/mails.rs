//! What mails say.

pub mod compose;
