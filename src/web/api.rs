//! The JSON API below `/api/v1`, for programs. It neither reads nor sets cookies: who asks is said by a bearer token alone
//! (RFC 6750). Errors are problem documents (RFC 9457).

// Rocket passes guards to a route by value, even if the route does not consume them.
#![allow(clippy::needless_pass_by_value)]

mod audit;
mod body;
mod caller;
mod catchers;
mod client;
mod groups_and_apps;
mod jwks;
mod me;
mod methods;
mod openapi;
mod operation;
mod paging;
mod problem;
mod query;
mod registration;
mod requests;
mod tokens;
mod user_document;
mod users;

use rocket::http::Status;
use rocket::{Route, get, routes};

pub use self::catchers::catchers;
use self::operation::Operation;
pub use self::requests::ApiRequests;

/// One part of the API: its routes, and what `openapi.json` says of them.
type Part = (fn() -> Vec<Route>, fn() -> Vec<Operation>);

const PARTS: [Part; 6] = [
    (registration::routes, registration::operations),
    (tokens::routes, tokens::operations),
    (me::routes, me::operations),
    (users::routes, users::operations),
    (groups_and_apps::routes, groups_and_apps::operations),
    (audit::routes, audit::operations),
];

#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = routes![nothing];
    routes.extend(jwks::routes());
    routes.extend(requests::routes());
    routes.extend(PARTS.iter().flat_map(|(routes, _)| routes()));
    routes.push(openapi::route(PARTS.iter().flat_map(|(_, operations)| operations()).collect()));
    routes
}

/// Every other path below `/api`: without it the page for unknown paths would answer, which reads cookies.
#[get("/api/<_..>", rank = 90)]
fn nothing() -> Status {
    Status::NotFound
}
