//! `/continue`: leads a signed-in user back to the app that sent them, with a one-time code.

use std::sync::Arc;

use rocket::http::{Header, Status};
use rocket::{Responder, Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::apps::access::{Admission, admission};
use crate::accounts::apps::one_time_code;
use crate::accounts::lookup::app_registry::HostedApp;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::web::app_state::AppState;
use crate::web::error::Error;
use crate::web::guards::{AnyUser, way_to_factor};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::return_to::ReturnTo;

pub fn routes() -> Vec<Route> {
    routes![lead_back]
}

/// A moment before the app, for browsers that do not go on by themselves.
#[derive(Serialize, JsonSchema)]
pub struct ContinueContext {
    /// The name of the app.
    app: String,
    /// Where it goes on, at the host of the app.
    to: String,
}

impl PageContext for ContinueContext {
    const TEMPLATE: &'static str = "continue";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        vec![Self {
            app: "Wiki".to_owned(),
            to: "https://wiki.example.org/.vestibule/callback".to_owned(),
        }]
    }
}

/// An app that the person may not enter.
#[derive(Serialize, JsonSchema)]
pub struct NoAccessContext {
    /// The name of the app.
    app: String,
}

impl PageContext for NoAccessContext {
    const TEMPLATE: &'static str = "continue/no_access";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        vec![Self { app: "Wiki".to_owned() }]
    }
}

/// A page that leads on. A redirect would not arrive: browsers apply `form-action` of the page with the sign-in form to
/// every redirect after it.
#[derive(Responder)]
struct Onward {
    page: Page,
    refresh: Header<'static>,
}

#[get("/continue?<host>&<state>")]
async fn lead_back(
    user: AnyUser,
    app: &State<Arc<App>>,
    host: Option<&str>,
    state: Option<&str>,
) -> Result<Onward, Error> {
    let apps = app.apps.as_of(&app.pool, user.apps_version).await?;
    let at = host.and_then(|host| apps.at(host)).ok_or(Error::NotFound)?;
    let state = state.and_then(AppState::parse).ok_or(Error::NotFound)?;
    match admission(&at.app, user.status, &user.standing) {
        Admission::Allowed => {}
        Admission::NeedsFactor => {
            return Err(Redirect::to(way_to_factor(&user).url(here(at, &state).as_ref())).into());
        }
        Admission::Refused => return Err(refused(at, &user).into()),
    }
    let code = one_time_code::issue(app, &user, at.host.as_str(), state.secret_hash()).await?;
    Ok(Onward::to(at, &code, &state))
}

fn refused(at: &HostedApp, user: &CurrentSession) -> Page {
    tracing::info!(event = "app_entry_refused", app = at.app.id, user = %user.user_id, "not allowed to enter an app");
    let app = at.app.name.clone();
    Page::of(&NoAccessContext { app }).status(Status::Forbidden)
}

/// This page, to come back to once a second factor was given.
fn here(at: &HostedApp, state: &AppState) -> Option<ReturnTo> {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("host", at.host.as_str())
        .append_pair("state", &state.to_string())
        .finish();
    ReturnTo::parse(&format!("/continue?{query}"))
}

impl Onward {
    fn to(at: &HostedApp, code: &str, state: &AppState) -> Self {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", code)
            .append_pair("state", &state.to_string())
            .finish();
        let to = format!("{}/.vestibule/callback?{query}", at.host.origin());
        Self {
            refresh: Header::new("Refresh", format!("0; url={to}")),
            page: Page::of(&ContinueContext {
                app: at.app.name.clone(),
                to,
            }),
        }
    }
}
