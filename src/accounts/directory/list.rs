//! A page of the user list, and how many there are: among a million users as quickly as among a thousand.
//!
//! A page begins where an index says and ends with its last row. Whom a search finds does not lie together in that order: so
//! where it finds few, they are taken from the index for searches and sorted; where it finds many, enough of them come soon
//! in the order of the list.

use super::statements::{self, Way};
use super::{Direction, From, Listing, PAGE, Person, Place, Total, Wanted, fits, person};
use crate::accounts::{Accounts, Role, Status, Trouble};
use crate::db::{Row, Search, users_roughly};

/// So many are sorted, or counted, without hesitation.
const FEW: i64 = 1_000;

impl Wanted {
    /// The way to them. Searched for is whom an index finds, if they are few.
    #[must_use]
    pub fn way(&self, few: Option<&Search>) -> Way {
        match (few, self.status, self.role) {
            (Some(search), _, _) => Way::Found(search.index()),
            (None, Some(Status::Pending | Status::Disabled | Status::Deleting), _) => Way::OfStatus,
            (None, _, Some(Role::Admin)) => Way::Admins,
            (None, _, _) => Way::Everybody,
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
struct Question<'a> {
    wanted: &'a Wanted,
    search: Option<Search>,
    /// What is searched for, as the statements ask for it.
    sought: [String; 2],
    way: Way,
}

impl Accounts {
    /// A page of the user list.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self, wanted: &Wanted) -> Result<Listing, Trouble> {
        let question = self.question(wanted).await?;
        let (from, backwards) = match &wanted.from {
            Some(From::After(place)) if fits(place, wanted.sort.column) => (Some(place), false),
            Some(From::Before(place)) if fits(place, wanted.sort.column) => (Some(place), true),
            _ => (None, false),
        };
        let ascending = (wanted.sort.direction == Direction::Ascending) != backwards;
        let rows = self.page(&question, from, ascending).await?;
        let mut people = rows.iter().map(person).collect::<Result<Vec<_>, Trouble>>()?;
        let more = people.len() > PAGE;
        people.truncate(PAGE);
        if backwards {
            people.reverse();
        }
        let total = if from.is_none() && !more {
            Total::Exactly(people.len().try_into().unwrap_or(i64::MAX))
        } else {
            self.total(&question).await?
        };
        let place = |person: Option<&Person>| person.map(|person| person.place(wanted.sort.column));
        let (before, after) = if backwards {
            (more, from.is_some())
        } else {
            (from.is_some(), more)
        };
        Ok(Listing {
            previous: place(people.first()).filter(|_| before),
            next: place(people.last()).filter(|_| after),
            people,
            total,
        })
    }

    async fn question<'a>(&self, wanted: &'a Wanted) -> sqlx::Result<Question<'a>> {
        let search = Search::of(self.pool.kind(), &wanted.query);
        let sought = search.as_ref().map(Search::parameters).unwrap_or_default();
        let mut few = None;
        if let Some(search) = &search {
            let mut found = self.count(statements::found_by(search.index()), wanted, &sought, false).await?;
            // Many, but perhaps few of that status and role; where those are few themselves, they have an index.
            if found > FEW && wanted.filters() != ["", ""] && wanted.way(None) == Way::Everybody {
                found = self.count(statements::filtered(search.index()), wanted, &sought, false).await?;
            }
            few = Some(search).filter(|_| found <= FEW);
        }
        let way = wanted.way(few);
        Ok(Question {
            wanted,
            search,
            sought,
            way,
        })
    }

    async fn page(&self, question: &Question<'_>, from: Option<&Place>, ascending: bool) -> sqlx::Result<Vec<Row>> {
        let column = question.wanted.sort.column;
        let begin = from.cloned().unwrap_or_else(|| Place::first(column, ascending));
        let [status, role] = question.wanted.filters();
        sqlx::query(statements::page(question.way, column, ascending))
            .bind(&question.sought[0])
            .bind(&question.sought[1])
            .bind(begin.key())
            .bind(begin.id())
            .bind(status)
            .bind(role)
            .persistent(question.is_planned_once())
            .fetch_all(self.pool.reading())
            .await
    }

    async fn total(&self, question: &Question<'_>) -> sqlx::Result<Total> {
        // Only those go this way who are more.
        if question.search.is_some() && question.way == Way::Everybody {
            return Ok(Total::MoreThan(FEW));
        }
        let statement = statements::total(question.way);
        let total = self
            .count(statement, question.wanted, &question.sought, question.is_planned_once())
            .await?;
        if total <= FEW {
            return Ok(Total::Exactly(total));
        }
        let everybody = question.search.is_none() && question.wanted.filters() == ["", ""];
        let about = if everybody { users_roughly(&self.pool).await? } else { 0 };
        Ok(if about > FEW {
            Total::About(rounded(about))
        } else {
            Total::MoreThan(FEW)
        })
    }
    async fn count(
        &self,
        statement: &'static str,
        wanted: &Wanted,
        sought: &[String; 2],
        planned_once: bool,
    ) -> sqlx::Result<i64> {
        let [status, role] = wanted.filters();
        sqlx::query_scalar(statement)
            .bind(&sought[0])
            .bind(&sought[1])
            .bind("")
            .bind("")
            .bind(status)
            .bind(role)
            .persistent(planned_once)
            .fetch_one(self.pool.reading())
            .await
    }
}

impl Question<'_> {
    /// What a search is best done by depends on what is searched for: PostgreSQL plans that anew each time.
    fn is_planned_once(&self) -> bool {
        self.search.is_none()
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
