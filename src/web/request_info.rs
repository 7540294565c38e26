//! Each request: a name for it, who sent it, and one line in the log.

use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Data, Request, Response};

use super::asked_host::{FORWARD_AUTH, is_forward_auth};
use super::client_address::client_address;
use super::security::path::seen;
use crate::id::new_id;
use crate::logging;

/// What is known of a request from its beginning.
pub struct RequestInfo {
    /// Names it: in the log, and on the error page.
    pub id: String,
    /// The method it came with: Rocket answers a `HEAD` as a `GET`, and we a refused `POST` as a `TRACE`.
    pub method: Method,
    path: String,
    begun: Instant,
}

impl RequestInfo {
    /// The story of a request.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| {
            let path = request.uri().path().as_str();
            // What a proxy adds behind it is the visitor's way through an app.
            let path = if is_forward_auth(path) {
                FORWARD_AUTH.to_owned()
            } else {
                seen(path)
            };
            Self {
                id: new_id(),
                method: request.method(),
                path,
                begun: Instant::now(),
            }
        })
    }

    /// The path it came to, in its one spelling (`canonical.rs`): a form that was refused is answered by its page
    /// (`form_token.rs`).
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for &'r RequestInfo {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(RequestInfo::of(request))
    }
}

/// Whether a request met the fairings.
struct GuardPassed(bool);

/// The line of a request that met no fairing: one whose method Rocket does not know, which it hands to the error page at
/// once.
pub fn log_unguarded(status: Status, request: &Request<'_>) {
    if !request.local_cache(|| GuardPassed(false)).0 {
        logging::request_begins(&RequestInfo::of(request).id);
        note(status, request);
        logging::request_ends();
    }
}

fn note(status: Status, request: &Request<'_>) {
    let story = RequestInfo::of(request);
    tracing::info!(
        target: logging::REQUESTS,
        event = "request",
        method = story.method.as_str(),
        path = story.path(),
        status = status.code,
        client = %client_address(request),
        micros = u64::try_from(story.begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// Writes one line per request, when it is answered: never a query or a token.
pub struct RequestLog;

#[rocket::async_trait]
impl Fairing for RequestLog {
    fn info(&self) -> Info {
        Info {
            name: "Request log",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| GuardPassed(true));
        logging::request_begins(&RequestInfo::of(request).id);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        note(response.status(), request);
        logging::request_ends();
    }
}
