//! `/logout`: a `POST` signs out; a `GET`, for example from a bookmark, shows the button.

use crate::accounts::sessions::session;
use std::sync::Arc;

use rocket::{Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::factors::half_sign_in;
use crate::accounts::identity::client::Client;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::{MaybeUser, SignedIn};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::signed_out::SignedOut;

pub fn routes() -> Vec<Route> {
    routes![show, sign_out]
}

/// The button that signs out.
#[derive(Serialize, JsonSchema)]
pub struct LogoutContext {}

impl PageContext for LogoutContext {
    const TEMPLATE: &'static str = "logout";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        vec![Self {}]
    }
}

#[get("/logout")]
fn show(_user: SignedIn) -> Page {
    Page::of(&LogoutContext {})
}

#[post("/logout")]
async fn sign_out(user: MaybeUser, client: Client, jar: Jar<'_>, app: &State<Arc<App>>) -> Result<SignedOut, Error> {
    let was_half = abandon(app, jar).await?;
    match user.session() {
        Some(session) => {
            session::sign_out(app, &client, session).await?;
            jar.remove(Name::Session);
        }
        None if was_half => {}
        None => return Err(Redirect::to("/login").into()),
    }
    Ok(SignedOut::and(Redirect::to("/login").with_flash(Flash::Event(Event::SignedOut))))
}

/// Signs out who is half signed in. `false`: the browser is not.
async fn abandon(app: &App, jar: Jar<'_>) -> Result<bool, Error> {
    let Some(secret) = jar.get(Name::Pending) else {
        return Ok(false);
    };
    half_sign_in::abandon(app, secret).await?;
    jar.remove(Name::Pending);
    Ok(true)
}
