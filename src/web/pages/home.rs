//! `/`: the front page. A signed-in user gets a link to the account or to `site.home_url`.

use rocket::{Route, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// The front page.
#[derive(Serialize, JsonSchema)]
pub struct HomeContext {}

impl PageContext for HomeContext {
    const TEMPLATE: &'static str = "home";

    fn examples() -> Vec<Self> {
        vec![Self {}]
    }
}

#[get("/")]
fn show(user: MaybeUser) -> Result<Page, Redirect> {
    if user.is_pending_deletion() {
        return Err(Redirect::to("/account/delete"));
    }
    Ok(Page::of(&HomeContext {}))
}
