//! `/login/confirm`: somebody who is signed in proves once more who they are.

use crate::accounts::error::Failure;
use crate::accounts::sessions::reauthentication;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::reauthentication::ReauthError;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::SignedIn;
use crate::web::page::{FieldError, Flash, Page, Redirect, SiteContext};
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

fn page(next: Option<&ReturnTo>) -> Page {
    Page::new("login/confirm").with("next", next.map(ReturnTo::as_str))
}

#[post("/login/confirm", data = "<form>")]
async fn confirm(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    frame: &State<SiteContext>,
    form: UserForm<SignedIn, Confirm<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let next = form.next.0.as_ref();
    let refused = |key| Err(page(next).with_errors(vec![FieldError::with("password", key)]).into());
    if form.password.is_empty() {
        return refused("error-your-password-missing");
    }
    let Ok(password) = Password::typed(form.password) else {
        return refused("error-password-wrong");
    };
    match reauthentication::reauthenticate(app, &client, &user, password).await {
        Ok(ticket) => {
            jar.set_session(ticket);
            Ok(Redirect::to(after_login(next, frame)))
        }
        Err(Failure::Refused(ReauthError::Wrong)) => refused("error-password-wrong"),
        Err(Failure::Refused(ReauthError::LockedOut)) => {
            jar.remove(Name::Session);
            Ok(Redirect::to(ReturnTo::with_next(next, "/login")).with_flash(Flash::SessionOver))
        }
        // The cookie stays: a second press finds the session replaced, and the browser holds the new token already.
        Err(Failure::Refused(ReauthError::SessionOver)) => {
            Ok(Redirect::to(ReturnTo::with_next(next, "/login")).with_flash(Flash::SessionOver))
        }
        Err(Failure::Service(trouble)) => Err(Error::from(trouble).on_form(|| page(next))),
    }
}
