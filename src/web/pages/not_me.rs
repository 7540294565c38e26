//! `/not-me/<token>`: from a notice, by whoever did not do what it tells of.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};

use crate::accounts::recovery::links::LinkError;
use crate::accounts::{Accounts, Client};
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::guards::MaybeUser;
use crate::web::link_page::link_page;
use crate::web::page::{Flash, Page, Redirect};
use crate::web::sent_to;

pub fn routes() -> Vec<Route> {
    routes![show, throw_out]
}

/// Says what the button does, and changes nothing: mail scanners open links (ASVS 3.5.3).
#[get("/not-me/<token>")]
async fn show(_user: MaybeUser, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Page, Error> {
    link_page("not_me", accounts.notice(token).await?)
}

#[post("/not-me/<token>")]
async fn throw_out(
    _user: MaybeUser,
    client: Client,
    cookies: CookieCheck,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    token: &str,
) -> Result<Result<Redirect, Page>, Error> {
    match accounts.not_me(&client, token).await {
        Ok(email) => Ok(Ok(sent_to::check_inbox(jar, cookies, &email).with_flash(Flash::NotMe))),
        Err(LinkError::Link) => Ok(Err(link_page("not_me", accounts.notice(token).await?)?)),
        Err(LinkError::Service(trouble)) => Err(trouble.into()),
    }
}
