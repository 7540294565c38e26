//! What a browser takes along from the host of an app to Vestibule and back: the `state` of the addresses between.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;

use super::asked_host::AT_APPS;
use crate::tokens::email_tokens::hash;

/// The maximum length of a path when it is a part of a query. Some proxies take no header of more than 4 KiB.
const MAX_IN_QUERY: usize = 2048;

/// What no header may contain as it is.
const HEADER: &AsciiSet = &CONTROLS.add(b' ');
/// Everything but RFC 3986's unreserved characters.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Path and query at the host of an app, as the visitor sent them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AppPath(String);

impl AppPath {
    /// The page to come back to: of too long an address the path alone, or the front page. It never leads to our own paths
    /// there: that would be going in circles.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = utf8_percent_encode(text, HEADER).to_string();
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let ours = path == AT_APPS.trim_end_matches('/') || path.starts_with(AT_APPS);
        let fits = |text: &&str| text.starts_with('/') && in_query(text).len() <= MAX_IN_QUERY;
        let fitting = [text.as_str(), path].into_iter().find(fits).filter(|_| !ours);
        Self(fitting.unwrap_or("/").to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Escaped, once and as a whole.
    #[must_use]
    pub fn in_query(&self) -> String {
        in_query(&self.0)
    }
}

fn in_query(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// The `state`: which browser asks, and for which page.
///
/// It has the hash of the secret that the browser has in a cookie. Who learns a code and its state from an address still
/// lacks the secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AppState {
    secret_hash: Vec<u8>,
    /// How often the browser was sent back to the start before.
    pub round: u8,
    pub to: AppPath,
}

impl AppState {
    #[must_use]
    pub fn new(secret: &str, round: u8, to: AppPath) -> Self {
        Self {
            secret_hash: hash(secret),
            round,
            to,
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (hash, round, to) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || hash.len() != 43 || round.len() != 1 {
            return None;
        }
        let to = BASE64URL_NOPAD.decode(to.as_bytes()).ok()?;
        Some(Self {
            secret_hash: BASE64URL_NOPAD.decode(hash.as_bytes()).ok()?,
            round: round.parse().ok()?,
            to: AppPath::of(std::str::from_utf8(&to).ok()?),
        })
    }

    /// SHA-256 of the browser's secret.
    #[must_use]
    pub fn secret_hash(&self) -> &[u8] {
        &self.secret_hash
    }

    /// Whether this is the browser that asked.
    #[must_use]
    pub fn is_of(&self, secret: &str) -> bool {
        self.secret_hash.ct_eq(&hash(secret)).into()
    }
}

impl fmt::Display for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = BASE64URL_NOPAD.encode(&self.secret_hash);
        let to = BASE64URL_NOPAD.encode(self.to.as_str().as_bytes());
        write!(f, "{hash}.{}.{to}", self.round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_again_as_it_was_asked_for() {
        for path in [
            "/",
            "/a%2Fb?x=a%2Fb&y=%26",
            "//double//slash",
            "/a/./b/../c;p=1?x=1;y=2",
            "/a|b/[c]?\"<>",
            "/x?to=/y#z",
            "/\\evil.example",
        ] {
            assert_eq!(AppPath::of(path).as_str(), path);
            let state = AppState::new("secret", 1, AppPath::of(path));
            assert_eq!(AppState::parse(&state.to_string()).as_ref(), Some(&state), "{path}");
            assert!(state.is_of("secret") && !state.is_of("another"));
        }
        assert_eq!(AppPath::of("/\u{e4} b\t\r\n").as_str(), "/%C3%A4%20b%09%0D%0A");
        assert_eq!(AppPath::of("/a?b=c&d").in_query(), "%2Fa%3Fb%3Dc%26d");
    }

    #[test]
    fn what_leads_elsewhere_leads_to_the_front_page() {
        for path in [
            "",
            "x",
            "https://evil.example/",
            "?x",
            "/.vestibule",
            "/.vestibule/",
            "/.vestibule/start?to=/",
            "/.vestibule?x",
        ] {
            assert_eq!(AppPath::of(path).as_str(), "/", "{path}");
        }
        assert_eq!(AppPath::of("/.vestibules").as_str(), "/.vestibules");
        let long = "a".repeat(MAX_IN_QUERY);
        assert_eq!(AppPath::of(&format!("/list?q={long}")).as_str(), "/list");
        assert_eq!(AppPath::of(&format!("/{long}")).as_str(), "/");
    }

    #[test]
    fn a_state_has_one_form() {
        let hash = "A".repeat(43);
        assert!(AppState::parse(&format!("{hash}.0.Lw")).is_some());
        for text in [
            String::new(),
            hash.clone(),
            format!("{hash}.0"),
            format!("{hash}.0.Lw.x"),
            format!("{hash}.10.Lw"),
            format!("{hash}.-.Lw"),
            format!("{hash}A.0.Lw"),
            format!("{}.0.Lw", "!".repeat(43)),
            format!("{hash}.0.L"),
            format!("{hash}.0._w"),
        ] {
            assert_eq!(AppState::parse(&text), None, "{text}");
        }
    }
}
