//! Runs the statements of one query of the user list, all of which have the same parameters.

use sqlx::FromRow;
use sqlx::any::AnyRow;

use super::query::{Sort, UserQuery};
use super::statements::Statement;
use super::term::SearchTerm;
use crate::db::{Cursor, Pool};

/// A query, and what its statements are given.
pub(super) struct QueryRunner<'a> {
    pub(super) pool: &'a Pool,
    pub(super) query: &'a UserQuery,
    /// The order in which rows are read: that of the list, or its reverse.
    pub(super) sort: Sort,
    pub(super) term: Option<SearchTerm>,
}

impl QueryRunner<'_> {
    /// The rows of a statement that looks at no more than `limit` rows.
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
            // The best plan of a search depends on the term, so PostgreSQL plans each one anew.
            .persistent(self.term.is_none())
            .fetch_all(self.pool.reading())
            .await
    }

    /// The number that a statement counts, which looks at no more than `limit` rows.
    pub(super) async fn count(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<i64> {
        let rows: Vec<(i64,)> = self.rows(statement, cursor, limit).await?;
        rows.first().map(|(count,)| *count).ok_or(sqlx::Error::RowNotFound)
    }
}
