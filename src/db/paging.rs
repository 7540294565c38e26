//! Keyset pagination: a page begins after a row and not after a number of rows, so it does not shift when rows are
//! added or deleted.

use data_encoding::BASE64URL_NOPAD;

pub const PAGE_SIZE: usize = 50;

/// A position in a sorted list: the sort key of a row, and its id, which orders rows with equal keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cursor {
    pub(crate) key: String,
    pub(crate) id: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Start {
    /// With the first row after this one.
    After(Cursor),
    /// So that its last row is the one before this one.
    Before(Cursor),
}

impl Cursor {
    /// The text for URLs.
    #[must_use]
    pub fn encode(&self) -> String {
        BASE64URL_NOPAD.encode(format!("{}\n{}", self.id, self.key).as_bytes())
    }

    /// Parses the text of [`Cursor::encode`]. A NUL is refused, because PostgreSQL cannot store it in a text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const MAX_LENGTH: usize = 2048;
        if text.len() > MAX_LENGTH {
            return None;
        }
        let text = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
        let (id, key) = text.split_once('\n')?;
        let valid = !id.is_empty() && !text.contains('\0');
        valid.then(|| Self {
            key: key.to_owned(),
            id: id.to_owned(),
        })
    }
}

impl Start {
    /// Parses the two parameters of a URL. `after` wins if both are set.
    #[must_use]
    pub fn parse(after: &str, before: &str) -> Option<Self> {
        let after = Cursor::parse(after).map(Self::After);
        after.or_else(|| Cursor::parse(before).map(Self::Before))
    }

    /// The row at which the page begins or ends.
    #[must_use]
    pub fn cursor(&self) -> &Cursor {
        match self {
            Self::After(cursor) | Self::Before(cursor) => cursor,
        }
    }

    /// Whether the rows are read in reverse order.
    #[must_use]
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(text in ".*") {
            let _ = Cursor::parse(&text);
        }

        #[test]
        fn a_cursor_survives_its_url(key in "[^\0]*", id in "[a-z2-7]{26}") {
            let cursor = Cursor { key, id };
            proptest::prop_assert_eq!(Cursor::parse(&cursor.encode()), Some(cursor));
        }
    }
}
