//! `/login/code`: signing in by a code that is mailed, where the settings permit it. `/login/code/<token>`: the link in that mail.

use std::sync::Arc;

use rocket::http::Status;
use rocket::outcome::Outcome::{Error as Refused, Success};
use rocket::request::{FromRequest, Outcome};
use rocket::{FromForm, Request, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::{EmailAddress, display_email};
use crate::accounts::sign_in::SignInOutcome;
use crate::accounts::sign_in::by_code::{self, CodeError, Given, SignInLink, SignedInByCode};
use crate::accounts::sign_in::code_requests::{self, CodeRequest, LASTS};
use crate::time::SECOND;
use crate::web::context::SiteContext;
use crate::web::cookie_check::{CookieCheck, marked};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::forms::{Form, TypedEmail, email_error};
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo, after_login};
use crate::web::signed_in;

const HERE: &str = "/login/code";

pub fn routes() -> Vec<Route> {
    routes![show, submit, show_link, follow]
}

/// A site whose settings permit it. Otherwise there is no such page.
struct Permitted<'r>(&'r SiteContext);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Permitted<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match request.rocket().state::<SiteContext>() {
            Some(site) if site.config.email_code => Success(Self(site)),
            _ => Refused((Status::NotFound, ())),
        }
    }
}

/// The form that asks for a code, and the one for the code.
#[derive(Serialize, JsonSchema)]
pub struct LoginCodeContext {
    /// The address that a code was asked for in this browser; nothing if none was. It is shown whether or not it has an account.
    sent_to: Option<String>,
    /// What was typed.
    values: TypedEmail,
    /// Whether the box "Keep me signed in" was ticked.
    remember: bool,
    /// The path that the user goes to after signing in.
    next: Option<String>,
}

impl PageContext for LoginCodeContext {
    const TEMPLATE: &'static str = "login/code";
    const FIELDS: &'static [&'static str] = &["email", "code"];

    fn examples() -> Vec<Self> {
        let example = |sent_to: Option<&str>, typed, next: Option<&str>| Self {
            sent_to: sent_to.map(str::to_owned),
            values: TypedEmail::new(typed),
            remember: next.is_some(),
            next: next.map(str::to_owned),
        };
        vec![
            example(None, "", None),
            example(None, "ada@", Some("/account")),
            example(Some("ada@example.org"), "", Some("/account")),
        ]
    }
}

#[derive(FromForm)]
struct CodeForm<'r> {
    /// Where the code is sent.
    #[field(default = "")]
    email: &'r str,
    /// The code, in the browser that has asked for it.
    #[field(default = "")]
    code: &'r str,
    /// `code`: the form for the code was sent.
    #[field(default = "")]
    step: &'r str,
    #[field(default = "")]
    remember: &'r str,
    next: MaybeReturnTo,
}

#[get("/login/code?<next>&<email>")]
async fn show(
    site: Permitted<'_>,
    user: MaybeUser,
    jar: Jar<'_>,
    cookies: CookieCheck,
    app: &State<Arc<App>>,
    next: MaybeReturnTo,
    email: Option<&str>,
) -> Result<Page, Error> {
    if user.session().is_some() {
        return Err(Redirect::to(after_login(next.0.as_ref(), site.0)).into());
    }
    let form = CodeForm::empty(email.unwrap_or_default(), next);
    if cookies.passed() {
        return Err(Redirect::to(form.here()).into());
    }
    form.page(app, jar).await
}

#[post("/login/code", data = "<form>")]
async fn submit(
    site: Permitted<'_>,
    user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    cookies: CookieCheck,
    app: &State<Arc<App>>,
    form: Form<CodeForm<'_>>,
) -> Result<Redirect, Error> {
    if !form.is_code() {
        return form.ask(app, &client, jar, cookies).await;
    }
    if form.code.trim().is_empty() {
        return Err(form.again(app, jar, "error-code-missing").await?);
    }
    match by_code::sign_in(app, &client, jar.get(Name::Code), Given::Code(form.code), user.session()).await {
        Ok(signed_in) => Ok(done(jar, cookies, signed_in, site.0)),
        Err(failure) => Err(form.failed(app, jar, failure).await?),
    }
}

/// On, with a session or to the second factor.
fn done(jar: Jar<'_>, cookies: CookieCheck, done: SignedInByCode, site: &SiteContext) -> Redirect {
    jar.remove(Name::Code);
    let next = done.next.as_deref().and_then(ReturnTo::parse);
    match done.signed_in {
        SignInOutcome::Complete(session) => signed_in::complete(jar, cookies, session, next.as_ref(), site),
        SignInOutcome::Half(secret) => signed_in::half(jar, cookies, secret, next.as_ref()),
    }
}

impl<'r> CodeForm<'r> {
    fn empty(email: &'r str, next: MaybeReturnTo) -> Self {
        Self {
            email,
            code: "",
            step: "",
            remember: "",
            next,
        }
    }

    fn is_code(&self) -> bool {
        matches!(self.step, "code")
    }

    fn here(&self) -> String {
        ReturnTo::with_next(self.next.0.as_ref(), HERE)
    }

