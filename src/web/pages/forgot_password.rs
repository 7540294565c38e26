//! `/forgot-password`: requests a link that sets a new password.

use crate::accounts::recovery::password_reset;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::forms::{Form, TypedEmail, email_error};
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::sent_to;

pub fn routes() -> Vec<Route> {
    routes![show, ask]
}

#[get("/forgot-password?<email>")]
fn show(_user: MaybeUser, cookies: CookieCheck, jar: Jar<'_>, email: Option<&str>) -> Result<Page, Redirect> {
    if cookies.passed() {
        return Err(Redirect::to("/forgot-password"));
    }
    Ok(Page::of(&ForgotPasswordContext {
        values: TypedEmail::new(email.unwrap_or_default()),
        asked: cookies.refused(),
        sent_to: sent_to::address(jar),
    }))
}

/// The form that requests a link to set a new password, and the page that says that the link was sent.
#[derive(Serialize, JsonSchema)]
pub struct ForgotPasswordContext {
    /// What was typed.
    values: TypedEmail,
    /// Whether the link was requested by a browser that does not store cookies, so that there is no flash message.
    asked: bool,
    /// The address that the mail was sent to. It is shown whether or not it has an account.
    sent_to: Option<String>,
}

impl PageContext for ForgotPasswordContext {
    const TEMPLATE: &'static str = "forgot_password";
    const FIELDS: &'static [&'static str] = &["email"];

    fn examples() -> Vec<Self> {
        let example = |typed, asked, sent_to: Option<&str>| Self {
            values: TypedEmail::new(typed),
            asked,
            sent_to: sent_to.map(str::to_owned),
        };
        vec![
            example("", false, None),
            example("ada@", false, None),
            example("", true, Some("ada@example.org")),
        ]
    }
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
    let email = form.parse()?;
    password_reset::request_password_reset(app, &client, &email).await?;
    let inbox = sent_to::check_inbox(jar, cookies, email.as_str());
    Ok(inbox.with_flash(Flash::Event(Event::PasswordResetRequested)))
}

impl Ask<'_> {
    fn parse(&self) -> Result<EmailAddress, Page> {
        EmailAddress::parse(self.email).map_err(|why| {
            let page = Page::of(&ForgotPasswordContext {
                values: TypedEmail::new(self.email),
                asked: false,
                sent_to: None,
            });
            page.with_errors(vec![email_error(why)])
        })
    }
}
