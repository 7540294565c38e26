//! Who is there: the user list, searched, filtered, sorted and paged (by [`list`]), and one user.

pub mod list;
mod search;
pub mod statements;

use data_encoding::BASE64URL_NOPAD;
use sqlx::Row as _;

use super::{Accounts, Role, ServiceError, Status, UserId};
use crate::db::Row;
use crate::time::Millis;

/// Users on one page.
pub const PAGE: usize = 50;

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Column {
    /// When they signed up.
    #[default]
    Created,
    /// Their address.
    Email,
    /// Their name.
    Name,
    /// When they were last seen.
    Seen,
}

/// Which way.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    #[default]
    Descending,
}

/// Column and direction: newest first unless something else is asked for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// The direction.
    pub direction: Direction,
}

/// Which users are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A part of the address or the name.
    pub query: String,
    /// Only with this status.
    pub status: Option<Status>,
    /// Only with this role.
    pub role: Option<Role>,
    /// In this order.
    pub sort: Sort,
    /// From where.
    pub from: Option<From>,
}

/// Where a page begins: a place in the order, never a number of rows (which would shift while one reads).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum From {
    /// Behind this place.
    After(Place),
    /// In front of it.
    Before(Place),
}

/// A place in the order: what the list is sorted by, and the id where that is alike.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    key: String,
    id: String,
}

impl Place {
    pub(super) fn at(key: String, id: String) -> Self {
        Self { key, id }
    }

    /// In front of everything. So the statement always compares, and the database always begins where the index says:
    /// with "or no place was given" it would read everything in front of it.
    fn first(column: Column, ascending: bool) -> Self {
        let key = match (column, ascending) {
            (Column::Created | Column::Seen, true) => Millis::MIN.to_string(),
            (Column::Created | Column::Seen, false) => Millis::MAX.to_string(),
            (Column::Email | Column::Name, true) => String::new(),
            // No character is greater, in the order of bytes.
            (Column::Email | Column::Name, false) => "\u{10ffff}".repeat(4),
        };
        let id = if ascending { String::new() } else { key.clone() };
        Self { key, id }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// As it stands in URLs.
    #[must_use]
    pub fn cursor(&self) -> String {
        BASE64URL_NOPAD.encode(format!("{}\n{}", self.id, self.key).as_bytes())
    }

    /// The place of a cursor; none for what we did not write.
    #[must_use]
    pub fn from_cursor(cursor: &str) -> Option<Self> {
        if cursor.len() > 2048 {
            return None;
        }
        let text = String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()?;
        let (id, key) = text.split_once('\n')?;
        let sound = !id.is_empty() && !text.contains('\0');
        sound.then(|| Self {
            key: key.to_owned(),
            id: id.to_owned(),
        })
    }
}

/// A user, as admins see them. No secret of theirs is in it (ASVS 14.2.6).
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Their name; may be empty.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// How the account stands.
    pub status: Status,
    /// When they signed up.
    pub created_at: Millis,
    /// When they confirmed their address.
    pub confirmed_at: Option<Millis>,
    /// When they were last seen, if ever.
    pub last_seen_at: Option<Millis>,
    /// When the account is deleted, where that was asked for. Known of one user only, not in lists.
    pub deletion_at: Option<Millis>,
    /// The language they chose.
    pub locale: Option<String>,
    sort_name: String,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Whether anything was searched for: what is typed may be nothing.
    pub searched: bool,
    /// The users.
    pub people: Vec<Person>,
    /// Where the page in front of this one ends, if there is one.
    pub previous: Option<Place>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
    /// How many match.
    pub total: Total,
}

/// How many users match.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Total {
    /// So many.
    Exactly(i64),
    /// Roughly so many.
    About(i64),
    /// More than that; counting them would take longer than showing them.
    MoreThan(i64),
}

impl Sort {
    /// The order of a word, as it stands in URLs: `email`, or `-email` for the other way round.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let (name, direction) = match word.strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (word, Direction::Ascending),
        };
        let column = match name {
            "created" => Column::Created,
            "email" => Column::Email,
            "name" => Column::Name,
            "seen" => Column::Seen,
            _ => return None,
        };
        Some(Self { column, direction })
    }
}

impl Accounts {
    /// One user.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn person(&self, id: &str) -> Result<Option<Person>, ServiceError> {
        const ONE: &str = "
            SELECT id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at, locale,
                deletion_at
            FROM users
            WHERE id = $1";
        // PostgreSQL has no text with a NUL in it and calls it an error.
        if id.contains('\0') {
            return Ok(None);
        }
        let row = sqlx::query(ONE).bind(id).fetch_optional(self.pool.reading()).await?;
        row.map(|row| {
            Ok(Person {
                deletion_at: row.try_get("deletion_at")?,
                ..person(&row)?
            })
        })
        .transpose()
    }
}

impl Person {
    fn place(&self, column: Column) -> Place {
        Place {
            key: match column {
                Column::Created => self.created_at.to_string(),
                Column::Email => self.email.clone(),
                Column::Name => self.sort_name.clone(),
                Column::Seen => self.last_seen_at.unwrap_or_default().to_string(),
            },
            id: self.id.as_str().to_owned(),
        }
    }
}

/// Whether a place can be one of a column: a cursor of another order would be an error in the database.
fn fits(place: &Place, column: Column) -> bool {
    match column {
        Column::Created | Column::Seen => place.key.parse::<Millis>().is_ok(),
        Column::Email | Column::Name => true,
    }
}

pub(super) fn person(row: &Row) -> Result<Person, ServiceError> {
    let role: String = row.try_get("role")?;
    let status: String = row.try_get("status")?;
    Ok(Person {
        id: UserId::from(row.try_get::<String, _>("id")?),
        email: row.try_get("email")?,
        display_name: row.try_get("display_name")?,
        sort_name: row.try_get("sort_name")?,
        role: Role::from_word(&role).ok_or(ServiceError::Internal("a role that does not exist"))?,
        status: Status::from_word(&status).ok_or(ServiceError::Internal("a status that does not exist"))?,
        created_at: row.try_get("created_at")?,
        confirmed_at: row.try_get("confirmed_at")?,
        last_seen_at: Some(row.try_get::<Millis, _>("last_seen_at")?).filter(|at| *at > 0),
        deletion_at: None,
        locale: row.try_get("locale")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_cursor_is_too_strange(cursor in ".*") {
            let _ = Place::from_cursor(&cursor);
        }

        #[test]
        fn a_place_survives_its_url(key in "[^\0]*", id in "[a-z2-7]{26}") {
            let place = Place { key, id };
            proptest::prop_assert_eq!(Place::from_cursor(&place.cursor()), Some(place));
        }
    }
}
