//! `/`: the front page; for who is signed in, where to go next.

use rocket::{Route, get, routes};

use crate::web::guards::MaybeUser;
use crate::web::page::{Done, Page};

pub fn routes() -> Vec<Route> {
    routes![show]
}

#[get("/")]
fn show(user: MaybeUser) -> Result<Page, Done> {
    if user.is_leaving() {
        return Err(Done::to("/account/delete"));
    }
    Ok(Page::new("home"))
}
