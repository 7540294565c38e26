//! `/.vestibule/callback` at the host of an app: turns a one-time code into a cookie.

use std::sync::Arc;

use rocket::{Route, State, get, routes};

use super::app_cookies::AppVisitor;
use super::way_back::{AppRedirect, Interrupted, Step, arrive, interrupted, is_signed_in, start_url};
use crate::accounts::app::App;
use crate::accounts::apps::{app_session, one_time_code};
use crate::web::app_state::{AppPath, AppState};

/// How often a browser is sent back to the start before it is told. Tabs that begin at once take each other's secret away,
/// but only at their first try.
const MAX_ROUNDS: u8 = 3;

pub(super) fn routes() -> Vec<Route> {
    routes![callback]
}

#[get("/.vestibule/callback?<code>&<state>")]
async fn callback(visitor: AppVisitor<'_>, app: &State<Arc<App>>, code: Option<&str>, state: Option<&str>) -> Step {
    let Some(asked) = state.and_then(AppState::parse) else {
        return Err(interrupted(visitor.at, Interrupted::Expired, &AppPath::of("/")));
    };
    let (own, host) = (visitor.cookies.state(), visitor.at.host.as_str());
    if own.as_ref().is_some_and(|own| asked.is_of(&own.secret))
        && let Some(session) = one_time_code::redeem(app, code.unwrap_or_default(), host, asked.secret_hash()).await?
    {
        visitor.cookies.set_token(app_session::start(app, host, &session)?);
        return arrive(&visitor, own, &asked.to);
    }
    // Loaded again, or another tab was faster.
    if is_signed_in(app, &visitor).await? {
        return arrive(&visitor, own, &asked.to);
    }
    start_again(&visitor, own.is_some(), &asked)
}

/// Back to the start, unless that would go on for ever.
fn start_again(visitor: &AppVisitor<'_>, keeps_cookies: bool, asked: &AppState) -> Step {
    let round = asked.round + 1;
    if !keeps_cookies && round > 1 {
        return Err(interrupted(visitor.at, Interrupted::Cookies, &asked.to));
    }
    if round > MAX_ROUNDS {
        return Err(interrupted(visitor.at, Interrupted::Expired, &asked.to));
    }
    Ok(AppRedirect(start_url(&visitor.at.host, &asked.to, round)))
}
