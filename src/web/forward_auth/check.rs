//! `/.vestibule/check` at the host of an app: tells `vestibule app check` what of its request arrives here.

use std::sync::Arc;

use rocket::http::Status;
use rocket::{Route, State, get, routes};

use crate::accounts::app::App;
use crate::accounts::apps::check_token::is_check_token;
use crate::accounts::identity::client::Client;
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
