//! The settings under `lifetimes`: how long sessions, links and other things are valid.

use jiff::{Span, SpanRelativeTo, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::Check;
use super::text::text;
use crate::time::Millis;

macro_rules! lifetimes {
    ($($(#[$about:meta])* $name:ident: $default:literal, in whole $unit:ident from $min:literal to $max:literal;)*) => {
        /// Lifetimes as written: `"30 days"`, `"12 hours"`, `"1h 30m"`.
        #[derive(Deserialize, JsonSchema, Serialize)]
        #[serde(default)]
        pub struct RawLifetimes {
            $(
                $(#[$about])*
                #[doc = concat!("Whole ", stringify!($unit), ", from ", $min, " to ", $max, ".")]
                #[serde(deserialize_with = "text")]
                $name: String,
            )*
        }

        impl Default for RawLifetimes {
            fn default() -> Self {
                Self { $($name: $default.to_owned(),)* }
            }
        }

        /// Lifetimes in milliseconds.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub struct Lifetimes {
            $($(#[$about])* pub $name: Millis,)*
        }

        impl Lifetimes {
            /// Each lifetime as a number in its unit, for texts.
            #[must_use]
            pub fn in_units(&self) -> Value {
                json!({ $(stringify!($name): self.$name / unit::$unit,)* })
            }
        }

        /// All lifetimes in milliseconds. One that is out of its range is reported and becomes 0; the settings are then
        /// refused.
        fn each_in_range(check: &mut Check, raw: &RawLifetimes) -> Lifetimes {
            Lifetimes {
                $($name: in_range(check, concat!("lifetimes.", stringify!($name)), &raw.$name, &LifetimeRange {
                    name: stringify!($unit),
                    unit: unit::$unit,
                    min: $min,
                    max: $max,
                }),)*
            }
        }
    };
}

lifetimes! {
    /// How long a session lasts at most (ASVS 7.3.2). NIST SP 800-63B-4, section 2.1.3, recommends at most 30 days. No
    /// session may outlast the signing key, which should be rotated every 90 days.
    session_absolute: "30 days", in whole hours from "1 hour" to "90 days";
    /// How long a session lasts without being used (ASVS 7.3.1). The last use is recorded at most once a minute, so
    /// less than 5 minutes would be inexact. Not more than `session_absolute`.
    session_idle: "12 hours", in whole minutes from "5 minutes" to "30 days";
    /// The same for sessions with "Keep me signed in". Not less than `session_idle` and not more than
    /// `session_absolute`.
    session_idle_remembered: "14 days", in whole hours from "1 hour" to "90 days";
    /// How long ago a user may have typed the password when a sensitive action, such as a change of the address, is
    /// permitted (ASVS 7.5.1). Typing the password and returning to the form takes about a minute.
    reauthentication: "10 minutes", in whole minutes from "1 minute" to "1 hour";
    /// How long the link that confirms the address of a sign-up is valid. NIST SP 800-63B-4, section 4.2.1.2, permits
    /// 24 hours by mail. Mail often takes ten minutes.
    confirmation_link: "24 hours", in whole hours from "1 hour" to "24 hours";
    /// How long the code that can be typed instead is valid, and the code and the link that sign in. ASVS 6.5.5 permits 10
    /// minutes.
    confirmation_code: "10 minutes", in whole minutes from "5 minutes" to "10 minutes";
    /// How long the link to a new password is valid. ASVS 6.5.5 asks for 10 minutes, but mail often takes that long.
    /// NIST SP 800-63B-4, section 4.2.1.2, permits 24 hours.
    reset_link: "30 minutes", in whole minutes from "10 minutes" to "24 hours";
    /// How long the link that confirms a new address of an account is valid. The limits are those of
    /// `confirmation_link`.
    email_change_link: "24 hours", in whole hours from "1 hour" to "24 hours";
    /// How long the link in a notice ("That was not me") and the link that restores the old address are valid. The old
    /// address is reserved for the same time. Its owner should have at least a day to see the mail. Used links are
    /// stored for 30 days, so more is not possible.
    notice_link: "7 days", in whole days from "1 day" to "30 days";
    /// How long an unconfirmed sign-up is stored after its last mail was requested. It must outlast its link.
    /// Unconfirmed personal data should not be stored for more than a month.
    sign_up: "7 days", in whole days from "1 day" to "30 days";
    /// How long an access token of the API is valid. At Vestibule it is looked up at each use, so it may be worth nothing
    /// before that; other programs that verify it by its signature alone learn of a sign-out that late.
    access_token: "15 minutes", in whole minutes from "1 minute" to "1 hour";
    /// How long the deletion of an account can be undone. Erasure is required within one month (GDPR, article 12,
    /// paragraph 3).
    deletion_grace: "14 days", in whole days from "1 day" to "30 days";
    /// How long the operator's reset of second factors waits, so that the owner can stop it. With less than a day, an owner
    /// who does not read mail every day learns of it too late.
    factor_reset: "72 hours", in whole hours from "1 hour" to "720 hours";
    /// How long a browser is known after its last sign-in. Browsers store a cookie for at most 400 days (RFC 6265bis,
    /// section 5.5). With less than a day, the owner of an account under attack would lose the separate limits of known
    /// browsers.
    known_browser: "400 days", in whole days from "1 day" to "400 days";
}

/// Checks each lifetime, and those that depend on each other.
pub(super) fn lifetimes(check: &mut Check, raw: &RawLifetimes) -> Lifetimes {
    let lifetimes = each_in_range(check, raw);
    for (key, lifetime, than, limit) in [
        ("session_idle", lifetimes.session_idle, "session_absolute", lifetimes.session_absolute),
        (
            "session_idle_remembered",
            lifetimes.session_idle_remembered,
            "session_absolute",
            lifetimes.session_absolute,
        ),
        ("session_idle", lifetimes.session_idle, "session_idle_remembered", lifetimes.session_idle_remembered),
    ] {
        if lifetime > limit && limit > 0 {
            check.problem(&format!("lifetimes.{key}"), format_args!("must not be more than lifetimes.{than}"));
        }
    }
    lifetimes
}

/// The units of the ranges, named as in the macro above.
#[expect(non_upper_case_globals, reason = "they stand in sentences")]
mod unit {
    use crate::time::{DAY, HOUR, MINUTE, Millis};

    pub(super) const minutes: Millis = MINUTE;
    pub(super) const hours: Millis = HOUR;
    pub(super) const days: Millis = DAY;
}

/// The permitted range of a lifetime.
struct LifetimeRange {
    /// The name of its unit.
    name: &'static str,
    unit: Millis,
    min: &'static str,
    max: &'static str,
}

fn in_range(check: &mut Check, key: &str, text: &str, range: &LifetimeRange) -> Millis {
    let LifetimeRange { name, unit, min, max } = range;
    match (parse_lifetime(text), parse_lifetime(min), parse_lifetime(max)) {
        (Some(lifetime), Some(least), Some(most)) if (least..=most).contains(&lifetime) && lifetime % unit == 0 => {
            lifetime
        }
        _ => {
            let must = format!("must be whole {name} from {min} to {max}, written as \"{max}\", not {text:?}");
            check.problem(key, must);
            0
        }
    }
}

/// Parses a lifetime. A day has 24 hours, a week seven days. Months and years have no fixed length and are refused.
fn parse_lifetime(text: &str) -> Option<Millis> {
    let span: Span = text.trim().parse().ok()?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return None;
    }
    let total = span.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).ok()?;
    let whole = jiff::SignedDuration::try_from_secs_f64(total).ok()?;
    Millis::try_from(whole.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, HOUR, MINUTE, SECOND};

    #[test]
    fn lifetimes_are_read_in_words_and_in_iso_8601() {
        for (text, expected) in [
            ("30 days", 30 * DAY),
            ("30d", 30 * DAY),
            ("2 weeks", 14 * DAY),
            ("12 hours", 12 * HOUR),
            ("1h 30m", 90 * MINUTE),
            ("10 minutes", 10 * MINUTE),
            ("600 seconds", 600 * SECOND),
            ("PT10M", 10 * MINUTE),
            (" 1 day ", DAY),
        ] {
            assert_eq!(parse_lifetime(text), Some(expected), "{text}");
        }
        for text in ["", "30", "soon", "1 month", "1 year", "10 minutes or so"] {
            assert_eq!(parse_lifetime(text), None, "{text}");
        }
    }

    #[test]
    fn the_defaults_are_in_their_ranges() {
        let mut check = Check { problems: Vec::new() };
        let defaults = lifetimes(&mut check, &RawLifetimes::default());
        assert_eq!(check.problems, []);
        assert_eq!(
            (defaults.session_absolute, defaults.session_idle, defaults.session_idle_remembered),
            (30 * DAY, 12 * HOUR, 14 * DAY)
        );
        assert_eq!((defaults.known_browser, defaults.confirmation_code), (400 * DAY, 10 * MINUTE));
    }
}
