//! What answers a request that no page has answered.

use rocket::http::{Header, Method, Status};
use rocket::response::{self, Responder};
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request, Response, catch};

use super::error::answer;
use super::guards;
use super::request_info::log_unguarded;
use super::security::{self, Instead};

/// Where refused requests end: at a route of a method that nothing else uses.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::new(Method::Trace, "/<_..>", RefusedRoute)]
}

#[derive(Clone)]
struct RefusedRoute;

#[rocket::async_trait]
impl Handler for RefusedRoute {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        match security::refusal(request) {
            None => Outcome::Error(Status::Forbidden),
            Some(Instead::Status(status)) => Outcome::Error(*status),
            Some(Instead::MovedTo(to)) => {
                let mut response = Response::new();
                response.set_status(Status::PermanentRedirect);
                response.set_header(Header::new("Location", to.clone()));
                Outcome::Success(response)
            }
        }
    }
}

/// An answer that is finished.
pub struct ErrorPage(Response<'static>);

impl ErrorPage {
    #[must_use]
    pub fn of(response: Response<'static>) -> Self {
        Self(response)
    }
}

impl<'r> Responder<'r, 'static> for ErrorPage {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.0)
    }
}

/// The page for every error that no handler told itself.
#[catch(default)]
pub async fn every_error(status: Status, request: &Request<'_>) -> ErrorPage {
    log_unguarded(status, request);
    if status.code < 500 {
        // Who is signed in keeps their language, the way out and buttons that work. A database that is away is not asked.
        guards::recognize(request).await;
    }
    ErrorPage(answer(status, request))
}
