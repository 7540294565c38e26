//! `/login`.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::address::EmailAddress;
use crate::accounts::password::Password;
use crate::accounts::sign_in::{Credentials, NotSignedIn};
use crate::accounts::{Accounts, Visitor};
use crate::web::cookie_check::{CookieCheck, marked};
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::forms::{Form, typed};
use crate::web::guards::MaybeUser;
use crate::web::next::{MaybeNext, Next, onward};
use crate::web::page::{Done, Flash, Frame, Page, Problem};

pub fn routes() -> Vec<Route> {
    routes![show, sign_in]
}

#[derive(FromForm)]
struct SignIn<'r> {
    #[field(default = "")]
    email: &'r str,
    #[field(default = "")]
    password: &'r str,
    #[field(default = "")]
    remember: &'r str,
    next: MaybeNext,
}

#[get("/login?<next>&<email>")]
fn show(user: MaybeUser, frame: &State<Frame>, next: MaybeNext, email: Option<&str>) -> Result<Page, Done> {
    if user.present().is_some() {
        return Err(Done::to(onward(next.0.as_ref(), frame)));
    }
    Ok(page(next.0.as_ref(), email.unwrap_or_default()))
}

fn page(next: Option<&Next>, email: &str) -> Page {
    Page::new("login")
        .with("next", next.map(Next::as_str))
        .with("values", json!({ "email": typed(email) }))
}

/// Signed in. A browser that brought no cookie comes by this page once more, which sends it on if it kept the session's, and
/// else says what is wrong.
fn signed_in(cookies: CookieCheck, next: Option<&Next>, frame: &Frame) -> Done {
    let to = if cookies.is_open() {
        marked(&Next::kept_in(next, "/login"))
    } else {
        onward(next, frame)
    };
    Done::to(to).saying(Flash::SignedIn)
}

#[post("/login", data = "<form>")]
async fn sign_in(
    user: MaybeUser,
    visitor: Visitor,
    cookies: CookieCheck,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    frame: &State<Frame>,
    form: Form<SignIn<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let again = || page(form.next.0.as_ref(), form.email).with("remember", form.remember == "on");
    let refused = || {
        let page = again().with("unconfirmed", true);
        Ok(Err(page.refusing(vec![Problem::with("", "problem-sign-in")])))
    };
    let missing = form.missing();
    if !missing.is_empty() {
        return Ok(Err(again().refusing(missing)));
    }
    // What cannot be a password is wrong as any other, and says nothing of any account.
    let Ok(password) = Password::typed(form.password) else {
        return refused();
    };
    let credentials = Credentials {
        email: EmailAddress::parse(form.email).ok(),
        password,
        remember: form.remember == "on",
    };
    match accounts.sign_in(&visitor, credentials, user.present()).await {
        Ok(ticket) => {
            jar.set_session(ticket);
            Ok(Ok(signed_in(cookies, form.next.0.as_ref(), frame)))
        }
        Err(NotSignedIn::Refused) => refused(),
        Err(NotSignedIn::Trouble(trouble)) => Err(Error::from(trouble).told_on(again)),
    }
}

impl SignIn<'_> {
    /// What was left empty: that alone is told of a field, because it says nothing of any account.
    fn missing(&self) -> Vec<Problem> {
        [
            ("email", self.email.trim(), "problem-email-missing"),
            ("password", self.password, "problem-your-password-missing"),
        ]
        .into_iter()
        .filter(|(_, typed, _)| typed.is_empty())
        .map(|(field, _, key)| Problem::with(field, key))
        .collect()
    }
}
