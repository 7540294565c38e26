//! Reads what a proxy asks: may this visitor see this page of this app?

use rocket::Request;
use rocket::http::Method;

use crate::config::{ForwardedHeaders, canonical_host};
use crate::web::context::SiteContext;

/// More than any proxy takes as an address.
const MAX_URI: usize = 16 * 1024;

/// A question, of which it is not known yet whether it is for an app.
#[derive(Debug)]
pub(super) struct Question<'r> {
    /// The host that it is for, in its one spelling, and the header that names it.
    pub host: String,
    pub host_header: &'static str,
    /// Path and query as the visitor sent them.
    pub uri: &'r str,
    /// Whether a person opens a page, and not a script or a program.
    pub navigates: bool,
}

/// Why a question cannot be answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum NoQuestion {
    #[error("the proxy sends no {0}")]
    Missing(&'static str),
    #[error("the proxy sends {0} twice")]
    Doubled(&'static str),
    #[error("{0} cannot be read")]
    Unreadable(&'static str),
    #[error("no app has the host in {0}")]
    UnknownHost(&'static str),
}

impl<'r> Question<'r> {
    /// `method`: the one that the question came with, if it is one that Rocket knows.
    pub(super) fn read(request: &'r Request<'_>, method: Option<Method>) -> Result<Self, NoQuestion> {
        let headers = request
            .rocket()
            .state::<SiteContext>()
            .map(|site| site.config.forwarded_headers);
        let (names, (host, uri), forwarded) = match headers.unwrap_or_default() {
            ForwardedHeaders::XForwarded => {
                let names = ["X-Forwarded-Host", "X-Forwarded-Uri"];
                let page = (required(request, names[0])?, required(request, names[1])?);
                (names, page, single(request, "X-Forwarded-Method")?)
            }
            ForwardedHeaders::XOriginalUrl => {
                let name = "X-Original-URL";
                let page = split(required(request, name)?).ok_or(NoQuestion::Unreadable(name))?;
                ([name; 2], page, single(request, "X-Original-Method")?)
            }
        };
        if !uri.starts_with('/') || uri.len() > MAX_URI {
            return Err(NoQuestion::Unreadable(names[1]));
        }
        let host = canonical_host(host).ok_or(NoQuestion::Unreadable(names[0]))?;
        let is_get = forwarded.map_or(method == Some(Method::Get), |method| method == "GET");
        Ok(Self {
            host,
            host_header: names[0],
            uri,
            navigates: navigates(request, is_get),
        })
    }

    /// The path alone.
    pub(super) fn path(&self) -> &'r str {
        self.uri.split('?').next().unwrap_or_default()
    }

    /// What follows the first question mark.
    pub(super) fn query(&self) -> &'r str {
        self.uri.split_once('?').map_or("", |(_, query)| query)
    }
}

/// A header that is there at most once.
fn single<'r>(request: &'r Request<'_>, name: &'static str) -> Result<Option<&'r str>, NoQuestion> {
    let mut all = request.headers().get(name);
    let first = all.next();
    match all.next() {
        Some(_) => Err(NoQuestion::Doubled(name)),
        None => Ok(first),
    }
}

fn required<'r>(request: &'r Request<'_>, name: &'static str) -> Result<&'r str, NoQuestion> {
    single(request, name)?.ok_or(NoQuestion::Missing(name))
}

/// Host, and path with query, of a whole URL. The scheme says nothing: behind a second proxy it is `http`.
fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let known = ["https", "http", "wss", "ws"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let path = rest.find('/')?;
    known.then(|| rest.split_at(path))
}

/// Browsers say so (Fetch Metadata). Older ones ask for HTML where a person navigates.
fn navigates(request: &Request<'_>, is_get: bool) -> bool {
    match request.headers().get_one("Sec-Fetch-Mode") {
        Some(mode) => mode == "navigate",
        None => is_get && takes_html(request),
    }
}

fn takes_html(request: &Request<'_>) -> bool {
    let accepted = request.headers().get("Accept").flat_map(|line| line.split(','));
    let mut kinds = accepted.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.any(|kind| kind.eq_ignore_ascii_case("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_url_is_host_and_path() {
        for (url, parts) in [
            ("https://wiki.example.org/a?b", Some(("wiki.example.org", "/a?b"))),
            ("HTTP://wiki.example.org:8443//a://b", Some(("wiki.example.org:8443", "//a://b"))),
            ("wss://wiki.example.org/", Some(("wiki.example.org", "/"))),
            ("https://wiki.example.org", None),
            ("ftp://wiki.example.org/", None),
            ("/a", None),
            ("", None),
        ] {
            assert_eq!(split(url), parts, "{url}");
        }
    }
}
