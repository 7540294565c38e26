//! Each page has one canonical URL. Rocket routes by the decoded path, so the checks, the headers and the log must see
//! the same path. It is normalised here once, before anything else (RFC 3986 section 6.2.2, without double and trailing
//! slashes). A request with another spelling is never answered: a `GET` of a page is redirected to its canonical URL,
//! everything else is a 404.
//!
//! There must be exactly one `Host` header, and it must be valid (RFC 9112 section 3.2). We do not use its value, but a
//! proxy that reads another host than we do is a security risk. HTTP/1.0 has no exception, because no client needs one.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::Ipv6Addr;

use rocket::Request;
use rocket::http::uri::Origin;
use rocket::http::{Method, Status};

use crate::web::asked_host::{AT_APPS, AskedHost};
use crate::web::client_address::client_address;
use crate::web::security::path::canonical;
use crate::web::security::{EarlyResponse, is_safe, respond_early, route_to};

/// Whether this is a valid `Host` header (RFC 9110 section 7.2).
fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (text, ""),
    };
    let is_port = port.is_empty() || (port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok());
    let is_name = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte))
        }
    };
    is_name && is_port
}

fn names_one_host(request: &Request<'_>) -> bool {
    let mut hosts = request.headers().get("Host");
    let first = hosts.next();
    first.is_some_and(is_host) && hosts.next().is_none()
}

/// Checks `Host` and the path.
pub(super) fn check_host_and_path(request: &mut Request<'_>) {
    if !names_one_host(request) {
        tracing::warn!(event = "host_refused", client = %client_address(request), "refused: not one valid Host");
        respond_early(request, EarlyResponse::Status(Status::BadRequest));
        return;
    }
    let path = request.uri().path().as_str();
    match AskedHost::of(request) {
        AskedHost::App(_) if !path.starts_with(AT_APPS) => {
            respond_early(request, EarlyResponse::Status(Status::NotFound));
            return;
        }
        AskedHost::Several => {
            tracing::warn!(
                event = "host_refused",
                client = %client_address(request),
                "refused: a trusted proxy names several hosts in X-Forwarded-Host"
            );
            respond_early(request, EarlyResponse::Status(Status::BadRequest));
            return;
        }
        _ => {}
    }
    let canonical = match canonical(path) {
        Some(Cow::Borrowed(_)) => return,
        Some(Cow::Owned(canonical)) => canonical,
        None => {
            respond_early(request, EarlyResponse::Status(Status::NotFound));
            return;
        }
    };
    let query = request.uri().query().map(|query| query.as_str().to_owned());
    let is_page = is_safe(request.method()) && route_to(request, Method::Get, &canonical).is_some();
    let to = located(&canonical, query.as_deref());
    if let Ok(uri) = Origin::parse_owned(canonical) {
        request.set_uri(uri);
    }
    let instead = if is_page {
        EarlyResponse::MovedTo(to)
    } else {
        EarlyResponse::Status(Status::NotFound)
    };
    respond_early(request, instead);
}

/// Path and query for a `Location` header. The path begins with exactly one slash, so it stays on this site.
fn located(path: &str, query: Option<&str>) -> String {
    let mut to = path.to_owned();
    if let Some(query) = query {
        to.push('?');
        for byte in query.bytes() {
            if matches!(byte, b'!'..=b'~') && !b"\"<>\\^`{|}".contains(&byte) {
                to.push(char::from(byte));
            } else {
                let _ = write!(to, "%{byte:02X}");
            }
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_made_canonical_stays_so_and_stays_here(path in "[/.%2-6a-fA-F:@\\\\;\u{e4}]{0,16}") {
            if let Some(one) = canonical(&path) {
                let again = canonical(&one).map(Cow::into_owned);
                proptest::prop_assert_eq!(again.as_deref(), Some(&*one));
                proptest::prop_assert!(one.starts_with('/') && !one.starts_with("//"));
                let resolved = url::Url::parse("https://us.test/x").unwrap().join(&located(&one, None)).unwrap();
                proptest::prop_assert_eq!(resolved.host_str(), Some("us.test"));
            }
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port_or_without() {
        for host in [
            "localhost",
            "a_b.example:8000",
            "127.0.0.1:8000",
            "[::1]",
            "[::1]:8000",
            "x",
            "example.org:",
            "xn--4ca.example",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            ":",
            ":80",
            "a b",
            "a:b",
            "a:99999",
            "a:+1",
            "a/b",
            "a@b",
            "a\\b",
            "a,b:c:1",
            "[::1",
            "::1",
            "[x]",
            "\u{e4}.example",
            "a?b",
            "a#b",
            "http://a",
            "a\"",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
