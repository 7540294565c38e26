//! Errors as pages: one error type, one answer for each status.

use std::io::Cursor;
use std::time::Duration;

use rocket::http::{ContentType, Header, Method, Status};
use rocket::response::{self, Responder};
use rocket::{Request, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked_host::AskedHost;
use super::client_address::client_address;
use super::field_error::FieldError;
use super::guards::{self, LoginRedirect};
use super::page::{Page, PageContext};
use super::redirect::Redirect;
use super::request_info::RequestInfo;
use super::return_to::{ReturnTo, form_of};
use super::security;
use super::security::transport;
use crate::accounts::error::ServiceError;
use crate::db::is_away;

/// How many seconds to wait while a service is unavailable.
const RETRY_AFTER: usize = 5;

/// Why a page could not be shown.
#[derive(Debug)]
pub enum Error {
    /// The page does not exist, or not for this visitor.
    NotFound,
    /// The request could not be processed, for example because the database is unavailable.
    Service(ServiceError),
    /// The form again, with its errors; or the page of a link that cannot be used.
    Page(Box<Page>),
    Redirect(Redirect),
    /// A rate limit, reported on the form that was sent.
    Limited(Duration, Box<Page>),
}

impl<T: Into<ServiceError>> From<T> for Error {
    fn from(trouble: T) -> Self {
        Self::Service(trouble.into())
    }
}

impl From<Redirect> for Error {
    fn from(redirect: Redirect) -> Self {
        Self::Redirect(redirect)
    }
}

impl From<Page> for Error {
    fn from(page: Page) -> Self {
        Self::Page(Box::new(page))
    }
}

impl Error {
    /// Reports a rate limit on the form that was sent, so that what was typed is not lost. Other errors get the error
    /// page.
    #[must_use]
    pub fn on_form(self, form: impl FnOnce() -> Page) -> Self {
        match self {
            Self::Service(ServiceError::TooMany(wait)) => {
                let seconds = retry_after(wait);
                let problem = if seconds < 100 {
                    FieldError::counting("", "error-too-many-seconds", "n", seconds)
                } else {
                    FieldError::counting("", "error-too-many-minutes", "n", seconds.div_ceil(60))
                };
                let page = form().with_errors(vec![problem]).status(Status::TooManyRequests);
                Self::Limited(wait, Box::new(page))
            }
            other => other,
        }
    }

    fn status(&self) -> Status {
        match self {
            Self::NotFound => Status::NotFound,
            Self::Page(page) => page.status_code(),
            Self::Redirect(_) => Status::SeeOther,
            Self::Service(ServiceError::AccountGone) => Status::Unauthorized,
            Self::Service(ServiceError::TooMany(_)) | Self::Limited(..) => Status::TooManyRequests,
            Self::Service(ServiceError::Busy) => Status::ServiceUnavailable,
            Self::Service(ServiceError::Database(error)) if is_away(error) => Status::ServiceUnavailable,
            Self::Service(ServiceError::Database(_) | ServiceError::Internal(_)) => Status::InternalServerError,
        }
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Service(ServiceError::TooMany(wait)) | Self::Limited(wait, _) => Some(*wait),
            _ => None,
        }
    }
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let (status, wait) = (self.status(), self.wait());
        match &self {
            Self::NotFound | Self::Page(_) | Self::Redirect(_) | Self::Service(ServiceError::AccountGone) => {}
            Self::Service(ServiceError::TooMany(_)) | Self::Limited(..) => {
                tracing::warn!(event = "rate_limited", path = path(request), client = %client_address(request), "too many tries");
            }
            Self::Service(trouble) => tracing::error!(%trouble, path = path(request), "a request failed"),
        }
        if let Self::Page(page) = self {
            return page.respond_to(request);
        }
        if let Self::Redirect(redirect) = self {
            return redirect.respond_to(request);
        }
        if let Self::Limited(wait, form) = self {
            let mut response = form.respond_to(request)?;
            response.set_header(Header::new("Retry-After", retry_after(wait).to_string()));
            return Ok(response);
        }
        if status == Status::Unauthorized {
            return Ok(redirect_to_login(request));
        }
        Ok(page(status, wait, request))
    }
}

/// The error page.
#[derive(Serialize, JsonSchema)]
pub(super) struct ErrorContext {
    /// The HTTP status: 400, 403, 404, 409, 413, 415, 422, 429, 500 or 503. Title and text are the messages
    /// `error-page-…-title` and `error-page-…-text`.
    status: u16,
    /// Whether the request was refused because it came from another site.
    foreign: bool,
    /// The `https` URL of the page, if it was requested over plain `http`.
    secure_url: Option<String>,
    /// The path of the page with the form that was refused; set for 409 and 429 only.
    again: Option<String>,
    /// After how many seconds the visitor can try again; set for 429 and 503 only.
    retry_seconds: Option<usize>,
    /// The id of the request in the log.
    request_id: String,
}

