//! What goes wrong, as a page: one error type, one answer, the catchers.

use std::io::Cursor;
use std::time::Duration;

use rocket::http::{ContentType, Header, Method, Status};
use rocket::response::{self, Redirect, Responder};
use rocket::{Request, Response};

use super::client_address::client_address;
use super::defence;
use super::guards::{self, Detour};
use super::next::{Next, form_page};
use super::page::{Page, Problem};
use super::requests::Story;
use super::transport;
use crate::accounts::Trouble;
use crate::db::is_away;

/// When to come back while something is away, in seconds.
const COME_BACK: usize = 5;

/// Why a page could not be shown.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or not for this visitor.
    NotFound,
    /// It could not be tried.
    Trouble(Trouble),
    /// Too many tries, told on the form that was sent.
    Limited(Duration, Box<Page>),
}

impl<T: Into<Trouble>> From<T> for Error {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

impl Error {
    /// Tells of too many tries on the form that was sent, so that what was typed is not lost. Other trouble has the page
    /// of its own.
    #[must_use]
    pub fn told_on(self, form: impl FnOnce() -> Page) -> Self {
        match self {
            Self::Trouble(Trouble::TooMany(wait)) => {
                let seconds = come_back(wait);
                let problem = if seconds < 100 {
                    Problem::counting("", "problem-too-many-seconds", "n", seconds)
                } else {
                    Problem::counting("", "problem-too-many-minutes", "n", seconds.div_ceil(60))
                };
                let page = form().refusing(vec![problem]).status(Status::TooManyRequests);
                Self::Limited(wait, Box::new(page))
            }
            other => other,
        }
    }

    fn status(&self) -> Status {
        match self {
            Self::NotFound => Status::NotFound,
            Self::Trouble(Trouble::AccountGone) => Status::Unauthorized,
            Self::Trouble(Trouble::TooMany(_)) | Self::Limited(..) => Status::TooManyRequests,
            Self::Trouble(Trouble::Busy) => Status::ServiceUnavailable,
            Self::Trouble(Trouble::Database(error)) if is_away(error) => Status::ServiceUnavailable,
            Self::Trouble(Trouble::Database(_) | Trouble::Internal(_)) => Status::InternalServerError,
        }
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Trouble(Trouble::TooMany(wait)) | Self::Limited(wait, _) => Some(*wait),
            _ => None,
        }
    }
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let (status, wait) = (self.status(), self.wait());
        match &self {
            Self::NotFound | Self::Trouble(Trouble::AccountGone) => {}
            Self::Trouble(Trouble::TooMany(_)) | Self::Limited(..) => {
                tracing::warn!(event = "limited", path = path(request), client = %client_address(request), "too many tries");
            }
            Self::Trouble(trouble) => tracing::error!(%trouble, path = path(request), "a request failed"),
        }
        if let Self::Limited(wait, form) = self {
            let mut response = form.respond_to(request)?;
            response.set_header(Header::new("Retry-After", come_back(wait).to_string()));
            return Ok(response);
        }
        if status == Status::Unauthorized {
            return Ok(elsewhere(request));
        }
        Ok(page(status, wait, request))
    }
}

/// Seconds to wait: whole ones, and never too few.
fn come_back(wait: Duration) -> usize {
    usize::try_from(wait.as_secs()).unwrap_or(usize::MAX).saturating_add(1)
}

/// The answer to a request that no handler answered.
#[must_use]
pub fn answer(status: Status, request: &Request<'_>) -> Response<'static> {
    match status {
        Status::Unauthorized => elsewhere(request),
        // Rocket calls a form that cannot be read unprocessable, whatever the reason; and a method that it does not know
        // a bad request.
        status => page(status, None, request),
    }
}

/// To the page that lets somebody in, and back here afterwards: after a post, to the page that holds the form.
fn elsewhere(request: &Request<'_>) -> Response<'static> {
    let here = request.uri().to_string();
    let here = Next::parse(form_page(&here));
    let to = match guards::detour(request) {
        Detour::SignIn => Next::kept_in(here.as_ref(), "/login"),
        Detour::Confirm => Next::kept_in(here.as_ref(), "/login/confirm"),
        Detour::Keep => "/account/delete".to_owned(),
    };
    let mut response = Redirect::to(to).respond_to(request).unwrap_or_default();
    response.set_status(Status::SeeOther);
    defence::secure(request, &mut response);
    response
}

/// The page of an error. If even that cannot be rendered, a line of text.
fn page(status: Status, wait: Option<Duration>, request: &Request<'_>) -> Response<'static> {
    let told = told(status);
    let seconds = match (wait, told.code) {
        (Some(wait), _) => Some(come_back(wait)),
        (None, 503) => Some(COME_BACK),
        (None, _) => None,
    };
    // Where the form is that could not be taken now; after a `GET` it is the page itself.
    let again = matches!(told.code, 409 | 429).then(|| form_page(request.uri().path().as_str()).to_owned());
    // What comes from elsewhere is turned into this method (`defence::CrossSiteCheck`).
    let foreign = told == Status::Forbidden && request.method() == Method::Trace;
    let page = Page::new("error")
        .status(told)
        .with("status", told.code)
        .with("foreign", foreign)
        .with("https_url", transport::https_url(request))
        .with("again", again)
        .with("retry_seconds", seconds)
        .with("request_id", &Story::of(request).id);
    let mut response = page.respond_to(request).unwrap_or_else(|_| {
        let text = format!("{} {}\n", told.code, told.reason_lossy());
        Response::build()
            .status(told)
            .header(ContentType::Plain)
            .sized_body(text.len(), Cursor::new(text))
            .finalize()
    });
    if let Some(seconds) = seconds {
        response.set_header(Header::new("Retry-After", seconds.to_string()));
    }
    if told == Status::Forbidden {
        let user = guards::seated(request).map(|user| user.user_id.to_string());
        tracing::warn!(event = "forbidden", user, path = path(request), client = %client_address(request), "refused");
    }
    defence::secure(request, &mut response);
    response
}

/// The status that a visitor is told: those that have a page, and for others the nearest.
fn told(status: Status) -> Status {
    match status.code {
        400 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503 => status,
        405 => Status::NotFound,
        401..=499 => Status::BadRequest,
        _ => Status::InternalServerError,
    }
}

fn path<'r>(request: &'r Request<'_>) -> &'r str {
    Story::of(request).path()
}
