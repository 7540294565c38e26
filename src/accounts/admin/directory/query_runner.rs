//! Runs the statements of one query of the user list, all of which have the same parameters.

use sqlx::FromRow;
use sqlx::any::AnyRow;

use super::query::{Scope, Sort, UserQuery};
use super::statements::{COUNT_LIMIT, GroupSize, Statement};
use super::term::SearchTerm;
use crate::db::{Cursor, Pool};

/// A query, and what its statements are given.
pub(super) struct QueryRunner<'a> {
    pub(super) pool: &'a Pool,
    pub(super) query: &'a UserQuery,
    /// If the list is of the members of a group.
    pub(super) group: Option<GroupSize>,
    /// The order in which rows are read: that of the list, or its reverse.
    pub(super) sort: Sort,
    pub(super) term: Option<SearchTerm>,
}

impl QueryRunner<'_> {
    /// The set of users that is read.
    pub(super) fn scope(&self) -> Scope {
        match self.group {
            // Its members are fewer than those of any set.
            Some(GroupSize::Small) => Scope::All,
            _ => self.query.scope(),
        }
    }

    /// The rows of a statement that looks at no more than `limit` rows.
    pub(super) async fn rows<T>(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let [for_index, pattern] = self.term.as_ref().map(SearchTerm::parameters).unwrap_or_default();
        let [status, role] = self.query.filters();
        let sql = self
            .group
            .map_or_else(|| statement.sql(), |group| statement.sql_of_group(group));
        let mut query = sqlx::query_as(sql)
            .bind(for_index)
            .bind(pattern)
            .bind(&cursor.key)
            .bind(&cursor.id)
            .bind(status)
            .bind(role)
            .bind(limit);
        if let Some(group) = &self.query.group {
            query = query.bind(group.as_str());
        }
        // The best plan depends on the term of a search and on the size of a group, so PostgreSQL plans each one anew.
        let one_plan = self.term.is_none() && self.group.is_none();
        query.persistent(one_plan).fetch_all(self.pool.reading()).await
    }

    /// The number that a statement counts, which looks at no more than `limit` rows.
    pub(super) async fn count(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<i64> {
        let rows: Vec<(i64,)> = self.rows(statement, cursor, limit).await?;
        rows.first().map(|(count,)| *count).ok_or(sqlx::Error::RowNotFound)
    }
}

/// How large the group is whose members the list has, if it is one of a group.
pub(super) async fn group_size(pool: &Pool, query: &UserQuery) -> sqlx::Result<Option<GroupSize>> {
    const MEMBERS: &str = "
        SELECT COUNT(*)
        FROM (SELECT 1 AS one FROM memberships WHERE group_name = $1 LIMIT $2) AS members";
    let Some(group) = &query.group else { return Ok(None) };
    let members: i64 = sqlx::query_scalar(MEMBERS)
        .bind(group.as_str())
        .bind(COUNT_LIMIT + 1)
        .fetch_one(pool.reading())
        .await?;
    Ok(Some(if members > COUNT_LIMIT {
        GroupSize::Large
    } else {
        GroupSize::Small
    }))
}