impl PageContext for ErrorContext {
    const TEMPLATE: &'static str = "error";

    fn examples() -> Vec<Self> {
        let example = |status| Self {
            status,
            foreign: status == 403,
            secure_url: None,
            again: matches!(status, 409 | 429).then(|| "/login".to_owned()),
            retry_seconds: match status {
                429 => Some(600),
                503 => Some(RETRY_AFTER),
                _ => None,
            },
            request_id: "1".to_owned(),
        };
        let over_http = Self {
            secure_url: Some("https://accounts.example.org/login".to_owned()),
            ..example(403)
        };
        SHOWN.into_iter().map(example).chain([over_http]).collect()
    }
}

/// The statuses with texts of their own. Others are reported as the nearest of these.
const SHOWN: [u16; 10] = [400, 403, 404, 409, 413, 415, 422, 429, 500, 503];

/// Whole seconds, rounded up.
fn retry_after(wait: Duration) -> usize {
    usize::try_from(wait.as_secs()).unwrap_or(usize::MAX).saturating_add(1)
}

/// The answer to a request that no route answered.
#[must_use]
pub fn answer(status: Status, request: &Request<'_>) -> Response<'static> {
    match status {
        Status::Unauthorized => redirect_to_login(request),
        // Rocket answers a form that cannot be parsed with 422, whatever the reason, and an unknown method with 400.
        status => page(status, None, request),
    }
}

/// Redirects to the sign-in page, which leads back to this page afterwards; after a post, to the page with the form.
fn redirect_to_login(request: &Request<'_>) -> Response<'static> {
    let here = request.uri().to_string();
    let here = ReturnTo::parse(form_of(&here));
    let to = match guards::login_redirect(request) {
        LoginRedirect::SignIn => ReturnTo::with_next(here.as_ref(), "/login"),
        LoginRedirect::Confirm => ReturnTo::with_next(here.as_ref(), "/login/confirm"),
        LoginRedirect::Keep => "/account/delete".to_owned(),
    };
    let mut response = response::Redirect::to(to).respond_to(request).unwrap_or_default();
    response.set_status(Status::SeeOther);
    security::set_security_headers(request, &mut response);
    response
}

/// Renders the error page. If that fails, the answer is one line of plain text.
fn page(status: Status, wait: Option<Duration>, request: &Request<'_>) -> Response<'static> {
    let public_status = public_status(status);
    let seconds = match (wait, public_status.code) {
        (Some(wait), _) => Some(retry_after(wait)),
        (None, 503) => Some(RETRY_AFTER),
        (None, _) => None,
    };
    // The page with the form; after a `GET` the requested page itself.
    let again = matches!(public_status.code, 409 | 429).then(|| form_of(request.uri().path().as_str()).to_owned());
    // The check of the origin turns requests from other sites into `TRACE`.
    let foreign = public_status == Status::Forbidden && request.method() == Method::Trace;
    let context = ErrorContext {
        status: public_status.code,
        foreign,
        secure_url: transport::https_url(request),
        again,
        retry_seconds: seconds,
        request_id: RequestInfo::of(request).id.clone(),
    };
    let page = Page::of(&context).status(public_status);
    // The links of the page lead to our own host.
    let rendered = match AskedHost::of(request).app() {
        Some(_) => Err(public_status),
        None => page.respond_to(request),
    };
    let mut response = rendered.unwrap_or_else(|_| {
        let text = format!("{} {}\n", public_status.code, public_status.reason_lossy());
        Response::build()
            .status(public_status)
            .header(ContentType::Plain)
            .sized_body(text.len(), Cursor::new(text))
            .finalize()
    });
    if let Some(seconds) = seconds {
        response.set_header(Header::new("Retry-After", seconds.to_string()));
    }
    if public_status == Status::Forbidden {
        let user = guards::current_session(request).map(|user| user.user_id.to_string());
        tracing::warn!(event = "forbidden", user, path = path(request), client = %client_address(request), "refused");
    }
    security::set_security_headers(request, &mut response);
    response
}

/// The status that is reported to the visitor: one that has texts, or the nearest.
fn public_status(status: Status) -> Status {
    match status.code {
        code if SHOWN.contains(&code) => status,
        405 => Status::NotFound,
        401..=499 => Status::BadRequest,
        _ => Status::InternalServerError,
    }
}

fn path<'r>(request: &'r Request<'_>) -> &'r str {
    RequestInfo::of(request).path()
}
