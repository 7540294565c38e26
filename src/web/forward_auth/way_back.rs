//! What `start` and `callback` share: the steps between an app and Vestibule, and the page where they end if they lead
//! nowhere.

use std::sync::Arc;

use rocket::http::{Header, Status};
use rocket::response::{self, Responder};
use rocket::{Request, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::app_cookies::{AppVisitor, StateCookie};
use crate::accounts::app::App;
use crate::accounts::apps::access::{Admission, admission};
use crate::accounts::apps::app_session;
use crate::accounts::error::ServiceError;
use crate::accounts::lookup::app_registry::HostedApp;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::config::AppHost;
use crate::web::app_state::AppPath;
use crate::web::error::Error;
use crate::web::page::{Page, PageContext};

/// As many tabs may sign in at once. A browser that arrives more often within the life of its state goes in circles: the
/// proxy does not show its cookies to Vestibule when it asks.
const MAX_ARRIVALS: u8 = 40;

/// To another host, or to a page that is spelled as the visitor did.
pub(super) struct AppRedirect(pub String);

impl<'r> Responder<'r, 'static> for AppRedirect {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .status(Status::SeeOther)
            .header(Header::new("Location", self.0))
            .ok()
    }
}

/// The next step, or the page where it ends.
pub(super) type Step = Result<AppRedirect, Error>;

/// Where a sign-in at a host begins.
pub(super) fn start_url(host: &AppHost, to: &AppPath, round: u8) -> String {
    let (origin, to) = (host.origin(), to.in_query());
    match round {
        0 => format!("{origin}/.vestibule/start?to={to}"),
        round => format!("{origin}/.vestibule/start?to={to}&round={round}"),
    }
}

/// Whether the browser is signed in at this host already, with a second factor if the app demands one.
pub(super) async fn is_signed_in(app: &Arc<App>, visitor: &AppVisitor<'_>) -> Result<bool, ServiceError> {
    let Some(token) = visitor.cookies.token() else {
        return Ok(false);
    };
    let session = app_session::authenticate(app, visitor.at.host.as_str(), token).await?;
    let is_enough = |session: &CurrentSession| {
        admission(&visitor.at.app, session.status, &session.standing) != Admission::NeedsFactor
    };
    Ok(session.is_some_and(|session| is_enough(&session)))
}

/// On to the page of the app, unless the browser has arrived too often.
pub(super) fn arrive(visitor: &AppVisitor<'_>, state: Option<StateCookie>, to: &AppPath) -> Step {
    let mut state = state.unwrap_or_else(StateCookie::new);
    if state.arrivals >= MAX_ARRIVALS {
        tracing::warn!(
            event = "app_sign_in_in_circles",
            host = visitor.at.host.as_str(),
            "a browser is sent to sign in again and again: the proxy of this app does not pass its Cookie header on to /forward-auth"
        );
        return Err(interrupted(visitor.at, Interrupted::Circle, to));
    }
    state.arrivals += 1;
    visitor.cookies.set_state(&state);
    Ok(AppRedirect(format!("{}{}", visitor.at.host.origin(), to.as_str())))
}

/// Why a visitor does not arrive at an app.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Interrupted {
    /// The browser keeps no cookies.
    Cookies,
    /// The link was used before, or is too old.
    Expired,
    /// The app sends the browser back each time.
    Circle,
}

/// Where the way to an app ends, if it leads nowhere.
#[derive(Serialize, JsonSchema)]
pub struct InterruptedContext {
    /// The name of the app.
    app: String,
    /// `cookies`: the browser keeps none; `expired`: the link was used before or is too old; `circle`: the app sends the
    /// browser back each time.
    reason: Interrupted,
    /// The page of the app.
    to: String,
}

impl PageContext for InterruptedContext {
    const TEMPLATE: &'static str = "app/interrupted";

    fn examples() -> Vec<Self> {
        let reasons = [Interrupted::Cookies, Interrupted::Expired, Interrupted::Circle];
        let example = |reason| Self {
            app: "Wiki".to_owned(),
            reason,
            to: "https://wiki.example.org/".to_owned(),
        };
        reasons.map(example).into()
    }
}

pub(super) fn interrupted(at: &HostedApp, reason: Interrupted, to: &AppPath) -> Error {
    let context = InterruptedContext {
        app: at.app.name.clone(),
        reason,
        to: format!("{}{}", at.host.origin(), to.as_str()),
    };
    Page::of(&context).status(Status::BadRequest).into()
}
