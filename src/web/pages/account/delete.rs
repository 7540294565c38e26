//! `/account/delete`: the way out, and for who is on it, the way back.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes};

use crate::accounts::settings::deletion::{DELETION_GRACE, DeletionError};
use crate::accounts::{Accounts, Client};
use crate::time::DAY;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::{CurrentUser, PendingDeletion};
use crate::web::page::{FieldError, Flash, Page, Redirect};
use crate::web::signed_out::SignedOut;
use crate::web::user_form::{Kept, SudoAction};

pub fn routes() -> Vec<Route> {
    routes![leaving, show, delete, undo, nothing_to_undo]
}

#[get("/account/delete", rank = 1)]
fn leaving(user: PendingDeletion) -> Page {
    Page::new("account/pending_deletion").with("deletion_at", user.deletion_at)
}

#[get("/account/delete", rank = 2)]
fn show(_user: CurrentUser, kept: Kept) -> Page {
    page().with("interrupted", kept.0.is_some())
}

fn page() -> Page {
    Page::new("account/delete").with("days", DELETION_GRACE / DAY)
}

#[post("/account/delete")]
async fn delete(
    user: SudoAction,
    client: Client,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
) -> Result<Result<SignedOut, Page>, Error> {
    let login = Redirect::to("/login");
    let done = match accounts.request_deletion(&client, &user.0).await {
        Ok(()) => login.with_flash(Flash::DeletionRequested),
        Err(DeletionError::SessionOver) => login,
        Err(DeletionError::LastAdmin) => {
            return Ok(Err(page().with_errors(vec![FieldError::with("", "error-last-admin")])));
        }
        Err(DeletionError::Service(trouble)) => return Err(trouble.into()),
    };
    jar.remove(Name::Session);
    Ok(Ok(SignedOut::and(done)))
}

#[post("/account/delete/undo", rank = 1)]
async fn undo(user: PendingDeletion, client: Client, accounts: &State<Arc<Accounts>>) -> Result<Redirect, Error> {
    let account = Redirect::to("/account");
    Ok(if accounts.undo_deletion(&client, &user).await? {
        account.with_flash(Flash::DeletionUndone)
    } else {
        account
    })
}

/// The second press of the button finds the account kept already.
#[post("/account/delete/undo", rank = 2)]
fn nothing_to_undo(_user: CurrentUser) -> Redirect {
    Redirect::to("/account")
}
