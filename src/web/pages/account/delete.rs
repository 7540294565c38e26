//! `/account/delete`: requests the deletion of the account, and undoes it.

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
use crate::web::guards::{AnyReauthenticated, AnyUser, PendingDeletion};
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
fn show(_user: AnyUser, kept: Kept) -> Page {
    Page::of(&DeleteContext {
        interrupted: kept.0.is_some(),
    })
}

/// The link that downloads the user's data, and the button that deletes the account.
#[derive(Serialize, JsonSchema)]
pub struct DeleteContext {
    /// Whether the user pressed the button before and was asked for the password first: the button must be pressed
    /// again.
    interrupted: bool,
}

impl PageContext for DeleteContext {
    const TEMPLATE: &'static str = "account/delete";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        [false, true].map(|interrupted| Self { interrupted }).into()
    }
}

/// The page of an account that is scheduled for deletion, with the button that undoes it.
#[derive(Serialize, JsonSchema)]
pub struct PendingDeletionContext {
    /// When the account will be deleted, in Unix milliseconds.
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
async fn delete(
    user: SudoAction<AnyReauthenticated>,
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
) -> Result<SignedOut, Error> {
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

/// The deletion is undone already, for example because the button was pressed twice.
#[post("/account/delete/undo", rank = 2)]
fn nothing_to_undo(_user: AnyUser) -> Redirect {
    Redirect::to("/account")
}
