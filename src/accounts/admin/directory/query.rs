//! The parameters of the user list: text, filters, order and position.

use std::str::FromStr as _;

use strum::{EnumIter, EnumString, IntoStaticStr, VariantArray};

use crate::accounts::identity::user::{Role, Status};
use crate::config::GroupName;
use crate::db::{Cursor, Start};
use crate::time::Millis;

/// The sort key of the list.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, EnumString, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum SortKey {
    #[default]
    Created,
    Email,
    /// The name, or the address if there is none.
    Name,
    Seen,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, VariantArray)]
pub enum Direction {
    Ascending,
    #[default]
    Descending,
}

/// Newest first by default.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sort {
    pub key: SortKey,
    pub direction: Direction,
}

/// A query of the user list.
#[derive(Clone, Debug, Default)]
pub struct UserQuery {
    /// A part of the address or the name; empty for all users.
    pub text: String,
    pub status: Option<Status>,
    pub role: Option<Role>,
    /// Only the members of this group.
    pub group: Option<GroupName>,
    /// Only users who have a second factor, or who have none.
    pub factor: Option<FactorFilter>,
    pub sort: Sort,
    /// The position of the page; none for the first page.
    pub start: Option<Start>,
}

/// Whether users have a second factor: an authenticator app or a passkey.
#[derive(Clone, Copy, Debug, Eq, PartialEq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum FactorFilter {
    With,
    Without,
}

/// The set of users that a query reads: each set has indexes for every order of the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, VariantArray)]
pub enum Scope {
    All,
    /// All users of one status other than `active`, which nearly all users have.
    OfStatus,
    Admins,
}

impl SortKey {
    /// Whether a cursor fits this sort key; with a cursor of another order the database would report an error.
    pub(super) fn accepts(self, cursor: &Cursor) -> bool {
        match self {
            Self::Created | Self::Seen => cursor.key.parse::<Millis>().is_ok(),
            Self::Email | Self::Name => true,
        }
    }
}

impl Sort {
    /// The parameter in URLs: `email`, or `-email` for the reverse order.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let (name, direction) = match word.strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (word, Direction::Ascending),
        };
        let key = SortKey::from_str(name).ok()?;
        Some(Self { key, direction })
    }

    /// The reverse order.
    #[must_use]
    pub fn reversed(self) -> Self {
        let direction = match self.direction {
            Direction::Ascending => Direction::Descending,
            Direction::Descending => Direction::Ascending,
        };
        Self { direction, ..self }
    }

    /// A cursor before the first row. With it every statement compares with a cursor, and the database starts where the
    /// index says; with "or there is no cursor" it would read all rows before the page.
    pub(super) fn before_all(self) -> Cursor {
        let key = match (self.key, self.direction) {
            (SortKey::Created | SortKey::Seen, Direction::Ascending) => Millis::MIN.to_string(),
            (SortKey::Created | SortKey::Seen, Direction::Descending) => Millis::MAX.to_string(),
            (SortKey::Email | SortKey::Name, Direction::Ascending) => String::new(),
            // The greatest character, by bytes.
            (SortKey::Email | SortKey::Name, Direction::Descending) => "\u{10ffff}".repeat(4),
        };
        let id = match self.direction {
            Direction::Ascending => String::new(),
            Direction::Descending => key.clone(),
        };
        Cursor { key, id }
    }
}

impl UserQuery {
    /// The smallest set that contains all users of these filters.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match (self.status, self.role) {
            (Some(Status::Pending | Status::Disabled | Status::Deleting), _) => Scope::OfStatus,
            (_, Some(Role::Admin)) => Scope::Admins,
            _ => Scope::All,
        }
    }

    /// `$5` and `$6` of the statements.
    #[must_use]
    pub fn filters(&self) -> [&'static str; 2] {
        [
            self.status.map_or("", Status::as_str),
            self.role.map_or("", Role::as_str),
        ]
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.status.is_some() || self.role.is_some() || self.group.is_some() || self.factor.is_some()
    }
}
