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
    #[field(default = "")]
    code: &'r str,
    next: MaybeReturnTo,
}

#[get("/login/confirm?<next>")]
async fn show(user: SignedIn, app: &State<Arc<App>>, next: MaybeReturnTo) -> Result<Page, Error> {
    let needs_code = reauthentication::needs_code(app, &user).await?;
    Ok(page(next.0.as_ref(), needs_code))
}

/// The form that asks a signed-in user for the password again, before a sensitive action.
#[derive(Serialize, JsonSchema)]
pub struct LoginConfirmContext {
    /// The path that the user goes to afterwards.
    next: Option<String>,
    /// Whether a code is asked for as well, because the account has a second factor.
    needs_code: bool,
}

impl PageContext for LoginConfirmContext {
    const TEMPLATE: &'static str = "login/confirm";
    const FIELDS: &'static [&'static str] = &["password", "code"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        [(None, false), (Some("/account/email"), true)]
            .map(|(next, needs_code)| Self {
                next: next.map(str::to_owned),
                needs_code,
            })
            .into()
    }
}

fn page(next: Option<&ReturnTo>, needs_code: bool) -> Page {
    Page::of(&LoginConfirmContext {
        next: next.map(ToString::to_string),
        needs_code,
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
    let needs_code = reauthentication::needs_code(app, &user).await?;
    let password = form.parse(needs_code)?;
    match reauthentication::reauthenticate(app, &client, &user, password, form.code).await {
        Ok(cookie) => {
            jar.set_session(cookie);
            Ok(Redirect::to(after_login(next, site)))
        }
        Err(Failure::Refused(reason)) => refused(&reason, jar, next, needs_code),
        Err(Failure::Service(error)) => Err(Error::from(error).on_form(|| page(next, needs_code))),
    }
}

fn refused(reason: &ReauthError, jar: Jar<'_>, next: Option<&ReturnTo>, needs_code: bool) -> Result<Redirect, Error> {
    match reason {
        ReauthError::Wrong => {
            let error = FieldError::with("password", "error-password-wrong");
            return Err(page(next, needs_code).with_errors(vec![error]).into());
        }
        // The second factor may have been set up in another browser since the page was shown.
        ReauthError::WrongCode => {
            let error = FieldError::with("code", "error-app-code-wrong");
            return Err(page(next, true).with_errors(vec![error]).into());
        }
        ReauthError::LockedOut => jar.remove(Name::Session),
        // The cookie is not deleted: after a double press the session was replaced, and the browser has the new token
        // already.
        ReauthError::SessionOver => {}
    }
    Ok(Redirect::to(ReturnTo::with_next(next, "/login")).with_flash(Flash::SessionOver))
}

impl Confirm<'_> {
    /// The password. A missing code is told before anything is tried.
    fn parse(&self, needs_code: bool) -> Result<Password, Page> {
        let password = match self.password {
            "" => Err("error-your-password-missing"),
            text => Password::typed(text).map_err(|_| "error-password-wrong"),
        };
        let password = password.map_err(|key| FieldError::with("password", key));
        let missing = needs_code && self.code.trim().is_empty();
        let code = missing.then(|| FieldError::with("code", "error-app-code-missing"));
        match (password, code) {
            (Ok(password), None) => Ok(password),
            (password, code) => {
                let errors = password.err().into_iter().chain(code).collect();
                Err(page(self.next.0.as_ref(), needs_code).with_errors(errors))
            }
        }
    }
}
