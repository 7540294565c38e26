//! `/forgot-password`: asking for a link to a new password.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::address::EmailAddress;
use crate::accounts::{Accounts, Visitor};
use crate::web::error::Error;
use crate::web::forms::{Form, email_problem, typed};
use crate::web::guards::MaybeUser;
use crate::web::page::{Done, Flash, Page};

pub fn routes() -> Vec<Route> {
    routes![show, ask]
}

#[get("/forgot-password?<email>")]
fn show(_user: MaybeUser, email: Option<&str>) -> Page {
    page(email.unwrap_or_default())
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
    accounts: &State<Arc<Accounts>>,
    form: Form<Ask<'_>>,
) -> Result<Result<Done, Page>, Error> {
    match EmailAddress::parse(form.email) {
        Ok(email) => {
            accounts.ask_for_reset(&visitor, &email).await?;
            Ok(Ok(Done::to("/forgot-password").saying(Flash::ResetAsked)))
        }
        Err(problem) => Ok(Err(page(form.email).refusing(vec![email_problem(problem)]))),
    }
}
