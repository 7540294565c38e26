//! `/logout`: a `POST` signs out; a `GET`, as from a bookmark, shows the button.

use crate::accounts::sessions::session;
use std::sync::Arc;

use rocket::{Route, State, get, post, routes};

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::SignedIn;
use crate::web::page::{Flash, Page, Redirect};
use crate::web::signed_out::SignedOut;

pub fn routes() -> Vec<Route> {
    routes![show, sign_out]
}

#[get("/logout")]
fn show(_user: SignedIn) -> Page {
    Page::new("logout")
}

#[post("/logout")]
async fn sign_out(user: SignedIn, client: Client, jar: Jar<'_>, app: &State<Arc<App>>) -> Result<SignedOut, Error> {
    session::sign_out(app, &client, &user).await?;
    jar.remove(Name::Session);
    Ok(SignedOut::and(Redirect::to("/login").with_flash(Flash::Event(Event::SignedOut))))
}
