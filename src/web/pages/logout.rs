//! `/logout`: a `POST` signs out; a `GET`, as from a bookmark, shows the button.

use std::sync::Arc;

use rocket::{Responder, Route, State, get, post, routes};

use crate::accounts::{Accounts, Visitor};
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

#[derive(Responder)]
struct Cleared {
    done: Done,
    clear: ClearSiteData,
}

/// What the browser kept of us goes (ASVS 14.3.1). Not `"cookies"`: that would wipe the whole registrable domain. Not
/// `"cache"`: it stalls browsers for seconds, and nothing of ours is cached that depends on who asks.
struct ClearSiteData;

impl From<ClearSiteData> for rocket::http::Header<'static> {
    fn from(_: ClearSiteData) -> Self {
        Self::new("Clear-Site-Data", "\"storage\"")
    }
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
    Ok(Cleared {
        done: Done::to("/login").saying(Flash::SignedOut),
        clear: ClearSiteData,
    })
}
