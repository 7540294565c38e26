//! `/`: the front page; for who is signed in, where to go next.

use rocket::{Route, get, routes};

use crate::web::guards::MaybeUser;
use crate::web::page::Page;

pub fn routes() -> Vec<Route> {
    routes![show]
}

#[get("/")]
fn show(_user: MaybeUser) -> Page {
    Page::new("home")
}
