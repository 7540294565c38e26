//! `/apps`: the apps of the settings and of the database.

pub mod app;
pub mod setup;

use std::sync::Arc;

use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::lookup::app_registry::StoredApp;
use crate::config::{AppAccess, AppHost, AppSettings, GroupName, PublicPath};
use crate::web::error::Error;
use crate::web::guards::Admin;
use crate::web::page::{Page, PageContext, Visitors};

pub fn routes() -> Vec<Route> {
    routes![list]
}

/// All apps.
#[derive(Serialize, JsonSchema)]
pub struct AppsContext {
    apps: Vec<AppDetails>,
}

/// An app as admins see it.
#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a variable of the template")]
pub(super) struct AppDetails {
    id: String,
    name: String,
    /// Where its tile leads.
    url: String,
    /// The hosts at which it is reached, each with its scheme.
    hosts: Vec<String>,
    /// Who may enter: `everyone`, `groups` or `nobody`.
    access: &'static str,
    /// The groups whose members may enter.
    groups: Vec<String>,
    /// The paths that are open to everybody.
    public_paths: Vec<String>,
    /// The networks from which it is open to everybody.
    open_networks: Vec<String>,
    /// What `Remote-User` holds: `id` or `user_name`.
    remote_user: &'static str,
    /// Whether programs are asked for a name and a password.
    basic_challenge: bool,
    /// Whether only those enter who gave a second factor.
    second_factor: bool,
    /// Whether it is in the settings: then it cannot be changed on pages.
    in_settings: bool,
    /// Whether it has no effect, because an app of the settings has the same id.
    is_overridden: bool,
    /// Its hosts that have no effect, because an app of the settings has them.
    overridden_hosts: Vec<String>,
}

impl AppDetails {
    pub(super) fn of(app: &AppSettings) -> Self {
        let access = match app.access {
            AppAccess::Everyone => "everyone",
            AppAccess::Nobody => "nobody",
            AppAccess::Groups(_) => "groups",
        };
        Self {
            id: app.id.clone(),
            name: app.name.clone(),
            url: app.url(),
            hosts: app.hosts.iter().map(AppHost::written).collect(),
            access,
            groups: app.access.groups().iter().map(GroupName::to_string).collect(),
            public_paths: app.public_paths.iter().map(PublicPath::written).collect(),
            open_networks: app.open_networks.iter().map(ToString::to_string).collect(),
            remote_user: app.remote_user.as_str(),
            basic_challenge: app.basic_challenge,
            second_factor: app.second_factor,
            in_settings: app.in_settings,
            is_overridden: false,
            overridden_hosts: Vec::new(),
        }
    }

    pub(super) fn of_stored(stored: &StoredApp) -> Self {
        Self {
            is_overridden: stored.is_overridden,
            overridden_hosts: stored.overridden_hosts.iter().map(AppHost::to_string).collect(),
            ..Self::of(&stored.app)
        }
    }

    pub(super) fn examples() -> Vec<Self> {
        let example = |access, in_settings: bool, lists: &[&str]| Self {
            id: "wiki".to_owned(),
            name: "Wiki".to_owned(),
            url: "https://wiki.example.org/".to_owned(),
            hosts: lists.iter().map(|_| "https://wiki.example.org".to_owned()).collect(),
            access,
            groups: lists.iter().map(|_| "staff".to_owned()).collect(),
            public_paths: lists.iter().map(|_| "/robots.txt".to_owned()).collect(),
            open_networks: lists.iter().map(|_| "192.0.2.0/24".to_owned()).collect(),
            remote_user: if in_settings { "user_name" } else { "id" },
            basic_challenge: in_settings,
            second_factor: in_settings,
            in_settings,
            is_overridden: !in_settings,
            overridden_hosts: lists.iter().map(|_| "wiki.example.org".to_owned()).collect(),
        };
        vec![
            example("nobody", false, &[]),
            example("groups", false, &["", ""]),
            example("everyone", true, &[""]),
        ]
    }
}

impl PageContext for AppsContext {
    const TEMPLATE: &'static str = "apps";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        vec![
            Self { apps: Vec::new() },
            Self {
                apps: AppDetails::examples(),
            },
        ]
    }
}

#[get("/apps")]
async fn list(_admin: Admin, app: &State<Arc<App>>) -> Result<Page, Error> {
    let apps = app.apps.exact(&app.pool).await?;
    let of_settings = apps.all().iter().filter(|app| app.in_settings);
    let mut apps: Vec<AppDetails> = of_settings
        .map(|app| AppDetails::of(app))
        .chain(apps.stored().iter().map(AppDetails::of_stored))
        .collect();
    apps.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(Page::of(&AppsContext { apps }))
}
