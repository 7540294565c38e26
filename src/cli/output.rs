//! What commands say: the one place that writes to standard output and standard error.
//!
//! A reader that has gone away (`vestibule user list | head`) ends the command without a word, as `SIGPIPE` would. An
//! output that cannot be written (a full disk) is told on standard error, and the command fails.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::command_error::CommandError;
use crate::logging;

/// What a shell reports of a program that `SIGPIPE` ended: 128 and the signal's number.
const CLOSED_PIPE: u8 = 141;

/// How long a server that has failed waits for somebody to read why.
const READ_WITHIN: Duration = Duration::from_secs(1);

/// A number of accounts, in words.
pub fn accounts(count: u64) -> String {
    format!("{count} account{}", if count == 1 { "" } else { "s" })
}

/// Writes a line, or several.
///
/// # Errors
/// When nobody reads it, or it cannot be written.
pub fn say(text: &str) -> Result<(), CommandError> {
    write(text).map_err(|error| about_output(&error))
}

/// Says what the command has changed. It stays changed when that cannot be written, so then standard error tells it.
pub fn done(text: &str) -> Result<(), CommandError> {
    write(text).map_err(|error| {
        let CommandError { text: why, code } = about_output(&error);
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

fn about_output(error: &io::Error) -> CommandError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return CommandError {
            text: String::new(),
            code: CLOSED_PIPE,
        };
    }
    CommandError::new(format!("standard output cannot be written: {error}."))
}

/// Says something beside the output, on standard error, where programs that read the output do not meet it.
pub fn note(text: &str) {
    let _ = logging::write_whole(&mut io::stderr().lock(), format!("{text}\n").as_bytes());
}

/// Says what is wrong, on standard error. If that cannot be written either, the exit code says it alone.
pub fn complain(text: &str) {
    let text = format!("vestibule: {}\n", text.replace('\n', "\nvestibule: "));
    let _ = logging::write_whole(&mut io::stderr().lock(), text.as_bytes());
}

/// The same, and does not wait for ever: what has started a server may have stopped reading, and still waits for its end.
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

/// Prints what the command line's parser has to say: help, the version, or what is wrong with the arguments.
pub fn usage(message: &clap::Error) -> Result<(), CommandError> {
    let written = message.print().and_then(|()| io::stdout().flush());
    if message.use_stderr() {
        let code = u8::try_from(message.exit_code()).unwrap_or(2);
        return Err(CommandError {
            text: String::new(),
            code,
        });
    }
    written.map_err(|error| about_output(&error))
}
