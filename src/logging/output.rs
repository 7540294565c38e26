//! Standard output. Lines go into a buffer that a thread of its own writes, so a reader that has stopped or a full disk
//! delays nothing but the log.
//!
//! The buffer is limited. Lines that do not fit are dropped and counted, lines of requests first, warnings and errors
//! last; the count is reported once the output works again. (`tracing-appender` has such a buffer, but it reserves no
//! room for a warning among ten thousand answered requests.) In release, lines of requests are collected for a moment
//! and written together, because a busy server has thousands a second.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use super::buffer::{Buffer, Dropped, Rank, Taken};

/// The target of the line that each request has.
pub const REQUESTS: &str = "vestibule::requests";

/// How long a line of a request waits for others at most. A server that is killed loses these lines.
const GATHERED_FOR: Duration = Duration::from_millis(20);

/// Nor are more bytes than these collected.
const MAX_GATHERED: usize = 64 * 1024;

/// The maximum of bytes that wait. The writing thread may hold as many again.
const MAX_WAITING: usize = 1024 * 1024;

/// How long a stop waits for lines to be written.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// How soon a non-blocking output is tried again.
const RETRY_DELAY: Duration = Duration::from_millis(10);

static OUTPUT: Mutex<State> = Mutex::new(State {
    buffer: Buffer::new(MAX_WAITING),
    urgent: false,
    writing: false,
});
/// There is something to write, or the collected lines should be written now.
static CHANGED: Condvar = Condvar::new();
/// Nothing waits and nothing is being written.
static WRITTEN: Condvar = Condvar::new();

struct State {
    buffer: Buffer,
    /// The waiting lines should be written at once.
    urgent: bool,
    /// The thread is writing lines.
    writing: bool,
}

impl State {
    fn is_finished(&self) -> bool {
        self.buffer.is_empty() && !self.writing
    }
}

fn state() -> MutexGuard<'static, State> {
    OUTPUT.lock()
}

fn add(text: &[u8], rank: Rank, gathered: bool) {
    let mut state = state();
    let first = state.buffer.is_empty();
    state.buffer.push(text, rank);
    let urgent = !gathered || state.buffer.len() > MAX_GATHERED;
    if first || (urgent && !state.urgent) {
        CHANGED.notify_one();
    }
    state.urgent |= urgent;
}

/// Writes a text that is no log line in order with the log's lines.
pub fn plain(text: &str) {
    add(text.as_bytes(), Rank::Event, false);
}

/// Waits, at the end of the process, until everything is written; for a limited time, because the output may not be
/// read.
pub fn finish() {
    let deadline = Instant::now() + FLUSH_TIMEOUT;
    let mut state = state();
    state.urgent = true;
    CHANGED.notify_one();
    while !state.is_finished() {
        let Some(left) = deadline.checked_duration_since(Instant::now()) else {
            return;
        };
        WRITTEN.wait_for(&mut state, left);
    }
}

/// The main loop of the writing thread. It never returns.
fn write_forever(mut output: File) {
    let mut taken = Taken::default();
    let mut lost = Dropped::default();
    // Whether the last line was written in part, as on a full disk: the next one then begins on a new line.
    let mut torn = false;
    loop {
        take(&mut taken, &mut lost);
        let mended = if torn { write_whole(&mut output, b"\n") } else { Ok(()) };
        torn &= mended.is_err();
        match mended.and_then(|()| write_whole(&mut output, &taken.text)) {
            Ok(()) => tell_dropped(&mut lost),
            Err((written, _)) => {
                torn |= written > 0 && taken.text[written - 1] != b'\n';
                lost += taken.beyond(written);
            }
        }
        let mut state = state();
        state.writing = false;
        if state.is_finished() {
            WRITTEN.notify_all();
        }
    }
}

/// Takes the waiting lines once there are some and the collection time is over, and the count of dropped lines.
fn take(taken: &mut Taken, lost: &mut Dropped) {
    let mut state = state();
    CHANGED.wait_while(&mut state, |state| state.buffer.is_empty());
    if !state.urgent {
        CHANGED.wait_while_for(&mut state, |state| !state.urgent, GATHERED_FOR);
    }
    state.urgent = false;
    state.writing = true;
    *lost += state.buffer.take_dropped();
    state.buffer.take(taken);
}

fn tell_dropped(lost: &mut Dropped) {
    let Dropped { lines, warnings } = std::mem::take(lost);
    if lines > 0 {
        tracing::warn!(
            event = "log_dropped",
            lines,
            warnings,
            "nobody read the log for a while, or it could not be written: lines are missing here"
        );
    }
}

/// Writes all bytes, also to a non-blocking output (as a terminal that another program has set so).
///
/// # Errors
/// When it cannot be written: how many bytes were, and the cause.
pub fn write_whole(output: &mut impl Write, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match output.write(&bytes[written..]) {
            Ok(0) => return Err((written, io::ErrorKind::WriteZero.into())),
            Ok(more) => written += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(RETRY_DELAY),
            Err(error) => return Err((written, error)),
        }
    }
    Ok(())
}

/// The `tracing` writer that puts lines into the buffer.
pub(super) struct Output {
    gathers: bool,
}

impl Output {
    /// Starts the thread. `gathers`: lines of requests may wait for others.
    pub(super) fn start(gathers: bool) -> io::Result<Self> {
        // Not through the standard library's buffer, which keeps bytes that could not be written.
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_forever(output))?;
        Ok(Self { gathers })
    }
}

/// One line to be written.
pub(super) struct Line {
    rank: Rank,
    gathered: bool,
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line {
            rank: Rank::Event,
            gathered: false,
        }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line {
        let of_request = about.target() == REQUESTS && *about.level() >= Level::INFO;
        Line {
            rank: match *about.level() {
                Level::ERROR | Level::WARN => Rank::Warning,
                _ if of_request => Rank::Request,
                _ => Rank::Event,
            },
            gathered: self.gathers && of_request,
        }
    }
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        add(line, self.rank, self.gathered);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
