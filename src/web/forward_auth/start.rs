//! `/.vestibule/start` at the host of an app: sends a visitor to Vestibule, to sign in.

use std::sync::Arc;

use rocket::{Route, State, get, routes};

use super::app_cookies::{AppVisitor, StateCookie};
use super::way_back::{AppRedirect, Step, arrive, is_signed_in};
use crate::accounts::app::App;
use crate::web::app_state::{AppPath, AppState};
use crate::web::context::SiteContext;

pub(super) fn routes() -> Vec<Route> {
    routes![start]
}

#[get("/.vestibule/start?<to>&<round>")]
async fn start(
    visitor: AppVisitor<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    to: Option<&str>,
    round: Option<u8>,
) -> Step {
    let to = AppPath::of(to.unwrap_or_default());
    let state = visitor.cookies.state();
    // Another tab has signed in meanwhile.
    if is_signed_in(app, &visitor).await? {
        return arrive(&visitor, state, &to);
    }
    // All tabs share one secret, so that each may finish.
    let state = state.unwrap_or_else(StateCookie::new);
    visitor.cookies.set_state(&state);
    let state = AppState::new(&state.secret, round.unwrap_or(0).min(9), to);
    Ok(AppRedirect(continue_url(site, visitor.at.host.as_str(), &state)))
}

fn continue_url(site: &SiteContext, host: &str, state: &AppState) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("host", host)
        .append_pair("state", &state.to_string())
        .finish();
    site.config.public_url.to(&format!("/continue?{query}"))
}
