//! A page of a search, by one of two plans with growing budgets.
//!
//! [`Plan::IndexFirst`] is slow if many users match. [`Plan::Scan`] is slow if few match, or if they come late in the
//! order of the list. Which plan is faster cannot be known beforehand. Both are therefore tried with a small budget of
//! rows, then with a larger one, until one of them has the page. That takes a few times as long as the faster plan
//! alone.

use sqlx::FromRow;

use super::query::Scope;
use super::query_runner::QueryRunner;
use super::statements::{COUNT_LIMIT, OLDEST_FIRST, Plan, Statement};
use super::term::SearchTerm;
use super::{Total, User};
use crate::db::{Backend, Cursor, PAGE_SIZE};

/// The growth of each budget.
const GROWTH: i64 = 8;

/// The maximum number of rows that are read for a total.
const TOTAL_BUDGET: i64 = COUNT_LIMIT * GROWTH;

/// A user of a search, and the total number of matches.
#[derive(FromRow)]
struct Match {
    #[sqlx(flatten)]
    user: User,
    total: i64,
}

/// A page, and how many users there are on all pages if that is known.
pub(super) async fn find_page(
    list: &QueryRunner<'_>,
    term: &SearchTerm,
    start: &Cursor,
) -> sqlx::Result<(Vec<User>, Option<i64>)> {
    let kind = list.pool.backend();
    let (index_first, scan) = plans(list, term);
    let mut budget = COUNT_LIMIT;
    let mut users: Vec<User> = Vec::new();
    let mut cursor = start.clone();
    loop {
        let matches = list
            .count(Statement::SearchCost(index_first, list.sort), start, budget + 1)
            .await?;
        if matches <= budget {
            return sorted(list, index_first, start, matches).await;
        }
        // PostgreSQL reads four rows in the time of one look-up of a match.
        let rows = budget.saturating_mul(if kind == Backend::Postgres { 4 } else { 1 });
        users.extend(list.rows(Statement::SearchPage(scan, list.sort), &cursor, rows).await?);
        // If a user is deleted between these two statements, this page may not show that there is another one; the next
        // request does.
        if users.len() > PAGE_SIZE || list.count(Statement::SearchCost(scan, list.sort), &cursor, rows).await? < rows {
            users.truncate(PAGE_SIZE + 1);
            return Ok((users, None));
        }
        if let Some(last) = users.last() {
            cursor = last.cursor(list.sort.key);
        }
        budget = budget.saturating_mul(GROWTH);
    }
}

async fn sorted(
    list: &QueryRunner<'_>,
    plan: Plan,
    start: &Cursor,
    matches: i64,
) -> sqlx::Result<(Vec<User>, Option<i64>)> {
    // Leaves room for sign-ups since they were counted.
    let limit = matches + COUNT_LIMIT;
    let found: Vec<Match> = list.rows(Statement::SearchPage(plan, list.sort), start, limit).await?;
    let total = match found.first() {
        Some(first) => first.total,
        None => list.count(Statement::SearchTotal(plan), start, limit).await?,
    };
    Ok((found.into_iter().map(|found| found.user).collect(), Some(total)))
}

/// The number of users of a search with more than [`COUNT_LIMIT`] matches, of whom so many are on this page.
pub(super) async fn total(list: &QueryRunner<'_>, term: &SearchTerm, shown: i64) -> sqlx::Result<Total> {
    // Some of the matches may be sign-ups that the list leaves out. Telling them apart would take a look at each row.
    if !list.query.is_filtered() {
        return Ok(Total::MoreThan(COUNT_LIMIT));
    }
    let beginning = OLDEST_FIRST.before_all();
    let (index_first, scan) = plans(list, term);
    let plans = if scan == Plan::Scan(Scope::All) && !list.subset.is_small() {
        vec![index_first]
    } else {
        vec![scan, index_first]
    };
    let mut at_least = shown;
    for plan in plans {
        let total = list.count(Statement::SearchTotal(plan), &beginning, TOTAL_BUDGET).await?;
        let cost = Statement::SearchCost(plan, OLDEST_FIRST);
        if total > COUNT_LIMIT || list.count(cost, &beginning, TOTAL_BUDGET + 1).await? <= TOTAL_BUDGET {
            return Ok(Total::up_to_limit(total));
        }
        at_least = at_least.max(total);
    }
    Ok(Total::MoreThan(round_number_below(at_least)))
}

fn plans(list: &QueryRunner<'_>, term: &SearchTerm) -> (Plan, Plan) {
    (Plan::IndexFirst(list.pool.backend(), term.index()), Plan::Scan(list.scope()))
}

fn round_number_below(count: i64) -> i64 {
    const STEP: i64 = 50;
    let below = (count - 1).max(0);
    if below < STEP { below } else { below - below % STEP }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_more_than_the_round_number() {
        assert_eq!([0, 1, 50, 51, 100, 101, 1_000].map(round_number_below), [0, 0, 49, 50, 50, 100, 950]);
    }
}
