//! `/account/delete`: the way out, and for who is on it, the way back.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};

use crate::accounts::deletion::{GRACE, NotDeleted};
use crate::accounts::{Accounts, Visitor};
use crate::time::DAY;
use crate::web::cleared::Cleared;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::{CurrentUser, Leaver};
use crate::web::page::{Done, Flash, Page, Problem};
use crate::web::user_form::{FreshPress, Kept};

pub fn routes() -> Vec<Route> {
    routes![leaving, show, delete, undo, nothing_to_undo]
}

#[get("/account/delete", rank = 1)]
fn leaving(user: Leaver) -> Page {
    Page::new("account_leaving").with("deletion_at", user.deletion_at)
}

#[get("/account/delete", rank = 2)]
fn show(_user: CurrentUser, kept: Kept) -> Page {
    page().with("interrupted", kept.0.is_some())
}

fn page() -> Page {
    Page::new("account_delete").with("days", GRACE / DAY)
}

#[post("/account/delete")]
async fn delete(
    user: FreshPress,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
) -> Result<Result<Cleared, Page>, Error> {
    let login = Done::to("/login");
    let done = match accounts.ask_deletion(&visitor, &user.0).await {
        Ok(()) => login.saying(Flash::DeletionAsked),
        Err(NotDeleted::SessionOver) => login,
        Err(NotDeleted::LastAdmin) => return Ok(Err(page().refusing(vec![Problem::with("", "problem-last-admin")]))),
        Err(NotDeleted::Trouble(trouble)) => return Err(trouble.into()),
    };
    jar.remove(Name::Session);
    Ok(Ok(Cleared::and(done)))
}

#[post("/account/delete/undo", rank = 1)]
async fn undo(user: Leaver, visitor: Visitor, accounts: &State<Arc<Accounts>>) -> Result<Done, Error> {
    let account = Done::to("/account");
    Ok(if accounts.undo_deletion(&visitor, &user).await? {
        account.saying(Flash::DeletionUndone)
    } else {
        account
    })
}

/// The second press of the button finds the account kept already.
#[post("/account/delete/undo", rank = 2)]
fn nothing_to_undo(_user: CurrentUser) -> Done {
    Done::to("/account")
}
