//! The id of each request, its method and path as received, and its line in the log.

use std::time::Instant;

use rocket::Request;
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome};

use super::asked_host::{FORWARD_AUTH, is_forward_auth};
use super::client_address::client_address;
use super::security::path::seen;
use crate::id::new_id;
use crate::logging;

/// A request as it was received.
pub struct RequestInfo {
    /// The id of the request, in the log and on the error page.
    pub id: String,
    /// The method as received. Later Rocket turns `HEAD` into `GET`, and we turn a refused `POST` into `TRACE`.
    pub method: Method,
    path: String,
    begun: Instant,
}

impl RequestInfo {
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

    /// The canonical path as received (`canonical.rs`). A refused form is answered by its page, which changes the path
    /// of the request (`form_token_check.rs`).
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

/// Whether the checks have seen the request.
struct GuardPassed(bool);

/// Logs a request that the checks have not seen. Rocket calls the catcher at once if it does not know the method.
pub fn log_unguarded(status: Status, request: &Request<'_>) {
    if !request.local_cache(|| GuardPassed(false)).0 {
        logging::request_begins(&RequestInfo::of(request).id);
        log_answered(status, request);
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

/// From here on the log names the request. Its line is written by [`log_answered`].
pub fn log_begun(request: &Request<'_>) {
    request.local_cache(|| GuardPassed(true));
    logging::request_begins(&RequestInfo::of(request).id);
}

/// Writes the line of a request that is answered. It contains no query and no token.
pub fn log_answered(status: Status, request: &Request<'_>) {
    note(status, request);
    logging::request_ends();
}
