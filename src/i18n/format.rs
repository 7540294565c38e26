//! Dates, times and numbers as the language writes them, by ICU (CLDR).

use std::str::FromStr as _;

use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::types::FluentValue;
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{YMD, YMDT};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::Locale;
use icu_time::{DateTime, Time};
use intl_memoizer::Memoizable;
use jiff::ZonedDateTime;
use unic_langid::LanguageIdentifier;

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The formats of dates, times and numbers of a language.
pub struct Formats {
    numbers: Numbers,
    long: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    short: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    long_with_time: FixedCalendarDateTimeFormatter<Gregorian, YMDT>,
}

impl Formats {
    /// The formats of a locale.
    ///
    /// # Errors
    /// When ICU has no data for the tag.
    pub fn of(tag: &LanguageIdentifier) -> Result<Self, String> {
        let locale = Locale::from_str(&tag.to_string()).map_err(told)?;
        let date = |fields| FixedCalendarDateTimeFormatter::try_new((&locale).into(), fields).map_err(told);
        let with_time = FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::long().with_time_hm());
        Ok(Self {
            numbers: Numbers::construct(tag.clone(), ())?,
            long: date(YMD::long())?,
            short: date(YMD::medium())?,
            long_with_time: with_time.map_err(told)?,
        })
    }

    pub fn number(&self, n: i64) -> String {
        self.numbers.0.format(&Decimal::from(n)).to_string()
    }

    /// A time: as `date`, as a `short` date, or as date, time and zone.
    pub fn time(&self, zoned: &ZonedDateTime, show: &str) -> Option<String> {
        let (year, month, day) = (i32::from(zoned.year()), zoned.month(), zoned.day());
        let date = Date::try_new_gregorian(year, month.unsigned_abs(), day.unsigned_abs()).ok()?;
        let written = match show {
            "date" => self.long.format(&date).to_string(),
            "short" => self.short.format(&date).to_string(),
            _ => {
                let (hour, minute) = (zoned.hour().unsigned_abs(), zoned.minute().unsigned_abs());
                let time = Time::try_new(hour, minute, 0, 0).ok()?;
                let date_time = self.long_with_time.format(&DateTime { date, time });
                format!("{date_time}\u{a0}{}", zoned.strftime("%Z"))
            }
        };
        // A no-break space keeps the day and the month on one line.
        Some(written.replacen(' ', "\u{a0}", 1))
    }
}

/// Numbers in messages: `{ $n }`.
struct Numbers(DecimalFormatter);

impl Memoizable for Numbers {
    type Args = ();
    type Error = String;

    fn construct(tag: LanguageIdentifier, (): ()) -> Result<Self, String> {
        let locale = Locale::from_str(&tag.to_string()).map_err(told)?;
        let formatter = DecimalFormatter::try_new((&locale).into(), DecimalFormatterOptions::default());
        formatter.map(Self).map_err(told)
    }
}

/// Formats a number in a message. Fluent's own way uses neither separators nor the language's digits.
pub fn number_in_message<M: MemoizerKind>(value: &FluentValue, memoizer: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let decimal = Decimal::from_str(&number.as_string()).ok()?;
    let written =
        memoizer.with_try_get_threadsafe::<Numbers, _, _>((), |numbers| numbers.0.format(&decimal).to_string());
    written.ok()
}
