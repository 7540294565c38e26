//! Answers requests that no route answered.

use rocket::http::{Header, Method, Status};
use rocket::response::{self, Responder};
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request, Response, catch};

use super::error::answer;
use super::guards;
use super::request_info::log_unguarded;
use super::security::{self, EarlyResponse};

/// The route of refused requests, of a method that no other route uses.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::new(Method::Trace, "/<_..>", RefusedRoute)]
}

#[derive(Clone)]
struct RefusedRoute;

#[rocket::async_trait]
impl Handler for RefusedRoute {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        match security::early_response(request) {
            None => Outcome::Error(Status::Forbidden),
            Some(EarlyResponse::Status(status)) => Outcome::Error(*status),
            Some(EarlyResponse::MovedTo(to)) => {
                let mut response = Response::new();
                response.set_status(Status::PermanentRedirect);
                response.set_header(Header::new("Location", to.clone()));
                Outcome::Success(response)
            }
        }
    }
}

/// A finished response.
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

/// The error page for every error that no handler answered.
#[catch(default)]
pub async fn every_error(status: Status, request: &Request<'_>) -> ErrorPage {
    log_unguarded(status, request);
    if status.code < 500 {
        // A signed-in user keeps the chosen language, the sign-out button and valid form tokens. After a server error
        // the database may be unavailable, so it is not queried.
        guards::recognize(request).await;
    }
    ErrorPage(answer(status, request))
}
