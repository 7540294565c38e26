//! `/account/email`: asking for another address, confirming it by the mailed link, and giving the old one back.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::address::{EmailAddress, shown};
use crate::accounts::email_change::{NotAsked, NotChanged};
use crate::accounts::email_waiting::Withdrawn;
use crate::accounts::links::NotDone;
use crate::accounts::{Accounts, Visitor};
use crate::web::cookie_check::CookieCheck;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::forms::{email_problem, typed};
use crate::web::guards::{CurrentUser, Fresh, MaybeUser};
use crate::web::link_page::link_page;
use crate::web::next::Next;
use crate::web::page::{Done, Flash, Page, Problem};
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
async fn show(user: Fresh, kept: Kept, accounts: &State<Arc<Accounts>>) -> Result<Page, Error> {
    let email = kept.0.as_ref().map(|draft| draft.field("email")).unwrap_or_default();
    let page = page(accounts, &user, &email).await?;
    Ok(page.with("unsaved", kept.0.is_some()))
}

async fn page(accounts: &Accounts, user: &Fresh, email: &str) -> Result<Page, Error> {
    Ok(Page::new("account_email")
        .with("waiting", accounts.waiting_address(user).await?.map(|email| shown(&email)))
        .with("values", json!({ "email": typed(email) })))
}

#[post("/account/email", data = "<form>")]
async fn ask(
    visitor: Visitor,
    accounts: &State<Arc<Accounts>>,
    form: UserForm<Fresh, NewAddress<'_>>,
) -> Result<Result<Done, Page>, Error> {
    let refused = |problem| async {
        let page = page(accounts, &form.user, form.fields.email).await?;
        Ok(Err(page.refusing(vec![problem])))
    };
    let email = match EmailAddress::parse(form.fields.email) {
        Ok(email) => email,
        Err(problem) => return refused(email_problem(problem)).await,
    };
    match accounts.ask_for_address(&visitor, &form.user, &email).await {
        Ok(()) => Ok(Ok(Done::to(HERE).saying(Flash::AddressChangeAsked))),
        Err(NotAsked::Same) => refused(Problem::with("email", "problem-address-same")).await,
        Err(NotAsked::SessionOver) => Ok(Ok(session_over())),
        Err(NotAsked::Trouble(trouble)) => Err(trouble.into()),
    }
}

/// Withdraws a change that is not confirmed yet. That takes nothing from anybody, so no proof of identity is asked for.
#[post("/account/email/withdraw")]
async fn withdraw(user: CurrentUser, visitor: Visitor, accounts: &State<Arc<Accounts>>) -> Result<Done, Error> {
    let page = Done::to(HERE);
    Ok(match accounts.withdraw_address(&visitor, &user).await? {
        Withdrawn::Done => page.saying(Flash::AddressChangeWithdrawn),
        Withdrawn::Nothing => page,
        Withdrawn::SessionOver => session_over(),
    })
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
    cookies: CookieCheck,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    token: &str,
) -> Result<Result<Done, Page>, Error> {
    match accounts.undo_change(&visitor, token).await {
        Ok(email) => Ok(Ok(sent_to::check_inbox(jar, cookies, &email).saying(Flash::AddressRestored))),
        Err(NotDone::Link) => Ok(Err(link_page("account_email_undo", accounts.undo_link(token).await?)?)),
        Err(NotDone::Trouble(trouble)) => Err(trouble.into()),
    }
}
