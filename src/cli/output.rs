//! The output of commands. Only this file writes to standard output and standard error.
//!
//! If the reader has closed the pipe (`vestibule user list | head`), the command ends silently, as `SIGPIPE` would end
//! it. If the output cannot be written (a full disk), standard error says so and the command fails.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::command_error::CommandError;
use crate::logging;

/// What a shell reports for a program that `SIGPIPE` has ended: 128 plus the signal's number.
const CLOSED_PIPE: u8 = 141;

/// How long a failed server waits for its error to be read.
const READ_WITHIN: Duration = Duration::from_secs(1);

/// A number of accounts, in words.
pub fn accounts(count: u64) -> String {
    format!("{count} account{}", if count == 1 { "" } else { "s" })
}

/// Writes one line or several.
///
/// # Errors
/// When the output is closed or cannot be written.
pub fn say(text: &str) -> Result<(), CommandError> {
    write(text).map_err(|error| output_error(&error))
}

/// Reports what the command has changed. The change is already made: if the output cannot be written, standard error
/// reports it.
pub fn done(text: &str) -> Result<(), CommandError> {
    write(text).map_err(|error| {
        let CommandError { text: why, code } = output_error(&error);
        match code {
            CLOSED_PIPE => CommandError { text: why, code },
            _ => CommandError::new(format!("{why}\nAll the same it is done: {text}")),
        }
    })
}

fn write(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    logging::write_whole(&mut output, text.as_bytes())
        .and_then(|()| logging::write_whole(&mut output, b"\n"))
        .map_err(|(_, error)| error)?;
    output.flush()
}

fn output_error(error: &io::Error) -> CommandError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return CommandError {
            text: String::new(),
            code: CLOSED_PIPE,
        };
    }
    CommandError::new(format!("standard output cannot be written: {error}."))
}

/// Writes a note to standard error, so that programs that read the output do not get it.
pub fn note(text: &str) {
    let _ = logging::write_whole(&mut io::stderr().lock(), format!("{text}\n").as_bytes());
}

/// Writes an error to standard error. If that fails too, only the exit code reports it.
pub fn complain(text: &str) {
    let text = format!("vestibule: {}\n", text.replace('\n', "\nvestibule: "));
    let _ = logging::write_whole(&mut io::stderr().lock(), text.as_bytes());
}

/// The same with a time limit: the parent process may have stopped reading and still wait for the end of this one.
pub fn complain_and_go(text: &str) {
    let (told, waits) = mpsc::channel();
    let text = text.to_owned();
    let thread = thread::Builder::new().spawn(move || {
        complain(&text);
        let _ = told.send(());
    });
    if thread.is_ok() {
        let _ = waits.recv_timeout(READ_WITHIN);
    }
}

/// Prints the messages of the command line's parser: help, the version, or errors in the arguments.
pub fn usage(message: &clap::Error) -> Result<(), CommandError> {
    let written = message.print().and_then(|()| io::stdout().flush());
    if message.use_stderr() {
        let code = u8::try_from(message.exit_code()).unwrap_or(2);
        return Err(CommandError {
            text: String::new(),
            code,
        });
    }
    written.map_err(|error| output_error(&error))
}
