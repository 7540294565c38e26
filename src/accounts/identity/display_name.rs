//! Display names.

use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::identity::invisible::without_invisible;
use crate::db;

/// The maximum length of a name, in characters.
pub const MAX_NAME_CHARS: usize = 100;

/// What a user wants to be called; may be empty.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, JsonSchema)]
pub struct DisplayName(String);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DisplayNameError {
    /// More than [`MAX_NAME_CHARS`] characters.
    TooLong,
    /// It contains control characters.
    Invalid,
}

/// From the database (`#[sqlx(try_from = "String")]`).
impl From<String> for DisplayName {
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl DisplayName {
    /// Parses a name: removes white space at its ends, and reduces it to single blanks inside. Invisible characters
    /// that no letter needs are removed silently: they can make a name look like another one (ASVS 1.3.3; Unicode TR 36
    /// section 2.10), but keyboards also type them, so a refusal would be of no use.
    ///
    /// # Errors
    /// When it is too long, or contains control characters, which no keyboard types.
    pub fn parse(text: &str) -> Result<Self, DisplayNameError> {
        // Much longer texts are refused unread.
        if text.len() > 16 * MAX_NAME_CHARS {
            return Err(DisplayNameError::TooLong);
        }
        let name = without_invisible(text).split_whitespace().collect::<Vec<_>>().join(" ");
        if name.chars().any(char::is_control) {
            return Err(DisplayNameError::Invalid);
        }
        if name.chars().count() > MAX_NAME_CHARS {
            return Err(DisplayNameError::TooLong);
        }
        Ok(Self(name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which lists sort and search: the folded name, or the address if there is none.
    #[must_use]
    pub fn sorted_as(&self, email: &str) -> String {
        if self.0.is_empty() {
            email.to_owned()
        } else {
            db::fold_for_search(&self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 1.3.3
    #[test]
    fn names_are_tidied_or_refused() {
        let name = |text: &str| DisplayName::parse(text).map(|name| name.0);
        assert_eq!(name("  Ana \t Ferreira "), Ok("Ana Ferreira".into()));
        assert_eq!(name(""), Ok(String::new()));
        assert_eq!(name("Zoë 🌻"), Ok("Zoë 🌻".into()));
        for control in ["a\0b", "a\u{1b}[31m", "a\u{7f}", "\u{9f}"] {
            assert_eq!(name(control), Err(DisplayNameError::Invalid), "{control:?}");
        }
        for (hidden, seen) in [
            ("a\u{202e}b", "ab"),
            ("a\u{200b}b", "ab"),
            ("a\u{ad}b", "ab"),
            ("a\u{61c}b", "ab"),
            ("a\u{e0041}", "a"),
            ("a\u{fff9}b", "ab"),
            ("\u{3164}", ""),
            ("\u{2800}", ""),
            ("\u{200c}", ""),
            ("\u{200d} \u{200d}", ""),
            ("\u{fe0f}", ""),
            ("\u{115f}", ""),
            ("\u{ffa0}", ""),
            ("\u{180e}", ""),
            ("\u{17b4}", ""),
            // As keyboards type them: a mark between words, one at the end, and what their scripts need.
            ("דנה \u{200f}לוי", "דנה לוי"),
            ("Dana Levi\u{200e}", "Dana Levi"),
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
            ("សុខ\u{200b}ភា", "សុខ\u{200b}ភា"),
        ] {
            assert_eq!(name(hidden), Ok(seen.into()), "{hidden:?}");
        }
        // A Persian name and an emoji of three, which both need something that is not seen.
        for whole in ["علی\u{200c}رضا", "👩\u{200d}🚀", "❤\u{fe0f}"] {
            assert_eq!(name(whole), Ok(whole.into()), "{whole}");
        }
        assert_eq!(name(&"ä".repeat(100)), Ok("ä".repeat(100)));
        assert_eq!(name(&"ä".repeat(101)), Err(DisplayNameError::TooLong));
        assert_eq!(name(&"x".repeat(1_000_000)), Err(DisplayNameError::TooLong));
    }
}
