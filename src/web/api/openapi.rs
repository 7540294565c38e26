//! `/api/v1/openapi.json`: what this API does, for programs that read it (`OpenAPI` 3.1).

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

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
    Route::new(
        Method::Get,
        OPENAPI,
        Show(Arc::new(Document {
            operations,
            text: OnceLock::new(),
        })),
    )
}

/// Made when it is first asked for: most servers are never asked.
struct Document {
    operations: Vec<Operation>,
    text: OnceLock<Arc<[u8]>>,
}

#[derive(Clone)]
struct Show(Arc<Document>);

#[rocket::async_trait]
impl Handler for Show {
    async fn handle<'r>(&self, _: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        let make = || document(&self.0.operations).to_string().into_bytes().into();
        let text = Arc::clone(self.0.text.get_or_init(make));
        let mut response = Response::new();
        response.set_header(ContentType::JSON);
        response.set_sized_body(text.len(), Cursor::new(text));
        Outcome::Success(response)
    }
}
