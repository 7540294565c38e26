//! From whom a second factor is demanded.

use std::collections::BTreeSet;

use super::groups::GroupName;
use super::problem::Check;
use super::raw::RawFactors;
use crate::time::{DAY, Millis};

/// What begins an entry that names a group.
const GROUP: &str = "group:";

/// The roles and groups that only those have who have a second factor.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RequiredFactors {
    /// Whether it is demanded from every account.
    pub everybody: bool,
    pub admins: bool,
    pub groups: BTreeSet<GroupName>,
    /// How long after it was first demanded from an account.
    pub grace: Millis,
}

pub(super) fn required(check: &mut Check, raw: &RawFactors) -> RequiredFactors {
    let mut required = RequiredFactors {
        grace: Millis::from(raw.grace_days) * DAY,
        ..RequiredFactors::default()
    };
    for entry in &raw.required {
        let group = entry.strip_prefix(GROUP).and_then(GroupName::parse);
        match (entry.as_str(), group) {
            ("user", _) => required.everybody = true,
            ("admin", _) => required.admins = true,
            (_, Some(name)) => drop(required.groups.insert(name)),
            _ => check.problem(
                "factors.required",
                format_args!(
                    "holds {entry:?}, which is neither a role, \"user\" or \"admin\", nor a group, as \"group:staff\""
                ),
            ),
        }
    }
    required
}
