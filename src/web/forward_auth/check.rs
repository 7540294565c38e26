//! What `vestibule app check` is told of its requests as they arrive here: by `/.vestibule/check` at the host of an app, and by
//! the answer to the proxy's question about a page that it opens.

use std::sync::Arc;

use rocket::http::Status;
use rocket::{Route, State, get, routes};

use crate::accounts::app::App;
use crate::accounts::apps::check_token::{CHECK_PARAMETER, is_check_token};
use crate::accounts::identity::client::Client;
use crate::config::AppHost;
use crate::web::asked_host::AtApp;

pub(super) fn routes() -> Vec<Route> {
    routes![check]
}

/// The client's address, as Vestibule takes it for limits and logs.
#[get("/.vestibule/check?<token>")]
#[allow(clippy::needless_pass_by_value, reason = "Rocket passes guards to a route by value")]
fn check(at: AtApp<'_>, client: Client, app: &State<Arc<App>>, token: Option<&str>) -> Result<String, Status> {
    match token {
        Some(token) if is_check_token(app, at.0.host.as_str(), token) => Ok(client.ip.to_string()),
        _ => Err(Status::NotFound),
    }
}

/// Whether a page is opened by the command line, for this host. Then it may know the client's address.
pub(super) fn is_asked_by_check(app: &App, host: &AppHost, query: &str) -> bool {
    let mut parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
    parameters.any(|(name, token)| name == CHECK_PARAMETER && is_check_token(app, host.as_str(), token))
}
