//! A page of the user list, and how many there are: among a million users as quickly as among a thousand.
//!
//! A page begins where an index says and ends with its last row. Whom a search finds does not lie together in that order:
//! see `search.rs`.

use sqlx::Row as _;

use super::statements::{self, Way};
use super::{Direction, From, Listing, PAGE, Person, Place, Total, Wanted, fits, person};
use crate::accounts::identity::email_address::searched;
use crate::accounts::{Accounts, Role, ServiceError, Status};
use crate::db::{Row, Search, users_roughly};

/// So many are counted without hesitation.
pub(super) const FEW: i64 = 1_000;

impl Wanted {
    /// The way to them, in the order of the list.
    #[must_use]
    pub fn way(&self) -> Way {
        match (self.status, self.role) {
            (Some(Status::Pending | Status::Disabled | Status::Deleting), _) => Way::OfStatus,
            (_, Some(Role::Admin)) => Way::Admins,
            _ => Way::Everybody,
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
}

/// What is asked of the database.
#[derive(Clone)]
pub(super) struct Question<'a> {
    pub(super) wanted: &'a Wanted,
    /// Where the page begins.
    pub(super) begin: Place,
    /// Whether it goes upwards from there.
    pub(super) ascending: bool,
    pub(super) search: Option<Search>,
    /// What is searched for, as the statements ask for it.
    pub(super) sought: [String; 2],
}

impl Accounts {
    /// A page of the user list.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, wanted: &Wanted) -> Result<Listing, ServiceError> {
        let column = wanted.sort.column;
        let (from, backwards) = match &wanted.from {
            Some(From::After(place)) if fits(place, column) => (Some(place), false),
            Some(From::Before(place)) if fits(place, column) => (Some(place), true),
            _ => (None, false),
        };
        let ascending = (wanted.sort.direction == Direction::Ascending) != backwards;
        let search = Search::of(self.pool.backend(), &searched(&wanted.query));
        let question = Question {
            wanted,
            begin: from.cloned().unwrap_or_else(|| Place::first(column, ascending)),
            ascending,
            sought: search.as_ref().map(Search::parameters).unwrap_or_default(),
            search,
        };
        let (rows, sorted) = match &question.search {
            Some(search) => self.search(&question, search).await?,
            None => (self.page(&question).await?, None),
        };
        let mut people = rows.iter().map(person).collect::<Result<Vec<_>, ServiceError>>()?;
        let shown = people.len().try_into().unwrap_or(i64::MAX);
        let more = people.len() > PAGE;
        people.truncate(PAGE);
        if backwards {
            people.reverse();
        }
        let total = match (&question.search, sorted) {
            _ if from.is_none() && !more => Total::Exactly(shown),
            (_, Some(total)) => up_to_few(total),
            (Some(search), None) => self.total_of_search(&question, search, shown).await?,
            (None, None) => self.total(&question).await?,
        };
        let place = |person: Option<&Person>| person.map(|person| person.place(column));
        let (before, after) = if backwards {
            (more, from.is_some())
        } else {
            (from.is_some(), more)
        };
        Ok(Listing {
            searched: question.search.is_some(),
            previous: place(people.first()).filter(|_| before),
            next: place(people.last()).filter(|_| after),
            people,
            total,
        })
    }

    async fn page(&self, question: &Question<'_>) -> sqlx::Result<Vec<Row>> {
        let Question { wanted, ascending, .. } = *question;
        let statement = statements::page(wanted.way(), wanted.sort.column, ascending);
        self.rows(question, statement, 0).await
    }

    async fn total(&self, question: &Question<'_>) -> sqlx::Result<Total> {
        let total = self.count(question, statements::total(question.wanted.way()), 0).await?;
        if total <= FEW || question.wanted.filters() != ["", ""] {
            return Ok(up_to_few(total));
        }
        let about = users_roughly(&self.pool).await?;
        Ok(if about > FEW {
            Total::About(rounded(about))
        } else {
            Total::MoreThan(FEW)
        })
    }

    /// What a statement finds that looks at no more than so many rows.
    pub(super) async fn rows(
        &self,
        question: &Question<'_>,
        statement: &'static str,
        most: i64,
    ) -> sqlx::Result<Vec<Row>> {
        let [status, role] = question.wanted.filters();
        sqlx::query(statement)
            .bind(&question.sought[0])
            .bind(&question.sought[1])
            .bind(question.begin.key())
            .bind(question.begin.id())
            .bind(status)
            .bind(role)
            .bind(most)
            // What a search is best done by depends on what is searched for: PostgreSQL plans that anew each time.
            .persistent(question.search.is_none())
            .fetch_all(self.pool.reading())
            .await
    }

    /// The number that a statement finds that looks at no more than so many rows.
    pub(super) async fn count(&self, question: &Question<'_>, statement: &'static str, most: i64) -> sqlx::Result<i64> {
        let rows = self.rows(question, statement, most).await?;
        rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)
    }
}

/// Beyond a thousand, how many exactly is not said of one page and left open on another.
pub(super) fn up_to_few(total: i64) -> Total {
    if total <= FEW {
        Total::Exactly(total)
    } else {
        Total::MoreThan(FEW)
    }
}

/// To its first two digits.
fn rounded(count: i64) -> i64 {
    let unit = 10_i64.pow(count.max(1).ilog10().saturating_sub(1));
    (count + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_enough() {
        assert_eq!([1_004, 1_050, 999_999, 7, 0].map(rounded), [1_000, 1_100, 1_000_000, 7, 0]);
    }
}
