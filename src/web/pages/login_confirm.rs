//! `/login/confirm`: somebody who is signed in proves once more who they are.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};

use crate::accounts::password::Password;
use crate::accounts::proof::NotProved;
use crate::accounts::{Accounts, Visitor};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::SignedIn;
use crate::web::next::{MaybeNext, Next, onward};
use crate::web::page::{Done, Flash, Frame, Page, Problem};
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![show, confirm]
}

#[derive(FromForm)]
struct Confirm<'r> {
    #[field(default = "")]
    password: &'r str,
    next: MaybeNext,
}

#[get("/login/confirm?<next>")]
fn show(_user: SignedIn, next: MaybeNext) -> Page {
    page(next.0.as_ref())
}

fn page(next: Option<&Next>) -> Page {
    Page::new("login_confirm").with("next", next.map(Next::as_str))
}

#[post("/login/confirm", data = "<form>")]
async fn confirm(
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    frame: &State<Frame>,
    form: UserForm<SignedIn, Confirm<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let UserForm { user, fields: form } = form;
    let next = form.next.0.as_ref();
    let refused = |key| Ok(Err(page(next).refusing(vec![Problem::with("password", key)])));
    if form.password.is_empty() {
        return refused("problem-your-password-missing");
    }
    let Ok(password) = Password::typed(form.password) else {
        return refused("problem-password-wrong");
    };
    match accounts.confirm_identity(&visitor, &user, password).await {
        Ok(ticket) => {
            jar.set_session(ticket);
            Ok(Ok(Done::to(onward(next, frame))))
        }
        Err(NotProved::Wrong) => refused("problem-password-wrong"),
        Err(NotProved::ShutOut) => {
            jar.remove(Name::Session);
            Ok(Ok(Done::to(Next::kept_in(next, "/login")).saying(Flash::SessionOver)))
        }
        // The cookie stays: a second press finds the session replaced, and the browser holds the new token already.
        Err(NotProved::SessionOver) => Ok(Ok(Done::to(Next::kept_in(next, "/login")).saying(Flash::SessionOver))),
        Err(NotProved::Trouble(trouble)) => Err(Error::from(trouble).told_on(|| page(next))),
    }
}
