//! `/account/password`, and the well-known URL that redirects to it (W3C, "A Well-Known URL for Changing Passwords").

use crate::accounts::settings::password_change;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::reauthentication::ReauthError;
use crate::accounts::settings::password_change::PasswordChangeError;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::new_password_error;
use crate::web::guards::CurrentUser;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![well_known, show, change]
}

#[get("/.well-known/change-password")]
fn well_known() -> Redirect {
    Redirect::to("/account/password")
}

#[get("/account/password")]
fn show(_user: CurrentUser, app: &State<Arc<App>>) -> Page {
    page(app)
}

#[derive(Serialize, JsonSchema)]
pub struct PasswordContext {
    /// The minimum length of a password, in characters.
    min_length: usize,
}

impl PageContext for PasswordContext {
    const TEMPLATE: &'static str = "account/password";
    const FIELDS: &'static [&'static str] = &["current_password", "password"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        vec![Self { min_length: 15 }]
    }
}

fn page(app: &App) -> Page {
    Page::of(&PasswordContext {
        min_length: app.password_policy.min_length,
    })
}

#[derive(FromForm)]
struct Change<'r> {
    #[field(default = "")]
    current_password: &'r str,
    #[field(default = "")]
    password: &'r str,
}

#[post("/account/password", data = "<form>")]
async fn change(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: UserForm<CurrentUser, Change<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let (current, new) = form.parse(app).map_err(|errors| page(app).with_errors(errors))?;
    match password_change::change_password(app, &client, &user, current, new).await {
        Ok(cookie) => {
            jar.set_session(cookie);
            Ok(Redirect::to("/account/password").with_flash(Flash::Event(Event::PasswordChanged)))
        }
        Err(failure) => refused(failure.reason()?, jar, app),
    }
}

fn refused(reason: PasswordChangeError, jar: Jar<'_>, app: &App) -> Result<Redirect, Error> {
    let error = match reason {
        PasswordChangeError::Reauth(ReauthError::LockedOut) => {
            jar.remove(Name::Session);
            return Ok(Redirect::to("/login").with_flash(Flash::SessionOver));
        }
        PasswordChangeError::Reauth(ReauthError::SessionOver) => {
            return Ok(Redirect::to("/login?next=/account/password").with_flash(Flash::SessionOver));
        }
        PasswordChangeError::Reauth(ReauthError::Wrong | ReauthError::WrongCode) => wrong(),
        PasswordChangeError::Same => FieldError::with("password", "error-password-same"),
        PasswordChangeError::Password(why) => new_password_error(why),
    };
    Err(page(app).with_errors(vec![error]).into())
}

fn wrong() -> FieldError {
    FieldError::with("current_password", "error-password-wrong")
}

impl Change<'_> {
    /// Both passwords, or all errors that need no look-up, in the order of the fields.
    fn parse(&self, app: &App) -> Result<(Password, Password), Vec<FieldError>> {
        let current = match self.current_password {
            "" => Err(FieldError::with("current_password", "error-current-password-missing")),
            text => Password::typed(text).map_err(|_| wrong()),
        };
        let new = app.password_policy.typed(self.password).map_err(new_password_error);
        match (current, new) {
            (Ok(current), Ok(new)) => Ok((current, new)),
            (current, new) => Err(current.err().into_iter().chain(new.err()).collect()),
        }
    }
}
