//! Who may enter an app.

use crate::accounts::identity::user::Status;
use crate::config::{AppAccess, GroupName};

/// Whether a person may enter, with the groups of this moment. An account that is about to be deleted enters nothing.
#[must_use]
pub fn may_enter(access: &AppAccess, status: Status, groups: &[String]) -> bool {
    status == Status::Active && lets_in(access, groups)
}

fn lets_in(access: &AppAccess, groups: &[String]) -> bool {
    match access {
        AppAccess::Nobody => false,
        AppAccess::Everyone => true,
        AppAccess::Groups(names) => names
            .iter()
            .map(GroupName::as_str)
            .any(|name| groups.iter().any(|own| own == name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_one_of_the_groups_enter() {
        let groups = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let named =
            |names: &[&str]| AppAccess::Groups(names.iter().map(|name| GroupName::parse(name).unwrap()).collect());
        for (access, own, enters) in [
            (AppAccess::Nobody, groups(&["staff"]), false),
            (AppAccess::Everyone, groups(&[]), true),
            (named(&["staff"]), groups(&["staff"]), true),
            (named(&["admins", "staff"]), groups(&["crew", "staff"]), true),
            (named(&["staff"]), groups(&["staff2", "staf", "crew"]), false),
            (named(&["staff"]), groups(&[]), false),
            (named(&[]), groups(&["staff"]), false),
        ] {
            assert_eq!(lets_in(&access, &own), enters, "{access:?} {own:?}");
        }
    }
}
