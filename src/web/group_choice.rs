//! A group in a list of check boxes.

use schemars::JsonSchema;
use serde::Serialize;

/// A group, and whether its box is ticked.
#[derive(Serialize, JsonSchema)]
pub struct GroupChoice {
    pub name: String,
    pub checked: bool,
}
