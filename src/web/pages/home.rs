//! `/`: the front page. A signed-in user gets a link to the account or to `site.home_url`.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::apps::access::{enterable, enterable_apps};
use crate::accounts::apps::hidden_apps;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::config::AppSettings;
use crate::web::context::SiteContext;
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::{CurrentUser, MaybeUser, way_to_factor};
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;

pub fn routes() -> Vec<Route> {
    routes![show, hide_app, show_app]
}

/// The front page.
#[derive(Serialize, JsonSchema)]
pub struct HomeContext {
    /// The apps that the person may enter. None for visitors who are not signed in.
    apps: Vec<AppTile>,
    /// Those of them that the person does not want to see, apart from the others.
    hidden_apps: Vec<AppTile>,
}

/// An app on the front page.
#[derive(Serialize, JsonSchema)]
pub struct AppTile {
    /// Its id, which the paths of its buttons contain.
    id: String,
    /// The name of the app.
    name: String,
    /// Where it is.
    url: String,
    /// The first letter of its name.
    initial: String,
    /// The URL of its picture, if the settings name one.
    logo: Option<String>,
}

impl AppTile {
    fn of(app: &AppSettings, site: &SiteContext) -> Self {
        Self {
            id: app.id.clone(),
            name: app.name.clone(),
            url: app.url(),
            initial: app.name.chars().take(1).flat_map(char::to_uppercase).collect(),
            logo: site.app_logos.get(&app.id).filter(|_| app.in_settings).cloned(),
        }
    }

    fn example(id: &str, logo: Option<&str>) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            url: format!("https://{id}.example.org/"),
            initial: "W".to_owned(),
            logo: logo.map(str::to_owned),
        }
    }
}

impl PageContext for HomeContext {
    const TEMPLATE: &'static str = "home";

    fn examples() -> Vec<Self> {
        let tiles = |count| ["wiki", "shop"][..count].iter().map(|id| AppTile::example(id, None)).collect();
        let example = |apps, hidden_apps| Self { apps, hidden_apps };
        vec![
            example(Vec::new(), Vec::new()),
            example(tiles(1), Vec::new()),
            example(vec![AppTile::example("wiki", Some("/static/app-wiki.svg?v=1"))], tiles(2)),
            example(Vec::new(), tiles(1)),
        ]
    }
}

#[get("/")]
async fn show(user: MaybeUser, app: &State<Arc<App>>, site: &State<SiteContext>) -> Result<Page, Error> {
    if user.is_pending_deletion() {
        return Err(Redirect::to("/account/delete").into());
    }
    if let Some(session) = user.session().filter(|_| user.lacks_factor()) {
        return Err(Redirect::to(way_to_factor(session).url(None)).into());
    }
    let (apps, hidden_apps) = match user.session() {
        Some(session) => tiles(app, site, session).await?,
        None => (Vec::new(), Vec::new()),
    };
    Ok(Page::of(&HomeContext { apps, hidden_apps }))
}

/// The tiles that a user sees, and those that are hidden.
async fn tiles(app: &App, site: &SiteContext, session: &CurrentSession) -> Result<(Vec<AppTile>, Vec<AppTile>), Error> {
    let own = enterable_apps(app, session).await?;
    if own.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let hidden = hidden_apps::hidden_apps(app, &session.user_id).await?;
    let tile = |app: &AppSettings| AppTile::of(app, site);
    let (hidden, shown): (Vec<_>, Vec<_>) = own.into_iter().partition(|app| hidden.contains(&app.id));
    Ok((shown.iter().map(|app| tile(app)).collect(), hidden.iter().map(|app| tile(app)).collect()))
}

#[post("/apps/<id>/hide")]
async fn hide_app(user: CurrentUser, app: &State<Arc<App>>, id: &str) -> Result<Redirect, Error> {
    let own = enterable(app, &user, id).await?.ok_or(Error::NotFound)?;
    hidden_apps::hide(app, &user, &own.id).await?;
    Ok(Redirect::to("/").with_flash(Flash::AppHidden))
}

#[post("/apps/<id>/show")]
async fn show_app(user: CurrentUser, app: &State<Arc<App>>, id: &str) -> Result<Redirect, Error> {
    let own = enterable(app, &user, id).await?.ok_or(Error::NotFound)?;
    hidden_apps::show(app, &user, &own.id).await?;
    Ok(Redirect::to("/").with_flash(Flash::AppShown))
}
