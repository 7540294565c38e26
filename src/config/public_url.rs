//! The public origin of Vestibule.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use figment::Figment;
use url::Url;

use super::problem::Check;
use super::run_mode::RunMode;

const KEY: &str = "public_url";

/// Scheme, host and port, without a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    port: Option<u16>,
    also: Vec<String>,
}

impl PublicUrl {
    fn new(url: &Url, mode: RunMode) -> Option<Self> {
        let host = url.host_str()?.to_owned();
        let whole = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !whole || !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        let also = if mode == RunMode::Development && loopback.contains(&host.as_str()) {
            loopback.iter().map(|name| format!("{}://{name}{port}", url.scheme())).collect()
        } else {
            Vec::new()
        };
        Some(Self {
            origin: url.origin().ascii_serialization(),
            host,
            port: url.port(),
            also,
        })
    }

    /// As browsers write it: `https://accounts.example.org`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if it is not the scheme's default.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Host and port, as `canonical_host` spells them.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.origin.split("://").nth(1).unwrap_or_default()
    }

    /// Whether an origin is this one. In development the loopback names of one port are equal.
    #[must_use]
    pub fn is(&self, origin: &str) -> bool {
        origin == self.origin || self.also.iter().any(|name| name == origin)
    }

    /// The full URL of a path that begins with `/`.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

pub(super) fn public_url(
    check: &mut Check,
    raw: Option<String>,
    mode: RunMode,
    figment: &Figment,
) -> Option<PublicUrl> {
    let text = match (raw, mode) {
        (Some(text), _) => text,
        (None, RunMode::Production) => {
            check.problem(KEY, "is not set: say where people reach this system, as https://accounts.example.org");
            return None;
        }
        (None, RunMode::Development) => {
            let address: IpAddr = figment.extract_inner("address").unwrap_or(Ipv4Addr::LOCALHOST.into());
            let port: u16 = figment.extract_inner("port").unwrap_or(8000);
            match address {
                _ if port == 0 => {
                    check.problem(KEY, "must be set when the port is 0");
                    return None;
                }
                address if address.is_unspecified() || is_localhost(address) => format!("http://localhost:{port}"),
                IpAddr::V4(address) => format!("http://{address}:{port}"),
                IpAddr::V6(address) => format!("http://[{address}]:{port}"),
            }
        }
    };
    let Some(url) = Url::parse(&text).ok().filter(Url::has_host) else {
        check.problem(KEY, "is not a URL");
        return None;
    };
    if mode == RunMode::Production && url.scheme() != "https" {
        check.problem(KEY, "must begin with https:// in release");
        return None;
    }
    let public_url = PublicUrl::new(&url, mode);
    if public_url.is_none() {
        check.problem(KEY, "must be scheme, host and port alone, as https://accounts.example.org");
    }
    public_url
}

fn is_localhost(address: IpAddr) -> bool {
    address == Ipv4Addr::LOCALHOST || address == Ipv6Addr::LOCALHOST
}
