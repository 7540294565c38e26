//! `/not-me/<token>`: the link in a notice, for an owner who did not cause the event.

use crate::accounts::error::Failure;
use crate::accounts::recovery::not_me;
use std::sync::Arc;

use rocket::{Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::recovery::links::LinkError;
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::MaybeUser;
use crate::web::link_page::{LinkContext, link_page};
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::sent_to;

pub fn routes() -> Vec<Route> {
    routes![show, throw_out]
}

/// The page of the link "That was not me".
#[derive(Serialize, JsonSchema)]
pub struct NotMeContext(LinkContext);

impl PageContext for NotMeContext {
    const TEMPLATE: &'static str = "not_me";

    fn examples() -> Vec<Self> {
        LinkContext::examples().into_iter().map(Self).collect()
    }
}

/// Says what the button does. It changes nothing, because mail scanners open links (ASVS 3.5.3).
#[get("/not-me/<token>")]
async fn show(_user: MaybeUser, app: &State<Arc<App>>, token: &str) -> Result<Page, Error> {
    link_page(NotMeContext, not_me::notice(app, token).await?)
}

#[post("/not-me/<token>")]
async fn throw_out(
    _user: MaybeUser,
    client: Client,
    cookies: CookieCheck,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    token: &str,
) -> Result<Redirect, Error> {
    match not_me::not_me(app, &client, token).await {
        Ok(email) => Ok(sent_to::check_inbox(jar, cookies, &email).with_flash(Flash::Event(Event::NotMe))),
        Err(Failure::Refused(LinkError::Link)) => {
            Err(link_page(NotMeContext, not_me::notice(app, token).await?)?.into())
        }
        Err(Failure::Service(trouble)) => Err(trouble.into()),
    }
}
