//! A page of the user list and its total. Both take as long with a million users as with a thousand, because an index
//! leads to the first row of a page.

use sqlx::FromRow;
use sqlx::any::AnyRow;

use super::query::{Sort, UserQuery};
use super::statements::{COUNT_LIMIT, Statement, estimated_total};
use super::term::SearchTerm;
use super::{Total, User, UserPage, search};
use crate::db::{Cursor, PAGE_SIZE, Pool, Start};

/// A query of the list, with the parameters that all of its statements share.
pub(super) struct Lookup<'a> {
    pub(super) pool: &'a Pool,
    pub(super) query: &'a UserQuery,
    /// The order in which rows are read: that of the list, or its reverse.
    pub(super) sort: Sort,
    pub(super) term: Option<SearchTerm>,
}

/// A page of the user list.
pub async fn page(pool: &Pool, query: &UserQuery) -> sqlx::Result<UserPage> {
    let key = query.sort.key;
    let start = query.start.as_ref().filter(|start| key.accepts(start.cursor()));
    let backwards = start.is_some_and(Start::is_backwards);
    let list = Lookup {
        pool,
        query,
        sort: if backwards { query.sort.reversed() } else { query.sort },
        term: SearchTerm::parse(pool.backend(), &query.text),
    };
    let cursor = start.map_or_else(|| list.sort.before_all(), |start| start.cursor().clone());
    let (mut users, matches) = match &list.term {
        Some(term) => search::page(&list, term, &cursor).await?,
        None => (list.rows(Statement::Page(query.scope(), list.sort), &cursor, 0).await?, None),
    };
    let shown = users.len().try_into().unwrap_or(i64::MAX);
    let more = users.len() > PAGE_SIZE;
    users.truncate(PAGE_SIZE);
    if backwards {
        users.reverse();
    }
    let total = match (&list.term, matches) {
        _ if start.is_none() && !more => Total::Exactly(shown),
        (_, Some(matches)) => capped(matches),
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

async fn total(list: &Lookup<'_>, cursor: &Cursor) -> sqlx::Result<Total> {
    let total = list.count(Statement::Total(list.query.scope()), cursor, 0).await?;
    if total <= COUNT_LIMIT || list.query.is_filtered() {
        return Ok(capped(total));
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

impl Lookup<'_> {
    /// The rows of a statement that reads no more than `limit` rows.
    pub(super) async fn rows<T>(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let [for_index, pattern] = self.term.as_ref().map(SearchTerm::parameters).unwrap_or_default();
        let [status, role] = self.query.filters();
        sqlx::query_as(statement.sql())
            .bind(for_index)
            .bind(pattern)
            .bind(&cursor.key)
            .bind(&cursor.id)
            .bind(status)
            .bind(role)
            .bind(limit)
            // The best plan of a search depends on the term, so PostgreSQL plans each search anew.
            .persistent(self.term.is_none())
            .fetch_all(self.pool.reading())
            .await
    }

    /// The count of a statement that reads no more than `limit` rows.
    pub(super) async fn count(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<i64> {
        let rows: Vec<(i64,)> = self.rows(statement, cursor, limit).await?;
        rows.first().map(|(count,)| *count).ok_or(sqlx::Error::RowNotFound)
    }
}

/// Limits a total, so that all pages of a list show the same one, whether or not all users were counted.
pub(super) fn capped(total: i64) -> Total {
    if total <= COUNT_LIMIT {
        Total::Exactly(total)
    } else {
        Total::MoreThan(COUNT_LIMIT)
    }
}

/// Rounds to the first two digits.
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
