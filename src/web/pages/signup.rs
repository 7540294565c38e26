//! `/signup` and `/signup/sent`.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::address::EmailAddress;
use crate::accounts::profile::DisplayName;
use crate::accounts::sign_up::{Newcomer, NotSignedUp};
use crate::accounts::{Accounts, Visitor};
use crate::tokens::mailed::browser_secret;
use crate::web::cookie_check::{CameFrom, CookieCheck};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::{Form, email_problem, name_problem, password_problem, typed};
use crate::web::guards::MaybeUser;
use crate::web::inbox;
use crate::web::next::{MaybeNext, Next, onward};
use crate::web::page::{Done, Frame, Page, Problem};

/// How long the browser that signed up is known, in seconds: as long as a sign-up waits.
const SIGNUP_COOKIE: i64 = 7 * 24 * 60 * 60;

pub fn routes() -> Vec<Route> {
    routes![show, sign_up, sent]
}

#[derive(FromForm)]
struct SignUp<'r> {
    #[field(default = "")]
    email: &'r str,
    #[field(default = "")]
    password: &'r str,
    #[field(default = "")]
    display_name: &'r str,
    next: MaybeNext,
    /// The form's random value.
    #[field(default = "")]
    form: &'r str,
}

#[get("/signup?<next>")]
fn show(user: MaybeUser, accounts: &State<Arc<Accounts>>, frame: &State<Frame>, next: MaybeNext) -> Result<Page, Done> {
    if user.present().is_some() {
        return Err(Done::to(onward(next.0.as_ref(), frame)));
    }
    if !accounts.open_to_all() {
        return Ok(Page::new("signup_closed").with("next", next.0.as_ref().map(Next::as_str)));
    }
    Ok(page(accounts, next.0.as_ref()).with("form", browser_secret().0))
}

fn page(accounts: &Accounts, next: Option<&Next>) -> Page {
    Page::new("signup")
        .with("min_length", accounts.password_policy().min_length)
        .with("next", next.map(Next::as_str))
}

#[post("/signup", data = "<form>")]
async fn sign_up(
    user: MaybeUser,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    frame: &State<Frame>,
    form: Form<SignUp<'_>>,
) -> Result<Result<Done, Page>, Error> {
    if user.present().is_some() {
        return Ok(Ok(Done::to(onward(form.next.0.as_ref(), frame))));
    }
    if !accounts.open_to_all() {
        return Ok(Err(Page::new("signup_closed")));
    }
    let again = |problems| Ok(Err(form.again(accounts, problems)));
    let newcomer = match form.parse(accounts) {
        Ok(newcomer) => newcomer,
        Err(problems) => return again(problems),
    };
    match accounts.sign_up(&visitor, newcomer).await {
        Ok(secret) => {
            jar.set(Name::Signup, secret, Some(SIGNUP_COOKIE));
            Ok(Ok(Done::to("/signup/sent")))
        }
        Err(NotSignedUp::Closed) => Ok(Err(Page::new("signup_closed"))),
        Err(NotSignedUp::Password(problem)) => again(vec![password_problem(problem)]),
        Err(NotSignedUp::Trouble(trouble)) => Err(Error::from(trouble).told_on(|| form.again(accounts, Vec::new()))),
    }
}

impl SignUp<'_> {
    /// The form as the domain wants it, or everything that is wrong with it, in the order of the fields.
    fn parse(&self, accounts: &Accounts) -> Result<Newcomer, Vec<Problem>> {
        let name = DisplayName::parse(self.display_name);
        let email = EmailAddress::parse(self.email);
        let password = accounts.password_policy().typed(self.password);
        match (name, email, password) {
            (Ok(display_name), Ok(email), Ok(password)) => Ok(Newcomer {
                email,
                display_name,
                password,
                next: self.next.0.as_ref().map(|next| next.as_str().to_owned()),
                form: self.form().map(str::to_owned),
            }),
            (name, email, password) => Err([
                email.err().map(email_problem),
                password.err().map(password_problem),
                name.err().map(name_problem),
            ]
            .into_iter()
            .flatten()
            .collect()),
        }
    }

    /// As it was made, and nothing else: whoever could choose it could guess passwords by it.
    fn form(&self) -> Option<&str> {
        let known = self
            .form
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        (known && self.form.len() == 43).then_some(self.form)
    }

    fn again(&self, accounts: &Accounts, problems: Vec<Problem>) -> Page {
        page(accounts, self.next.0.as_ref())
            .with("form", self.form())
            .with("values", json!({ "email": typed(self.email), "display_name": typed(self.display_name) }))
            .refusing(problems)
    }
}

#[get("/signup/sent")]
async fn sent(
    user: MaybeUser,
    cookies: CookieCheck,
    from: CameFrom<'_>,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    frame: &State<Frame>,
) -> Result<Result<Page, Done>, Error> {
    if user.present().is_some() {
        return Ok(Err(Done::to(onward(None, frame))));
    }
    let page = inbox::page(accounts, jar).await?;
    // No link leads from there to here: only the form, whose answer sets a cookie.
    Ok(Ok(page.with("cookies_refused", cookies.none() && from.is("/signup"))))
}
