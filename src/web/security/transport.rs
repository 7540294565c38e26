//! Whether the browser speaks https, as far as a request tells. TLS ends at a proxy in front, so this decides nothing: it is
//! for what pages and the log say.

use std::sync::atomic::{AtomicBool, Ordering};

use rocket::{Request, Response};

use crate::web::context::SiteContext;

/// The scheme that the browser used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn of(text: &str) -> Option<Self> {
        match text.trim() {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }
}

/// What the browser says of its own page comes first, then what the proxy says of the connection. Neither: not known.
fn scheme(request: &Request<'_>) -> Option<Scheme> {
    let headers = request.headers();
    let host = headers.get_one("Host")?;
    let own = |name: &str| {
        let (scheme, rest) = headers.get_one(name)?.split_once("://")?;
        let authority = rest.split('/').next().unwrap_or_default();
        authority.eq_ignore_ascii_case(host).then(|| Scheme::of(scheme)).flatten()
    };
    let forwarded = || {
        let first = headers.get_one("X-Forwarded-Proto")?.split(',').next()?;
        Scheme::of(first)
    };
    own("Origin").or_else(|| own("Referer")).or_else(forwarded)
}

/// Where to open, by https, the page of a request that came over plain http: there a browser drops the cookies of the
/// release profile, which are `Secure`. None when that is not known, or does not matter.
#[must_use]
pub fn https_url(request: &Request<'_>) -> Option<String> {
    let config = &request.rocket().state::<SiteContext>()?.config;
    let lost = config.in_production() && scheme(request) == Some(Scheme::Http);
    lost.then(|| config.public_url.to(request.uri().path().as_str()))
}

/// Tells the operator, once, that a cookie went out where browsers drop it: nobody can sign in that way.
pub fn warn_of_lost_cookies(request: &Request<'_>, response: &Response<'_>) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let sets = response.headers().iter().any(|header| header.name == "set-cookie");
    if !sets || https_url(request).is_none() || WARNED.swap(true, Ordering::Relaxed) {
        return;
    }
    let public_url = request
        .rocket()
        .state::<SiteContext>()
        .map(|frame| frame.config.public_url.origin());
    tracing::warn!(
        event = "secure_cookie_over_http",
        public_url,
        "a Secure cookie was sent over plain http, where browsers drop it, so nobody can sign in: open public_url by https, \
         and let the proxy that ends TLS send X-Forwarded-Proto: https"
    );
}
