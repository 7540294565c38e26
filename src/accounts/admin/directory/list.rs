//! A page of the user list and its total. Both take as long with a million users as with a thousand, because an index
//! leads to the first row of a page.

use super::query::UserQuery;
use super::query_runner::{QueryRunner, subset};
use super::statements::{COUNT_LIMIT, Statement, estimated_total};
use super::term::SearchTerm;
use super::{Total, User, UserPage, search};
use crate::db::{Cursor, PAGE_SIZE, Pool, Start};

/// A page of the user list.
pub async fn page(pool: &Pool, query: &UserQuery) -> sqlx::Result<UserPage> {
    let key = query.sort.key;
    let start = query.start.as_ref().filter(|start| key.accepts(start.cursor()));
    let backwards = start.is_some_and(Start::is_backwards);
    let list = QueryRunner {
        pool,
        query,
        subset: subset(pool, query).await?,
        sort: if backwards { query.sort.reversed() } else { query.sort },
        term: SearchTerm::parse(pool.backend(), &query.text),
    };
    let cursor = start.map_or_else(|| list.sort.before_all(), |start| start.cursor().clone());
    let (mut users, matches) = match &list.term {
        Some(term) => search::find_page(&list, term, &cursor).await?,
        None => (list.rows(Statement::Page(list.scope(), list.sort), &cursor, 0).await?, None),
    };
    let shown = users.len().try_into().unwrap_or(i64::MAX);
    let more = users.len() > PAGE_SIZE;
    users.truncate(PAGE_SIZE);
    if backwards {
        users.reverse();
    }
    let total = match (&list.term, matches) {
        _ if start.is_none() && !more => Total::Exactly(shown),
        (_, Some(matches)) => Total::up_to_limit(matches),
        (Some(term), None) => search::total(&list, term, shown).await?,
        (None, None) => total(&list, &cursor).await?,
    };
    let (has_previous, has_next) = if backwards {
        (more, true)
    } else {
        (start.is_some(), more)
    };
    let cursor_of = |user: Option<&User>| user.map(|user| user.cursor(key));
    Ok(UserPage {
        searched: list.term.is_some(),
        previous: cursor_of(users.first()).filter(|_| has_previous),
        next: cursor_of(users.last()).filter(|_| has_next),
        users,
        total,
    })
}

async fn total(list: &QueryRunner<'_>, cursor: &Cursor) -> sqlx::Result<Total> {
    let total = list.count(Statement::Total(list.scope()), cursor, 0).await?;
    if total <= COUNT_LIMIT || list.query.is_filtered() {
        return Ok(Total::up_to_limit(total));
    }
    let estimate: i64 = sqlx::query_scalar(estimated_total(list.pool.backend()))
        .fetch_one(list.pool.reading())
        .await?;
    Ok(if estimate > COUNT_LIMIT {
        Total::About(rounded(estimate))
    } else {
        Total::MoreThan(COUNT_LIMIT)
    })
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
    fn estimates_have_two_digits() {
        assert_eq!([1_004, 1_050, 999_999, 7, 0].map(rounded), [1_000, 1_100, 1_000_000, 7, 0]);
    }
}
