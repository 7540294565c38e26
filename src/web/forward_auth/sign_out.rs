//! `/.vestibule/sign-out` at the host of an app: ends the session everywhere.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use super::app_cookies::AppVisitor;
use super::way_back::AppRedirect;
use crate::accounts::app::App;
use crate::accounts::apps::app_session;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session;
use crate::web::context::SiteContext;
use crate::web::error::Error;
use crate::web::page::{Page, PageContext};

pub(super) fn routes() -> Vec<Route> {
    routes![show, sign_out]
}

/// The button that signs out, at the host of an app; afterwards, that it is done.
#[derive(Serialize, JsonSchema)]
pub struct AppSignOutContext {
    /// The name of the app.
    app: String,
    /// The address of the person who is signed in; nothing: nobody is.
    email: Option<String>,
    /// The front page of the app.
    to: String,
    /// The front page of Vestibule.
    public_url: String,
}

impl PageContext for AppSignOutContext {
    const TEMPLATE: &'static str = "app/sign_out";

    fn examples() -> Vec<Self> {
        let example = |email: Option<&str>| Self {
            app: "Wiki".to_owned(),
            email: email.map(str::to_owned),
            to: "https://wiki.example.org/".to_owned(),
            public_url: "https://accounts.example.org/".to_owned(),
        };
        vec![example(Some("ada@example.org")), example(None)]
    }
}

async fn signed_in(app: &App, visitor: &AppVisitor<'_>) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    match visitor.cookies.token() {
        Some(token) => app_session::authenticate(app, visitor.at.host.as_str(), token).await,
        None => Ok(None),
    }
}

#[get("/.vestibule/sign-out")]
async fn show(visitor: AppVisitor<'_>, app: &State<Arc<App>>, site: &State<SiteContext>) -> Result<Page, Error> {
    let session = signed_in(app, &visitor).await?;
    Ok(Page::of(&AppSignOutContext {
        app: visitor.at.app.name.clone(),
        email: session.map(|session| display_email(&session.email)),
        to: format!("{}/", visitor.at.host.origin()),
        public_url: site.config.public_url.to("/"),
    }))
}

#[post("/.vestibule/sign-out")]
async fn sign_out(visitor: AppVisitor<'_>, client: Client, app: &State<Arc<App>>) -> Result<AppRedirect, Error> {
    if let Some(user) = signed_in(app, &visitor).await? {
        session::sign_out(app, &client, &user).await?;
    }
    visitor.cookies.remove_all();
    Ok(AppRedirect(format!("{}/.vestibule/sign-out", visitor.at.host.origin())))
}
