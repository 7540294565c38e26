//! `/account/email`: asking for another address, confirming it by the mailed link, and giving the old one back.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::identity::email_address::{EmailAddress, display_email};
use crate::accounts::recovery::links::LinkError;
use crate::accounts::settings::email_change::{EmailChangeError, EmailChangeRequestError};
use crate::accounts::settings::email_pending::Withdrawn;
use crate::accounts::{Accounts, Client};
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::forms::{echo, email_error};
use crate::web::guards::{CurrentUser, MaybeUser, Reauthenticated};
use crate::web::link_page::link_page;
use crate::web::page::{FieldError, Flash, Page, Redirect};
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
async fn show(user: Reauthenticated, kept: Kept, accounts: &State<Arc<Accounts>>) -> Result<Page, Error> {
    let email = kept.0.as_ref().map(|form| form.field("email")).unwrap_or_default();
    let page = page(accounts, &user, &email).await?;
    Ok(page.with("unsaved", kept.0.is_some()))
}

async fn page(accounts: &Accounts, user: &Reauthenticated, email: &str) -> Result<Page, Error> {
    Ok(Page::new("account/email")
        .with("waiting", accounts.pending_email_change(user).await?.map(|email| display_email(&email)))
        .with("values", json!({ "email": echo(email) })))
}

#[post("/account/email", data = "<form>")]
async fn ask(
    client: Client,
    accounts: &State<Arc<Accounts>>,
    form: UserForm<Reauthenticated, NewAddress<'_>>,
) -> Result<Result<Redirect, Page>, Error> {
    let refused = |problem| async {
        let page = page(accounts, &form.user, form.fields.email).await?;
        Ok(Err(page.with_errors(vec![problem])))
    };
    let email = match EmailAddress::parse(form.fields.email) {
        Ok(email) => email,
        Err(problem) => return refused(email_error(problem)).await,
    };
    match accounts.request_email_change(&client, &form.user, &email).await {
        Ok(()) => Ok(Ok(Redirect::to(HERE).with_flash(Flash::EmailChangeRequested))),
        Err(EmailChangeRequestError::Same) => refused(FieldError::with("email", "error-address-same")).await,
        Err(EmailChangeRequestError::SessionOver) => Ok(Ok(session_over())),
        Err(EmailChangeRequestError::Service(trouble)) => Err(trouble.into()),
    }
}

/// Withdraws a change that is not confirmed yet. That takes nothing from anybody, so no proof of identity is asked for.
#[post("/account/email/withdraw")]
async fn withdraw(user: CurrentUser, client: Client, accounts: &State<Arc<Accounts>>) -> Result<Redirect, Error> {
    let page = Redirect::to(HERE);
    Ok(match accounts.withdraw_email_change(&client, &user).await? {
        Withdrawn::Done => page.with_flash(Flash::EmailChangeWithdrawn),
        Withdrawn::Nothing => page,
        Withdrawn::SessionOver => session_over(),
    })
}

fn session_over() -> Redirect {
    Redirect::to(ReturnTo::with_next(ReturnTo::parse(HERE).as_ref(), "/login")).with_flash(Flash::SessionOver)
}

/// Shows which address would take the place of which, and changes nothing: mail scanners open links (ASVS 3.5.3).
#[get("/account/email/confirm/<token>")]
async fn show_change(user: CurrentUser, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Page, Error> {
    link_page("account/email/confirm", accounts.change_link(&user, token).await?)
}

#[post("/account/email/confirm/<token>")]
async fn confirm(
    user: CurrentUser,
    client: Client,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    token: &str,
) -> Result<Result<Redirect, Page>, Error> {
    match accounts.confirm_change(&client, &user, token).await {
        Ok(ticket) => {
            jar.set_session(ticket);
            Ok(Ok(Redirect::to(HERE).with_flash(Flash::EmailChanged)))
        }
        Err(EmailChangeError::Link) => {
            Ok(Err(link_page("account/email/confirm", accounts.change_link(&user, token).await?)?))
        }
        Err(EmailChangeError::Taken) => {
            let page = link_page("account/email/confirm", accounts.change_link(&user, token).await?)?;
            Ok(Err(page.with_errors(vec![FieldError::with("", "error-address-taken")])))
        }
        Err(EmailChangeError::SessionOver) => Ok(Ok(session_over())),
        Err(EmailChangeError::Service(trouble)) => Err(trouble.into()),
    }
}

/// Shows what giving the address back brings about, and changes nothing.
#[get("/account/email/undo/<token>")]
async fn show_undo(_user: MaybeUser, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Page, Error> {
    link_page("account/email/undo", accounts.undo_link(token).await?)
}

#[post("/account/email/undo/<token>")]
async fn undo(
    _user: MaybeUser,
    client: Client,
    cookies: CookieCheck,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    token: &str,
) -> Result<Result<Redirect, Page>, Error> {
    match accounts.undo_change(&client, token).await {
        Ok(email) => Ok(Ok(sent_to::check_inbox(jar, cookies, &email).with_flash(Flash::EmailRestored))),
        Err(LinkError::Link) => Ok(Err(link_page("account/email/undo", accounts.undo_link(token).await?)?)),
        Err(LinkError::Service(trouble)) => Err(trouble.into()),
    }
}
