//! Words that are obvious guesses: those of the owner's address and name, and those of the site (ASVS 6.2.11).

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Shorter parts, in characters, are permitted in a password.
const MIN_PART: usize = 4;

/// Shorter parts are refused only as whole words: "anna" is in "savannah", "rose" in "prose", "mark" in "supermarket".
/// Names of six letters and more are rarely in other words by chance.
const MIN_INSIDE: usize = 6;

/// The source of a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WordOf {
    Email,
    Name,
    Site,
}

/// A password prepared for the search: in lower case, and in lower case with a blank before each capital that follows a
/// small letter, so that `AnnaLovesTea` has three words.
pub struct Searched {
    folded: Zeroizing<String>,
    parted: Zeroizing<String>,
    base_word: Zeroizing<String>,
}

impl Searched {
    /// `password` is the text after NFKC.
    pub fn new(password: &str) -> Self {
        // Allocated at once: a growing text would leave copies of itself in memory.
        let room = 4 * password.len();
        let mut folded = Zeroizing::new(String::with_capacity(room));
        let mut parted = Zeroizing::new(String::with_capacity(room));
        let mut small_before = false;
        for letter in password.chars() {
            if small_before && letter.is_uppercase() {
                parted.push(' ');
            }
            folded.extend(letter.to_lowercase());
            parted.extend(letter.to_lowercase());
            small_before = letter.is_lowercase();
        }
        let base_word = base_word_of(&folded);
        Self {
            folded,
            parted,
            base_word,
        }
    }

    /// The password in lower case.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The first of the words that the password contains, or that is the password when signs and digits are ignored:
    /// the whole text, the local part of an address, or a part of them.
    pub fn word_of(&self, words: &str) -> Option<String> {
        let words: String = words.trim().nfkc().collect::<String>().to_lowercase();
        // The domain of an address alone says nothing about its owner: very many people use the same one.
        let local = words.rsplit_once('@').map_or(words.as_str(), |(local, _)| local);
        let wholes = [words.as_str(), local];
        let parts = local.split(|letter: char| !letter.is_alphanumeric());
        let held = wholes
            .into_iter()
            .chain(parts)
            .find(|part| has_chars(part, MIN_PART) && self.holds(part));
        let is = || {
            wholes.into_iter().find(|whole| {
                let base_word = base_word_of(whole);
                has_chars(&base_word, MIN_PART) && self.base_word == base_word
            })
        };
        held.or_else(is).map(str::to_owned)
    }

    fn holds(&self, part: &str) -> bool {
        if has_chars(part, MIN_INSIDE) {
            return self.folded.contains(part);
        }
        [&self.folded, &self.parted].into_iter().any(|text| has_word(text, part))
    }
}

/// Whether a text contains a part as a whole word, with no letter directly before or after it.
fn has_word(text: &str, part: &str) -> bool {
    let goes_on = |one: Option<char>, next: Option<char>| {
        one.zip(next).is_some_and(|(one, next)| {
            (one.is_alphabetic() && next.is_alphabetic()) || (one.is_numeric() && next.is_numeric())
        })
    };
    text.match_indices(part).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + part.len()..]);
        !goes_on(before.chars().next_back(), part.chars().next())
            && !goes_on(part.chars().next_back(), after.chars().next())
    })
}

fn has_chars(part: &str, least: usize) -> bool {
    part.chars().nth(least - 1).is_some()
}

/// The text without signs, and without digits at its ends; digits between its letters remain.
fn base_word_of(text: &str) -> Zeroizing<String> {
    let mut letters = Zeroizing::new(String::with_capacity(text.len()));
    letters.extend(
        text.trim_matches(|letter: char| !letter.is_alphabetic())
            .chars()
            .filter(|letter| letter.is_alphanumeric()),
    );
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(password: &str, words: &str) -> Option<String> {
        Searched::new(&password.nfkc().collect::<String>()).word_of(words)
    }

    #[test]
    fn a_short_part_counts_as_a_whole_word_alone() {
        for (password, words) in [
            ("savannah lanterns at dusk", "anna@example.org"),
            ("the supermarket sells prose", "mark.rose@example.org"),
            ("a hamburger for frankenstein", "berg.stein@example.org"),
            ("prosecco and moss 77", "Rose Secco"),
            ("12345 herons in moss", "1234@example.org"),
        ] {
            assert_eq!(found(password, words), None, "{password}");
        }
        for (password, words, word) in [
            ("tea with anna at dusk", "anna@example.org", "anna"),
            ("anna1987lanterns", "anna@example.org", "anna"),
            ("xx_ANNA_xx lanterns", "anna@example.org", "anna"),
            ("TeaWithAnnaAtDusk", "anna.lee@example.org", "anna"),
            ("ANNA and the moss", "Anna Kaya", "anna"),
            ("moss kaya", "Anna Kaya", "kaya"),
            ("r2d2 lanterns", "r2d2@example.org", "r2d2"),
            ("an example of moss", "accounts.example.org", "example"),
            ("tall muellers in rain", "ana.mueller@example.org", "mueller"),
            ("counterexamples of moss", "accounts.example.org", "example"),
            ("xx ana.mueller@example.org", "ana.mueller@example.org", "ana.mueller@example.org"),
            ("A-N-N-A!1987", "anna@example.org", "anna"),
        ] {
            assert_eq!(found(password, words).as_deref(), Some(word), "{password}");
        }
    }
}
