//! Pages of lists.

use schemars::JsonSchema;
use serde::Serialize;

use super::problem::ApiProblem;
use crate::accounts::admin::directory::Total;
use crate::db::{Cursor, Start};
use crate::time::Millis;
use jiff::Timestamp;

/// The beginning of a page: the value of `next` as `after`, or that of `previous` as `before`.
pub(super) fn start(after: Option<&str>, before: Option<&str>) -> Result<Option<Start>, ApiProblem> {
    let cursor = |name: &str, text: &str| {
        Cursor::parse(text)
            .ok_or_else(|| ApiProblem::parameter(name, "must be what an answer gave as `next` or `previous`"))
    };
    match (after, before) {
        (Some(_), Some(_)) => Err(ApiProblem::parameter("before", "cannot stand beside `after`")),
        (Some(after), None) => Ok(Some(Start::After(cursor("after", after)?))),
        (None, Some(before)) => Ok(Some(Start::Before(cursor("before", before)?))),
        (None, None) => Ok(None),
    }
}

pub(super) fn encoded(cursor: Option<Cursor>) -> Option<String> {
    cursor.map(|cursor| cursor.encode())
}

/// RFC 3339.
pub(super) fn time(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(if at < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// How many there are on all pages.
#[derive(Serialize, JsonSchema)]
pub(super) struct TotalDocument {
    count: i64,
    relation: Relation,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Relation {
    /// As many.
    Exactly,
    /// An estimate.
    About,
    /// At least one more than `count`.
    MoreThan,
}

impl From<Total> for TotalDocument {
    fn from(total: Total) -> Self {
        let (count, relation) = match total {
            Total::Exactly(count) => (count, Relation::Exactly),
            Total::About(count) => (count, Relation::About),
            Total::MoreThan(count) => (count, Relation::MoreThan),
        };
        Self { count, relation }
    }
}
