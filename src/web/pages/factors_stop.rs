//! `/factors/stop/<token>`: the link in the notice of the operator's reset of second factors. It stops the reset.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::recovery::factor_reset;
use crate::accounts::recovery::links::LinkError;
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::MaybeUser;
use crate::web::link_page::{LinkContext, link_page};
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;

pub fn routes() -> Vec<Route> {
    routes![show, stop]
}

/// The page of the link that stops a reset of second factors.
#[derive(Serialize, JsonSchema)]
pub struct FactorsStopContext(LinkContext);

impl PageContext for FactorsStopContext {
    const TEMPLATE: &'static str = "factors_stop";

    fn examples() -> Vec<Self> {
        LinkContext::examples().into_iter().map(Self).collect()
    }
}

/// Says what the button does. It changes nothing, because mail scanners open links (ASVS 3.5.3).
#[get("/factors/stop/<token>")]
async fn show(_user: MaybeUser, app: &State<Arc<App>>, token: &str) -> Result<Page, Error> {
    link_page(FactorsStopContext, factor_reset::stop_link(app, token).await?)
}

#[post("/factors/stop/<token>")]
async fn stop(_user: MaybeUser, client: Client, app: &State<Arc<App>>, token: &str) -> Result<Redirect, Error> {
    match factor_reset::stop(app, &client, token).await {
        Ok(()) => Ok(Redirect::to("/login").with_flash(Flash::Event(Event::FactorResetStopped))),
        Err(Failure::Refused(LinkError::Link)) => {
            Err(link_page(FactorsStopContext, factor_reset::stop_link(app, token).await?)?.into())
        }
        Err(Failure::Service(trouble)) => Err(trouble.into()),
    }
}
