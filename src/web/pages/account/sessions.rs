//! `/account/sessions`: the sessions of the user, and the buttons that end them.

use crate::accounts::sessions::list;
use std::sync::Arc;

use rocket::{Responder, Route, State, get, post, routes};
use serde_json::{Value, json};

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::sessions::list::{Ended, OwnSession};
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::CurrentUser;
use crate::web::page::{Flash, Page, Redirect};
use crate::web::signed_out::SignedOut;
use crate::web::user_form::{Kept, SudoAction};

pub fn routes() -> Vec<Route> {
    routes![show, end, end_others]
}

#[get("/account/sessions")]
async fn show(user: CurrentUser, kept: Kept, app: &State<Arc<App>>) -> Result<Page, Error> {
    let sessions = list::own_sessions(app, &user).await?;
    let (here, others): (Vec<_>, Vec<_>) = sessions.shown.iter().partition(|session| session.is_this);
    let hidden = sessions.others - i64::try_from(others.len()).unwrap_or(i64::MAX);
    Ok(Page::new("account/sessions")
        .with("here", here.first().map(|session| shown(session)))
        .with("others", others.iter().map(|session| shown(session)).collect::<Vec<_>>())
        .with("count", sessions.others)
        .with("hidden", hidden)
        .with("interrupted", kept.0.is_some()))
}

/// A session as the template sees it: these fields and no others.
fn shown(session: &OwnSession) -> Value {
    json!({
        "id": session.id.as_str(),
        "device": session.device,
        "masked_ip": session.masked_ip,
        "started_at": session.started_at,
        "seen_at": session.seen_at,
        "kept": session.kept,
        "rests_until": session.rests_until,
        "ends_at": session.ends_at,
    })
}

/// What ending a session leads to.
#[derive(Responder)]
enum Answer {
    /// Back to the list, or to the sign-in page.
    Redirect(Redirect),
    /// It was this one.
    SignedOut(SignedOut),
}

#[post("/account/sessions/<id>/end")]
async fn end(user: SudoAction, client: Client, jar: Jar<'_>, app: &State<Arc<App>>, id: &str) -> Result<Answer, Error> {
    match list::end_own_session(app, &client, &user.0, id).await? {
        Ended::Over => {
            Ok(Answer::Redirect(Redirect::to("/account/sessions").with_flash(Flash::Event(Event::SessionEnded))))
        }
        Ended::Unknown => Err(Error::NotFound),
        Ended::CallerSessionEnded => Ok(Answer::Redirect(signed_out_meanwhile())),
        Ended::SignedOut => {
            jar.remove(Name::Session);
            Ok(Answer::SignedOut(SignedOut::and(Redirect::to("/login").with_flash(Flash::Event(Event::SignedOut)))))
        }
    }
}

#[post("/account/sessions/end-others")]
async fn end_others(user: SudoAction, client: Client, app: &State<Arc<App>>) -> Result<Redirect, Error> {
    match list::end_other_sessions(app, &client, &user.0).await? {
        Some(_) => Ok(Redirect::to("/account/sessions").with_flash(Flash::Event(Event::OtherSessionsEnded))),
        None => Ok(signed_out_meanwhile()),
    }
}

/// The session that pressed the button was ended itself, at the same moment.
fn signed_out_meanwhile() -> Redirect {
    Redirect::to("/login?next=/account/sessions").with_flash(Flash::SessionOver)
}
