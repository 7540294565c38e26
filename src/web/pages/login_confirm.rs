//! `/login/confirm`: asks a signed-in user for a proof of identity (reauthentication): the password, or a passkey of the
//! account.

use crate::accounts::error::Failure;
use crate::accounts::sessions::reauthentication;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::confirm::{self as passkey, PasskeyConfirmError};
use crate::accounts::passkeys::verify::PasskeyAnswer;
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::reauthentication::ReauthError;
use crate::accounts::sessions::session::SessionCookie;
use crate::web::context::SiteContext;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::guards::SignedIn;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::passkeys::{Ceremony, PasskeysWork};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo, after_login};
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![show, confirm]
}

#[derive(FromForm)]
struct Confirm<'r> {
    #[field(default = "")]
    password: &'r str,
    #[field(default = "")]
    code: &'r str,
    /// The answer of a passkey instead: the JSON form of `PublicKeyCredential`.
    #[field(default = "")]
    credential: &'r str,
    next: MaybeReturnTo,
}

#[get("/login/confirm?<next>")]
async fn show(user: SignedIn, work: PasskeysWork, app: &State<Arc<App>>, next: MaybeReturnTo) -> Result<Page, Error> {
    Ok(context(app, &user, &work, next.0.as_ref()).await?.page())
}

/// The form that asks a signed-in user for a proof of identity, before a sensitive action.
#[derive(Serialize, JsonSchema)]
pub struct LoginConfirmContext {
    /// The path that the user goes to afterwards.
    next: Option<String>,
    /// Whether a code is asked for as well, because the account has a second factor: of the app, or a recovery code.
    needs_code: bool,
    /// Whether the account has an authenticator app.
    app: bool,
    /// Whether the account has a passkey that can be used on this page.
    passkeys: bool,
}

impl PageContext for LoginConfirmContext {
    const TEMPLATE: &'static str = "login/confirm";
    const FIELDS: &'static [&'static str] = &["password", "code"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        [
            (None, false, false, false),
            (None, true, true, false),
            (Some("/account/email"), true, true, true),
            (Some("/account/email"), true, false, true),
            (None, true, false, false),
        ]
        .map(|(next, needs_code, app, passkeys)| Self {
            next: next.map(str::to_owned),
            needs_code,
            app,
            passkeys,
        })
        .into()
    }
}

async fn context(
    app: &App,
    user: &CurrentSession,
    work: &PasskeysWork,
    next: Option<&ReturnTo>,
) -> Result<LoginConfirmContext, ServiceError> {
    let factors = reauthentication::second_factors(app, user).await?;
    Ok(LoginConfirmContext {
        next: next.map(ToString::to_string),
        needs_code: factors.any(),
        app: factors.app(),
        passkeys: work.here() && factors.passkeys > 0,
    })
}

impl LoginConfirmContext {
    fn page(&self) -> Page {
        Page::of(self)
    }

    fn with_error(&self, field: &'static str, key: &'static str) -> Error {
        self.page().with_errors(vec![FieldError::with(field, key)]).into()
    }
}

#[post("/login/confirm", data = "<form>")]
async fn confirm(
    client: Client,
    jar: Jar<'_>,
    ceremony: Ceremony<'_>,
    work: PasskeysWork,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    form: UserForm<SignedIn, Confirm<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let next = form.next.0.as_ref();
    let again = context(app, &user, &work, next).await?;
    match confirmed(app, &client, &user, &form, &again, &ceremony).await? {
        Ok(cookie) => jar.set_session(cookie),
        Err(Failure::Refused(reason)) => return refused(&reason, jar, again, next),
        Err(Failure::Service(error)) => return Err(Error::from(error).on_form(|| again.page())),
    }
    Ok(Redirect::to(after_login(next, site)))
}

async fn confirmed(
    app: &App,
    client: &Client,
    user: &CurrentSession,
    form: &Confirm<'_>,
    again: &LoginConfirmContext,
    ceremony: &Ceremony<'_>,
) -> Result<Result<SessionCookie, Failure<ConfirmRefusal>>, Error> {
    if form.credential.is_empty() {
        by_password(app, client, user, form, again).await
    } else {
        Ok(by_passkey(app, client, user, form, ceremony).await)
    }
}

/// Why neither counts.
enum ConfirmRefusal {
    Password(ReauthError),
    Passkey(PasskeyConfirmError),
}

async fn by_password(
    app: &App,
    client: &Client,
    user: &CurrentSession,
    form: &Confirm<'_>,
    again: &LoginConfirmContext,
) -> Result<Result<SessionCookie, Failure<ConfirmRefusal>>, Error> {
    let password = form.password(again)?;
    let confirmed = reauthentication::reauthenticate(app, client, user, password, form.code).await;
    Ok(confirmed.map_err(|failure| failure.map(ConfirmRefusal::Password)))
}

async fn by_passkey(
    app: &App,
    client: &Client,
    user: &CurrentSession,
    form: &Confirm<'_>,
    ceremony: &Ceremony<'_>,
) -> Result<SessionCookie, Failure<ConfirmRefusal>> {
    let answer = PasskeyAnswer {
        browser: ceremony.browser(),
        json: form.credential,
    };
    let confirmed = passkey::confirm(app, client, user, answer).await;
    confirmed.map_err(|failure| failure.map(ConfirmRefusal::Passkey))
}

fn refused(
    reason: &ConfirmRefusal,
    jar: Jar<'_>,
    again: LoginConfirmContext,
    next: Option<&ReturnTo>,
) -> Result<Redirect, Error> {
    match reason {
        ConfirmRefusal::Password(ReauthError::Wrong) => {
            return Err(again.with_error("password", "error-password-wrong"));
        }
        // The second factor may have been set up in another browser since the page was shown.
        ConfirmRefusal::Password(ReauthError::WrongCode) => {
            let again = LoginConfirmContext {
                needs_code: true,
                ..again
            };
            let wrong = if again.app {
                "error-app-code-wrong"
            } else {
                "error-recovery-code-wrong"
            };
            return Err(again.with_error("code", wrong));
        }
        ConfirmRefusal::Passkey(PasskeyConfirmError::Refused) => {
            return Err(again.with_error("", "error-passkey-confirm"));
        }
        ConfirmRefusal::Password(ReauthError::LockedOut) => jar.remove(Name::Session),
        // The cookie is not deleted: after a double press the session was replaced, and the browser has the new token
        // already.
        ConfirmRefusal::Password(ReauthError::SessionOver)
        | ConfirmRefusal::Passkey(PasskeyConfirmError::SessionOver) => {}
    }
    Ok(Redirect::to(ReturnTo::with_next(next, "/login")).with_flash(Flash::SessionOver))
}

impl Confirm<'_> {
    /// The password. A missing code is told before anything is tried.
    fn password(&self, again: &LoginConfirmContext) -> Result<Password, Page> {
        let password = match self.password {
            "" => Err("error-your-password-missing"),
            text => Password::typed(text).map_err(|_| "error-password-wrong"),
        };
        let password = password.map_err(|key| FieldError::with("password", key));
        let missing = again.needs_code && self.code.trim().is_empty();
        let key = if again.app {
            "error-app-code-missing"
        } else {
            "error-recovery-code-missing"
        };
        let code = missing.then(|| FieldError::with("code", key));
        match (password, code) {
            (Ok(password), None) => Ok(password),
            (password, code) => Err(again.page().with_errors(password.err().into_iter().chain(code).collect())),
        }
    }
}
