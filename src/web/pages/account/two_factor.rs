//! `/account/two-factor`: setting up the authenticator app, removing it, and the recovery codes.

use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::factors::setup::{self, Setup};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::settings::two_factor::{self, TwoFactorError};
use crate::mail::kind::FEW_CODES;
use crate::time::Millis;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::guards::AnyReauthenticated;
use crate::web::new_codes::{self, NewCodes, show_once};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::qr_code;
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo};
use crate::web::user_form::{Kept, SudoAction, UserForm};

const HERE: &str = new_codes::SHOWN_AT;

pub fn routes() -> Vec<Route> {
    routes![show, enable, disable, make_codes]
}

#[get("/account/two-factor?<next>")]
async fn show(
    user: AnyReauthenticated,
    client: Client,
    made: NewCodes<'_>,
    kept: Kept,
    app: &State<Arc<App>>,
    next: MaybeReturnTo,
) -> Result<Page, Error> {
    let sealed = kept.0.as_ref().map(|form| form.field("setup")).unwrap_or_default();
    let mut context = context(app, &client, &user, &sealed).await?;
    if let Some(codes) = made.of(app, &user) {
        // One thing at a time: who has just added a passkey gets the codes, and no QR code.
        context.setup = None;
        context.download = Some(download(app, &user, &codes));
        context.new_codes = codes;
    }
    context.interrupted = kept.0.is_some();
    context.next = next.0.as_ref().map(ToString::to_string);
    Ok(Page::of(&context))
}

/// The page, with the secret that it showed before if there is one.
async fn context(app: &App, client: &Client, user: &CurrentSession, sealed: &str) -> Result<TwoFactorContext, Error> {
    let protection = two_factor::protection(app, client, user).await?;
    let setup = if protection.totp_since.is_none() {
        let setup = setup::resume(app, user, sealed).unwrap_or_else(|| setup::begin(app, user));
        Some(SetupDetails::of(app, user, &setup).ok_or(Error::NotFound)?)
    } else {
        None
    };
    Ok(TwoFactorContext {
        since: protection.totp_since,
        passkeys: protection.passkeys,
        codes_left: protection.codes_left,
        few: protection.codes_left <= FEW_CODES,
        new_codes: Vec::new(),
        download: None,
        setup,
        interrupted: false,
        next: None,
    })
}

/// A file with the codes, as a URL: without a script, and without another request.
fn download(app: &App, user: &CurrentSession, codes: &[String]) -> String {
    let text = format!("{}\n{}\n\n{}\n", app.issuer, display_email(&user.email), codes.join("\n"));
    format!("data:text/plain;charset=utf-8,{}", utf8_percent_encode(&text, NON_ALPHANUMERIC))
}

/// The authenticator app of an account, its setup or its state; and the recovery codes.
#[derive(Serialize, JsonSchema)]
pub struct TwoFactorContext {
    /// Since when codes of an app are asked for, in Unix milliseconds; nothing if they are not.
    since: Option<Millis>,
    /// How many passkeys the account has: with the app or without it, they are a second factor.
    passkeys: i64,
    /// How many recovery codes are left.
    codes_left: i64,
    /// Whether it is time to make new ones.
    few: bool,
    /// The recovery codes that were just made. They are shown this one time.
    new_codes: Vec<String>,
    /// The URL of a file with them, a `data:` URL.
    download: Option<String>,
    /// What an authenticator app needs; nothing if one is set up, or if new recovery codes are shown.
    setup: Option<SetupDetails>,
    /// Whether a form or a button was sent before and the user was asked for the password first: it must be sent again.
    interrupted: bool,
    /// The page to go on to once it is set up.
    next: Option<String>,
}

/// A secret that is not in use yet.
#[derive(Serialize, JsonSchema)]
struct SetupDetails {
    /// The hidden field of the form.
    sealed: String,
    /// The URL of the picture, a `data:` URL.
    qr_code: String,
    /// The secret in groups of four letters, for reading.
    groups: String,
    /// The secret without blanks, for copying.
    secret: String,
    /// The `otpauth:` URI, for an app on the same device.
    uri: String,
}

impl SetupDetails {
    fn of(app: &App, user: &CurrentSession, setup: &Setup) -> Option<Self> {
        let secret = setup.secret.typed();
        let uri = setup.secret.uri(&app.issuer, &display_email(&user.email));
        let groups: Vec<&str> = (0..secret.len()).step_by(4).filter_map(|at| secret.get(at..at + 4)).collect();
        Some(Self {
            sealed: setup.sealed.clone(),
            qr_code: qr_code::data_url(&uri)?,
            groups: groups.join(" "),
            secret,
            uri,
        })
    }
}

