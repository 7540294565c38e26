//! `/forgot-password`: asking for a link to a new password.

use crate::accounts::recovery::password_reset;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::forms::{Form, echo, email_error};
use crate::web::guards::MaybeUser;
use crate::web::page::{Flash, Page, Redirect};
use crate::web::sent_to;

pub fn routes() -> Vec<Route> {
    routes![show, ask]
}

#[get("/forgot-password?<email>")]
fn show(_user: MaybeUser, cookies: CookieCheck, jar: Jar<'_>, email: Option<&str>) -> Result<Page, Redirect> {
    if cookies.passed() {
        return Err(Redirect::to("/forgot-password"));
    }
    let page = page(email.unwrap_or_default());
    Ok(page.with("asked", cookies.refused()).with("sent_to", sent_to::address(jar)))
}

fn page(email: &str) -> Page {
    Page::new("forgot_password").with("values", json!({ "email": echo(email) }))
}

#[derive(FromForm)]
struct Ask<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[post("/forgot-password", data = "<form>")]
async fn ask(
    _user: MaybeUser,
    client: Client,
    cookies: CookieCheck,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: Form<Ask<'_>>,
) -> Result<Redirect, Error> {
    match EmailAddress::parse(form.email) {
        Ok(email) => {
            password_reset::request_password_reset(app, &client, &email).await?;
            let inbox = sent_to::check_inbox(jar, cookies, email.as_str());
            Ok(inbox.with_flash(Flash::Event(Event::PasswordResetRequested)))
        }
        Err(problem) => Err(page(form.email).with_errors(vec![email_error(problem)]).into()),
    }
}
