//! Finding a text anywhere in users' names and addresses, among a million of them, too: by the index that each database
//! has for that. What is searched was [`folded`]; so is what is searched for.

use sqlx::Row as _;
use unicode_normalization::UnicodeNormalization as _;

use super::{Backend, Pool};

/// No search is longer, in characters.
const LENGTH: usize = 100;

/// Sequences of so many letters are in the index.
const SEQUENCE: usize = 3;

/// A name as it is sorted and searched: in lower case, without accents and other marks on Latin, Greek and Cyrillic letters,
/// white space as single blanks. However its letters were put together (Unicode TR 15), the same name becomes the same. Latin
/// letters that no mark makes of others become those that are typed for them.
#[must_use]
pub fn folded(name: &str) -> String {
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .nfd()
        .filter(|letter| !matches!(letter, '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .flat_map(|letter| {
            let (letter, second) = match letter {
                // At the end of a word it looks otherwise, and nobody knows where the word ends that is being typed.
                'ς' => ('σ', None),
                'ß' => ('s', Some('s')),
                'æ' => ('a', Some('e')),
                'œ' => ('o', Some('e')),
                'ø' => ('o', None),
                'ł' => ('l', None),
                'đ' | 'ð' => ('d', None),
                'ı' => ('i', None),
                '’' | '‘' => ('\'', None),
                _ => (letter, None),
            };
            std::iter::once(letter).chain(second)
        })
        .nfc()
        .collect()
}

/// Where a text is looked up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Index {
    /// FTS5.
    SqliteSequences,
    /// What FTS5 has in its index: sequences, which begin with what is searched for.
    SqliteLetters,
    /// `pg_trgm`.
    PostgresSequences,
    /// One letter each.
    PostgresLetters,
}

/// The statement that finds a number for each user whom an [`Index`] knows, as a literal; and how `users` are joined to those
/// numbers, one look-up for each. (With a choice, PostgreSQL may read all users and be ten seconds about it.)
macro_rules! found {
    (SqliteSequences) => {
        "SELECT rowid AS number FROM user_search WHERE user_search MATCH $1"
    };
    // Nothing comes behind the last character there is.
    (SqliteLetters) => {
        "SELECT DISTINCT doc AS number FROM user_search_letters WHERE term >= $1 AND term < $1 || char(1114111)"
    };
    (PostgresSequences) => {
        "SELECT user_id AS number FROM user_texts WHERE text LIKE $2 ESCAPE '\\'"
    };
    (PostgresLetters) => {
        "SELECT user_id AS number FROM user_texts
            WHERE text LIKE $2 ESCAPE '\\' AND string_to_array(text, NULL) @> string_to_array($1, NULL)"
    };
    (users SqliteSequences) => {
        "CROSS JOIN users ON users.search_number = found.number"
    };
    (users SqliteLetters) => {
        found!(users SqliteSequences)
    };
    (users PostgresSequences) => {
        "CROSS JOIN LATERAL (SELECT * FROM users WHERE users.id = found.number LIMIT 1) AS users"
    };
    (users PostgresLetters) => {
        found!(users PostgresSequences)
    };
}
pub(crate) use found;

/// A text that is searched for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Search {
    backend: Backend,
    text: String,
}

impl Search {
    /// For what somebody typed; none where that is nothing.
    #[must_use]
    pub fn of(backend: Backend, typed: &str) -> Option<Self> {
        let text: String = folded(typed)
            .chars()
            .filter(|letter| !letter.is_control())
            .take(LENGTH)
            .collect();
        (!text.is_empty()).then_some(Self { backend, text })
    }

    /// The index that knows it.
    #[must_use]
    pub fn index(&self) -> Index {
        match (self.backend, self.text.chars().count() >= SEQUENCE) {
            (Backend::Sqlite, true) => Index::SqliteSequences,
            (Backend::Sqlite, false) => Index::SqliteLetters,
            (Backend::Postgres, true) => Index::PostgresSequences,
            (Backend::Postgres, false) => Index::PostgresLetters,
        }
    }

    /// `$1`, what the index is asked for, and `$2`, a pattern for `LIKE` with `\` as its escape.
    #[must_use]
    pub fn parameters(&self) -> [String; 2] {
        let for_index = match self.index() {
            // A phrase of the full-text search, in whose language everything else means something.
            Index::SqliteSequences => format!("\"{}\"", self.text.replace('"', "\"\"")),
            _ => self.text.clone(),
        };
        [for_index, self.pattern()]
    }

    /// Finds the text anywhere, its own wildcards taken literally (ASVS 1.2.9).
    fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for letter in self.text.chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        pattern
    }
}

/// How many rows of `users` there are, roughly, without counting a million of them. Zero: not known.
///
/// # Errors
/// When the database is away.
pub async fn users_roughly(pool: &Pool) -> sqlx::Result<i64> {
    const KEPT: &str = "SELECT users FROM user_count";
    const ESTIMATED: &str = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = CAST('users' AS regclass)";
    let statement = match pool.backend() {
        Backend::Sqlite => KEPT,
        Backend::Postgres => ESTIMATED,
    };
    let users: i64 = sqlx::query(statement).fetch_one(pool.reading()).await?.try_get(0)?;
    Ok(users.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(backend: Backend, typed: &str) -> Search {
        Search::of(backend, typed).unwrap()
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        for (written, is) in [
            ("José", "jose"),
            ("Jose\u{301}", "jose"),
            ("İREM", "irem"),
            ("ΓΙΏΡΓΟΣ", "γιωργοσ"),
            ("γιώργος", "γιωργοσ"),
            ("Ёлка", "елка"),
            ("Ana \u{a0}\t Lim", "ana lim"),
            ("가나", "\u{1100}\u{1161}\u{1102}\u{1161}"),
            ("हिन्दी", "हिन्दी"),
            ("Dana Weiß", "dana weiss"),
            ("Søren Ærø", "soren aero"),
            ("Łukasz Đorđe Işık", "lukasz dorde isik"),
            ("O’Brien", "o'brien"),
        ] {
            assert_eq!(folded(written), folded(is), "{written}");
        }
        assert_eq!(folded("ÅSA İPEK"), "asa ipek");
        assert_ne!(folded("हिन्दी"), folded("हनद"));
        assert_eq!(folded("가"), "가");
    }

    // ASVS 1.2.9
    #[test]
    fn wildcards_are_searched_for_as_they_stand() {
        let [_, pattern] = search(Backend::Postgres, " 50%_\\ ").parameters();
        assert_eq!(pattern, "%50\\%\\_\\\\%");
        assert_eq!(Search::of(Backend::Postgres, " \0\n"), None);
    }

    // ASVS 1.2.4
    #[test]
    fn nothing_means_anything_in_the_language_of_the_index() {
        let [phrase, _] = search(Backend::Sqlite, "a\" OR \"b*").parameters();
        assert_eq!(phrase, "\"a\"\" or \"\"b*\"");
        let [start, _] = search(Backend::Sqlite, "\"*").parameters();
        assert_eq!(start, "\"*");
    }
}
