//! What proxies ask for apps, and what is ours at the hosts of apps: signing in there, and out.
//!
//! `question` reads what a proxy asks, and `credentials` the token of a program; `answer` decides, `identity` says who is
//! there. `start` and `callback` bring a sign-in to the host of an app, by way of `/continue` on our own host.

mod answer;
mod app_cookies;
mod callback;
mod check;
mod credentials;
mod identity;
mod question;
mod sign_out;
mod start;
mod way_back;

use rocket::http::{Method, Status};
use rocket::route::{Handler, Outcome, Route};
use rocket::{Catcher, Data, Request, catch, catchers};

use self::answer::answer;
use crate::web::asked_host::FORWARD_AUTH;
use crate::web::catchers::ErrorPage;
use crate::web::page_examples::PageExamples;
use crate::web::request_info::{RequestInfo, log_unguarded};

/// The rank of the question's route. Rocket compares a request with one route after the other, those of a low rank first.
const ASKED_FIRST: isize = -100;

#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = vec![Route::ranked(ASKED_FIRST, Method::Get, FORWARD_AUTH, AnswerQuestion)];
    for page in [start::routes, callback::routes, sign_out::routes, check::routes] {
        routes.extend(page());
    }
    routes
}

/// Where a method ends that Rocket does not know, as `PROPFIND`: it asks no check and no route then. To be registered
/// at [`FORWARD_AUTH`].
#[must_use]
pub fn catchers() -> Vec<Catcher> {
    catchers![unknown_method]
}

/// The pages at the hosts of apps with examples of their states.
#[must_use]
pub fn examples() -> Vec<PageExamples> {
    vec![
        PageExamples::of::<way_back::InterruptedContext>(),
        PageExamples::of::<sign_out::AppSignOutContext>(),
    ]
}

#[derive(Clone)]
struct AnswerQuestion;

#[rocket::async_trait]
impl Handler for AnswerQuestion {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        Outcome::Success(answer(request, Some(RequestInfo::of(request).method)).await)
    }
}

#[catch(default)]
async fn unknown_method(_status: Status, request: &Request<'_>) -> ErrorPage {
    let response = answer(request, None).await;
    log_unguarded(response.status(), request);
    ErrorPage::of(response)
}
