//! What goes wrong, as a problem document (RFC 9457). `docs/api.md` lists the types.

use std::io::Cursor;
use std::sync::OnceLock;
use std::time::Duration;

use rocket::http::{ContentType, Header, Method, Status};
use rocket::outcome::Outcome;
use rocket::response::{self, Responder};
use rocket::{Request, Response};
use schemars::JsonSchema;
use serde::Serialize;
use strum::{EnumIter, EnumProperty, IntoStaticStr};

use super::methods::allowed_methods;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::display_name::{DisplayNameError, MAX_NAME_CHARS};
use crate::accounts::identity::email_address::EmailAddressError;
use crate::accounts::passwords::password::PasswordError;
use crate::db::is_away;
use crate::web::client_address::client_address;
use crate::web::request_info::RequestInfo;

/// What the types of problems begin with.
const NAMESPACE: &str = "urn:problem-type:vestibule:";

/// How many seconds to wait while a service is unavailable.
const RETRY_AFTER: u64 = 5;

/// The kinds of problems. The words are stable.
#[derive(Clone, Copy, Debug, EnumIter, EnumProperty, Eq, IntoStaticStr, Ord, PartialEq, PartialOrd)]
#[strum(serialize_all = "kebab-case")]
pub enum ProblemType {
    #[strum(props(status = "400", title = "The request cannot be read"))]
    BadRequest,
    #[strum(props(status = "400", title = "The body is not JSON"))]
    InvalidJson,
    #[strum(props(status = "401", title = "A token is needed"))]
    TokenMissing,
    #[strum(props(status = "401", title = "The token is not valid"))]
    TokenRefused,
    #[strum(props(status = "401", title = "The sign-in was too long ago; sign in again"))]
    AuthenticationTooOld,
    #[strum(props(status = "401", title = "Email address or password are wrong"))]
    SignInRefused,
    #[strum(props(status = "401", title = "A code is needed: send it with this state"))]
    SecondFactorRequired,
    #[strum(props(status = "403", title = "Only admins may do this"))]
    NotAllowed,
    #[strum(props(status = "403", title = "This token may not do this"))]
    InsufficientScope,
    #[strum(props(status = "403", title = "Nobody can sign up here"))]
    SignUpClosed,
    #[strum(props(status = "404", title = "There is nothing here"))]
    NotFound,
    #[strum(props(status = "405", title = "This method cannot be used here"))]
    MethodNotAllowed,
    #[strum(props(status = "406", title = "The answer is JSON, which the request does not accept"))]
    NotAcceptable,
    #[strum(props(status = "409", title = "An account has this email address already"))]
    EmailTaken,
    #[strum(props(status = "409", title = "This is the last active admin"))]
    LastAdmin,
    #[strum(props(status = "413", title = "The body is longer than 32 KiB"))]
    BodyTooLarge,
    #[strum(props(status = "415", title = "The body must be application/json"))]
    UnsupportedMediaType,
    #[strum(props(status = "422", title = "A member of the body does not fit"))]
    InvalidMembers,
    #[strum(props(status = "422", title = "A parameter of the query does not fit"))]
    InvalidParameters,
    #[strum(props(status = "422", title = "The code is wrong or has expired"))]
    CodeRefused,
    #[strum(props(status = "429", title = "Too many requests"))]
    TooManyRequests,
    #[strum(props(status = "500", title = "Something went wrong here"))]
    InternalError,
    #[strum(props(status = "503", title = "Not available at the moment"))]
    Unavailable,
}

impl ProblemType {
    pub(super) fn status(self) -> Status {
        let code = self.get_str("status").and_then(|code| code.parse().ok());
        code.map_or(Status::InternalServerError, Status::new)
    }

    pub(super) fn title(self) -> &'static str {
        self.get_str("title").unwrap_or_default()
    }

    pub(super) fn uri(self) -> String {
        format!("{NAMESPACE}{}", <&str>::from(self))
    }

    /// That of a status which no handler explains.
    fn of_status(status: Status) -> Self {
        match status.code {
            403 => Self::NotAllowed,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            413 => Self::BodyTooLarge,
            415 => Self::UnsupportedMediaType,
            429 => Self::TooManyRequests,
            503 => Self::Unavailable,
            400..=499 => Self::BadRequest,
            _ => Self::InternalError,
        }
    }

    /// RFC 6750 section 3, and RFC 9470 section 3.
    fn challenge(self) -> Option<&'static str> {
        match self {
            Self::TokenMissing | Self::SignInRefused | Self::SecondFactorRequired => Some("Bearer"),
            Self::TokenRefused => Some("Bearer error=\"invalid_token\""),
            Self::InsufficientScope => Some("Bearer error=\"insufficient_scope\""),
            Self::AuthenticationTooOld => Some("Bearer error=\"insufficient_user_authentication\""),
            _ => None,
        }
    }
}

/// A member or a parameter that does not fit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FieldProblem {
    /// Its name; of a member in another one, with a dot between them. Empty: the body as a whole.
    pub name: String,
    /// What does not fit, for people.
    pub detail: String,
}

/// The document of a problem (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct ProblemDocument {
    /// The kind of the problem, which is stable.
    #[serde(rename = "type")]
    kind: String,
    /// The same for people.
    title: String,
    status: u16,
    /// The members or parameters that do not fit.
    errors: Vec<FieldProblem>,
    /// The id of the request in the server's log.
    request_id: String,
    /// With `second-factor-required`: what the code is sent with.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

