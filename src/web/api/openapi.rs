//! `/api/v1/openapi.json`: what this API does, for programs that read it (`OpenAPI` 3.1).

use std::io::Cursor;
use std::sync::Arc;

use rocket::http::{ContentType, Method};
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request, Response};
use serde_json::{Map, Value};

use super::operation::{Operation, document};

const OPENAPI: &str = "/api/v1/openapi.json";

/// The route that shows the document of these operations and itself.
pub(super) fn route(mut operations: Vec<Operation>) -> Route {
    operations.push(
        Operation::new(Method::Get, OPENAPI, "get_openapi", "This document")
            .answers::<Map<String, Value>>(200, "This document"),
    );
    let document = Arc::from(document(&operations).to_string().into_bytes());
    Route::new(Method::Get, OPENAPI, Show(document))
}

#[derive(Clone)]
struct Show(Arc<[u8]>);

#[rocket::async_trait]
impl Handler for Show {
    async fn handle<'r>(&self, _: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        let mut response = Response::new();
        response.set_header(ContentType::JSON);
        response.set_sized_body(self.0.len(), Cursor::new(Arc::clone(&self.0)));
        Outcome::Success(response)
    }
}
