//! The user list, searched, filtered, sorted and paged, and one user.

mod list;
mod query;
mod search;
pub mod statements;
mod term;

use sqlx::FromRow;

pub use self::list::page;
pub use self::query::{Direction, Scope, Sort, SortKey, UserQuery};
use self::statements::Statement;
pub use self::term::{Index, SearchTerm};
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{Role, Status, UserId};
use crate::db::{Cursor, Pool};
use crate::time::Millis;

/// A user as admins see one. No secret is in it (ASVS 14.2.6).
#[derive(Clone, Debug, FromRow)]
pub struct User {
    #[sqlx(try_from = "String")]
    pub id: UserId,
    pub email: String,
    #[sqlx(flatten)]
    pub profile: Profile,
    sort_name: String,
    #[sqlx(try_from = "String")]
    pub role: Role,
    #[sqlx(try_from = "String")]
    pub status: Status,
    pub created_at: Millis,
    /// When the address was confirmed.
    pub confirmed_at: Option<Millis>,
    last_seen_at: Millis,
    /// When the account will be deleted, if its owner asked for that.
    pub deletion_at: Option<Millis>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// Whether there was anything to search for in the text.
    pub searched: bool,
    pub users: Vec<User>,
    /// The first user, if there is a page before this one.
    pub previous: Option<Cursor>,
    /// The last user, if there is another page.
    pub next: Option<Cursor>,
    pub total: Total,
}

/// The number of users on all pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Total {
    Exactly(i64),
    /// An estimate.
    About(i64),
    /// Counting all of them would take longer than showing the page.
    MoreThan(i64),
}

/// One user.
pub async fn user(pool: &Pool, id: &str) -> sqlx::Result<Option<User>> {
    // PostgreSQL has no text with a NUL in it and calls it an error.
    if id.contains('\0') {
        return Ok(None);
    }
    sqlx::query_as(Statement::One.sql())
        .bind(id)
        .fetch_optional(pool.reading())
        .await
}

impl User {
    /// None for a user who was never signed in.
    #[must_use]
    pub fn last_seen_at(&self) -> Option<Millis> {
        (self.last_seen_at > 0).then_some(self.last_seen_at)
    }

    fn cursor(&self, key: SortKey) -> Cursor {
        let key = match key {
            SortKey::Created => self.created_at.to_string(),
            SortKey::Email => self.email.clone(),
            SortKey::Name => self.sort_name.clone(),
            SortKey::Seen => self.last_seen_at.to_string(),
        };
        let id = self.id.as_str().to_owned();
        Cursor { key, id }
    }
}
