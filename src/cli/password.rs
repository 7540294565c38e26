//! Reads a new password from the terminal or from standard input.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::command_error::CommandError;

/// The maximum length of a line, in bytes. No password is this long.
const MAX_BYTES: u64 = 64 * 1024;

/// Asks for a password twice at the terminal. Without a terminal, or with `from_stdin`, reads the first line of
/// standard input.
pub fn new(email: &str, from_stdin: bool) -> Result<Zeroizing<String>, CommandError> {
    if from_stdin || !io::stdin().is_terminal() {
        return line()?.ok_or_else(|| {
            CommandError::new(
                "there is no password on standard input, and no terminal to ask for one; nothing was made",
            )
        });
    }
    let typed = ask(&format!("Password for {email}: "))?;
    let again = ask("Once more: ")?;
    if typed != again {
        return Err(CommandError::new("the two differ; nothing was made"));
    }
    Ok(typed)
}

/// A line without its line end; none at the end of the input.
fn line() -> io::Result<Option<Zeroizing<String>>> {
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(MAX_BYTES).read_line(&mut line)?;
    Ok((read > 0).then(|| Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())))
}

fn ask(prompt: &str) -> io::Result<Zeroizing<String>> {
    match rpassword::prompt_password(prompt) {
        Ok(typed) => Ok(Zeroizing::new(typed)),
        // `/dev/tty` does not exist for a process of another session, such as one that `systemd-run --pipe` starts,
        // even if its input is a terminal.
        Err(error) if matches!(error.raw_os_error(), Some(NO_DEVICE | NO_FILE)) => ask_at_input(prompt),
        Err(error) => Err(error),
    }
}

/// `ENXIO` and `ENOENT`: the errors of opening `/dev/tty`.
const NO_DEVICE: i32 = rustix::io::Errno::NXIO.raw_os_error();
const NO_FILE: i32 = rustix::io::Errno::NOENT.raw_os_error();

fn ask_at_input(prompt: &str) -> io::Result<Zeroizing<String>> {
    let _ = io::stderr().write_all(prompt.as_bytes());
    let unseen = Unseen::begin()?;
    let typed = line()?;
    drop(unseen);
    let _ = io::stderr().write_all(b"\n");
    typed.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Switches the terminal's echo off until it is dropped.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &unseen)?;
        Ok(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
