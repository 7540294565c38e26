//! Words, dates and numbers in the visitor's language, from the Fluent files in `locales/`.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use fluent_syntax::ast::Entry;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tera::{Tera, Value};
use unic_langid::LanguageIdentifier;

use crate::time::{Clock, DAY, HOUR, MINUTE, Millis};

/// The Fluent files: read from the tree in debug builds, carried in the binary in release builds.
#[derive(rust_embed::RustEmbed)]
#[folder = "locales/"]
struct Locales;

/// A language the program speaks.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Language {
    /// English, also for everybody whose language we do not speak.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its name in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a tag, if we speak it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The best one for an `Accept-Language` header (RFC 9110 section 12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        // Nobody lists more; and a header of kilobytes is not worth the time.
        let mut cut = header.len().min(256);
        while !header.is_char_boundary(cut) {
            cut -= 1;
        }
        let wanted = fluent_langneg::accepted_languages::parse(&header[..cut]);
        let spoken: Vec<fluent_langneg::LanguageIdentifier> =
            Self::ALL.iter().filter_map(|language| language.code().parse().ok()).collect();
        negotiate_languages(&wanted, &spoken, None, NegotiationStrategy::Filtering)
            .first()
            .and_then(|found| Self::from_code(&found.to_string()))
            .unwrap_or_default()
    }
}

/// Values for the places in a message.
pub type Arguments<'a> = FluentArgs<'a>;

/// What is said in one language.
struct Speech {
    bundle: FluentBundle<FluentResource>,
    /// The messages that are always the same, ready: a page has dozens of them.
    fixed: HashMap<String, String>,
}

/// In the order of the languages.
static SPEECHES: LazyLock<[Speech; 2]> = LazyLock::new(|| Language::ALL.map(speech));

fn speech(language: Language) -> Speech {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks around arguments would stand in subjects, plain-text mails and titles.
    bundle.set_use_isolating(false);
    let mut keys = Vec::new();
    for name in Locales::iter().filter(|name| name.starts_with(&format!("{}/", language.code()))) {
        let Some(file) = Locales::get(&name) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file = %name, ?errors, "a language file is broken in places");
            resource
        });
        keys.extend(resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        }));
        bundle.add_resource_overriding(resource);
    }
    let fixed = keys
        .into_iter()
        .filter_map(|key| {
            let pattern = bundle.get_message(&key)?.value()?;
            let mut lacking = Vec::new();
            let text = bundle.format_pattern(pattern, None, &mut lacking).into_owned();
            lacking.is_empty().then_some((key, text))
        })
        .collect();
    Speech { bundle, fixed }
}

/// A message in a language; in English where the language lacks it; its key where both do.
#[must_use]
pub fn text(language: Language, key: &str, arguments: Option<&Arguments>) -> String {
    for language in [language, Language::English] {
        let speech = &SPEECHES[language as usize];
        if let Some(text) = speech.fixed.get(key) {
            return text.clone();
        }
        if let Some(pattern) = speech.bundle.get_message(key).and_then(|message| message.value()) {
            let mut errors = Vec::new();
            let text = speech.bundle.format_pattern(pattern, arguments, &mut errors);
            if !errors.is_empty() {
                tracing::warn!(key, ?errors, "a message lacks an argument");
            }
            return text.into_owned();
        }
    }
    tracing::warn!(key, "a message is missing");
    key.to_owned()
}

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::English) };
}

/// Renders templates in a language. Tera's functions do not see the context, and rendering never leaves its thread, so
/// the language waits here; the alternative is to hand it on through every macro of every template.
pub fn speaking<T>(language: Language, render: impl FnOnce() -> T) -> T {
    let before = CURRENT.replace(language);
    let rendered = render();
    CURRENT.set(before);
    rendered
}

/// Teaches a template engine to speak: `t(k="…")`, `time(at=…, show="…")`, `time_text(at=…)` and `number(n=…)`.
pub fn teach(tera: &mut Tera, clock: &Clock, zone: &TimeZone) {
    tera.register_function("t", |arguments: &HashMap<String, Value>| {
        let key = arguments
            .get("k")
            .and_then(Value::as_str)
            .ok_or_else(|| tera::Error::msg("t() lacks k"))?;
        if arguments.len() == 1 {
            return Ok(Value::String(text(CURRENT.get(), key, None)));
        }
        let mut values = Arguments::new();
        for (name, value) in arguments.iter().filter(|(name, _)| *name != "k") {
            values.set(name.clone(), fluent(value));
        }
        Ok(Value::String(text(CURRENT.get(), key, Some(&values))))
    });
    tera.register_function("number", |arguments: &HashMap<String, Value>| {
        let n = arguments.get("n").and_then(Value::as_i64).unwrap_or_default();
        Ok(Value::String(number(CURRENT.get(), n)))
    });
    let (times, here) = (clock.clone(), zone.clone());
    tera.register_function("time_text", move |arguments: &HashMap<String, Value>| {
        Ok(Value::String(shown(CURRENT.get(), at(arguments)?, "datetime", &times, &here)))
    });
    tera.register_function(
        "time",
        TimeElement {
            clock: clock.clone(),
            zone: zone.clone(),
        },
    );
}

