//! Which methods a path of the API has.

use rocket::Request;
use rocket::http::Method;

use crate::web::security::route_to;

/// The methods of a path; none if there is no such path.
pub(super) fn allowed_methods(request: &Request<'_>) -> Vec<Method> {
    let path = request.uri().path().as_str();
    let methods = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    let there = |method: &Method| route_to(request, *method, path).is_some();
    let mut allowed: Vec<Method> = methods.into_iter().filter(there).collect();
    if allowed.contains(&Method::Get) {
        allowed.push(Method::Head);
    }
    allowed
}
