//! The user list, with search, filters, sorting and pages, and the page of one user.

mod list;
mod query;
mod query_runner;
mod search;
pub mod statements;
mod term;

use sqlx::FromRow;

pub use self::list::page;
pub use self::query::{Direction, FactorFilter, Scope, Sort, SortKey, UserQuery};
use self::statements::{COUNT_LIMIT, Statement};
pub use self::term::{Index, SearchTerm};
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{Role, Status, UserId};
use crate::db::{Cursor, Pool};
use crate::time::Millis;

/// A user as admins see one. It contains no secret (ASVS 14.2.6).
#[derive(Clone, Debug, FromRow)]
pub struct User {
    #[sqlx(try_from = "String")]
    pub id: UserId,
    pub email: String,
    #[sqlx(flatten)]
    pub profile: Profile,
    /// None for a sign-up that is not confirmed.
    pub user_name: Option<String>,
    sort_name: String,
    #[sqlx(try_from = "String")]
    pub role: Role,
    #[sqlx(try_from = "String")]
    pub status: Status,
    pub created_at: Millis,
    pub confirmed_at: Option<Millis>,
    last_seen_at: Millis,
    /// When the account will be deleted, if its owner has requested that.
    pub deletion_at: Option<Millis>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// Whether the text contained anything to search for.
    pub searched: bool,
    pub users: Vec<User>,
    /// The first user of this page, if there is a page before it.
    pub previous: Option<Cursor>,
    /// The last user of this page, if there is a page after it.
    pub next: Option<Cursor>,
    pub total: Total,
}

/// The total number of users of the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Total {
    Exactly(i64),
    /// An estimate.
    About(i64),
    /// A lower bound: counting all users would take longer than showing the page.
    MoreThan(i64),
}

impl Total {
    /// The total of a count that stopped at one more than [`COUNT_LIMIT`] or later. Every page of a list gives the same
    /// total, whether all users were counted for it or not.
    fn up_to_limit(count: i64) -> Self {
        if count <= COUNT_LIMIT {
            Self::Exactly(count)
        } else {
            Self::MoreThan(COUNT_LIMIT)
        }
    }
}

/// One user.
pub async fn user(pool: &Pool, id: &str) -> sqlx::Result<Option<User>> {
    // PostgreSQL refuses a text with a NUL.
    if id.contains('\0') {
        return Ok(None);
    }
    sqlx::query_as(Statement::One.sql())
        .bind(id)
        .fetch_optional(pool.reading())
        .await
}

impl User {
    /// None for a user who has never signed in.
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
