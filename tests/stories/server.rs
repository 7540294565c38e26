//! The process and its deployment.

mod deploy;
mod process;
mod stopping;
