//! `/`: the front page. A signed-in user gets a link to the account or to `site.home_url`.

use std::sync::Arc;

use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::apps::access::may_enter;
use crate::accounts::apps::registry::AppRegistry;
use crate::config::AppSettings;
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// The front page.
#[derive(Serialize, JsonSchema)]
pub struct HomeContext {
    /// The apps that the person may enter. None for visitors who are not signed in.
    apps: Vec<AppTile>,
}

/// An app on the front page.
#[derive(Serialize, JsonSchema)]
pub struct AppTile {
    /// The name of the app.
    name: String,
    /// Where it is.
    url: String,
    /// The first letter of its name.
    initial: String,
}

impl AppTile {
    fn new(name: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: url.to_owned(),
            initial: name.chars().take(1).flat_map(char::to_uppercase).collect(),
        }
    }
}

impl PageContext for HomeContext {
    const TEMPLATE: &'static str = "home";

    fn examples() -> Vec<Self> {
        let tiles = vec![AppTile::new("Wiki", "https://wiki.example.org/")];
        vec![Self { apps: Vec::new() }, Self { apps: tiles }]
    }
}

#[get("/")]
fn show(user: MaybeUser, apps: &State<AppRegistry>) -> Result<Page, Redirect> {
    if user.is_pending_deletion() {
        return Err(Redirect::to("/account/delete"));
    }
    let tile = |app: &Arc<AppSettings>| AppTile::new(&app.name, &app.url);
    let tiles = user.session().map(|user| {
        let own = apps
            .all()
            .iter()
            .filter(|app| may_enter(&app.access, user.status, &user.groups));
        own.map(tile).collect()
    });
    Ok(Page::of(&HomeContext {
        apps: tiles.unwrap_or_default(),
    }))
}
