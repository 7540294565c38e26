//! Each request: a name for it, who sent it, and one line in the log.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Data, Request, Response};

use super::page::Frame;
use crate::db::new_id;
use crate::logging;

/// What is known of a request from its beginning.
pub struct Story {
    /// Names it: in the log, and on the error page.
    pub id: String,
    /// The method it came with: Rocket answers a `HEAD` as a `GET`, and we a refused `POST` as a `TRACE`.
    pub method: Method,
    begun: Instant,
}

impl Story {
    /// The story of a request.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self {
            id: new_id(),
            method: request.method(),
            begun: Instant::now(),
        })
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for &'r Story {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Story::of(request))
    }
}

/// The visitor's address: the peer's, unless the peer is a trusted proxy: then the last address in `X-Forwarded-For` that
/// is not a proxy's too (ASVS 4.1.3, 15.3.4). Without a peer there is nobody to limit, so all such share one address.
#[must_use]
pub fn client_address(request: &Request<'_>) -> IpAddr {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let peer = request
        .remote()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
    let trusted = |address: IpAddr| {
        request
            .rocket()
            .state::<Frame>()
            .is_some_and(|frame| frame.config.trusted_proxies.iter().any(|network| network.contains(&address)))
    };
    let mut hops = request.headers().get("X-Forwarded-For").peekable();
    if !trusted(peer) {
        if hops.peek().is_some() && !WARNED.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                event = "untrusted_proxy",
                %peer,
                "a peer that is not among trusted_proxies sends X-Forwarded-For: behind a forgotten proxy all visitors share one allowance"
            );
        }
        return peer;
    }
    let hops: Vec<&str> = hops.flat_map(|header| header.split(',')).collect();
    let mut client = peer;
    for hop in hops.iter().rev() {
        let Some(address) = address_of(hop.trim()) else {
            break;
        };
        client = address.to_canonical();
        if !trusted(client) {
            break;
        }
    }
    client
}

/// The address in an entry of `X-Forwarded-For`: some proxies write the port, too (`203.0.113.1:4711`, `[2001:db8::1]:4711`).
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse::<IpAddr>().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.or_else(with_port)
}

/// Whether a request met the fairings.
struct Met(bool);

/// The line of a request that met no fairing: one whose method Rocket does not know, which it hands to the error page at
/// once.
pub fn note_unmet(status: Status, request: &Request<'_>) {
    if !request.local_cache(|| Met(false)).0 {
        logging::request_begins(&Story::of(request).id);
        note(status, request);
        logging::request_ends();
    }
}

fn note(status: Status, request: &Request<'_>) {
    let story = Story::of(request);
    tracing::info!(
        target: logging::REQUESTS,
        event = "request",
        method = story.method.as_str(),
        path = request.uri().path().as_str(),
        status = status.code,
        client = %client_address(request),
        micros = u64::try_from(story.begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// Writes one line per request, when it is answered: never a query or a token.
pub struct RequestLog;

#[rocket::async_trait]
impl Fairing for RequestLog {
    fn info(&self) -> Info {
        Info {
            name: "Request log",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| Met(true));
        logging::request_begins(&Story::of(request).id);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        note(response.status(), request);
        logging::request_ends();
    }
}
