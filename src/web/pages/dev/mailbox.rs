//! `/dev/mailbox`: the mails of a development server. It exists in debug builds only and answers only requests from
//! this machine to one of its own names. Without that check another website could read it by DNS rebinding.

use rocket::http::Status;
use rocket::http::uri::Host;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Responder, Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::mail::mailbox::{Mailbox, MailboxEntry};
use crate::web::client_address::{client_address, is_from_proxy};
use crate::web::context::SiteContext;
use crate::web::error::Error;
use crate::web::guards::MaybeUser;
use crate::web::page::{Page, PageContext};

pub fn routes() -> Vec<Route> {
    routes![list, one]
}

/// A request from this machine. Others get a 404.
struct Developer;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Developer {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        // A proxy of this machine has visitors from elsewhere. One that is not trusted cannot say from where.
        let through_stranger = !is_from_proxy(request) && request.headers().contains("X-Forwarded-For");
        let here = request.remote().is_some_and(|peer| peer.ip().is_loopback())
            && client_address(request).is_loopback()
            && !through_stranger;
        let public = request
            .rocket()
            .state::<SiteContext>()
            .map(|frame| frame.config.public_url.host());
        let by_name = request.host().map(Host::domain).is_some_and(|name| {
            ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str()) || public == Some(name.as_str())
        });
        if here && by_name {
            Outcome::Success(Self)
        } else {
            Outcome::Error((Status::NotFound, ()))
        }
    }
}

/// The mails of a development server, which are shown here and not sent.
#[derive(Serialize, JsonSchema)]
pub struct MailboxContext {
    /// The mails, newest first.
    mails: Vec<MailboxEntry>,
}

impl PageContext for MailboxContext {
    const TEMPLATE: &'static str = "dev/mailbox";

    fn examples() -> Vec<Self> {
        vec![
            Self { mails: Vec::new() },
            Self {
                mails: vec![MailboxEntry::example()],
            },
        ]
    }
}

/// One mail of a development server.
#[derive(Serialize, JsonSchema)]
pub struct DevMailContext {
    mail: MailboxEntry,
}

impl PageContext for DevMailContext {
    const TEMPLATE: &'static str = "dev/mail";

    fn examples() -> Vec<Self> {
        vec![Self {
            mail: MailboxEntry::example(),
        }]
    }
}

#[get("/dev/mailbox")]
fn list(_developer: Developer, _user: MaybeUser, mailbox: &State<Option<Mailbox>>) -> Result<Page, Error> {
    let mailbox = mailbox.as_ref().ok_or(Error::NotFound)?;
    Ok(Page::of(&MailboxContext { mails: mailbox.all() }))
}

/// The policy of the frame that shows an HTML mail: inline styles are permitted, and nothing else.
#[derive(Responder)]
struct Framed {
    page: Page,
    policy: Policy,
}

struct Policy;

impl From<Policy> for rocket::http::Header<'static> {
    fn from(_: Policy) -> Self {
        Self::new(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; \
             frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        )
    }
}

#[get("/dev/mailbox/<id>")]
fn one(_developer: Developer, _user: MaybeUser, mailbox: &State<Option<Mailbox>>, id: &str) -> Result<Framed, Error> {
    let mail = mailbox.as_ref().and_then(|mailbox| mailbox.one(id)).ok_or(Error::NotFound)?;
    Ok(Framed {
        page: Page::of(&DevMailContext { mail }),
        policy: Policy,
    })
}
