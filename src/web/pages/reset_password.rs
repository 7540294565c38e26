//! `/reset-password`: sets a new password by the mailed link.

use crate::accounts::recovery::password_reset;
use std::sync::Arc;

use rocket::http::Status;
use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::recovery::links::LinkState;
use crate::accounts::recovery::password_reset::ResetError;
use crate::time::SECOND;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::{Form, new_password_error};
use crate::web::guards::MaybeUser;
use crate::web::link_page::{LinkContext, link_page};
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::return_to::login_url_for;

pub fn routes() -> Vec<Route> {
    routes![follow, show, set]
}

/// Moves the token from the URL, which histories and proxies store, into a cookie (ASVS 14.2.1).
#[get("/reset-password/<token>")]
async fn follow(_user: MaybeUser, jar: Jar<'_>, app: &State<Arc<App>>, token: &str) -> Result<Redirect, Error> {
    if let LinkState::Unknown = password_reset::reset_link(app, token).await? {
        return Err(Error::NotFound);
    }
    jar.set(Name::Reset, token, Some(app.lifetimes.reset_link / SECOND));
    Ok(Redirect::to("/reset-password"))
}

#[get("/reset-password")]
async fn show(_user: MaybeUser, jar: Jar<'_>, app: &State<Arc<App>>) -> Result<Page, Error> {
    match jar.get(Name::Reset) {
        Some(token) => page(app, token).await,
        None => Ok(no_link_page()),
    }
}

/// This browser has no link: the link was opened in another browser or too long ago, or this browser stores no cookies.
fn no_link_page() -> Page {
    Page::of(&ResetPasswordContext {
        link: LinkContext::missing(),
        min_length: 0,
    })
}

/// The page of the link that sets a new password.
#[derive(Serialize, JsonSchema)]
pub struct ResetPasswordContext {
    #[serde(flatten)]
    link: LinkContext,
    /// The minimum length of a password, in characters.
    min_length: usize,
}

impl PageContext for ResetPasswordContext {
    const TEMPLATE: &'static str = "reset_password";
    const FIELDS: &'static [&'static str] = &["password"];

    fn examples() -> Vec<Self> {
        let links = LinkContext::examples().into_iter().chain([LinkContext::missing()]);
        links.map(|link| Self { link, min_length: 15 }).collect()
    }
}

async fn page(app: &App, token: &str) -> Result<Page, Error> {
    let min_length = app.password_policy.min_length;
    link_page(|link| ResetPasswordContext { link, min_length }, password_reset::reset_link(app, token).await?)
}

#[derive(FromForm)]
struct New<'r> {
    #[field(default = "")]
    password: &'r str,
    /// The address that the page showed when the form was filled in.
    email: Option<&'r str>,
}

#[post("/reset-password", data = "<form>")]
async fn set(
    _user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: Form<New<'_>>,
) -> Result<Redirect, Error> {
    let token = jar.get(Name::Reset).ok_or_else(no_link_any_more)?;
    form.refuse_another_link(app, token).await?;
    match password_reset::reset_password(app, &client, token, app.password_policy.typed(form.password)).await {
        Ok(email) => {
            jar.remove(Name::Reset);
            Ok(Redirect::to(login_url_for(&email)).with_flash(Flash::PasswordSet))
        }
        Err(failure) => {
            let error = reset_error(failure.reason()?);
            Err(page(app, token).await?.with_error(error).into())
        }
    }
}

/// The browser has lost the link since it showed the form.
fn no_link_any_more() -> Page {
    no_link_page().status(Status::UnprocessableEntity)
}

fn reset_error(reason: ResetError) -> Option<FieldError> {
    match reason {
        ResetError::Link => None,
        ResetError::Password(why) => Some(new_password_error(why)),
    }
}

impl New<'_> {
    /// Refuses the form if another link was opened in this browser since the page was shown: the page must first show
    /// whose password is set.
    async fn refuse_another_link(&self, app: &App, token: &str) -> Result<(), Error> {
        let Some(shown) = self.email else { return Ok(()) };
        match password_reset::reset_link(app, token).await? {
            LinkState::Ready { email } if shown != email && shown != display_email(&email) => {
                Err(page(app, token).await?.into())
            }
            _ => Ok(()),
        }
    }
}
