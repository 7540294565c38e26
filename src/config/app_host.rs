//! The hosts of apps, in their one spelling.

use std::fmt;

use url::Url;

use super::run_mode::RunMode;

/// RFC 1035 section 2.3.4, and a port.
const MAX_BYTES: usize = 253 + 6;

/// A host at which an app is reached: what browsers call its origin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AppHost {
    authority: String,
    origin: String,
    port: Option<u16>,
}

impl AppHost {
    /// Parses a host as the settings have it: `wiki.example.org` or `wiki.example.org:8443`, and in development also
    /// `http://localhost:3000`. Without a scheme it is `https`, in development `http`.
    pub(super) fn parse(text: &str, mode: RunMode) -> Result<Self, NoHost> {
        // As the address bar of a browser has it.
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, host) = match text.split_once("://") {
            Some(("https", host)) => ("https", host),
            Some(("http", host)) if mode == RunMode::Development => ("http", host),
            Some(("http", _)) => return Err(NoHost::NotHttps),
            Some(_) => return Err(NoHost::Unreadable),
            None if mode == RunMode::Development => ("http", text),
            None => ("https", text),
        };
        let authority = canonical_host(host).ok_or(NoHost::Unreadable)?;
        let url = Url::parse(&format!("{scheme}://{authority}")).map_err(|_| NoHost::Unreadable)?;
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            port: url.port(),
            authority,
        })
    }

    /// Host and port, as [`canonical_host`] spells them. A port that is the scheme's own is left out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.authority
    }

    /// With its scheme, which the settings accept in development and in production.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}://{}", self.scheme(), self.authority)
    }

    /// `https`, or in development `http`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.origin.split("://").next().unwrap_or_default()
    }

    /// As browsers write it: `https://wiki.example.org`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The port, if it is not the scheme's own.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The host without its port.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &self.authority,
        }
    }
}

impl fmt::Display for AppHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}

/// Why a text is no host of an app.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NoHost {
    Unreadable,
    NotHttps,
}

/// The one spelling of a host with or without a port: lower case, other letters as Punycode (UTS #46), no dot at the end,
/// and not the port of https. `None` for what is no host.
#[must_use]
pub fn canonical_host(text: &str) -> Option<String> {
    // What a URL has around its host, and percent signs, which the parser of URLs would decode.
    let strange = |letter: char| letter.is_control() || letter.is_whitespace() || "/\\?#@%,".contains(letter);
    if text.len() > MAX_BYTES || text.chars().any(strange) {
        return None;
    }
    if is_plain(text) {
        return Some(text.to_owned());
    }
    let url = Url::parse(&format!("https://{text}")).ok()?;
    let name = url.host_str()?;
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() || name.ends_with('.') {
        return None;
    }
    Some(match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    })
}

/// Whether this is spelled as nearly all hosts are, so that nothing has to be worked out at each request.
fn is_plain(text: &str) -> bool {
    let named = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    named
        && !text.contains("xn--")
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        // The last label of an address may be a number.
        && text.rsplit('.').next().is_some_and(|label| label.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()))
        && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        for (written, one) in [
            ("wiki.example.org", "wiki.example.org"),
            ("Wiki.Example.ORG", "wiki.example.org"),
            ("wiki.example.org.", "wiki.example.org"),
            ("wiki.example.org:443", "wiki.example.org"),
            ("wiki.example.org.:443", "wiki.example.org"),
            ("wiki.example.org:8443", "wiki.example.org:8443"),
            ("WIKI.example.org.:8443", "wiki.example.org:8443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("localhost:3000", "localhost:3000"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("[::1]:3000", "[::1]:3000"),
            ("[0:0::1]", "[::1]"),
        ] {
            assert_eq!(canonical_host(written).as_deref(), Some(one), "{written}");
            assert_eq!(canonical_host(one).as_deref(), Some(one), "{one}");
        }
        for wrong in [
            "",
            ".",
            "..",
            ":443",
            "wiki.example.org..",
            "a, b",
            "a,b",
            "wiki.example.org/",
            "user@wiki.example.org",
            "wiki.example.org?x",
            "wiki.example.org#x",
            "wiki.example.org\\x",
            "%77iki.example.org",
            "wiki.example.org:99999",
            "wiki.example.org:x",
            "wiki example.org",
            "wiki.example.org\t",
            "[::1",
            "::1",
            "a<b",
            "xn--a.example",
        ] {
            assert_eq!(canonical_host(wrong), None, "{wrong}");
        }
        assert_eq!(canonical_host(&"a".repeat(300)), None);
    }

    #[test]
    fn hosts_are_https_except_in_development() {
        let origin = |text, mode| AppHost::parse(text, mode).map(|host| host.origin().to_owned());
        for (text, production, development) in [
            ("wiki.example.org", Ok("https://wiki.example.org"), Ok("http://wiki.example.org")),
            ("https://Wiki.example.org:443", Ok("https://wiki.example.org"), Ok("https://wiki.example.org")),
            ("http://localhost:3000", Err(NoHost::NotHttps), Ok("http://localhost:3000")),
            ("ftp://wiki.example.org", Err(NoHost::Unreadable), Err(NoHost::Unreadable)),
            ("https://wiki.example.org/", Ok("https://wiki.example.org"), Ok("https://wiki.example.org")),
            ("https://wiki.example.org/x", Err(NoHost::Unreadable), Err(NoHost::Unreadable)),
        ] {
            assert_eq!(origin(text, RunMode::Production), production.map(str::to_owned), "{text}");
            assert_eq!(origin(text, RunMode::Development), development.map(str::to_owned), "{text}");
        }
        let host = AppHost::parse("wiki.example.org:8443", RunMode::Production).unwrap();
        assert_eq!((host.name(), host.port()), ("wiki.example.org", Some(8443)));
        assert_eq!(AppHost::parse("[::1]", RunMode::Production).unwrap().name(), "[::1]");
        for written in [
            "http://localhost:80",
            "http://localhost:3000",
            "https://wiki.example.org",
        ] {
            assert_eq!(AppHost::parse(written, RunMode::Development).unwrap().written(), written);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_one_spelling_stays_so(text in "[a-zA-Z0-9.:\\[\\]\u{e4}-]{0,16}") {
            if let Some(one) = canonical_host(&text) {
                let again = canonical_host(&one);
                proptest::prop_assert_eq!(again.as_deref(), Some(&*one));
            }
        }
    }
}
