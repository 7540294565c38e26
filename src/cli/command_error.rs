//! Why a command failed.

use std::fmt;

/// A sentence for the operator (empty when there is nothing to say), and the exit code.
#[derive(Debug)]
pub struct CommandError {
    pub(super) text: String,
    pub(super) code: u8,
}

impl<E: fmt::Display> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self::new(error.to_string())
    }
}

impl CommandError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code: 1,
        }
    }
}
