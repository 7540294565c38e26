//! `/account/email`: requests a change of the address, confirms it by the mailed link, and undoes it.

use crate::accounts::error::Failure;
use crate::accounts::settings::email_change;
use crate::accounts::settings::email_pending;
use crate::accounts::settings::email_undo;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::{EmailAddress, display_email};
use crate::accounts::recovery::links::LinkError;
use crate::accounts::settings::email_change::{EmailChangeError, EmailChangeRequestError};
use crate::accounts::settings::email_pending::Withdrawn;
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::{TypedEmail, email_error};
use crate::web::guards::{CurrentUser, MaybeUser, Reauthenticated};
use crate::web::link_page::{LinkContext, link_page};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::return_to::ReturnTo;
use crate::web::sent_to;
use crate::web::user_form::{Kept, UserForm};

const HERE: &str = "/account/email";

pub fn routes() -> Vec<Route> {
    routes![show, ask, withdraw, show_change, confirm, show_undo, undo]
}

#[derive(FromForm)]
struct NewAddress<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[get("/account/email")]
async fn show(user: Reauthenticated, kept: Kept, app: &State<Arc<App>>) -> Result<Page, Error> {
    let email = kept.0.as_ref().map(|form| form.field("email")).unwrap_or_default();
    page(app, &user, &email, kept.0.is_some()).await
}

async fn page(app: &App, user: &Reauthenticated, email: &str, unsaved: bool) -> Result<Page, Error> {
    let waiting = email_pending::pending_email_change(app, user).await?;
    Ok(Page::of(&EmailContext {
        waiting: waiting.map(|email| display_email(&email)),
        values: TypedEmail::new(email),
        unsaved,
    }))
}

/// The address of the account, and the form that changes it.
#[derive(Serialize, JsonSchema)]
pub struct EmailContext {
    /// The new address, if a change waits for its confirmation.
    waiting: Option<String>,
    /// What was typed.
    values: TypedEmail,
    /// Whether the form was sent before and the user was asked for the password first: the form must be sent again.
    unsaved: bool,
}

impl PageContext for EmailContext {
    const TEMPLATE: &'static str = "account/email";
    const FIELDS: &'static [&'static str] = &["email"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |waiting: Option<&str>, typed, unsaved| Self {
            waiting: waiting.map(str::to_owned),
            values: TypedEmail::new(typed),
            unsaved,
        };
        vec![
            example(None, "", false),
            example(Some("ada@example.net"), "ada@example.com", true),
        ]
    }
}

/// The page of the link that confirms a new address.
#[derive(Serialize, JsonSchema)]
pub struct ConfirmChangeContext(LinkContext);

impl PageContext for ConfirmChangeContext {
    const TEMPLATE: &'static str = "account/email/confirm";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        LinkContext::examples().into_iter().map(Self).collect()
    }
}

/// The page of the link that restores an earlier address.
#[derive(Serialize, JsonSchema)]
pub struct UndoChangeContext(LinkContext);

impl PageContext for UndoChangeContext {
    const TEMPLATE: &'static str = "account/email/undo";

    fn examples() -> Vec<Self> {
        LinkContext::examples().into_iter().map(Self).collect()
    }
}

#[post("/account/email", data = "<form>")]
async fn ask(
    client: Client,
    app: &State<Arc<App>>,
    form: UserForm<Reauthenticated, NewAddress<'_>>,
) -> Result<Redirect, Error> {
    let email = match EmailAddress::parse(form.fields.email) {
        Ok(email) => email,
        Err(why) => return Err(again(app, &form, email_error(why)).await),
    };
    let Err(failure) = email_change::request_email_change(app, &client, &form.user, &email).await else {
        return Ok(Redirect::to(HERE).with_flash(Flash::Event(Event::EmailChangeRequested)));
    };
    match failure.reason()? {
        EmailChangeRequestError::Same => Err(again(app, &form, FieldError::with("email", "error-address-same")).await),
        EmailChangeRequestError::SessionOver => Ok(session_over()),
    }
}

async fn again(app: &App, form: &UserForm<Reauthenticated, NewAddress<'_>>, error: FieldError) -> Error {
    match page(app, &form.user, form.fields.email, false).await {
        Ok(page) => page.with_errors(vec![error]).into(),
        Err(error) => error,
    }
}

/// Withdraws a change that is not confirmed yet. It gives no access to anything, so no reauthentication is required.
#[post("/account/email/withdraw")]
async fn withdraw(user: CurrentUser, client: Client, app: &State<Arc<App>>) -> Result<Redirect, Error> {
    let page = Redirect::to(HERE);
    Ok(match email_pending::withdraw_email_change(app, &client, &user).await? {
        Withdrawn::Done => page.with_flash(Flash::Event(Event::EmailChangeWithdrawn)),
        Withdrawn::Nothing => page,
        Withdrawn::SessionOver => session_over(),
    })
}

fn session_over() -> Redirect {
    Redirect::to(ReturnTo::with_next(ReturnTo::parse(HERE).as_ref(), "/login")).with_flash(Flash::SessionOver)
}

/// Shows the old and the new address. It changes nothing, because mail scanners open links (ASVS 3.5.3).
#[get("/account/email/confirm/<token>")]
async fn show_change(user: CurrentUser, app: &State<Arc<App>>, token: &str) -> Result<Page, Error> {
    link_page(ConfirmChangeContext, email_change::change_link(app, &user, token).await?)
}

#[post("/account/email/confirm/<token>")]
async fn confirm(
    user: CurrentUser,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    token: &str,
) -> Result<Redirect, Error> {
    match email_change::confirm_change(app, &client, &user, token).await {
        Ok(cookie) => {
            jar.set_session(cookie);
            Ok(Redirect::to(HERE).with_flash(Flash::Event(Event::EmailChanged)))
        }
        Err(failure) => Err(change_refused(failure.reason()?, user, app, token).await),
    }
}

async fn change_refused(reason: EmailChangeError, user: CurrentUser, app: &State<Arc<App>>, token: &str) -> Error {
    let error = match reason {
        EmailChangeError::SessionOver => return session_over().into(),
        EmailChangeError::Link => None,
        EmailChangeError::Taken => Some(FieldError::with("", "error-address-taken")),
    };
    match show_change(user, app, token).await {
        Ok(page) => page.with_error(error).into(),
        Err(error) => error,
    }
}

/// Shows what the link does, and changes nothing (ASVS 3.5.3).
#[get("/account/email/undo/<token>")]
async fn show_undo(_user: MaybeUser, app: &State<Arc<App>>, token: &str) -> Result<Page, Error> {
    link_page(UndoChangeContext, email_undo::undo_link(app, token).await?)
}

#[post("/account/email/undo/<token>")]
async fn undo(
    _user: MaybeUser,
    client: Client,
    cookies: CookieCheck,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    token: &str,
) -> Result<Redirect, Error> {
    match email_undo::undo_change(app, &client, token).await {
        Ok(email) => Ok(sent_to::check_inbox(jar, cookies, &email).with_flash(Flash::Event(Event::EmailRestored))),
        Err(Failure::Refused(LinkError::Link)) => {
            Err(link_page(UndoChangeContext, email_undo::undo_link(app, token).await?)?.into())
        }
        Err(Failure::Service(trouble)) => Err(trouble.into()),
    }
}
