//! Who may enter an app.

use std::sync::Arc;

use crate::accounts::app::App;
use crate::accounts::identity::user::Status;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::standing::Standing;
use crate::config::{AppAccess, AppSettings, GroupName};

/// What becomes of a person who wants to enter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Admission {
    Allowed,
    /// The person may enter once a second factor is given, or set up.
    NeedsFactor,
    Refused,
}

/// Whether a person may enter, with the groups of this moment. An account that is about to be deleted enters nothing.
#[must_use]
pub fn admission(app: &AppSettings, status: Status, standing: &Standing) -> Admission {
    let is_member = || lets_in(&app.access, &standing.groups);
    let could_be = || lets_in(&app.access, &standing.withheld);
    if status != Status::Active {
        Admission::Refused
    } else if !is_member() {
        if could_be() {
            Admission::NeedsFactor
        } else {
            Admission::Refused
        }
    } else if standing.nothing_enters || (app.second_factor && !standing.is_proven) {
        Admission::NeedsFactor
    } else {
        Admission::Allowed
    }
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

/// The apps that a person may enter, with a second factor if need be, in the order of their ids.
///
/// # Errors
/// When the database is away.
pub async fn enterable_apps(app: &App, session: &CurrentSession) -> sqlx::Result<Vec<Arc<AppSettings>>> {
    let apps = app.apps.as_of(&app.pool, session.apps_version).await?;
    let own = apps
        .all()
        .iter()
        .filter(|app| admission(app, session.status, &session.standing) != Admission::Refused);
    Ok(own.cloned().collect())
}

/// One of them, by its id. None: there is no such app, or not for that person.
///
/// # Errors
/// When the database is away.
pub async fn enterable(app: &App, session: &CurrentSession, id: &str) -> sqlx::Result<Option<Arc<AppSettings>>> {
    Ok(enterable_apps(app, session).await?.into_iter().find(|app| app.id == id))
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
            (named(&["staff"]), groups(&["staff2", "sta", "crew"]), false),
            (named(&["staff"]), groups(&[]), false),
            (named(&[]), groups(&["staff"]), false),
        ] {
            assert_eq!(lets_in(&access, &own), enters, "{access:?} {own:?}");
        }
    }
}