/// `time()` gives an element, so what it gives is not escaped again; it is made of our own words and digits alone.
struct TimeElement {
    clock: Clock,
    zone: TimeZone,
}

impl tera::Function for TimeElement {
    fn call(&self, arguments: &HashMap<String, Value>) -> tera::Result<Value> {
        let at = at(arguments)?;
        let show = arguments.get("show").and_then(Value::as_str).unwrap_or("datetime");
        let language = CURRENT.get();
        let words = shown(language, at, show, &self.clock, &self.zone);
        let full = shown(language, at, "datetime", &self.clock, &self.zone);
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

/// A moment in words. The order of day, month and year is the language's, in its Fluent file.
fn shown(language: Language, at: Millis, show: &str, clock: &Clock, zone: &TimeZone) -> String {
    if show == "relative" {
        return relative(language, clock.now() - at).unwrap_or_else(|| shown(language, at, "short", clock, zone));
    }
    let Ok(stamp) = Timestamp::from_millisecond(at) else {
        return String::new();
    };
    let zoned = stamp.to_zoned_datetime(zone.clone());
    let mut values = Arguments::new();
    // As text: Fluent would write the year 2,026.
    values.set("day", zoned.day().to_string());
    values.set("year", zoned.year().to_string());
    values.set("month", text(language, &format!("month-{}", zoned.month()), None));
    values.set("month-short", text(language, &format!("month-short-{}", zoned.month()), None));
    values.set("time", zoned.strftime("%H:%M").to_string());
    values.set("zone", zoned.strftime("%Z").to_string());
    let key = match show {
        "date" => "date-long",
        "short" => "date-short",
        _ => "date-time",
    };
    text(language, key, Some(&values))
}

/// "5 minutes ago"; none for what is more than a month away, which is told as a date.
fn relative(language: Language, ago: Millis) -> Option<String> {
    let (key, unit) = match ago {
        ..MINUTE => return Some(text(language, "time-now", None)),
        MINUTE..HOUR => ("time-minutes", MINUTE),
        HOUR..DAY => ("time-hours", HOUR),
        _ if ago < 30 * DAY => ("time-days", DAY),
        _ => return None,
    };
    let mut values = Arguments::new();
    values.set("n", ago / unit);
    Some(text(language, key, Some(&values)))
}

/// A whole number, its thousands set apart as the language does.
#[must_use]
pub fn number(language: Language, n: i64) -> String {
    let separator = text(language, "number-group", None);
    let digits = n.unsigned_abs().to_string();
    let mut grouped = String::from(if n < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push_str(&separator);
        }
        let _ = write!(grouped, "{digit}");
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(language: Language) -> BTreeSet<String> {
        Locales::iter()
            .filter(|name| name.starts_with(&format!("{}/", language.code())))
            .flat_map(|name| {
                let file = Locales::get(&name).unwrap();
                let text = String::from_utf8(file.data.into_owned()).unwrap();
                text.lines()
                    .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
                    .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn every_language_has_every_message() {
        let english = keys(Language::English);
        assert!(english.len() > 50);
        assert_eq!(english, keys(Language::German));
    }

    #[test]
    fn every_message_that_a_template_asks_for_is_there() {
        let english = keys(Language::English);
        let mut asked = 0;
        for name in crate::assets::template_names() {
            let source = crate::assets::template(&name).unwrap();
            for key in source.split("t(k=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                asked += 1;
                // A key that ends in a dash is the beginning of several: `status-` ~ user.status.
                let there =
                    english.contains(key) || (key.ends_with('-') && english.iter().any(|one| one.starts_with(key)));
                assert!(there, "{name} asks for {key}");
            }
        }
        assert!(asked > 50);
    }

    #[test]
    fn the_best_language_is_chosen() {
        for (header, language) in [
            ("de-CH,de;q=0.9,en;q=0.8", Language::German),
            ("en-US,en;q=0.5", Language::English),
            ("fr-FR, de;q=0.5", Language::German),
            ("fr", Language::English),
            ("", Language::English),
            ("*;q=\u{1f480}", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn numbers_and_dates_are_written_as_people_do() {
        assert_eq!(number(Language::English, 1_284_000), "1,284,000");
        assert_eq!(number(Language::German, 1284), "1.284");
        let clock = Clock::system();
        let date = |language| shown(language, 0, "date", &clock, &TimeZone::UTC);
        assert_eq!(date(Language::English), "1\u{a0}January 1970");
        assert_eq!(date(Language::German), "1.\u{a0}Januar 1970");
        let short = |language| shown(language, 0, "short", &clock, &TimeZone::UTC);
        assert_eq!(short(Language::English), "1\u{a0}Jan 1970");
        assert_eq!(short(Language::German), "1.\u{a0}Jan. 1970");
    }
}
