//! The names of groups, and the groups of the settings.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use super::problem::Check;
use super::raw_apps::RawGroup;

/// The maximum length of a group's name, in characters.
pub const MAX_GROUP_NAME: usize = 63;

/// The maximum length of a group's description, in characters.
pub const MAX_GROUP_DESCRIPTION: usize = 200;

/// The name of a group: lower-case letters, digits, `.`, `_` and `-`; the first is a letter or a digit. It has one
/// spelling, so that it can be a part of URLs, headers and tokens as it is.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct GroupName(String);

/// What a group is for: one line, which may be empty.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct GroupDescription(String);

#[derive(Debug, thiserror::Error)]
#[error("this is no name of a group")]
pub struct InvalidGroupName;

impl GroupName {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let valid = text.len() <= MAX_GROUP_NAME
            && text.bytes().next().is_some_and(plain)
            && text.bytes().all(|byte| plain(byte) || b"._-".contains(&byte));
        valid.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl GroupDescription {
    /// None if it is too long or contains control characters, such as line breaks.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let valid = text.chars().count() <= MAX_GROUP_DESCRIPTION && !text.chars().any(char::is_control);
        valid.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// From the database (`#[sqlx(try_from = "String")]`).
impl TryFrom<String> for GroupName {
    type Error = InvalidGroupName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(InvalidGroupName)
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for GroupName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The groups of the settings.
pub type GroupSettings = BTreeMap<GroupName, GroupDescription>;

pub(super) fn groups(check: &mut Check, raw: BTreeMap<String, RawGroup>) -> GroupSettings {
    let mut groups = GroupSettings::new();
    for (name, RawGroup { description }) in raw {
        let Some(description) = GroupDescription::parse(&description) else {
            let key = format!("groups.{name}.description");
            check.problem(&key, format_args!("must be one line of at most {MAX_GROUP_DESCRIPTION} characters"));
            continue;
        };
        match GroupName::parse(&name) {
            Some(name) => drop(groups.insert(name, description)),
            None => check.problem(
                &format!("groups.{name}"),
                format_args!(
                    "is no name of a group, which has at most {MAX_GROUP_NAME} letters from a to z, digits, '.', '_' and \
                     '-', the first a letter or a digit"
                ),
            ),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        for good in ["a", "0", "staff", "team-1", "a.b_c-d", "a..", &"a".repeat(63)] {
            assert_eq!(GroupName::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(64);
        for bad in [
            "", " ", ".", "..", "-a", "_a", ".a", "Staff", "a b", "a,b", "a/b", "a\0", "a\n", " a", "ä", "a%62", &long,
        ] {
            assert_eq!(GroupName::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_description_is_one_line() {
        let long = "ä".repeat(200);
        for (typed, read) in [
            ("", ""),
            (" Those who work here \n", "Those who work here"),
            (&*long, &*long),
        ] {
            assert_eq!(GroupDescription::parse(typed).unwrap().as_str(), read);
        }
        for bad in ["a\nb", "a\0", &"a".repeat(201)] {
            assert_eq!(GroupDescription::parse(bad), None, "{bad:?}");
        }
    }
}
