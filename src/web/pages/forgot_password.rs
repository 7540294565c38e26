//! `/forgot-password`: asking for a link to a new password.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::address::EmailAddress;
use crate::accounts::{Accounts, Visitor};
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::forms::{Form, email_problem, typed};
use crate::web::guards::MaybeUser;
use crate::web::page::{Done, Flash, Page};
use crate::web::sent_to;

pub fn routes() -> Vec<Route> {
    routes![show, ask]
}

#[get("/forgot-password?<email>")]
fn show(_user: MaybeUser, cookies: CookieCheck, jar: Jar<'_>, email: Option<&str>) -> Result<Page, Done> {
    if cookies.passed() {
        return Err(Done::to("/forgot-password"));
    }
    let page = page(email.unwrap_or_default());
    Ok(page.with("asked", cookies.refused()).with("sent_to", sent_to::address(jar)))
}

fn page(email: &str) -> Page {
    Page::new("forgot_password").with("values", json!({ "email": typed(email) }))
}

#[derive(FromForm)]
struct Ask<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[post("/forgot-password", data = "<form>")]
async fn ask(
    _user: MaybeUser,
    visitor: Visitor,
    cookies: CookieCheck,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    form: Form<Ask<'_>>,
) -> Result<Result<Done, Page>, Error> {
    match EmailAddress::parse(form.email) {
        Ok(email) => {
            accounts.ask_for_reset(&visitor, &email).await?;
            let inbox = sent_to::check_inbox(jar, cookies, email.as_str());
            Ok(Ok(inbox.saying(Flash::ResetAsked)))
        }
        Err(problem) => Ok(Err(page(form.email).refusing(vec![email_problem(problem)]))),
    }
}
