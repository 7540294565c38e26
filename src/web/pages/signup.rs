//! `/signup` and `/signup/sent`.

use crate::accounts::error::Failure;
use crate::accounts::sign_up;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::sign_up::{Registration, SignUpError};
use crate::time::SECOND;
use crate::tokens::email_tokens::browser_secret;
use crate::web::context::SiteContext;
use crate::web::cookie_check::{CameFrom, CookieCheck};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::forms::{Form, echo, email_error, name_error, password_error};
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, after_login};
use crate::web::signup_sent;

pub fn routes() -> Vec<Route> {
    routes![show, submit, sent]
}

#[derive(FromForm)]
struct SignUp<'r> {
    #[field(default = "")]
    email: &'r str,
    #[field(default = "")]
    password: &'r str,
    #[field(default = "")]
    display_name: &'r str,
    next: MaybeReturnTo,
    #[field(default = "")]
    form: &'r str,
}

#[get("/signup?<next>")]
fn show(
    user: MaybeUser,
    app: &State<Arc<App>>,
    frame: &State<SiteContext>,
    next: MaybeReturnTo,
) -> Result<Page, Redirect> {
    if user.session().is_some() {
        return Err(Redirect::to(after_login(next.0.as_ref(), frame)));
    }
    if !app.signup_is_open {
        return Ok(Page::of(&SignupClosedContext {}));
    }
    Ok(Page::of(&SignupContext {
        min_length: app.password_policy.min_length,
        next: next.0.as_ref().map(ToString::to_string),
        form: Some(browser_secret().0),
        values: TypedSignup::default(),
    }))
}

#[derive(Serialize, JsonSchema)]
pub struct SignupContext {
    /// The minimum length of a password, in characters.
    min_length: usize,
    /// The path that the user goes to after confirming the address.
    next: Option<String>,
    /// A random value for the hidden field `form`: a form that is sent twice is one sign-up.
    form: Option<String>,
    values: TypedSignup,
}

impl PageContext for SignupContext {
    const TEMPLATE: &'static str = "signup";
    const FIELDS: &'static [&'static str] = &["email", "password", "display_name"];

    fn examples() -> Vec<Self> {
        let example = |text: Option<&str>| Self {
            min_length: 15,
            next: text.map(str::to_owned),
            form: text.map(str::to_owned),
            values: TypedSignup::default(),
        };
        vec![example(None), example(Some("/account"))]
    }
}

/// What was typed.
#[derive(Default, Serialize, JsonSchema)]
struct TypedSignup {
    email: String,
    display_name: String,
}

/// The page that is shown instead of the form if the setting `signup` is `"closed"`.
#[derive(Serialize, JsonSchema)]
pub struct SignupClosedContext {}

impl PageContext for SignupClosedContext {
    const TEMPLATE: &'static str = "signup/closed";

    fn examples() -> Vec<Self> {
        vec![Self {}]
    }
}

#[post("/signup", data = "<form>")]
async fn submit(
    user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    form: Form<SignUp<'_>>,
) -> Result<Redirect, Error> {
    if user.session().is_some() {
        return Ok(Redirect::to(after_login(form.next.0.as_ref(), site)));
    }
    let registration = form.parse(app)?;
    let secret = sign_up::sign_up(app, &client, registration).await;
    let secret = secret.map_err(|failure| form.failed(app, failure))?;
    jar.set(Name::Signup, secret, Some(app.lifetimes.sign_up / SECOND));
    Ok(Redirect::to("/signup/sent"))
}

impl SignUp<'_> {
    /// The sign-up, or the form again with all its errors in the order of the fields.
    fn parse(&self, app: &App) -> Result<Registration, Page> {
        if !app.signup_is_open {
            return Err(Page::of(&SignupClosedContext {}));
        }
        let name = DisplayName::parse(self.display_name);
        let email = EmailAddress::parse(self.email);
        let password = app.password_policy.typed(self.password);
        match (name, email, password) {
            (Ok(display_name), Ok(email), Ok(password)) => Ok(Registration {
                email,
                display_name,
                password,
                next: self.next.0.as_ref().map(|next| next.as_str().to_owned()),
                form: self.form().map(str::to_owned),
                secret: None,
            }),
            (name, email, password) => Err(self.again(
                app,
                [
                    email.err().map(email_error),
                    password.err().map(password_error),
                    name.err().map(name_error),
                ]
                .into_iter()
                .flatten()
                .collect(),
            )),
        }
    }

    fn failed(&self, app: &App, failure: Failure<SignUpError>) -> Error {
        match failure {
            Failure::Refused(SignUpError::Closed) => Page::of(&SignupClosedContext {}).into(),
            Failure::Refused(SignUpError::Password(why)) => self.again(app, vec![password_error(why)]).into(),
            Failure::Service(error) => Error::from(error).on_form(|| self.again(app, Vec::new())),
        }
    }

    /// The value, if it has the form in which it was generated. A value that the client may choose could be used to
    /// guess passwords.
    fn form(&self) -> Option<&str> {
        let known = self
            .form
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        (known && self.form.len() == 43).then_some(self.form)
    }

    fn again(&self, app: &App, problems: Vec<FieldError>) -> Page {
        let context = SignupContext {
            min_length: app.password_policy.min_length,
            next: self.next.0.as_ref().map(ToString::to_string),
            form: self.form().map(str::to_owned),
            values: TypedSignup {
                email: echo(self.email),
                display_name: echo(self.display_name),
            },
        };
        Page::of(&context).with_errors(problems)
    }
}

#[get("/signup/sent")]
async fn sent(
    user: MaybeUser,
    cookies: CookieCheck,
    from: CameFrom<'_>,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    frame: &State<SiteContext>,
) -> Result<Page, Error> {
    if user.session().is_some() {
        return Err(Redirect::to(after_login(None, frame)).into());
    }
    let page = signup_sent::page(app, jar, "").await?;
    // Only the form on `/signup` leads from that page to this one, and its answer sets a cookie.
    Ok(page.with_cookies_refused(cookies.none() && from.is("/signup")))
}
