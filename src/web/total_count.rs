//! How many rows a list has, as pages say it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::admin::directory::Total;

#[derive(Clone, Serialize, JsonSchema)]
pub struct TotalCount {
    /// `exactly`, `about` or `more-than`.
    kind: &'static str,
    count: i64,
}

impl TotalCount {
    #[must_use]
    pub fn of(total: Total) -> Self {
        let (kind, count) = match total {
            Total::Exactly(count) => ("exactly", count),
            Total::About(count) => ("about", count),
            Total::MoreThan(count) => ("more-than", count),
        };
        Self { kind, count }
    }
}