/// A problem before it is answered.
#[derive(Clone, Debug)]
pub struct ApiProblem {
    kind: ProblemType,
    errors: Vec<FieldProblem>,
    wait: Option<Duration>,
    state: Option<String>,
}

impl ApiProblem {
    pub fn of(kind: ProblemType) -> Self {
        Self {
            kind,
            errors: Vec::new(),
            wait: None,
            state: None,
        }
    }

    /// The password was right, and a code is asked for.
    pub(super) fn second_factor_required(state: String) -> Self {
        Self {
            state: Some(state),
            ..Self::of(ProblemType::SecondFactorRequired)
        }
    }

    pub fn of_status(status: Status) -> Self {
        Self::of(ProblemType::of_status(status))
    }

    /// About one member of the body.
    pub fn member(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::members(vec![FieldProblem {
            name: name.into(),
            detail: detail.into(),
        }])
    }

    pub fn members(errors: Vec<FieldProblem>) -> Self {
        Self {
            errors,
            ..Self::of(ProblemType::InvalidMembers)
        }
    }

    /// About one parameter of the query.
    pub fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: ProblemType::InvalidParameters,
            ..Self::member(name, detail)
        }
    }

    pub fn response(&self, request: &Request<'_>) -> Response<'static> {
        let status = self.kind.status();
        let document = ProblemDocument {
            kind: self.kind.uri(),
            title: self.kind.title().to_owned(),
            status: status.code,
            errors: self.errors.clone(),
            request_id: RequestInfo::of(request).id.clone(),
            state: self.state.clone(),
        };
        let text = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new();
        response.set_status(status);
        response.set_header(ContentType::new("application", "problem+json"));
        response.set_sized_body(text.len(), Cursor::new(text));
        if let Some(challenge) = self.kind.challenge() {
            response.set_header(Header::new("WWW-Authenticate", challenge));
        }
        let wait = match self.wait {
            Some(wait) => Some(wait.as_secs().saturating_add(1)),
            None => (status == Status::ServiceUnavailable).then_some(RETRY_AFTER),
        };
        if let Some(wait) = wait {
            response.set_header(Header::new("Retry-After", wait.to_string()));
        }
        if self.kind == ProblemType::MethodNotAllowed {
            let allowed: Vec<&str> = allowed_methods(request).into_iter().map(Method::as_str).collect();
            response.set_header(Header::new("Allow", allowed.join(", ")));
        }
        self.log(request);
        response
    }

    fn log(&self, request: &Request<'_>) {
        let path = RequestInfo::of(request).path();
        let client = client_address(request);
        if self.kind == ProblemType::TooManyRequests {
            tracing::warn!(event = "rate_limited", path, %client, "too many tries");
        }
    }
}

impl<'r> Responder<'r, 'static> for ApiProblem {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.response(request))
    }
}

/// Keeps the problem of a guard until the catcher answers.
#[derive(Default)]
struct ProblemCell(OnceLock<ApiProblem>);

/// Ends a guard with a problem.
pub(super) fn refuse<S, F>(request: &Request<'_>, problem: ApiProblem) -> Outcome<S, (Status, ()), F> {
    let status = problem.kind.status();
    let _ = request.local_cache(ProblemCell::default).0.set(problem);
    Outcome::Error((status, ()))
}

/// The problem with which a guard ended the request.
pub(super) fn refused<'r>(request: &'r Request<'_>) -> Option<&'r ApiProblem> {
    request.local_cache(ProblemCell::default).0.get()
}

impl<T: Into<ServiceError>> From<T> for ApiProblem {
    fn from(trouble: T) -> Self {
        let trouble = trouble.into();
        let (kind, wait) = match &trouble {
            ServiceError::TooMany(wait) => (ProblemType::TooManyRequests, Some(*wait)),
            ServiceError::AccountGone => (ProblemType::TokenRefused, None),
            ServiceError::Busy => (ProblemType::Unavailable, None),
            ServiceError::Database(error) if is_away(error) => (ProblemType::Unavailable, None),
            ServiceError::Database(_) | ServiceError::Internal(_) => (ProblemType::InternalError, None),
        };
        if matches!(kind, ProblemType::Unavailable | ProblemType::InternalError) {
            tracing::error!(%trouble, "a request of the API failed");
        }
        Self { wait, ..Self::of(kind) }
    }
}

pub(super) fn email_problem(error: EmailAddressError) -> FieldProblem {
    FieldProblem {
        name: "email".to_owned(),
        detail: error.to_string(),
    }
}

pub(super) fn password_problem(error: &PasswordError) -> FieldProblem {
    FieldProblem {
        name: "password".to_owned(),
        detail: error.to_string(),
    }
}

pub(super) fn name_problem(error: DisplayNameError) -> FieldProblem {
    let detail = match error {
        DisplayNameError::TooLong => format!("the name has more than {MAX_NAME_CHARS} characters"),
        DisplayNameError::Invalid => "the name holds a control character".to_owned(),
    };
    FieldProblem {
        name: "display_name".to_owned(),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn the_document_lists_each_type_with_its_status() {
        let text = include_str!("../../../docs/api.md");
        let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
        let told: BTreeSet<String> = rows
            .filter_map(|row| row.rsplit_once(" |")?.0.rsplit_once(" | ").map(|(row, _)| row.to_owned()))
            .collect();
        for kind in ProblemType::iter() {
            let row = format!("{}` | {}", <&str>::from(kind), kind.status().code);
            assert!(told.contains(&row), "{row} in {told:?}");
            assert!(!kind.title().is_empty());
            // No status that stands for none.
            assert_eq!(kind.get_str("status"), Some(&*kind.status().code.to_string()));
        }
    }
}
