//! Whether the browser keeps our cookies. Without them nobody can be signed in, and a person has to be told why.
//!
//! Only a second request shows it. Where a post succeeds that brought no cookie of ours, it leads to a page with a marker in
//! the query. If that page is asked for without a cookie again, the browser keeps none. The marker says nothing else.

use std::convert::Infallible;

use rocket::request::{FromRequest, Outcome, Request};

use super::cookies::Jar;

/// The query that says: a cookie was set by the answer that led here.
const MARKER: &str = "cookie=set";

/// What a request tells of the browser's cookies.
#[derive(Clone, Copy, Debug)]
pub struct CookieCheck {
    none: bool,
    marked: bool,
    browser: bool,
}

impl CookieCheck {
    /// Of a request.
    #[must_use]
    pub fn of(request: &Request<'_>) -> Self {
        let marked = request
            .uri()
            .query()
            .is_some_and(|query| query.split('&').any(|pair| pair == MARKER));
        // As every browser names itself, for old times' sake. A program needs no page that tells it why.
        let name = request.headers().get_one("User-Agent").unwrap_or_default();
        Self {
            none: Jar::of(request).is_empty(),
            marked,
            browser: name.starts_with("Mozilla/"),
        }
    }

    /// Whether the request brought no cookie of ours.
    #[must_use]
    pub fn none(self) -> bool {
        self.none
    }

    /// Whether it is to be found out if cookies are kept: a browser brought none.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.none && self.browser
    }

    /// Whether the browser was given a cookie a moment ago and did not bring it.
    #[must_use]
    pub fn refused(self) -> bool {
        self.none && self.marked
    }

    /// Whether the request leads to a page only by the marker and brought a cookie: then the marker has done its work.
    #[must_use]
    pub fn passed(self) -> bool {
        self.marked && !self.none
    }
}

/// The path of our page that led to a request, where the browser says so.
#[derive(Clone, Copy, Debug)]
pub struct CameFrom<'r>(Option<&'r str>);

impl CameFrom<'_> {
    /// Whether it is this one.
    #[must_use]
    pub fn is(self, page: &str) -> bool {
        self.0 == Some(page)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CameFrom<'r> {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let headers = request.headers();
        let host = headers.get_one("Host").unwrap_or_default();
        let path = headers
            .get_one("Referer")
            .and_then(|page| page.split_once("://"))
            .and_then(|(_, page)| page.strip_prefix(host))
            .and_then(|path| path.split('?').next());
        Outcome::Success(Self(path))
    }
}

/// A page of ours with the marker.
#[must_use]
pub fn marked(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{MARKER}")
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CookieCheck {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self::of(request))
    }
}
