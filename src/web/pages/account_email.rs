//! `/account/email`: asking for another address, confirming it by the mailed link, and giving the old one back.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::address::EmailAddress;
use crate::accounts::email_change::{NotAsked, NotChanged};
use crate::accounts::links::NotDone;
use crate::accounts::{Accounts, Visitor};
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::forms::{email_problem, typed};
use crate::web::guards::{CurrentUser, Fresh, MaybeUser};
use crate::web::link_page::link_page;
use crate::web::next::Next;
use crate::web::page::{Done, Flash, Page, Problem};
use crate::web::user_form::{Kept, UserForm};

const HERE: &str = "/account/email";

pub fn routes() -> Vec<Route> {
    routes![show, ask, show_change, confirm, show_undo, undo]
}

#[derive(FromForm)]
struct NewAddress<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[get("/account/email")]
fn show(_user: Fresh, kept: Kept) -> Page {
    let email = kept.0.as_ref().map(|draft| draft.field("email")).unwrap_or_default();
    page(&email).with("unsaved", kept.0.is_some())
}

fn page(email: &str) -> Page {
    Page::new("account_email").with("values", json!({ "email": typed(email) }))
}

#[post("/account/email", data = "<form>")]
async fn ask(
    visitor: Visitor,
    accounts: &State<Arc<Accounts>>,
    form: UserForm<Fresh, NewAddress<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let refused = |problem| Ok(Err(page(form.fields.email).refusing(vec![problem])));
    let email = match EmailAddress::parse(form.fields.email) {
        Ok(email) => email,
        Err(problem) => return refused(email_problem(problem)),
    };
    match accounts.ask_for_address(&visitor, &form.user, &email).await {
        Ok(()) => Ok(Ok(Done::to(HERE).saying(Flash::AddressChangeAsked))),
        Err(NotAsked::Same) => refused(Problem::with("email", "problem-address-same")),
        Err(NotAsked::SessionOver) => Ok(Ok(session_over())),
        Err(NotAsked::Trouble(trouble)) => Err(trouble.into()),
    }
}

fn session_over() -> Done {
    Done::to(Next::kept_in(Next::parse(HERE).as_ref(), "/login")).saying(Flash::SessionOver)
}

/// Shows which address would take the place of which, and changes nothing: mail scanners open links (ASVS 3.5.3).
#[get("/account/email/confirm/<token>")]
async fn show_change(user: CurrentUser, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Page, Error> {
    link_page("account_email_confirm", accounts.change_link(&user, token).await?)
}

#[post("/account/email/confirm/<token>")]
async fn confirm(
    user: CurrentUser,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    token: &str,
) -> Result<Result<Done, Page>, Error> {
    match accounts.confirm_change(&visitor, &user, token).await {
        Ok(ticket) => {
            jar.set_session(ticket);
            Ok(Ok(Done::to(HERE).saying(Flash::AddressChanged)))
        }
        Err(NotChanged::Link) => {
            Ok(Err(link_page("account_email_confirm", accounts.change_link(&user, token).await?)?))
        }
        Err(NotChanged::Taken) => {
            let page = link_page("account_email_confirm", accounts.change_link(&user, token).await?)?;
            Ok(Err(page.refusing(vec![Problem::with("", "problem-address-taken")])))
        }
        Err(NotChanged::SessionOver) => Ok(Ok(session_over())),
        Err(NotChanged::Trouble(trouble)) => Err(trouble.into()),
    }
}

/// Shows what giving the address back brings about, and changes nothing.
#[get("/account/email/undo/<token>")]
async fn show_undo(_user: MaybeUser, accounts: &State<Arc<Accounts>>, token: &str) -> Result<Page, Error> {
    link_page("account_email_undo", accounts.undo_link(token).await?)
}

#[post("/account/email/undo/<token>")]
async fn undo(
    _user: MaybeUser,
    visitor: Visitor,
    accounts: &State<Arc<Accounts>>,
    token: &str,
) -> Result<Result<Done, Page>, Error> {
    match accounts.undo_change(&visitor, token).await {
        Ok(()) => Ok(Ok(Done::to("/forgot-password").saying(Flash::AddressRestored))),
        Err(NotDone::Link) => Ok(Err(link_page("account_email_undo", accounts.undo_link(token).await?)?)),
        Err(NotDone::Trouble(trouble)) => Err(trouble.into()),
    }
}
