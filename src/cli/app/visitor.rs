//! Asks as a visitor's browser does, without following anything.

use std::error::Error;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use reqwest::redirect::Policy;
use url::Url;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of an answer is read, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// What to do about errors of the network and of TLS, by a part of their text.
const HINTS: [(&str, &str); 3] = [
    ("lookup address", "DNS does not know the host yet: --at names the address of the proxy"),
    ("UnknownIssuer", "SSL_CERT_FILE names a file with the certificates of further authorities"),
    (
        "CaUsedAsEndEntity",
        "the certificate of the proxy is one of an authority: make one with basicConstraints CA:FALSE",
    ),
];

/// Who opens a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Asks {
    /// A person, in a browser.
    Person,
    /// A script on a page.
    Script,
}

/// A visitor who is not signed in, and claims to be a user.
pub(super) struct Visitor {
    client: reqwest::Client,
    /// What the visitor's own `Remote-User` holds.
    pub claim: String,
    /// What the visitor's own `X-Forwarded-For` holds.
    pub forwarded_for: IpAddr,
}

/// An answer.
pub(super) struct ProxyAnswer {
    pub status: u16,
    pub location: Option<String>,
    pub sets_cookie: bool,
    pub text: String,
    /// Headers and body, to look for what should not be there.
    pub whole: String,
    /// Our own address, as the proxy sees it, if nothing between changes it.
    pub from: Option<IpAddr>,
}

impl Visitor {
    /// `at`: where the hosts of these URLs are, if that is not where their names lead.
    pub(super) fn new(claim: String, at: Option<SocketAddr>, urls: &[&Url]) -> Result<Self, String> {
        let mut client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .user_agent(concat!("vestibule/", env!("CARGO_PKG_VERSION"), " (app check)"));
        if let Some(at) = at {
            for host in urls.iter().filter_map(|url| url.host_str()) {
                client = client.resolve(host, at);
            }
        }
        Ok(Self {
            client: client.build().map_err(|error| whole_error(&error))?,
            claim,
            // RFC 5737: nobody has this address.
            forwarded_for: IpAddr::from([203, 0, 113, 199]),
        })
    }

    pub(super) async fn ask(&self, url: &Url, asks: Asks) -> Result<ProxyAnswer, String> {
        let (mode, accept) = match asks {
            Asks::Person => ("navigate", "text/html,*/*;q=0.8"),
            Asks::Script => ("cors", "application/json"),
        };
        let mut request = self
            .client
            .get(url.clone())
            .header("Accept", accept)
            .header("Sec-Fetch-Mode", mode);
        for name in ["Remote-User", "Remote_User", "Remote-Email", "Remote-Groups"] {
            request = request.header(name, &self.claim);
        }
        request = request.header("X-Forwarded-For", self.forwarded_for.to_string());
        let mut response = request.send().await.map_err(|error| whole_error(&error))?;
        let from = response.remote_addr().and_then(own_address);
        let mut body = Vec::new();
        while body.len() < MAX_BYTES
            && let Some(part) = response.chunk().await.map_err(|error| whole_error(&error))?
        {
            body.extend_from_slice(&part);
        }
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(ProxyAnswer {
            status: response.status().as_u16(),
            location: header("location").filter(|location| !location.is_empty()),
            sets_cookie: response.headers().contains_key("set-cookie"),
            whole: format!("{:?}\n{text}", response.headers()),
            text,
            from,
        })
    }
}

/// The address from which this machine reaches another one. Nothing is sent.
fn own_address(peer: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if peer.is_ipv4() {
        IpAddr::from([0; 4])
    } else {
        IpAddr::from([0; 16])
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(peer).ok()?;
    socket.local_addr().ok().map(|own| own.ip().to_canonical())
}

/// An error with its causes, which the outer one does not tell.
fn whole_error(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("there is no answer within {} seconds", PATIENCE.as_secs());
    }
    let mut cause: Option<&dyn Error> = error.source();
    let mut innermost = error.to_string();
    while let Some(error) = cause {
        innermost = error.to_string();
        cause = error.source();
    }
    match HINTS.iter().find(|(part, _)| innermost.contains(part)) {
        Some((_, hint)) => format!("{innermost} ({hint})"),
        None => innermost,
    }
}
