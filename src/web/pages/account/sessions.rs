//! `/account/sessions`: the user's sessions, and the buttons that end them.

use crate::accounts::sessions::list;
use std::sync::Arc;

use rocket::{Responder, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::factors::remembered_browsers::{self, RememberedBrowser};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::device::Device;
use crate::accounts::sessions::list::{Ended, OwnSession};
use crate::time::Millis;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::CurrentUser;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::signed_out::SignedOut;
use crate::web::user_form::{Kept, SudoAction};

pub fn routes() -> Vec<Route> {
    routes![show, end, end_others]
}

#[get("/account/sessions")]
async fn show(user: CurrentUser, client: Client, kept: Kept, app: &State<Arc<App>>) -> Result<Page, Error> {
    let sessions = list::own_sessions(app, &user).await?;
    let (here, others): (Vec<_>, Vec<_>) = sessions.shown.iter().partition(|session| session.is_this);
    let hidden = sessions.others - i64::try_from(others.len()).unwrap_or(i64::MAX);
    Ok(Page::of(&SessionsContext {
        this_session: here.first().map(|session| SessionDetails::of(session)),
        others: others.iter().map(|session| SessionDetails::of(session)).collect(),
        count: sessions.others,
        hidden,
        remembered: remembered_browsers::list(app, &client, &user.user_id)
            .await?
            .iter()
            .map(RememberedDetails::of)
            .collect(),
        interrupted: kept.0.is_some(),
    }))
}

/// The user's sessions, and the buttons that end them.
#[derive(Serialize, JsonSchema)]
pub struct SessionsContext {
    /// The session of this browser.
    this_session: Option<SessionDetails>,
    /// The other sessions, the last used first. A long list is cut (`hidden`).
    others: Vec<SessionDetails>,
    /// How many other sessions there are.
    count: i64,
    /// How many of the other sessions are not shown.
    hidden: i64,
    /// Browsers that are not asked for the second factor at sign-in, the newest first.
    remembered: Vec<RememberedDetails>,
    /// Whether the user pressed a button before and was asked for the password first: the button must be pressed again.
    interrupted: bool,
}

impl PageContext for SessionsContext {
    const TEMPLATE: &'static str = "account/sessions";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let here = SessionDetails {
            id: "1".to_owned(),
            device: Some(Device::example()),
            masked_ip: "192.0.2.x".to_owned(),
            started_at: 1_700_000_000_000,
            seen_at: 1_700_000_000_000,
            kept: true,
            rests_until: 1_700_000_000_000,
            ends_at: 1_700_000_000_000,
        };
        let other = SessionDetails {
            device: None,
            kept: false,
            ..here.clone()
        };
        let remembered = |is_this| RememberedDetails {
            id: "2".to_owned(),
            device: Some(Device::example()).filter(|_| is_this),
            masked_ip: "192.0.2.x".to_owned(),
            since: 1_700_000_000_000,
            until: 1_700_000_000_000,
            is_this,
        };
        let example = |others: &[SessionDetails], hidden, interrupted| Self {
            this_session: Some(here.clone()),
            others: others.to_vec(),
            count: i64::from(!others.is_empty()) + hidden,
            hidden,
            remembered: [true, false]
                .into_iter()
                .filter(|_| !others.is_empty())
                .map(remembered)
                .collect(),
            interrupted,
        };
        vec![
            example(&[], 0, true),
            example(std::slice::from_ref(&other), 0, false),
            example(&[other], 9, true),
        ]
    }
}

/// A session as its user sees it: these fields and no others (ASVS 15.3.1).
#[derive(Clone, Serialize, JsonSchema)]
struct SessionDetails {
    id: String,
    /// The browser and its system, if they are known.
    device: Option<Device>,
    /// The IP address at the sign-in, without its last part.
    masked_ip: String,
    /// When the user signed in, in Unix milliseconds.
    started_at: Millis,
    /// When the session was last used, in Unix milliseconds.
    seen_at: Millis,
    /// Whether the session continues after the browser was closed.
    kept: bool,
    /// When the session ends if it is not used again, in Unix milliseconds.
    rests_until: Millis,
    /// When the session ends in any case, in Unix milliseconds.
    ends_at: Millis,
}

impl SessionDetails {
    fn of(session: &OwnSession) -> Self {
        Self {
            id: session.id.as_str().to_owned(),
            device: session.device.clone(),
            masked_ip: session.masked_ip.clone(),
            started_at: session.started_at,
            seen_at: session.seen_at,
            kept: session.kept,
            rests_until: session.rests_until,
            ends_at: session.ends_at,
        }
    }
}

/// A remembered browser as its user sees it: these fields and no others (ASVS 15.3.1).
#[derive(Clone, Serialize, JsonSchema)]
struct RememberedDetails {
    id: String,
    /// The browser and its system, if they are known.
    device: Option<Device>,
    /// The IP address at the sign-in, without its last part.
    masked_ip: String,
    /// When the second factor was given, in Unix milliseconds.
    since: Millis,
    /// Until when it is not asked for again, in Unix milliseconds.
    until: Millis,
    /// Whether it is this browser.
    is_this: bool,
}

impl RememberedDetails {
    fn of(browser: &RememberedBrowser) -> Self {
        Self {
            id: browser.id.clone(),
            device: browser.device.clone(),
            masked_ip: browser.masked_ip.clone(),
            since: browser.since,
            until: browser.until,
            is_this: browser.is_this,
        }
    }
}

/// The answer to ending a session.
#[derive(Responder)]
enum Answer {
    /// To the list, or to the sign-in page.
    Redirect(Redirect),
    /// This session was ended.
    SignedOut(SignedOut),
}

#[post("/account/sessions/<id>/end")]
async fn end(user: SudoAction, client: Client, jar: Jar<'_>, app: &State<Arc<App>>, id: &str) -> Result<Answer, Error> {
    match list::end_own_session(app, &client, &user.0, id).await? {
        Ended::Over => {
            Ok(Answer::Redirect(Redirect::to("/account/sessions").with_flash(Flash::Event(Event::SessionEnded))))
        }
        Ended::Forgotten => Ok(Answer::Redirect(
            Redirect::to("/account/sessions").with_flash(Flash::Event(Event::BrowserForgotten)),
        )),
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

/// Another request has ended the session of this request meanwhile.
fn signed_out_meanwhile() -> Redirect {
    Redirect::to("/login?next=/account/sessions").with_flash(Flash::SessionOver)
}
