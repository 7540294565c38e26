//! Answers requests below `/api` that no handler answered.

use rocket::http::{Method, Status};
use rocket::{Catcher, Request, catch, catchers as list};

use super::methods::allowed_methods;
use super::problem::{ApiProblem, refused};
use crate::web::catchers::ErrorPage;
use crate::web::request_info::log_unguarded;
use crate::web::security::{early_response, set_security_headers};

/// To be registered at `/api`.
#[must_use]
pub fn catchers() -> Vec<Catcher> {
    list![every_problem]
}

#[catch(default)]
fn every_problem(status: Status, request: &Request<'_>) -> ErrorPage {
    let mut response = match refused(request) {
        Some(problem) => problem.response(request),
        None => ApiProblem::of_status(told(status, request)).response(request),
    };
    log_unguarded(response.status(), request);
    set_security_headers(request, &mut response);
    ErrorPage::of(response)
}

/// A request of another method is told which ones there are.
fn told(status: Status, request: &Request<'_>) -> Status {
    // Rocket answers a method that it does not know with 400. An early response has turned the request into a `TRACE`.
    let unanswered = status == Status::NotFound || status == Status::BadRequest || request.method() == Method::Trace;
    if unanswered && early_response(request).is_none() && !allowed_methods(request).is_empty() {
        Status::MethodNotAllowed
    } else if status == Status::Forbidden {
        Status::NotFound
    } else {
        status
    }
}
