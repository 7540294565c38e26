//! The log: one line per event, readable in development, JSON in production.
//!
//! Every value is quoted, so that no input of a visitor can begin a new line (ASVS 16.4.1). Long random strings, such
//! as tokens, are cut, whatever their origin (ASVS 16.2.5).

mod buffer;
mod output;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use jiff::Timestamp;
use parking_lot::RwLock;
use serde_json::Value;
use tokio::task::Id as TaskId;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::filter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use self::output::Output;
pub use self::output::{REQUESTS, finish, plain, write_whole};
use crate::config::RunMode;

/// Requests that are being answered, by the task that answers them. Rocket's own lines do not contain our request ids,
/// but the same task writes them.
static UNDER_WAY: LazyLock<RwLock<HashMap<TaskId, String>>> = LazyLock::new(RwLock::default);

/// A run of this many Base64 characters is treated as a secret. Ids have 26.
const SECRET_LENGTH: usize = 40;

/// Records which request the current task answers.
pub fn request_begins(id: &str) {
    if let Some(task) = tokio::task::try_id() {
        let mut requests = UNDER_WAY.write();
        requests.insert(task, id.to_owned());
    }
}

pub fn request_ends() {
    if let Some(task) = tokio::task::try_id() {
        UNDER_WAY.write().remove(&task);
    }
}

/// Calls a function with the id of the request that the current task answers.
fn with_current_request<T>(call: impl FnOnce(Option<&str>) -> T) -> T {
    match tokio::task::try_id() {
        Some(task) => call(UNDER_WAY.read().get(&task).map(String::as_str)),
        None => call(None),
    }
}

/// The text, with everything that looks like a token cut.
#[must_use]
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let part_of_one = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.len() < SECRET_LENGTH {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.bytes().position(part_of_one) {
        let length = rest[start..]
            .bytes()
            .position(|byte| !part_of_one(byte))
            .unwrap_or(rest.len() - start);
        let run = &rest[start..start + length];
        kept.push_str(&rest[..start]);
        kept.push_str(if length >= SECRET_LENGTH { "[cut]" } else { run });
        rest = &rest[start + length..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Sends all events to standard output, Rocket's own lines included. It must be called before any code of Rocket.
///
/// # Errors
/// When the operating system cannot start the writing thread.
pub fn start(mode: RunMode, most: Level) -> std::io::Result<()> {
    // In tests, an earlier call in the same process has already done it.
    let _ = tracing_log::LogTracer::init_with_filter(log::LevelFilter::Warn);
    let lines = tracing_subscriber::fmt::layer()
        .event_format(Lines { mode, most })
        // Its own errors would go to standard error, where they may block.
        .log_internal_errors(false)
        .with_writer(Output::start(mode == RunMode::Production)?);
    // One global filter instead of a filter of the layer: a filter of the layer loses an event if code has just asked
    // whether another one is enabled, as sqlx does after every statement.
    let wanted = filter::filter_fn(move |metadata| wanted(metadata, most)).with_max_level_hint(most);
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(wanted).with(lines));
    // A panic is logged like any other event, with the request's id (ASVS 16.5.4).
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(event = "panic", place, what = panic.payload_as_str(), "something that cannot be");
    }));
    Ok(())
}

/// Our own events up to a level; of other crates only warnings and errors.
fn wanted(metadata: &Metadata<'_>, most: Level) -> bool {
    let ours = metadata.target().starts_with("vestibule");
    *metadata.level() <= if ours { most } else { most.min(Level::WARN) } || metadata.target() == "log"
}

struct Lines {
    mode: RunMode,
    /// The most verbose level that is written.
    most: Level,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let normal = event.normalized_metadata();
        let metadata = normal.as_ref().unwrap_or_else(|| event.metadata());
        let mut fields = Fields::of(self.mode);
        event.record(&mut fields);
        if is_guards_own(&fields.message) {
            return Ok(());
        }
        let (level, message) = if is_foreign(metadata) {
            match foreign(metadata, &fields.message) {
                // Rocket's start is no warning any more here.
                Some(rewritten) if rewritten.0 <= self.most => rewritten,
                _ => return Ok(()),
            }
        } else {
            (*metadata.level(), fields.message)
        };
        let now = Timestamp::now();
        with_current_request(|request| match self.mode {
            RunMode::Production => {
                write!(writer, "{{\"time\":\"{now:.3}\",\"level\":\"{level}\"")?;
                write!(writer, ",\"target\":{},\"message\":{}", Quoted(metadata.target()), Quoted(&message))?;
                if let Some(request) = request {
                    write!(writer, ",\"request\":{}", Quoted(request))?;
                }
                writeln!(writer, "{}}}", fields.others)
            }
            RunMode::Development => {
                write!(writer, "{now:.3} {level:5} {message}{}", fields.others)?;
                match request {
                    Some(request) => writeln!(writer, " request={request}"),
                    None => writeln!(writer),
                }
            }
        })
    }
}

/// A text as JSON.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self
            .0
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
        {
            out.write_str("\"")?;
            out.write_str(self.0)?;
            out.write_str("\"")
        } else {
            Value::from(self.0).fmt(out)
        }
    }
}

