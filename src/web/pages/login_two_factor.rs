//! `/login/two-factor`: the second step of a sign-in, for a browser that is half signed in.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::factors::half_sign_in::{self, SignInBy};
use crate::accounts::factors::remembered_browsers;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::sign_in::second_step::{self, SecondStep, SecondStepError};
use crate::time::{DAY, Millis, SECOND};
use crate::web::context::SiteContext;
use crate::web::cookie_check::{CookieCheck, marked};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::Form;
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo};
use crate::web::signed_in;

pub fn routes() -> Vec<Route> {
    routes![show, submit]
}

#[derive(FromForm)]
struct CodeForm<'r> {
    #[field(default = "")]
    code: &'r str,
    #[field(default = "")]
    remember_browser: &'r str,
    /// `recovery`: the page asks for a recovery code. Both kinds are accepted either way.
    #[field(default = "")]
    by: &'r str,
    next: MaybeReturnTo,
}

/// The form that asks for the second factor after the password.
#[derive(Serialize, JsonSchema)]
pub struct LoginTwoFactorContext {
    /// The address of the account.
    email: String,
    /// The path that the user goes to after signing in.
    next: Option<String>,
    /// Whether the page asks for a recovery code instead of a code of the app.
    by_recovery_code: bool,
    /// For how many days a browser can be remembered; nothing if the operator forbids it.
    remember_days: Option<Millis>,
    /// Whether the box for that was ticked.
    remember_browser: bool,
}

impl PageContext for LoginTwoFactorContext {
    const TEMPLATE: &'static str = "login/two_factor";
    const FIELDS: &'static [&'static str] = &["code"];

    fn examples() -> Vec<Self> {
        let example = |next: Option<&str>, by_recovery_code, remember_days| Self {
            email: "ada@example.org".to_owned(),
            next: next.map(str::to_owned),
            by_recovery_code,
            remember_days,
            remember_browser: by_recovery_code,
        };
        vec![example(None, false, None), example(Some("/account"), true, Some(30))]
    }
}

#[get("/login/two-factor?<next>&<by>")]
async fn show(
    _user: MaybeUser,
    jar: Jar<'_>,
    cookies: CookieCheck,
    app: &State<Arc<App>>,
    next: MaybeReturnTo,
    by: Option<&str>,
) -> Result<Page, Error> {
    let form = CodeForm {
        code: "",
        remember_browser: "",
        by: by.unwrap_or_default(),
        next,
    };
    if cookies.refused() {
        // The page that says so.
        return Err(Redirect::to(marked(&form.back())).into());
    }
    form.page(app, jar).await
}

#[post("/login/two-factor", data = "<form>")]
async fn submit(
    user: MaybeUser,
    client: Client,
    jar: Jar<'_>,
    cookies: CookieCheck,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    form: Form<CodeForm<'_>>,
) -> Result<Redirect, Error> {
    let step = form.parse(app, jar).await?;
    match second_step::complete(app, &client, &step, user.session()).await {
        Ok(completed) => {
            remember(jar, completed.remembered);
            Ok(signed_in::complete(jar, cookies, completed.session, form.next.0.as_ref(), site))
        }
        Err(failure) => Err(form.failed(app, jar, failure).await?),
    }
}

/// Stores the secret of a browser that is remembered from now on.
fn remember(jar: Jar<'_>, secret: Option<String>) {
    if let Some(secret) = secret {
        jar.set(Name::Remembered, secret, Some(remembered_browsers::LASTS / SECOND));
    }
}

impl CodeForm<'_> {
    fn by_recovery_code(&self) -> bool {
        self.by == "recovery"
    }

    /// What was typed, or the page again.
    async fn parse<'a>(&'a self, app: &App, jar: Jar<'a>) -> Result<SecondStep<'a>, Error> {
        let secret = jar.get(Name::Pending).ok_or_else(|| Redirect::to(self.back()))?;
        if self.code.trim().is_empty() {
            let missing = if self.by_recovery_code() {
                "error-recovery-code-missing"
            } else {
                "error-app-code-missing"
            };
            return Err(self.again(app, jar, FieldError::with("code", missing)).await?);
        }
        Ok(SecondStep {
            secret,
            code: self.code,
            remember_browser: self.remember_browser == "on",
        })
    }

    async fn failed(&self, app: &App, jar: Jar<'_>, failure: Failure<SecondStepError>) -> Result<Error, Error> {
        match failure {
            Failure::Refused(SecondStepError::Wrong) => self.again(app, jar, self.wrong()).await,
            Failure::Refused(SecondStepError::Over) => Ok(self.over(jar).into()),
            Failure::Service(trouble) => {
                let page = self.page(app, jar).await?;
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
    async fn page(&self, app: &App, jar: Jar<'_>) -> Result<Page, Error> {
        let half = match jar.get(Name::Pending) {
            Some(secret) => half_sign_in::find(app, secret, SignInBy::Browser).await?,
            None => return Err(Redirect::to(self.back()).into()),
        };
        let half = half.ok_or_else(|| self.over(jar))?;
        Ok(Page::of(&LoginTwoFactorContext {
            email: display_email(&half.email),
            next: self.next.0.as_ref().map(ToString::to_string),
            by_recovery_code: self.by_recovery_code(),
            remember_days: app.may_remember_browsers.then_some(remembered_browsers::LASTS / DAY),
            remember_browser: self.remember_browser == "on",
        }))
    }

    async fn again(&self, app: &App, jar: Jar<'_>, error: FieldError) -> Result<Error, Error> {
        Ok(self.page(app, jar).await?.with_errors(vec![error]).into())
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
