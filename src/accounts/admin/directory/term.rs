//! The search term, and the index that can find it.

use strum::VariantArray;

use crate::accounts::identity::email_address::searched;
use crate::db::{Backend, fold_for_search};

const MAX_LENGTH: usize = 100;

/// The two kinds of search index.
#[derive(Clone, Copy, Debug, Eq, PartialEq, VariantArray)]
pub enum Index {
    /// Sequences of three characters: FTS5's tokenizer `trigram`, and `pg_trgm`.
    Trigram,
    /// For terms of one or two characters. On SQLite the trigrams that begin with the term; on PostgreSQL single
    /// characters.
    Char,
}

/// A text that is searched for anywhere in addresses and names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SearchTerm {
    backend: Backend,
    text: String,
}

impl SearchTerm {
    /// None if the text contains nothing to search for.
    #[must_use]
    pub fn parse(backend: Backend, text: &str) -> Option<Self> {
        let text: String = fold_for_search(&searched(text))
            .chars()
            .filter(|char| !char.is_control())
            .take(MAX_LENGTH)
            .collect();
        (!text.is_empty()).then_some(Self { backend, text })
    }

    /// The index that can find the term.
    #[must_use]
    pub fn index(&self) -> Index {
        if self.text.chars().count() >= 3 {
            Index::Trigram
        } else {
            Index::Char
        }
    }

    /// `$1`, for the index, and `$2`, a pattern for `LIKE` with `\` as its escape.
    #[must_use]
    pub fn parameters(&self) -> [String; 2] {
        let for_index = match (self.backend, self.index()) {
            // A phrase in double quotes, because all other text has a meaning in FTS5's query language.
            (Backend::Sqlite, Index::Trigram) => format!("\"{}\"", self.text.replace('"', "\"\"")),
            _ => self.text.clone(),
        };
        [for_index, self.pattern()]
    }

    /// A pattern in which the wildcards of the term are escaped (ASVS 1.2.9).
    fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for char in self.text.chars() {
            if matches!(char, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(char);
        }
        pattern.push('%');
        pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(backend: Backend, text: &str) -> [String; 2] {
        SearchTerm::parse(backend, text).unwrap().parameters()
    }

    // ASVS 1.2.9
    #[test]
    fn wildcards_are_searched_for_as_they_stand() {
        let [_, pattern] = parameters(Backend::Postgres, " 50%_\\ ");
        assert_eq!(pattern, "%50\\%\\_\\\\%");
        assert_eq!(SearchTerm::parse(Backend::Postgres, " \0\n"), None);
    }

    // ASVS 1.2.4
    #[test]
    fn nothing_means_anything_in_the_language_of_the_index() {
        let [phrase, _] = parameters(Backend::Sqlite, "a\" OR \"b*");
        assert_eq!(phrase, "\"a\"\" or \"\"b*\"");
        let [start, _] = parameters(Backend::Sqlite, "\"*");
        assert_eq!(start, "\"*");
    }
}