fn is_foreign(metadata: &Metadata<'_>) -> bool {
    !metadata.target().starts_with("vestibule")
}

/// Whether Rocket's macros wrote the message because a guard refused a request of one of our routes: the request's own
/// line already says so.
fn is_guards_own(message: &str) -> bool {
    message.starts_with("Request guard `") || message.starts_with("Data guard `")
}

/// Rocket logs whole URIs at every request, and logs its start as a warning. The first are dropped, because we write
/// our own line; the second get the level that they deserve.
fn foreign(metadata: &Metadata<'_>, message: &str) -> Option<(Level, String)> {
    let level = *metadata.level();
    let about_launch = metadata.target().starts_with("rocket::launch");
    if about_launch && level == Level::WARN {
        return Some((Level::INFO, message.to_owned()));
    }
    if message.contains("inside of a custom runtime") {
        return None;
    }
    let names_uri = message.contains(" /") || message.starts_with("No matching routes") || message.contains("catcher");
    let rockets = metadata.target() == "_" || metadata.target().starts_with("rocket");
    if level > Level::WARN || (rockets && names_uri) {
        return None;
    }
    Some((level, message.to_owned()))
}

/// The maximum length of a text in a line, in characters.
const LONGEST: usize = 500;

/// Whether a text can be written to a line unchanged, as nearly all can.
fn is_short_and_plain(text: &str) -> bool {
    text.len() < SECRET_LENGTH && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A text in the form in which a line may contain it: without anything that looks like a token, of limited length so
/// that it cannot fill a disk, and with control characters (line ends above all) and direction marks escaped.
fn written(text: &str) -> Cow<'_, str> {
    if is_short_and_plain(text) {
        return Cow::Borrowed(text);
    }
    let text = without_secrets(text);
    let mut line = String::with_capacity(text.len().min(LONGEST));
    let mut letters = text.chars();
    for letter in letters.by_ref().take(LONGEST) {
        let turns =
            matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}') {
            let _ = write!(line, "{}", letter.escape_unicode());
        } else {
            line.push(letter);
        }
    }
    if letters.next().is_some() {
        line.push('…');
    }
    Cow::Owned(line)
}

/// An error as sqlx logs it, without the line of PostgreSQL's source code at its end.
fn without_source_line(text: &str) -> &str {
    if !text.starts_with("error returned from database: ") {
        return text;
    }
    match text.rsplit_once(" at line ") {
        Some((error, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => error,
        _ => text,
    }
}

/// The fields of an event.
struct Fields {
    mode: RunMode,
    message: String,
    /// The other fields, in the order of the line.
    others: String,
}

impl Fields {
    fn of(mode: RunMode) -> Self {
        Self {
            mode,
            message: String::new(),
            others: String::with_capacity(256),
        }
    }

    fn text(&mut self, field: &Field, text: &str) {
        let text = without_source_line(text);
        if field.name() == "message" {
            self.message = written(text).into_owned();
        } else {
            self.keep(field, Quoted(&written(text)));
        }
    }

    /// The fields of the bridge for `log`, such as `log.line`, are dropped: they mean nothing to an operator.
    fn keep(&mut self, field: &Field, value: impl fmt::Display) {
        let name = field.name();
        if !name.starts_with("log.") {
            let _ = match self.mode {
                RunMode::Production => write!(self.others, ",\"{name}\":{value}"),
                RunMode::Development => write!(self.others, " {name}={value}"),
            };
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 16.2.5
    #[test]
    fn tokens_are_cut_and_ids_are_not() {
        let token = "k".repeat(43);
        assert_eq!(without_secrets(&format!("GET /confirm-email/{token}?x=1")), "GET /confirm-email/[cut]?x=1");
        let id = crate::id::new_id();
        let path = format!("/users/{id} and some more words around it");
        assert_eq!(without_secrets(&path), path);
    }

    #[test]
    fn no_line_of_the_database_servers_source_is_told() {
        let told = "error returned from database: the database system is shutting down";
        assert_eq!(without_source_line(&format!("{told} at line 411")), told);
        for kept in [
            told,
            "expected a value at line 3",
            "error returned from database: at line x",
        ] {
            assert_eq!(without_source_line(kept), kept);
        }
    }

    // ASVS 16.4.1
    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(written("a\r\nb\u{1b}[31m\u{2028}"), "a\\u{d}\\u{a}b\\u{1b}[31m\\u{2028}");
        assert_eq!(written("ab\u{202e}cd\u{2066}\u{61c}"), "ab\\u{202e}cd\\u{2066}\\u{61c}");
    }

    // ASVS 16.2.5
    #[test]
    fn nobody_fills_a_disk_with_one_request() {
        let long = "ä ".repeat(150_000);
        let line = written(&long);
        assert_eq!(line.chars().count(), LONGEST + 1);
        assert!(line.ends_with('…'));
        let fits = "ä ".repeat(LONGEST / 2);
        assert_eq!(written(&fits), fits);
        // A token on the edge is cut as a whole.
        let edge = format!("{}{}", " ".repeat(LONGEST - 10), "k".repeat(43));
        assert!(!written(&edge).contains('k'));
    }
}
