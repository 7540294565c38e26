//! `/account/delete`: the way out, and for who is on it, the way back.

use crate::accounts::error::Failure;
use crate::accounts::settings::deletion;
use std::sync::Arc;

use rocket::{Route, State, get, post, routes};

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::settings::deletion::DeletionError;
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
    Page::new("account/delete")
}

#[post("/account/delete")]
async fn delete(user: SudoAction, client: Client, jar: Jar<'_>, app: &State<Arc<App>>) -> Result<SignedOut, Error> {
    let login = Redirect::to("/login");
    let done = match deletion::request_deletion(app, &client, &user.0).await {
        Ok(()) => login.with_flash(Flash::Event(Event::DeletionRequested)),
        Err(Failure::Refused(DeletionError::SessionOver)) => login,
        Err(Failure::Refused(DeletionError::LastAdmin)) => {
            return Err(page().with_errors(vec![FieldError::with("", "error-last-admin")]).into());
        }
        Err(Failure::Service(trouble)) => return Err(trouble.into()),
    };
    jar.remove(Name::Session);
    Ok(SignedOut::and(done))
}

#[post("/account/delete/undo", rank = 1)]
async fn undo(user: PendingDeletion, client: Client, app: &State<Arc<App>>) -> Result<Redirect, Error> {
    let account = Redirect::to("/account");
    Ok(if deletion::undo_deletion(app, &client, &user).await? {
        account.with_flash(Flash::Event(Event::DeletionUndone))
    } else {
        account
    })
}

/// The second press of the button finds the account kept already.
#[post("/account/delete/undo", rank = 2)]
fn nothing_to_undo(_user: CurrentUser) -> Redirect {
    Redirect::to("/account")
}
