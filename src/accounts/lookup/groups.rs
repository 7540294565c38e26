//! The groups of the account that is looked up.

use crate::config::GroupSettings;

/// The groups of an account `u`, with commas between them. One that is not in the table has a `-` in front, with which no
/// name begins.
macro_rules! group_names_sql {
    () => {
        "(SELECT COALESCE(string_agg(CASE
                        WHEN 0 = (SELECT COUNT(*) FROM groups g WHERE g.name = m.group_name) THEN '-'
                        ELSE '' END || m.group_name, ','), '')
                    FROM memberships m
                    WHERE m.user_id = u.id)"
    };
}
pub(in crate::accounts) use group_names_sql;

/// The groups that exist, sorted: in the table or in the settings. A group that the operator takes out of the settings does
/// not count any more, although its memberships are stored.
pub(in crate::accounts) fn existing_groups(names: &str, settings: &GroupSettings) -> Vec<String> {
    let exists = |name: &str| match name.strip_prefix('-') {
        Some(name) => settings.contains_key(name).then(|| name.to_owned()),
        None => Some(name.to_owned()),
    };
    let mut groups: Vec<String> = names.split(',').filter(|name| !name.is_empty()).filter_map(exists).collect();
    groups.sort_unstable();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{GroupDescription, GroupName};

    #[test]
    fn only_groups_that_exist_count() {
        let settings = GroupSettings::from([(GroupName::parse("crew").unwrap(), GroupDescription::default())]);
        assert_eq!(existing_groups("staff,-crew,-gone,editors", &settings), ["crew", "editors", "staff"]);
        assert!(existing_groups("", &settings).is_empty());
    }
}
