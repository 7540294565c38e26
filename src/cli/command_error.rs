//! Why a command failed, and its exit code.

use std::fmt;

/// A sentence for the operator (empty if there is nothing to print), and the exit code.
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