impl PageContext for TwoFactorContext {
    const TEMPLATE: &'static str = "account/two_factor";
    const FIELDS: &'static [&'static str] = &["code"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let set_up = |codes_left, made: bool, interrupted| Self {
            since: Some(1_700_000_000_000),
            passkeys: codes_left % 2,
            codes_left,
            few: codes_left <= FEW_CODES,
            new_codes: vec!["0123-4567-89AB-CDEF-GHJK-MNPQ".to_owned()]
                .into_iter()
                .filter(|_| made)
                .collect(),
            download: made.then(|| "data:text/plain,0123".to_owned()),
            setup: None,
            interrupted,
            next: made.then(|| "/users".to_owned()),
        };
        let to_set_up = |passkeys, interrupted| Self {
            since: None,
            passkeys,
            codes_left: 0,
            few: true,
            new_codes: Vec::new(),
            download: None,
            setup: Some(SetupDetails {
                sealed: "1".to_owned(),
                qr_code: "data:image/svg+xml,1".to_owned(),
                groups: "ABCD EFGH".to_owned(),
                secret: "ABCDEFGH".to_owned(),
                uri: "otpauth://totp/Vestibule:ada%40example.org?secret=ABCDEFGH&issuer=Vestibule".to_owned(),
            }),
            interrupted,
            next: interrupted.then(|| "/users".to_owned()),
        };
        vec![
            to_set_up(0, false),
            to_set_up(2, true),
            Self {
                since: None,
                passkeys: 1,
                ..set_up(10, true, false)
            },
            set_up(10, true, false),
            set_up(9, false, true),
            set_up(1, false, false),
            set_up(0, false, false),
        ]
    }
}

#[derive(FromForm)]
struct Enable<'r> {
    #[field(default = "")]
    code: &'r str,
    /// The secret of the page, sealed.
    #[field(default = "")]
    setup: &'r str,
    next: MaybeReturnTo,
}

#[post("/account/two-factor/enable", data = "<form>")]
async fn enable(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: UserForm<AnyReauthenticated, Enable<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    match two_factor::enable(app, &client, &user, form.setup, form.code).await {
        Ok(enabled) => {
            jar.set_session(enabled.session);
            if let Some(codes) = enabled.codes {
                show_once(jar, app, &user, &codes);
            }
            let here = ReturnTo::with_next(form.next.0.as_ref(), HERE);
            Ok(Redirect::to(here).with_flash(Flash::Event(Event::TwoFactorEnabled)))
        }
        Err(failure) => form.refused(app, &client, &user, failure.reason()?).await,
    }
}

impl Enable<'_> {
    async fn refused(
        &self,
        app: &App,
        client: &Client,
        user: &CurrentSession,
        reason: TwoFactorError,
    ) -> Result<Redirect, Error> {
        let (setup, error) = match reason {
            TwoFactorError::Code if self.code.trim().is_empty() => {
                (self.setup, FieldError::with("code", "error-app-code-missing"))
            }
            TwoFactorError::Code => (self.setup, FieldError::with("code", "error-setup-code-wrong")),
            TwoFactorError::Setup => ("", FieldError::with("", "error-setup-too-old")),
            reason => return Ok(refused(reason)),
        };
        let mut context = context(app, client, user, setup).await?;
        context.next = self.next.0.as_ref().map(ToString::to_string);
        let page = Page::of(&context);
        Err(page.at(HERE).with_errors(vec![error]).into())
    }
}

#[post("/account/two-factor/disable")]
async fn disable(
    user: SudoAction<AnyReauthenticated>,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
) -> Result<Redirect, Error> {
    match two_factor::disable(app, &client, &user.0).await {
        Ok(session) => {
            jar.set_session(session);
            jar.remove(Name::Remembered);
            Ok(done(Event::TwoFactorDisabled))
        }
        Err(failure) => Ok(refused(failure.reason()?)),
    }
}

#[post("/account/two-factor/recovery-codes")]
async fn make_codes(
    user: SudoAction<AnyReauthenticated>,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
) -> Result<Redirect, Error> {
    match two_factor::make_recovery_codes(app, &client, &user.0).await {
        Ok(codes) => {
            show_once(jar, app, &user.0, &codes);
            Ok(done(Event::RecoveryCodesMade))
        }
        Err(failure) => Ok(refused(failure.reason()?)),
    }
}

fn done(event: Event) -> Redirect {
    Redirect::to(HERE).with_flash(Flash::Event(event))
}

fn refused(reason: TwoFactorError) -> Redirect {
    match reason {
        // The page shows what there is now.
        TwoFactorError::Changed | TwoFactorError::Code | TwoFactorError::Setup => Redirect::to(HERE),
        TwoFactorError::SessionOver => Redirect::to("/login?next=/account/two-factor").with_flash(Flash::SessionOver),
    }
}
