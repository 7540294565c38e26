//! A page of whom a search finds, and how many they are.
//!
//! There are two ways. Those whom the index for searches finds are sorted, which takes the longer the more they are; or the
//! list is read in its order until a page is full, which takes the longer the fewer they are and the farther away they lie.
//! Which is the shorter one, nobody knows beforehand. So both are gone in turns, a little at first and then ever farther,
//! until one of them has arrived: that takes a few times as long as the shorter one alone.

use sqlx::Row as _;

use super::list::{FEW, Question, up_to_few};
use super::statements::{self, Way};
use super::{Column, PAGE, Place, Total, person};
use crate::accounts::{Accounts, ServiceError};
use crate::db::{Index, Row, Search};

/// How many are found, and how far the list is read: so many times as many, and as far, as in the turn before.
const FARTHER: i64 = 8;

/// Counted among so many: no more than in the second turn.
const COUNTED: i64 = FEW * FARTHER;

/// How many rows of the list are read in the time in which one whom an index finds is found and looked up.
fn read_meanwhile(index: Index) -> i64 {
    match index {
        Index::SqliteSequences | Index::SqliteLetters => 1,
        Index::PostgresSequences | Index::PostgresLetters => 4,
    }
}

impl Accounts {
    /// The page; and if they have all been looked at, how many there are on all pages.
    pub(super) async fn search(
        &self,
        question: &Question<'_>,
        search: &Search,
    ) -> Result<(Vec<Row>, Option<i64>), ServiceError> {
        let index = search.index();
        let (way, column, ascending) = (question.wanted.way(), question.wanted.sort.column, question.ascending);
        let mut few = FEW;
        let mut rows = Vec::new();
        let mut rest = question.clone();
        loop {
            let found = self.count(question, statements::found_by(index), few + 1).await?;
            if found <= few {
                return Ok(self.sorted(question, index, found).await?);
            }
            let part = few.saturating_mul(read_meanwhile(index));
            rows.extend(self.rows(&rest, statements::sifted(way, column, ascending), part).await?);
            // (Who is deleted between these two may hide that there is another page; it is there when this one is asked for
            // again.)
            if rows.len() > PAGE || self.count(&rest, statements::length(way, column, ascending), part).await? < part {
                rows.truncate(PAGE + 1);
                return Ok((rows, None));
            }
            if let Some(last) = rows.last() {
                rest.begin = person(last)?.place(column);
            }
            few = few.saturating_mul(FARTHER);
        }
    }

    async fn sorted(&self, question: &Question<'_>, index: Index, found: i64) -> sqlx::Result<(Vec<Row>, Option<i64>)> {
        // A thousand may sign up meanwhile.
        let most = found + FEW;
        let sorted = statements::sorted(index, question.wanted.sort.column, question.ascending);
        let rows = self.rows(question, sorted, most).await?;
        let total = match rows.first() {
            Some(row) => row.try_get("total")?,
            None => self.count(question, statements::total_found(index), most).await?,
        };
        Ok((rows, Some(total)))
    }

    /// How many a search finds that finds more than a few, so many of whom are on this page.
    pub(super) async fn total_of_search(
        &self,
        question: &Question<'_>,
        search: &Search,
        shown: i64,
    ) -> sqlx::Result<Total> {
        // Sign-ups for addresses that have an account may be among so many; to leave them out would take each one's row.
        if question.wanted.filters() == ["", ""] {
            return Ok(Total::MoreThan(FEW));
        }
        let from_the_first = Question {
            begin: Place::first(Column::Created, true),
            ..question.clone()
        };
        let way = question.wanted.way();
        let found = (statements::total_found(search.index()), statements::found_by(search.index()));
        let sifted = (statements::total_sifted(way), statements::length(way, Column::Created, true));
        let mut least = shown;
        for (total, among) in [sifted, found].into_iter().skip(usize::from(way == Way::Everybody)) {
            let total = self.count(question, total, COUNTED).await?;
            if total > FEW || self.count(&from_the_first, among, COUNTED + 1).await? <= COUNTED {
                return Ok(up_to_few(total));
            }
            least = least.max(total);
        }
        Ok(Total::MoreThan(fewer(least)))
    }
}

/// A round number below this one.
fn fewer(count: i64) -> i64 {
    const ROUND: i64 = 50;
    let fewer = (count - 1).max(0);
    if fewer < ROUND { fewer } else { fewer - fewer % ROUND }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_that_is_true() {
        assert_eq!([0, 1, 50, 51, 100, 101, 1_000].map(fewer), [0, 0, 49, 50, 50, 100, 950]);
    }
}
