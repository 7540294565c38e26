//! The parameters of a query, each at most once. What does not fit is named.

use rocket::Request;
use rocket::outcome::Outcome::Success;
use rocket::request::{FromRequest, Outcome};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::body::told;
use super::problem::{ApiProblem, refuse};

/// The parameters of a request.
pub(super) struct Query<T>(pub T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromRequest<'r> for Query<T> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let query = request.uri().query().map_or("", |query| query.as_str());
        match parse(query) {
            Ok(parameters) => Success(Self(parameters)),
            Err(problem) => refuse(request, problem),
        }
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, ApiProblem> {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if parameters.insert(name.clone().into_owned(), Value::from(value)).is_some() {
            return Err(ApiProblem::parameter(name, "stands there twice"));
        }
    }
    serde_path_to_error::deserialize(Value::Object(parameters)).map_err(|error| {
        let (name, detail) = told(&error.path().to_string(), &error.inner().to_string());
        ApiProblem::parameter(name, detail)
    })
}
