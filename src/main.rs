//! The entry point of the binary: runs the command line.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    vestibule::cli::run()
}
