//! `/account/sessions`: where somebody is signed in, and the buttons that end it.

use std::sync::Arc;

use rocket::{Responder, Route, State, get, post, routes};
use serde_json::{Value, json};

use crate::accounts::own_sessions::{Ended, OwnSession};
use crate::accounts::{Accounts, Visitor};
use crate::web::cleared::Cleared;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::guards::CurrentUser;
use crate::web::page::{Done, Flash, Page};
use crate::web::user_form::{FreshPress, Kept};

pub fn routes() -> Vec<Route> {
    routes![show, end, end_others]
}

#[get("/account/sessions")]
async fn show(user: CurrentUser, kept: Kept, accounts: &State<Arc<Accounts>>) -> Result<Page, Error> {
    let sessions = accounts.own_sessions(&user).await?;
    let (here, others): (Vec<_>, Vec<_>) = sessions.shown.iter().partition(|session| session.is_this);
    let hidden = sessions.others - i64::try_from(others.len()).unwrap_or(i64::MAX);
    Ok(Page::new("account_sessions")
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
        "place": session.place,
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
    Done(Done),
    /// It was this one.
    SignedOut(Cleared),
}

#[post("/account/sessions/<id>/end")]
async fn end(
    user: FreshPress,
    visitor: Visitor,
    jar: Jar<'_>,
    accounts: &State<Arc<Accounts>>,
    id: &str,
) -> Result<Answer, Error> {
    match accounts.end_own_session(&visitor, &user.0, id).await? {
        Ended::Over => Ok(Answer::Done(Done::to("/account/sessions").saying(Flash::SessionEnded))),
        Ended::Unknown => Err(Error::NotFound),
        Ended::AskerOver => Ok(Answer::Done(signed_out_meanwhile())),
        Ended::SignedOut => {
            jar.remove(Name::Session);
            Ok(Answer::SignedOut(Cleared::and(Done::to("/login").saying(Flash::SignedOut))))
        }
    }
}

#[post("/account/sessions/end-others")]
async fn end_others(user: FreshPress, visitor: Visitor, accounts: &State<Arc<Accounts>>) -> Result<Done, Error> {
    match accounts.end_other_sessions(&visitor, &user.0).await? {
        Some(_) => Ok(Done::to("/account/sessions").saying(Flash::OtherSessionsEnded)),
        None => Ok(signed_out_meanwhile()),
    }
}

/// The session that pressed the button was ended itself, at the same moment.
fn signed_out_meanwhile() -> Done {
    Done::to("/login?next=/account/sessions").saying(Flash::SessionOver)
}
