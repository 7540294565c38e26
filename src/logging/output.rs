//! Standard output. Lines about requests, of which a busy server writes thousands a second, are gathered for a moment and
//! written together; every other line is written at once, behind those that wait.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// The target of the line that each request has.
pub const REQUESTS: &str = "vestibule::requests";

/// How long a line waits at most for others: what a server loses of them that is killed.
const GATHERED_FOR: Duration = Duration::from_millis(20);

/// Nor do more bytes than these wait.
const MOST_BYTES: usize = 64 * 1024;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static SOME_WAIT: Condvar = Condvar::new();

fn lines() -> MutexGuard<'static, Vec<u8>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes down whatever waits. The lines are held meanwhile, so that they stay in order.
fn write_down(lines: &mut Vec<u8>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let written = output.write_all(lines).and_then(|()| output.flush());
    lines.clear();
    written
}

/// Writes down whatever waits, before the process ends.
pub fn finish() {
    let _ = write_down(&mut lines());
}

/// Where lines go.
pub(super) struct Output {
    gathers: bool,
}

impl Output {
    /// Writes every line at once.
    pub(super) fn plain() -> Self {
        Self { gathers: false }
    }

    /// Gathers the lines about requests, in a thread of its own, if there can be one.
    pub(super) fn gathering() -> Self {
        let gathers = thread::Builder::new().name("log".to_owned()).spawn(|| {
            loop {
                let some = SOME_WAIT.wait_while(lines(), |lines| lines.is_empty());
                drop(some);
                thread::sleep(GATHERED_FOR);
                let _ = write_down(&mut lines());
            }
        });
        Self {
            gathers: gathers.is_ok(),
        }
    }
}

/// One line to be written.
pub(super) struct Line {
    waits: bool,
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { waits: false }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line {
        Line {
            waits: self.gathers && about.target() == REQUESTS && *about.level() >= Level::INFO,
        }
    }
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut lines = lines();
        let first = lines.is_empty();
        lines.extend_from_slice(line);
        if !self.waits || lines.len() > MOST_BYTES {
            write_down(&mut lines)?;
        } else if first {
            SOME_WAIT.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
