//! `/logout`: a `POST` signs out; a `GET`, as from a bookmark, shows the button.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};

use crate::accounts::{Accounts, Visitor};
use crate::web::cleared::Cleared;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::SignedIn;
use crate::web::page::{Done, Flash, Page};

pub fn routes() -> Vec<Route> {
    routes![show, sign_out]
}

#[get("/logout")]
fn show(_user: SignedIn) -> Page {
    Page::new("logout")
}

#[post("/logout")]
async fn sign_out(
    user: SignedIn,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
) -> Result<Cleared, Error> {
    accounts.sign_out(&visitor, &user).await?;
    jar.remove(Name::Session);
    Ok(Cleared::and(Done::to("/login").saying(Flash::SignedOut)))
}
