//! `/login`.

use crate::accounts::error::Failure;
use crate::accounts::sign_in;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::passwords::password::Password;
use crate::accounts::sign_in::{Credentials, SignInError, SignInOutcome};
use crate::web::context::SiteContext;
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::forms::{Form, TypedEmail};
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, after_login};
use crate::web::signed_in;

pub fn routes() -> Vec<Route> {
    routes![show, submit]
}

#[derive(FromForm)]
struct SignIn<'r> {
    #[field(default = "")]
    email: &'r str,
    #[field(default = "")]
    password: &'r str,
    #[field(default = "")]
    remember: &'r str,
    next: MaybeReturnTo,
}

#[get("/login?<next>&<email>")]
fn show(
    user: MaybeUser,
    frame: &State<SiteContext>,
    next: MaybeReturnTo,
    email: Option<&str>,
) -> Result<Page, Redirect> {
    if user.session().is_some() {
        return Err(Redirect::to(after_login(next.0.as_ref(), frame)));
    }
    Ok(Page::of(&LoginContext {
        next: next.0.as_ref().map(ToString::to_string),
        values: TypedEmail::new(email.unwrap_or_default()),
        remember: false,
        unconfirmed: false,
    }))
}

/// The form that signs in.
#[derive(Serialize, JsonSchema)]
pub struct LoginContext {
    /// The path that the user goes to after signing in.
    next: Option<String>,
    /// What was typed.
    values: TypedEmail,
    /// Whether the box "Keep me signed in" was ticked.
    remember: bool,
    /// Whether the page offers another confirmation mail. It does after every refused sign-in, whatever the reason.
    unconfirmed: bool,
}

impl PageContext for LoginContext {
    const TEMPLATE: &'static str = "login";
    const FIELDS: &'static [&'static str] = &["email", "password"];

    fn examples() -> Vec<Self> {
        let example = |next: Option<&str>, typed, again| Self {
            next: next.map(str::to_owned),
            values: TypedEmail::new(typed),
            remember: again,
            unconfirmed: again,
        };
        vec![
            example(None, "", false),
            example(Some("/account"), "ada@example.org", true),
        ]
    }
}

#[post("/login", data = "<form>")]
async fn submit(
    user: MaybeUser,
    client: Client,
    cookies: CookieCheck,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    form: Form<SignIn<'_>>,
) -> Result<Redirect, Error> {
    let credentials = form.parse()?;
    let next = form.next.0.as_ref();
    match sign_in::sign_in(app, &client, credentials, user.session()).await {
        Ok(SignInOutcome::Complete(session)) => Ok(signed_in::complete(jar, cookies, session, next, site)),
        Ok(SignInOutcome::Half(secret)) => Ok(signed_in::half(jar, cookies, secret, next)),
        Err(Failure::Refused(SignInError::Refused)) => Err(form.sign_in_failed().into()),
        Err(Failure::Service(error)) => Err(Error::from(error).on_form(|| form.again(false))),
    }
}

impl SignIn<'_> {
    /// The credentials, or the form again. Only an empty field is reported, because that discloses nothing about any
    /// account (ASVS 6.3.8).
    fn parse(&self) -> Result<Credentials, Page> {
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(self.again(false).with_errors(missing));
        }
        Ok(Credentials {
            email: EmailAddress::parse(self.email).ok(),
            // A text that cannot be a password is reported as a wrong password.
            password: Password::typed(self.password).map_err(|_| self.sign_in_failed())?,
            remember: self.remember == "on",
        })
    }

    fn again(&self, unconfirmed: bool) -> Page {
        Page::of(&LoginContext {
            next: self.next.0.as_ref().map(ToString::to_string),
            values: TypedEmail::new(self.email),
            remember: self.remember == "on",
            unconfirmed,
        })
    }

    fn sign_in_failed(&self) -> Page {
        self.again(true).with_errors(vec![FieldError::with("", "error-sign-in")])
    }

    /// Errors of empty fields. They disclose nothing about any account.
    fn missing(&self) -> Vec<FieldError> {
        [
            ("email", self.email.trim(), "error-email-missing"),
            ("password", self.password, "error-your-password-missing"),
        ]
        .into_iter()
        .filter(|(_, typed, _)| typed.is_empty())
        .map(|(field, _, key)| FieldError::with(field, key))
        .collect()
    }
}
