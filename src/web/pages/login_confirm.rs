//! `/login/confirm`: asks a signed-in user for the password again (reauthentication).

use crate::accounts::error::Failure;
use crate::accounts::sessions::reauthentication;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::reauthentication::ReauthError;
use crate::web::context::SiteContext;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::guards::SignedIn;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo, after_login};
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![show, confirm]
}

#[derive(FromForm)]
struct Confirm<'r> {
    #[field(default = "")]
    password: &'r str,
    next: MaybeReturnTo,
}

#[get("/login/confirm?<next>")]
fn show(_user: SignedIn, next: MaybeReturnTo) -> Page {
    page(next.0.as_ref())
}

/// The form that asks a signed-in user for the password again, before a sensitive action.
#[derive(Serialize, JsonSchema)]
pub struct LoginConfirmContext {
    /// The path that the user goes to afterwards.
    next: Option<String>,
}

impl PageContext for LoginConfirmContext {
    const TEMPLATE: &'static str = "login/confirm";
    const FIELDS: &'static [&'static str] = &["password"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        [None, Some("/account/email")]
            .map(|next| Self {
                next: next.map(str::to_owned),
            })
            .into()
    }
}

fn page(next: Option<&ReturnTo>) -> Page {
    Page::of(&LoginConfirmContext {
        next: next.map(ToString::to_string),
    })
}

#[post("/login/confirm", data = "<form>")]
async fn confirm(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    form: UserForm<SignedIn, Confirm<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let next = form.next.0.as_ref();
    let password = form.parse()?;
    match reauthentication::reauthenticate(app, &client, &user, password).await {
        Ok(cookie) => {
            jar.set_session(cookie);
            Ok(Redirect::to(after_login(next, site)))
        }
        Err(Failure::Refused(reason)) => refused(&reason, jar, next),
        Err(Failure::Service(error)) => Err(Error::from(error).on_form(|| page(next))),
    }
}

fn refused(reason: &ReauthError, jar: Jar<'_>, next: Option<&ReturnTo>) -> Result<Redirect, Error> {
    match reason {
        ReauthError::Wrong => return Err(with_error(next, "error-password-wrong").into()),
        ReauthError::LockedOut => jar.remove(Name::Session),
        // The cookie is not deleted: after a double press the session was replaced, and the browser has the new token
        // already.
        ReauthError::SessionOver => {}
    }
    Ok(Redirect::to(ReturnTo::with_next(next, "/login")).with_flash(Flash::SessionOver))
}

fn with_error(next: Option<&ReturnTo>, key: &'static str) -> Page {
    page(next).with_errors(vec![FieldError::with("password", key)])
}

impl Confirm<'_> {
    fn parse(&self) -> Result<Password, Page> {
        let next = self.next.0.as_ref();
        if self.password.is_empty() {
            return Err(with_error(next, "error-your-password-missing"));
        }
        Password::typed(self.password).map_err(|_| with_error(next, "error-password-wrong"))
    }
}
