//! Whether the browser uses https, as far as a request shows it. TLS ends at a proxy, so this is used only for messages
//! on pages and in the log, never for decisions.

use std::sync::atomic::{AtomicBool, Ordering};

use rocket::{Request, Response};

use crate::web::context::SiteContext;

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

/// First the scheme in the browser's `Origin` or `Referer`, then the proxy's `X-Forwarded-Proto`. None: unknown.
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

/// The `https` URL of the page, if it was requested over plain http in release, where browsers drop our `Secure`
/// cookies.
#[must_use]
pub fn https_url(request: &Request<'_>) -> Option<String> {
    let config = &request.rocket().state::<SiteContext>()?.config;
    let lost = config.in_production() && scheme(request) == Some(Scheme::Http);
    lost.then(|| config.public_url.to(request.uri().path().as_str()))
}

/// Warns once that a cookie was set over plain http, where browsers drop it, so that nobody can sign in.
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
