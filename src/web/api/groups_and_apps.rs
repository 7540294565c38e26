//! `/api/v1/groups` and `/api/v1/apps`, for admins.

use std::sync::Arc;

use rocket::http::Method;
use rocket::serde::json::Json;
use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::ApiAdmin;
use super::operation::Operation;
use super::problem::ApiProblem;
use crate::accounts::app::App;
use crate::accounts::apps::groups;
use crate::config::{AppAccess, AppSettings, GroupName};

const GROUPS: &str = "/api/v1/groups";
const APPS: &str = "/api/v1/apps";

pub fn routes() -> Vec<Route> {
    routes![list_groups, list_apps]
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::Get, GROUPS, "list_groups", "All groups, by name")
            .of_admin()
            .answers::<GroupList>(200, "The groups"),
        Operation::new(Method::Get, APPS, "list_apps", "All apps, by id")
            .of_admin()
            .answers::<AppList>(200, "The apps"),
    ]
}

#[derive(Serialize, JsonSchema)]
struct GroupList {
    groups: Vec<ListedGroup>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Group")]
struct ListedGroup {
    name: String,
    description: String,
    /// How many members it has.
    members: i64,
    /// Whether it is in the settings, where alone it can be changed.
    in_settings: bool,
}

#[get("/api/v1/groups")]
async fn list_groups(_admin: ApiAdmin, app: &State<Arc<App>>) -> Result<Json<GroupList>, ApiProblem> {
    let groups = groups::list(app).await?;
    let groups = groups.into_iter().map(|group| ListedGroup {
        name: group.name.to_string(),
        description: group.description,
        members: group.members,
        in_settings: group.in_settings,
    });
    Ok(Json(GroupList {
        groups: groups.collect(),
    }))
}

#[derive(Serialize, JsonSchema)]
struct AppList {
    apps: Vec<ListedApp>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "App")]
struct ListedApp {
    id: String,
    name: String,
    /// Where its tile leads.
    url: String,
    /// The hosts at which it is reached.
    hosts: Vec<String>,
    access: AccessWord,
    /// The groups whose members may enter, where `access` is `groups`.
    groups: Vec<String>,
}

/// Who may enter.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Access")]
enum AccessWord {
    Nobody,
    Everyone,
    Groups,
}

impl ListedApp {
    fn of(app: &AppSettings) -> Self {
        let (access, groups) = match &app.access {
            AppAccess::Nobody => (AccessWord::Nobody, Vec::new()),
            AppAccess::Everyone => (AccessWord::Everyone, Vec::new()),
            AppAccess::Groups(names) => (AccessWord::Groups, names.iter().map(GroupName::to_string).collect()),
        };
        Self {
            id: app.id.clone(),
            name: app.name.clone(),
            url: app.url(),
            hosts: app.hosts.iter().map(ToString::to_string).collect(),
            access,
            groups,
        }
    }
}

#[get("/api/v1/apps")]
async fn list_apps(_admin: ApiAdmin, app: &State<Arc<App>>) -> Result<Json<AppList>, ApiProblem> {
    let apps = app.apps.exact(&app.pool).await?;
    Ok(Json(AppList {
        apps: apps.all().iter().map(|app| ListedApp::of(app)).collect(),
    }))
}
