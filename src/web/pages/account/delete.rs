//! `/account/delete`: the way out, and for who is on it, the way back.

use crate::accounts::error::Failure;
use crate::accounts::settings::deletion;
use std::sync::Arc;

use rocket::{Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::settings::deletion::DeletionError;
use crate::time::Millis;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::guards::{CurrentUser, PendingDeletion};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::signed_out::SignedOut;
use crate::web::user_form::{Kept, SudoAction};

pub fn routes() -> Vec<Route> {
    routes![leaving, show, delete, undo, nothing_to_undo]
}

#[get("/account/delete", rank = 1)]
fn leaving(user: PendingDeletion) -> Page {
    Page::of(&PendingDeletionContext {
        deletion_at: user.deletion_at,
    })
}

#[get("/account/delete", rank = 2)]
fn show(_user: CurrentUser, kept: Kept) -> Page {
    Page::of(&DeleteContext {
        interrupted: kept.0.is_some(),
    })
}

/// The way to download what is held about a person, and to delete the account.
#[derive(Serialize, JsonSchema)]
pub struct DeleteContext {
    /// Whether the button was pressed, and the password asked for, before this page: it has to be pressed again.
    interrupted: bool,
}

impl PageContext for DeleteContext {
    const TEMPLATE: &'static str = "account/delete";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        [false, true].map(|interrupted| Self { interrupted }).into()
    }
}

/// What is shown while an account waits to be deleted.
#[derive(Serialize, JsonSchema)]
pub struct PendingDeletionContext {
    /// Unix milliseconds.
    deletion_at: Option<Millis>,
}

impl PageContext for PendingDeletionContext {
    const TEMPLATE: &'static str = "account/pending_deletion";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        [None, Some(1_700_000_000_000)].map(|deletion_at| Self { deletion_at }).into()
    }
}

#[post("/account/delete")]
async fn delete(user: SudoAction, client: Client, jar: Jar<'_>, app: &State<Arc<App>>) -> Result<SignedOut, Error> {
    let login = Redirect::to("/login");
    let done = match deletion::request_deletion(app, &client, &user.0).await {
        Ok(()) => login.with_flash(Flash::Event(Event::DeletionRequested)),
        Err(Failure::Refused(DeletionError::SessionOver)) => login,
        Err(Failure::Refused(DeletionError::LastAdmin)) => {
            return Err(Page::of(&DeleteContext { interrupted: false })
                .with_errors(vec![FieldError::with("", "error-last-admin")])
                .into());
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
