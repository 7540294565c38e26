//! `/confirm-email`: confirms an address by the mailed link or the typed code, and sends another mail.

use crate::accounts::error::Failure;
use crate::accounts::sign_up;
use crate::accounts::sign_up::confirm;
use std::sync::Arc;

use rocket::http::Status;
use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::{EmailAddress, display_email};
use crate::accounts::sign_up::confirm::{ConfirmError, ConfirmationLink, Confirmed};
use crate::web::context::SiteContext;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::{Form, email_error, password_error};
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::return_to::{ReturnTo, after_login, login_url_for};
use crate::web::signup_sent;

pub fn routes() -> Vec<Route> {
    routes![show, by_link, by_code, resend]
}

/// Shows what the link does. It changes nothing, because mail scanners open links (ASVS 3.5.3).
#[get("/confirm-email/<token>")]
async fn show(_user: MaybeUser, jar: Jar<'_>, app: &State<Arc<App>>, token: &str) -> Result<Page, Error> {
    let link = confirm::confirmation_link(app, token, jar.get(Name::Signup)).await?;
    page(app, link)
}

/// The page of the link that confirms the address of a sign-up.
#[derive(Serialize, JsonSchema)]
pub struct ConfirmEmailContext {
    /// `ready`, `already` (the address was confirmed before) or `expired`.
    state: &'static str,
    /// The address to confirm; nothing if it was confirmed before.
    email: Option<String>,
    /// Whether the form asks for a password: the sign-up may have been sent by another person.
    asks_password: bool,
    /// The minimum length of a password, in characters.
    min_length: usize,
}

impl PageContext for ConfirmEmailContext {
    const TEMPLATE: &'static str = "confirm_email";
    const FIELDS: &'static [&'static str] = &["password"];

    fn examples() -> Vec<Self> {
        let example = |state, email: Option<&str>, asks_password| Self {
            state,
            email: email.map(str::to_owned),
            asks_password,
            min_length: 15,
        };
        vec![
            example("ready", Some("ada@example.org"), false),
            example("ready", Some("ada@example.org"), true),
            example("already", None, false),
            example("expired", Some("ada@example.org"), false),
        ]
    }
}

fn page(app: &App, link: ConfirmationLink) -> Result<Page, Error> {
    let (state, email, asks_password) = match link {
        ConfirmationLink::Unknown => return Err(Error::NotFound),
        ConfirmationLink::Already => ("already", None, false),
        ConfirmationLink::Expired { email } => ("expired", Some(display_email(&email)), false),
        ConfirmationLink::Ready { email, asks_password } => ("ready", Some(display_email(&email)), asks_password),
    };
    let page = Page::of(&ConfirmEmailContext {
        state,
        email,
        asks_password,
        min_length: app.password_policy.min_length,
    });
    Ok(if state == "expired" {
        page.status(Status::Gone)
    } else {
        page
    })
}

#[derive(FromForm)]
struct NewPassword<'r> {
    #[field(default = "")]
    password: &'r str,
}

#[post("/confirm-email/<token>", data = "<form>")]
async fn by_link(
    user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    token: &str,
    form: Form<NewPassword<'_>>,
) -> Result<Redirect, Error> {
    let secret = jar.get(Name::Signup);
    let password = app.password_policy.typed(form.password);
    match confirm::confirm_by_link(app, &client, token, secret, password, user.session()).await {
        Ok(confirmed) => Ok(done(jar, site, confirmed)),
        Err(failure) => {
            let error = link_error(failure.reason()?);
            Err(show(user, jar, app, token).await?.with_error(error).into())
        }
    }
}

fn link_error(reason: ConfirmError) -> Option<FieldError> {
    match reason {
        ConfirmError::Password(why) => Some(password_error(why)),
        ConfirmError::Link | ConfirmError::Code => None,
    }
}

#[derive(FromForm)]
struct TypedCode<'r> {
    #[field(default = "")]
    code: &'r str,
}

#[post("/confirm-email", data = "<form>")]
async fn by_code(
    user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    form: Form<TypedCode<'_>>,
) -> Result<Redirect, Error> {
    if form.code.trim().is_empty() {
        return Err(code_error(jar, app, "error-code-missing").await);
    }
    match confirm::confirm_by_code(app, &client, form.code, jar.get(Name::Signup), user.session()).await {
        Ok(confirmed) => Ok(done(jar, site, confirmed)),
        Err(Failure::Service(error)) => Err(error.into()),
        Err(_) if is_second_press(&user, jar) => Ok(Redirect::to(after_login(None, site))),
        Err(_) => Err(code_error(jar, app, "error-code-wrong").await),
    }
}

/// Whether the first press of the button has confirmed the address.
fn is_second_press(user: &MaybeUser, jar: Jar<'_>) -> bool {
    user.session().is_some() && jar.get(Name::Signup).is_none()
}

async fn code_error(jar: Jar<'_>, app: &App, key: &'static str) -> Error {
    match signup_sent::page(app, jar, "").await {
        Ok(page) => page.with_errors(vec![FieldError::with("code", key)]).into(),
        Err(error) => error,
    }
}

/// The browser that signed up is signed in and goes to the page that it first asked for. Others go to the sign-in page.
fn done(jar: Jar<'_>, frame: &SiteContext, confirmed: Confirmed) -> Redirect {
    match confirmed {
        Confirmed::SignedIn { ticket, next } => {
            jar.remove(Name::Signup);
            jar.set_session(ticket);
            let next = next.as_deref().and_then(ReturnTo::parse);
            Redirect::to(after_login(next.as_ref(), frame)).with_flash(Flash::Welcome)
        }
        Confirmed::Elsewhere { email } => Redirect::to(login_url_for(&email)).with_flash(Flash::Confirmed),
    }
}

#[derive(FromForm)]
struct Resend<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[post("/confirm-email/resend", data = "<form>")]
async fn resend(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: Form<Resend<'_>>,
) -> Result<Redirect, Error> {
    let email = match EmailAddress::parse(form.email) {
        Ok(email) => email,
        Err(problem) => {
            let page = signup_sent::page(app, jar, form.email).await?;
            return Err(page.with_errors(vec![email_error(problem)]).into());
        }
    };
    sign_up::resend_confirmation(app, &client, &email, jar.get(Name::Signup)).await?;
    Ok(Redirect::to("/signup/sent").with_flash(Flash::MailSent))
}
