//! Texts, dates and numbers in the visitor's language, from the Fluent files in `locales/` and in the operator's
//! `locales_dir`. A language exists if it has a folder there; no list names it (`docs/languages.md`).

mod bundles;
mod check;
mod files;
mod format;
mod language;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error as _;
use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tera::{Tera, Value};

use self::bundles::Bundles;
pub use self::bundles::{load, reload};
pub use self::check::{Checked, check};
pub use self::language::Language;
use crate::time::{Clock, DAY, HOUR, MINUTE, Millis};

/// The arguments of a message.
pub type Arguments<'a> = FluentArgs<'a>;

/// A message in a language. If the language lacks it, the English message; if English lacks it, the key.
#[must_use]
pub fn text(language: Language, key: &str, arguments: Option<&Arguments>) -> String {
    bundles::current().text(language.code(), key, arguments)
}

thread_local! {
    static CURRENT: RefCell<Option<(Arc<Bundles>, Language)>> = const { RefCell::new(None) };
}

/// Renders templates in a language. Tera's functions cannot see the template's variables, so the language is stored for
/// the thread, which a rendering never leaves. Otherwise every macro of every template would have to pass it on.
pub fn with_language<T>(language: Language, render: impl FnOnce() -> T) -> T {
    let before = CURRENT.replace(Some((bundles::current(), language)));
    let rendered = render();
    CURRENT.set(before);
    rendered
}

/// Renders a template with an example. Returns the problems, one sentence each without its full stop: the template
/// cannot be rendered, or a message is missing or lacks an argument.
pub fn render_problems<T>(language: Language, template: &str, render: impl FnOnce() -> tera::Result<T>) -> Vec<String> {
    let (rendered, complaints) = bundles::complaints(|| with_language(language, render));
    let complaints = complaints.into_iter().map(|what| format!("{template}: {what}"));
    complaints.chain(rendered.err().map(|error| told(&error))).collect()
}

/// An error of a template and its causes, in one line without a full stop.
#[must_use]
pub fn told(error: &tera::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (**cause).source());
    let told = causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"));
    let words: Vec<&str> = told.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

/// Calls a function with the messages and the language of the current rendering.
fn speak<T>(say: impl FnOnce(&Bundles, &str) -> T) -> T {
    CURRENT.with_borrow(|current| match current {
        Some((bundles, language)) => say(bundles, language.code()),
        None => say(&bundles::current(), Language::default().code()),
    })
}

/// Registers the functions for texts: `t(k="…")`, `time(at=…, show="…")`, `time_text(at=…)`, `number(n=…)` and
/// `language_name(code="…")`.
pub fn register_functions(tera: &mut Tera, clock: &Clock, zone: &TimeZone) {
    tera.register_function("t", |arguments: &HashMap<String, Value>| {
        let key = arguments
            .get("k")
            .and_then(Value::as_str)
            .ok_or_else(|| tera::Error::msg("t() lacks k"))?;
        if arguments.len() == 1 {
            return Ok(Value::String(speak(|bundles, code| bundles.text(code, key, None))));
        }
        let mut values = Arguments::new();
        for (name, value) in arguments.iter().filter(|(name, _)| *name != "k") {
            values.set(name.clone(), fluent(value));
        }
        Ok(Value::String(speak(|bundles, code| bundles.text(code, key, Some(&values)))))
    });
    tera.register_function("number", |arguments: &HashMap<String, Value>| {
        let n = arguments.get("n").and_then(Value::as_i64).unwrap_or_default();
        let written = speak(|bundles, code| Some(bundles.formats(code)?.number(n)));
        Ok(Value::String(written.unwrap_or_default()))
    });
    tera.register_function("language_name", |arguments: &HashMap<String, Value>| {
        let code = arguments.get("code").and_then(Value::as_str).unwrap_or_default();
        // The language that a user has chosen may have been removed since.
        Ok(Value::String(Language::from_code(code).map_or_else(|| code.to_owned(), Language::name)))
    });
    let times = Times {
        clock: clock.clone(),
        zone: zone.clone(),
    };
    let element = TimeElement(times.clone());
    tera.register_function("time_text", move |arguments: &HashMap<String, Value>| {
        let at = at(arguments)?;
        Ok(Value::String(speak(|bundles, code| times.format_time(bundles, code, at, "datetime"))))
    });
    tera.register_function("time", element);
}

/// The clock, and the time zone in which times are shown.
#[derive(Clone)]
struct Times {
    clock: Clock,
    zone: TimeZone,
}

impl Times {
    fn format_time(&self, bundles: &Bundles, code: &str, at: Millis, show: &str) -> String {
        if show == "relative" {
            return relative(bundles, code, self.clock.now() - at)
                .unwrap_or_else(|| self.format_time(bundles, code, at, "short"));
        }
        let zoned = Timestamp::from_millisecond(at).map(|stamp| stamp.to_zoned_datetime(self.zone.clone()));
        let formats = bundles.formats(code);
        let written = zoned.ok().and_then(|zoned| formats?.time(&zoned, show));
        written.unwrap_or_default()
    }
}

/// "5 minutes ago". None: the time is more than a month ago and is shown as a date.
fn relative(bundles: &Bundles, code: &str, ago: Millis) -> Option<String> {
    let (key, unit) = match ago {
        ..MINUTE => return Some(bundles.text(code, "time-now", None)),
        MINUTE..HOUR => ("time-minutes", MINUTE),
        HOUR..DAY => ("time-hours", HOUR),
        _ if ago < 30 * DAY => ("time-days", DAY),
        _ => return None,
    };
    let mut values = Arguments::new();
    values.set("n", ago / unit);
    Some(bundles.text(code, key, Some(&values)))
}

/// `time()` returns an HTML element, which must not be escaped again. It contains only our own messages and digits.
struct TimeElement(Times);

impl tera::Function for TimeElement {
    fn call(&self, arguments: &HashMap<String, Value>) -> tera::Result<Value> {
        let at = at(arguments)?;
        let show = arguments.get("show").and_then(Value::as_str).unwrap_or("datetime");
        let (words, full) = speak(|bundles, code| {
            let written = |show| self.0.format_time(bundles, code, at, show);
            (written(show), written("datetime"))
        });
        let stamp = Timestamp::from_millisecond(at).map_err(|_| tera::Error::msg("time() beyond the calendar"))?;
        let machine = stamp.strftime("%Y-%m-%dT%H:%M:%SZ");
        Ok(Value::String(format!(
            "<time datetime=\"{machine}\" title=\"{}\">{}</time>",
            tera::escape_html(&full),
            tera::escape_html(&words)
        )))
    }

    fn is_safe(&self) -> bool {
        true
    }
}

fn at(arguments: &HashMap<String, Value>) -> tera::Result<Millis> {
    arguments
        .get("at")
        .and_then(Value::as_i64)
        .ok_or_else(|| tera::Error::msg("a time lacks at"))
}

fn fluent(value: &Value) -> FluentValue<'static> {
    match value {
        Value::Number(number) => FluentValue::from(number.as_f64().unwrap_or_default()),
        Value::String(text) => FluentValue::String(Cow::Owned(text.clone())),
        other => FluentValue::String(Cow::Owned(other.to_string())),
    }
}

#[cfg(test)]
mod tests;
