//! Runs the statements of one query of the user list, all of which have the same parameters.

use sqlx::FromRow;
use sqlx::any::AnyRow;

use super::query::{FactorFilter, Scope, Sort, UserQuery};
use super::statements::{COUNT_LIMIT, FactorSubset, GroupSize, Statement, Subset};
use super::term::SearchTerm;
use crate::db::{Cursor, Pool};

/// A query, and what its statements are given.
pub(super) struct QueryRunner<'a> {
    pub(super) pool: &'a Pool,
    pub(super) query: &'a UserQuery,
    /// The part of the users that the list is of.
    pub(super) subset: Subset,
    /// The order in which rows are read: that of the list, or its reverse.
    pub(super) sort: Sort,
    pub(super) term: Option<SearchTerm>,
}

impl QueryRunner<'_> {
    /// The set of users that is read.
    pub(super) fn scope(&self) -> Scope {
        if self.subset.is_small() {
            Scope::All
        } else {
            self.query.scope()
        }
    }

    /// The rows of a statement that looks at no more than `limit` rows.
    pub(super) async fn rows<T>(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let [for_index, pattern] = self.term.as_ref().map(SearchTerm::parameters).unwrap_or_default();
        let [status, role] = self.query.filters();
        let mut query = sqlx::query_as(statement.sql_of(self.subset))
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
        // The best plan depends on the term of a search and on how many users there are of a part, so PostgreSQL plans each one anew.
        let one_plan = self.term.is_none() && self.subset == Subset::default();
        query.persistent(one_plan).fetch_all(self.pool.reading()).await
    }

    /// The number that a statement counts, which looks at no more than `limit` rows.
    pub(super) async fn count(&self, statement: Statement, cursor: &Cursor, limit: i64) -> sqlx::Result<i64> {
        let rows: Vec<(i64,)> = self.rows(statement, cursor, limit).await?;
        rows.first().map(|(count,)| *count).ok_or(sqlx::Error::RowNotFound)
    }
}

/// The part of the users that a query asks for.
pub(super) async fn subset(pool: &Pool, query: &UserQuery) -> sqlx::Result<Subset> {
    const MEMBERS: &str = "
        SELECT COUNT(*)
        FROM (SELECT 1 AS one FROM memberships WHERE group_name = $1 LIMIT $2) AS members";
    const FACTORS: &str = "
        SELECT COUNT(*)
        FROM (SELECT user_id FROM totp_secrets UNION ALL SELECT user_id FROM passkeys LIMIT $1) AS factors";
    let mut subset = Subset::default();
    if let Some(group) = &query.group {
        let members = sqlx::query_scalar(MEMBERS).bind(group.as_str()).bind(COUNT_LIMIT + 1);
        let members: i64 = members.fetch_one(pool.reading()).await?;
        subset.group = Some(if members > COUNT_LIMIT {
            GroupSize::Large
        } else {
            GroupSize::Small
        });
    }
    subset.factor = match query.factor {
        None => None,
        Some(FactorFilter::Without) => Some(FactorSubset::Without),
        Some(FactorFilter::With) => {
            let factors = sqlx::query_scalar(FACTORS).bind(COUNT_LIMIT + 1);
            let factors: i64 = factors.fetch_one(pool.reading()).await?;
            Some(if factors > COUNT_LIMIT {
                FactorSubset::Many
            } else {
                FactorSubset::Few
            })
        }
    };
    Ok(subset)
}
