//! A language, and the choice of one for a visitor.

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use super::bundles;
use super::files::ENGLISH;

/// A language that has a folder in `locales/` or in the operator's `locales_dir`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Language(&'static str);

/// English, for visitors whose language is not available.
impl Default for Language {
    fn default() -> Self {
        Self(ENGLISH)
    }
}

impl Language {
    /// All languages: English first, then the others in alphabetical order of their tags.
    #[must_use]
    pub fn all() -> Vec<Self> {
        bundles::current().codes().map(Self).collect()
    }

    /// The language's tag (BCP 47).
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The language's name in that language.
    #[must_use]
    pub fn name(self) -> String {
        bundles::current().text(self.0, "language-name", None)
    }

    /// The writing direction, for HTML's attribute `dir`.
    #[must_use]
    pub fn dir(self) -> &'static str {
        let tag: LanguageIdentifier = self.0.parse().unwrap_or_default();
        if bundles::is_right_to_left(&tag) { "rtl" } else { "ltr" }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        bundles::current().codes().find(|known| *known == code).map(Self)
    }

    /// The best language for an `Accept-Language` header (RFC 9110 section 12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        // Browsers send less. Parsing kilobytes would waste time.
        let mut cut = header.len().min(256);
        while !header.is_char_boundary(cut) {
            cut -= 1;
        }
        let wanted = fluent_langneg::accepted_languages::parse(&header[..cut]);
        let bundles = bundles::current();
        negotiate_languages(&wanted, bundles.tags(), None, NegotiationStrategy::Filtering)
            .first()
            .and_then(|found| Self::from_code(&found.to_string()))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_is_chosen() {
        let german = Language::from_code("de").unwrap();
        let english = Language::default();
        for (header, language) in [
            ("de-CH,de;q=0.9,en;q=0.8", german),
            ("en-US,en;q=0.5", english),
            ("eo, de;q=0.5", german),
            ("eo", english),
            ("", english),
            ("*;q=\u{1f480}", english),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn the_direction_is_that_of_the_script() {
        for (tag, dir) in [
            ("en", "ltr"),
            ("de-CH", "ltr"),
            ("ar", "rtl"),
            ("he", "rtl"),
            ("fa-AF", "rtl"),
            ("uz-Arab", "rtl"),
            ("az", "ltr"),
            ("pa", "ltr"),
            ("ckb", "rtl"),
        ] {
            assert_eq!(Language(tag).dir(), dir, "{tag}");
        }
    }
}
