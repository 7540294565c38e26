//! Whether the browser stores our cookies. Without them nobody can sign in, and the page must say why.
//!
//! Only a second request shows it. If a successful post sent none of our cookies, its redirect has a marker in the
//! query. If the next request sends none either, the browser stores none.

use std::convert::Infallible;

use rocket::request::{FromRequest, Outcome, Request};

use super::cookies::Jar;

/// The marker: the answer that redirected here has set a cookie.
const MARKER: &str = "cookie=set";

/// What a request shows about the browser's cookies.
#[derive(Clone, Copy, Debug)]
pub struct CookieCheck {
    none: bool,
    marked: bool,
    browser: bool,
}

impl CookieCheck {
    #[must_use]
    pub fn of(request: &Request<'_>) -> Self {
        let marked = request
            .uri()
            .query()
            .is_some_and(|query| query.split('&').any(|pair| pair == MARKER));
        // Every browser's `User-Agent` begins with this word. Other programs need no page that explains cookies.
        let name = request.headers().get_one("User-Agent").unwrap_or_default();
        Self {
            none: Jar::of(request).is_empty(),
            marked,
            browser: name.starts_with("Mozilla/"),
        }
    }

    /// Whether the request sent none of our cookies.
    #[must_use]
    pub fn none(self) -> bool {
        self.none
    }

    /// Whether the next request must show if the browser stores cookies.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.none && self.browser
    }

    /// Whether a cookie was just set and the browser did not send it.
    #[must_use]
    pub fn refused(self) -> bool {
        self.none && self.marked
    }

    /// Whether the request has the marker and sent a cookie, so that the marker is not needed any more.
    #[must_use]
    pub fn passed(self) -> bool {
        self.marked && !self.none
    }
}

/// The path of our page in the `Referer` header, if there is one.
#[derive(Clone, Copy, Debug)]
pub struct CameFrom<'r>(Option<&'r str>);

impl CameFrom<'_> {
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

/// The URL with the marker.
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