    /// Asks for a code. The answer is the same for every address.
    async fn ask(&self, app: &App, client: &Client, jar: Jar<'_>, cookies: CookieCheck) -> Result<Redirect, Error> {
        let email = match EmailAddress::parse(self.email) {
            Ok(email) => email,
            Err(why) => return Err(self.unsent().with_errors(vec![email_error(why)]).into()),
        };
        let wanted = CodeRequest {
            email,
            remember: self.remember == "on",
            next: self.next.0.as_ref().map(ToString::to_string),
        };
        let secret = code_requests::request(app, client, &wanted, jar.get(Name::Code)).await;
        let secret = secret.map_err(|trouble| Error::from(trouble).on_form(|| self.unsent()))?;
        jar.set(Name::Code, secret, Some(LASTS / SECOND));
        let here = self.here();
        Ok(Redirect::to(if cookies.is_open() { marked(&here) } else { here }))
    }

    /// The form for the address.
    fn unsent(&self) -> Page {
        Page::of(&LoginCodeContext {
            sent_to: None,
            values: TypedEmail::new(self.email),
            remember: self.remember == "on",
            next: self.next.0.as_ref().map(ToString::to_string),
        })
    }

    async fn page(&self, app: &App, jar: Jar<'_>) -> Result<Page, Error> {
        let sent_to = match jar.get(Name::Code) {
            Some(secret) => code_requests::awaited(app, secret).await?,
            None => None,
        };
        let Some(sent_to) = sent_to else {
            return Ok(self.unsent());
        };
        Ok(Page::of(&LoginCodeContext {
            sent_to: Some(display_email(&sent_to)),
            values: TypedEmail::new(""),
            remember: self.remember == "on",
            next: self.next.0.as_ref().map(ToString::to_string),
        }))
    }

    async fn failed(&self, app: &App, jar: Jar<'_>, failure: Failure<CodeError>) -> Result<Error, Error> {
        match failure {
            Failure::Refused(CodeError::Wrong) => self.again(app, jar, "error-code-wrong").await,
            Failure::Service(trouble) => {
                let page = self.page(app, jar).await?;
                Ok(Error::from(trouble).on_form(|| page))
            }
        }
    }

    async fn again(&self, app: &App, jar: Jar<'_>, key: &'static str) -> Result<Error, Error> {
        let page = self.page(app, jar).await?;
        Ok(page.with_errors(vec![FieldError::with("code", key)]).into())
    }
}

/// The page of the link in the mail.
#[derive(Serialize, JsonSchema)]
pub struct LoginCodeLinkContext {
    /// `ready`, `used`, `expired`, or `elsewhere`: another browser has asked for it. The last part of the messages
    /// `login-code-link-title-…` and `login-code-link-text-…`.
    state: &'static str,
    /// The address; nothing if the link cannot be used here.
    email: Option<String>,
}

impl PageContext for LoginCodeLinkContext {
    const TEMPLATE: &'static str = "login/code_link";

    fn examples() -> Vec<Self> {
        let example = |state, email: Option<&str>| Self {
            state,
            email: email.map(str::to_owned),
        };
        vec![
            example("ready", Some("ada@example.org")),
            example("used", None),
            example("expired", None),
            example("elsewhere", None),
        ]
    }
}

fn link_page(link: SignInLink) -> Result<Page, Error> {
    let (state, email, status) = match link {
        SignInLink::Unknown => return Err(Error::NotFound),
        SignInLink::Used => ("used", None, Status::Ok),
        SignInLink::Expired => ("expired", None, Status::Gone),
        SignInLink::Elsewhere => ("elsewhere", None, Status::Ok),
        SignInLink::Ready { email } => ("ready", Some(display_email(&email)), Status::Ok),
    };
    Ok(Page::of(&LoginCodeLinkContext { state, email }).status(status))
}

/// Says what the button does. It changes nothing, because mail scanners open links (ASVS 3.5.3).
#[get("/login/code/<token>")]
async fn show_link(
    _site: Permitted<'_>,
    _user: MaybeUser,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    token: &str,
) -> Result<Page, Error> {
    link_page(by_code::sign_in_link(app, token, jar.get(Name::Code)).await?)
}

#[post("/login/code/<token>")]
async fn follow(
    site: Permitted<'_>,
    user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    cookies: CookieCheck,
    app: &State<Arc<App>>,
    token: &str,
) -> Result<Redirect, Error> {
    let link = by_code::sign_in_link(app, token, jar.get(Name::Code)).await?;
    if !matches!(link, SignInLink::Ready { .. }) {
        return Err(link_page(link)?.into());
    }
    match by_code::sign_in(app, &client, jar.get(Name::Code), Given::Link(token), user.session()).await {
        Ok(signed_in) => Ok(done(jar, cookies, signed_in, site.0)),
        Err(Failure::Refused(CodeError::Wrong)) => Err(gone_meanwhile(app, token, jar).await?.into()),
        Err(Failure::Service(trouble)) => Err(trouble.into()),
    }
}

/// The link was used or changed in this moment.
async fn gone_meanwhile(app: &App, token: &str, jar: Jar<'_>) -> Result<Page, Error> {
    link_page(match by_code::sign_in_link(app, token, jar.get(Name::Code)).await? {
        SignInLink::Ready { .. } => SignInLink::Expired,
        other => other,
    })
}
