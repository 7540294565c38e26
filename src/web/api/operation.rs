//! One operation of the API as `openapi.json` describes it (`OpenAPI` 3.1), made of the types that its handler reads and
//! writes.

use rocket::http::Method;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::problem::{ProblemDocument, ProblemType};

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A reference to a type among the components.
fn reference<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Which token an operation needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum RequiredToken {
    Everybody,
    /// A refresh token, as bearer token or in the body.
    RefreshToken,
    /// An access token.
    Session,
    /// An access token, or a personal token for the API.
    User,
}

struct SuccessAnswer {
    status: u16,
    about: &'static str,
    schema: Option<SchemaOf>,
}

/// One operation.
pub(super) struct Operation {
    method: Method,
    /// As in the route.
    path: &'static str,
    id: &'static str,
    about: &'static str,
    access: RequiredToken,
    query: Option<SchemaOf>,
    body: Option<SchemaOf>,
    answer: SuccessAnswer,
    problems: Vec<ProblemType>,
}

impl Operation {
    pub(super) fn new(method: Method, path: &'static str, id: &'static str, about: &'static str) -> Self {
        Self {
            method,
            path,
            id,
            about,
            access: RequiredToken::Everybody,
            query: None,
            body: None,
            answer: SuccessAnswer {
                status: 204,
                about: "It is done",
                schema: None,
            },
            problems: vec![
                ProblemType::BadRequest,
                ProblemType::NotAcceptable,
                ProblemType::InternalError,
                ProblemType::Unavailable,
            ],
        }
    }

    #[must_use]
    pub(super) fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(reference::<T>);
        self.fails(&[
            ProblemType::InvalidJson,
            ProblemType::BodyTooLarge,
            ProblemType::UnsupportedMediaType,
            ProblemType::InvalidMembers,
        ])
    }

    #[must_use]
    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(<T as JsonSchema>::json_schema);
        self.fails(&[ProblemType::InvalidParameters])
    }

    #[must_use]
    pub(super) fn answers<T: JsonSchema>(mut self, status: u16, about: &'static str) -> Self {
        self.answer = SuccessAnswer {
            status,
            about,
            schema: Some(reference::<T>),
        };
        self
    }

    #[must_use]
    pub(super) fn fails(mut self, problems: &[ProblemType]) -> Self {
        self.problems.extend(problems);
        self
    }

    #[must_use]
    pub(super) fn of_refresh_token<T: JsonSchema>(mut self) -> Self {
        self.access = RequiredToken::RefreshToken;
        self.body::<T>().fails(&[ProblemType::TokenMissing, ProblemType::TokenRefused])
    }

    #[must_use]
    pub(super) fn of_session(mut self) -> Self {
        self.access = RequiredToken::Session;
        self.fails(&[
            ProblemType::TokenMissing,
            ProblemType::TokenRefused,
            ProblemType::InsufficientScope,
            ProblemType::TooManyRequests,
        ])
    }

    #[must_use]
    pub(super) fn of_user(mut self) -> Self {
        self.access = RequiredToken::User;
        self.fails(&[
            ProblemType::TokenMissing,
            ProblemType::TokenRefused,
            ProblemType::TooManyRequests,
        ])
    }

    #[must_use]
    pub(super) fn of_admin(self) -> Self {
        self.of_user().fails(&[ProblemType::NotAllowed, ProblemType::InsufficientScope])
    }

    /// Of admins with a recent sign-in or a personal token for changes.
    #[must_use]
    pub(super) fn of_fresh_admin(self) -> Self {
        self.of_admin().fails(&[ProblemType::AuthenticationTooOld])
    }

    fn described(&self, generator: &mut SchemaGenerator) -> Value {
        let mut told = json!({
            "operationId": self.id,
            "summary": self.about,
            "security": match self.access {
                RequiredToken::Everybody => json!([]),
                RequiredToken::RefreshToken => json!([{"refresh_token": []}, {}]),
                RequiredToken::Session => json!([{"access_token": []}]),
                RequiredToken::User => json!([{"access_token": []}, {"personal_token": []}]),
            },
            "responses": self.responses(generator),
        });
        let parameters = self.parameters(generator);
        if !parameters.is_empty() {
            told["parameters"] = Value::from(parameters);
        }
        if let Some(body) = self.body {
            told["requestBody"] = json!({
                "required": self.access != RequiredToken::RefreshToken,
                "content": {"application/json": {"schema": body(generator)}},
            });
        }
        told
    }

    fn parameters(&self, generator: &mut SchemaGenerator) -> Vec<Value> {
        let placeholders = self
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('<')?.strip_suffix('>'));
        let mut parameters: Vec<Value> = placeholders
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        let query = self.query.map(|query| query(generator).to_value());
        let members = query.as_ref().and_then(|query| query["properties"].as_object());
        for (name, schema) in members.into_iter().flatten() {
            parameters.push(json!({"name": name, "in": "query", "required": false, "schema": schema}));
        }
        parameters
    }

    fn responses(&self, generator: &mut SchemaGenerator) -> Map<String, Value> {
        let mut by_status: BTreeMap<u16, Vec<ProblemType>> = BTreeMap::new();
        for problem in &self.problems {
            by_status.entry(problem.status().code).or_default().push(*problem);
        }
        let mut responses = Map::new();
        let mut answer = json!({"description": self.answer.about});
        if let Some(schema) = self.answer.schema {
            answer["content"] = json!({"application/json": {"schema": schema(generator)}});
        }
        responses.insert(self.answer.status.to_string(), answer);
        for (status, mut problems) in by_status {
            problems.sort_unstable();
            problems.dedup();
            let about: Vec<String> = problems
                .iter()
                .map(|problem| format!("`{}`: {}.", <&str>::from(*problem), problem.title()))
                .collect();
            let schema = reference::<ProblemDocument>(generator);
            responses.insert(
                status.to_string(),
                json!({
                    "description": about.join(" "),
                    "content": {"application/problem+json": {"schema": schema}},
                }),
            );
        }
        responses
    }
}

/// The document of all operations.
pub(super) fn document(operations: &[Operation]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let path = operation.path.replace('<', "{").replace('>', "}");
        let method = operation.method.as_str().to_lowercase();
        paths
            .entry(path)
            .or_default()
            .insert(method, operation.described(&mut generator));
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vestibule",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Accounts: signing up, signing in, and what admins do.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "personal_token": {"type": "http", "scheme": "bearer", "description": "A token of /account/tokens."},
                "refresh_token": {"type": "http", "scheme": "bearer"},
            },
        },
    });
    without_null_defaults(&mut document);
    document
}

/// `serde` knows a member that is left out as none, which is not the same as `null`.
fn without_null_defaults(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| name != "default" || !value.is_null());
            members.values_mut().for_each(without_null_defaults);
        }
        Value::Array(values) => values.iter_mut().for_each(without_null_defaults),
        _ => {}
    }
}
