//! `/login/two-factor`: the second step of a sign-in, for a browser that is half signed in.

use std::sync::Arc;

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::{FromForm, Request, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::factors::half_sign_in::{self, SignInBy};
use crate::accounts::factors::remembered_browsers;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::sign_in::second_step::{self, SecondStep, SecondStepError};
use crate::time::{DAY, Millis};
use crate::web::context::SiteContext;
use crate::web::cookie_check::{CookieCheck, marked};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::Form;
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::passkeys::PasskeysWork;
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo};
use crate::web::signed_in;

pub fn routes() -> Vec<Route> {
    routes![show, submit]
}

#[derive(FromForm)]
struct SecondFactorForm<'r> {
    #[field(default = "")]
    code: &'r str,
    #[field(default = "")]
    remember_browser: &'r str,
    /// `recovery`: the page asks for a recovery code. Both kinds are accepted either way.
    #[field(default = "")]
    by: &'r str,
    next: MaybeReturnTo,
}

/// The page that asks for the second factor after the password: what the account has, or a recovery code.
#[derive(Serialize, JsonSchema)]
pub struct LoginTwoFactorContext {
    /// The address of the account.
    email: String,
    /// The path that the user goes to after signing in.
    next: Option<String>,
    /// What the page asks for: `app`, `passkey` or `app-or-passkey`, or `recovery`: a recovery code was chosen, or there is
    /// nothing else. Its text is the message `login-two-factor-text-…`.
    asks: &'static str,
    /// Whether the account has an authenticator app.
    app: bool,
    /// Whether the account has passkeys: `none`, `here` if they can be used on this page, or else `elsewhere`.
    passkeys: &'static str,
    /// For how many days a browser can be remembered; nothing if the operator forbids it.
    remember_days: Option<Millis>,
    /// Whether the box for that was ticked.
    remember_browser: bool,
}

impl PageContext for LoginTwoFactorContext {
    const TEMPLATE: &'static str = "login/two_factor";
    const FIELDS: &'static [&'static str] = &["code"];

    fn examples() -> Vec<Self> {
        let example = |next: Option<&str>, asks, app, passkeys| Self {
            email: "ada@example.org".to_owned(),
            next: next.map(str::to_owned),
            asks,
            app,
            passkeys,
            remember_days: next.map(|_| 30),
            remember_browser: asks == "recovery",
        };
        vec![
            example(None, "app", true, "none"),
            example(None, "passkey", false, "here"),
            example(Some("/account"), "app-or-passkey", true, "here"),
            example(Some("/account"), "passkey", false, "here"),
            example(Some("/account"), "recovery", true, "elsewhere"),
            example(Some("/account"), "recovery", false, "here"),
            example(None, "recovery", false, "elsewhere"),
        ]
    }
}

#[get("/login/two-factor?<next>&<by>")]
async fn show(
    _user: MaybeUser,
    visit: Visit<'_>,
    cookies: CookieCheck,
    next: MaybeReturnTo,
    by: Option<&str>,
) -> Result<Page, Error> {
    let form = SecondFactorForm {
        code: "",
        remember_browser: "",
        by: by.unwrap_or_default(),
        next,
    };
    if cookies.refused() {
        // The page that says so.
        return Err(Redirect::to(marked(&form.back())).into());
    }
    form.page(&visit).await
}

#[post("/login/two-factor", data = "<form>")]
async fn submit(
    user: MaybeUser,
    client: Client,
    visit: Visit<'_>,
    cookies: CookieCheck,
    site: &State<SiteContext>,
    form: Form<SecondFactorForm<'_>>,
) -> Result<Redirect, Error> {
    let step = form.parse(&visit).await?;
    match second_step::complete(visit.app, &client, &step, user.session()).await {
        Ok(completed) => {
            signed_in::remember(visit.jar, completed.remembered);
            Ok(signed_in::complete(visit.jar, cookies, completed.session, form.next.0.as_ref(), site))
        }
        Err(failure) => Err(form.failed(&visit, failure).await?),
    }
}

/// What the page depends on besides the form.
struct Visit<'r> {
    app: &'r App,
    jar: Jar<'r>,
    work: PasskeysWork,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visit<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match request.rocket().state::<Arc<App>>() {
            Some(app) => Outcome::Success(Self {
                app,
                jar: Jar::of(request),
                work: PasskeysWork::of(request),
            }),
            None => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}

impl SecondFactorForm<'_> {
    fn by_recovery_code(&self) -> bool {
        self.by == "recovery"
    }

    /// What was typed, or the page again.
    async fn parse<'a>(&'a self, visit: &Visit<'a>) -> Result<SecondStep<'a>, Error> {
        let secret = visit.jar.get(Name::Pending).ok_or_else(|| Redirect::to(self.back()))?;
        if self.code.trim().is_empty() {
            let missing = if self.by_recovery_code() {
                "error-recovery-code-missing"
            } else {
                "error-app-code-missing"
            };
            return Err(self.again(visit, FieldError::with("code", missing)).await?);
        }
        Ok(SecondStep {
            secret,
            code: self.code,
            remember_browser: self.remember_browser == "on",
        })
    }

    async fn failed(&self, visit: &Visit<'_>, failure: Failure<SecondStepError>) -> Result<Error, Error> {
        match failure {
            Failure::Refused(SecondStepError::Wrong) => self.again(visit, self.wrong()).await,
            Failure::Refused(SecondStepError::Over) => Ok(self.over(visit.jar).into()),
            Failure::Service(trouble) => {
                let page = self.page(visit).await?;
                Ok(Error::from(trouble).on_form(|| page))
            }
        }
    }

    fn wrong(&self) -> FieldError {
        FieldError::with(
            "code",
            if self.by_recovery_code() {
                "error-recovery-code-wrong"
            } else {
                "error-app-code-wrong"
            },
        )
    }

    /// The page, if the browser is half signed in.
    async fn page(&self, visit: &Visit<'_>) -> Result<Page, Error> {
        let half = match visit.jar.get(Name::Pending) {
            Some(secret) => half_sign_in::find(visit.app, secret, SignInBy::Browser).await?,
            None => return Err(Redirect::to(self.back()).into()),
        };
        let half = half.ok_or_else(|| self.over(visit.jar))?;
        let here = half.by_passkey() && visit.work.here();
        let asks = match (self.by_recovery_code(), half.by_app(), here) {
            (false, true, true) => "app-or-passkey",
            (false, true, false) => "app",
            (false, false, true) => "passkey",
            _ => "recovery",
        };
        Ok(Page::of(&LoginTwoFactorContext {
            email: display_email(&half.email),
            next: self.next.0.as_ref().map(ToString::to_string),
            asks,
            app: half.by_app(),
            passkeys: match (half.by_passkey(), here) {
                (false, _) => "none",
                (true, true) => "here",
                (true, false) => "elsewhere",
            },
            remember_days: visit.app.may_remember_browsers.then_some(remembered_browsers::LASTS / DAY),
            remember_browser: self.remember_browser == "on",
        }))
    }

    async fn again(&self, visit: &Visit<'_>, error: FieldError) -> Result<Error, Error> {
        Ok(self.page(visit).await?.with_errors(vec![error]).into())
    }

    /// The half sign-in is over: back to the password.
    fn over(&self, jar: Jar<'_>) -> Redirect {
        jar.remove(Name::Pending);
        Redirect::to(self.back()).with_flash(Flash::SignInOver)
    }

    fn back(&self) -> String {
        ReturnTo::with_next(self.next.0.as_ref(), "/login")
    }
}
