//! `/`: the front page; for who is signed in, where to go next.

use rocket::{Route, get, routes};

use crate::web::guards::MaybeUser;
use crate::web::page::{Page, Redirect};

pub fn routes() -> Vec<Route> {
    routes![show]
}

#[get("/")]
fn show(user: MaybeUser) -> Result<Page, Redirect> {
    if user.is_pending_deletion() {
        return Err(Redirect::to("/account/delete"));
    }
    Ok(Page::new("home"))
}
