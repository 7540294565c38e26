//! The IP address of the client, also behind reverse proxies.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;

use super::context::SiteContext;

/// How many characters of an unreadable entry are logged.
const MAX_SHOWN: usize = 64;

/// The client's address: that of the peer, unless the peer is a trusted proxy. Then it is the last address in
/// `X-Forwarded-For` that is not a trusted proxy (ASVS 4.1.3, 15.3.4). Requests without a peer share the address
/// 0.0.0.0, and so their rate limits.
#[must_use]
pub fn client_address(request: &Request<'_>) -> IpAddr {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let peer = peer(request);
    let mut headers = request.headers().get("X-Forwarded-For").peekable();
    if !is_trusted(request, peer) {
        if headers.peek().is_some() && !WARNED.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                event = "untrusted_proxy",
                %peer,
                "a peer that is not among trusted_proxies sends X-Forwarded-For: behind a forgotten proxy all visitors share one allowance"
            );
        }
        return peer;
    }
    let headers: Vec<&str> = headers.collect();
    let (client, unreadable) = last_but_proxies(peer, &headers, |address| is_trusted(request, address));
    if let Some(entry) = unreadable {
        warn_of_unreadable(entry, client);
    }
    // Health checks come from the proxy itself, or from the machine.
    if !names_one(&headers) && !request.uri().path().starts_with("/health/") {
        warn_of_silence(peer);
    }
    client
}

/// The visitor's address, if a trusted proxy names one and all that counts of its `X-Forwarded-For` can be read. Never the
/// address of the proxy itself.
#[must_use]
pub fn forwarded_client(request: &Request<'_>) -> Option<IpAddr> {
    let peer = peer(request);
    if !is_trusted(request, peer) {
        return None;
    }
    let headers: Vec<&str> = request.headers().get("X-Forwarded-For").collect();
    let (client, unreadable) = last_but_proxies(peer, &headers, |address| is_trusted(request, address));
    (names_one(&headers) && unreadable.is_none()).then_some(client)
}

/// Whether there is an entry at all.
fn names_one(headers: &[&str]) -> bool {
    let mut entries = headers.iter().flat_map(|header| header.split(','));
    entries.any(|entry| !entry.trim().is_empty())
}

/// Whether a request came from one of the trusted proxies.
#[must_use]
pub fn is_from_proxy(request: &Request<'_>) -> bool {
    is_trusted(request, peer(request))
}

fn peer(request: &Request<'_>) -> IpAddr {
    request
        .remote()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical())
}

fn is_trusted(request: &Request<'_>, address: IpAddr) -> bool {
    request
        .rocket()
        .state::<SiteContext>()
        .is_some_and(|frame| frame.config.trusted_proxies.iter().any(|network| network.contains(&address)))
}

/// The way back from the peer: the last address that is no trusted proxy's, and the entry that ended the way, if it names
/// no address.
fn last_but_proxies<'a>(
    peer: IpAddr,
    headers: &[&'a str],
    trusted: impl Fn(IpAddr) -> bool,
) -> (IpAddr, Option<&'a str>) {
    let mut client = peer;
    // Several headers are one list, in their order (RFC 9110 section 5.3). Empty entries are ignored (section 5.6.1).
    let entries = headers.iter().rev().flat_map(|header| header.rsplit(','));
    for entry in entries.map(str::trim).filter(|entry| !entry.is_empty()) {
        let Some(address) = address_of(entry) else {
            return (client, Some(entry));
        };
        client = address.to_canonical();
        if !trusted(client) {
            break;
        }
    }
    (client, None)
}

/// The address in an entry of `X-Forwarded-For`. Proxies write it alone, with a port (`203.0.113.1:4711`,
/// `[2001:db8::1]:4711`), in brackets, in quotes as in `Forwarded` (RFC 7239), or with the zone of a local network
/// (`fe80::1%eth0`).
fn address_of(entry: &str) -> Option<IpAddr> {
    let unquoted = entry.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(entry);
    let without_zone = zoneless(unquoted)?;
    let text = without_zone.as_str();
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(in_brackets).or_else(with_port)
}

/// The entry without the zone of an IPv6 address (RFC 4007 section 11). None: what follows the `%` is no zone.
fn zoneless(entry: &str) -> Option<String> {
    let Some((address, rest)) = entry.split_once('%') else {
        return Some(entry.to_owned());
    };
    let (zone, after) = rest.find(']').map_or((rest, ""), |end| rest.split_at(end));
    let is_zone = !zone.is_empty()
        && zone
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-._~".contains(letter));
    (address.contains(':') && is_zone).then(|| format!("{address}{after}"))
}

/// Warns once that several clients share one address, and so their rate limits.
fn warn_of_unreadable(entry: &str, client: IpAddr) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        let shown: String = entry.chars().take(MAX_SHOWN).collect();
        tracing::warn!(
            event = "unreadable_forwarded_for",
            entry = shown,
            %client,
            "an entry of a trusted proxy's X-Forwarded-For is no address: such visitors count as one and share one allowance; have the proxy write the visitor's address"
        );
    }
}

/// Warns once that a trusted proxy names no visitor, so that all of them share its address, and its rate limits.
fn warn_of_silence(peer: IpAddr) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            event = "no_forwarded_for",
            %peer,
            "a trusted proxy sends no X-Forwarded-For: all of its visitors count as one and share one allowance; have the proxy write the visitor's address"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn seen(headers: &[&str]) -> (String, Option<String>) {
        let trusted = |address: IpAddr| address.to_string().starts_with("10.") || address.to_string() == "fe80::10";
        let (client, unreadable) = last_but_proxies(PROXY.parse().unwrap(), headers, trusted);
        (client.to_string(), unreadable.map(str::to_owned))
    }

    // ASVS 4.1.3
    #[test]
    fn addresses_are_read_however_a_proxy_writes_them() {
        for (entry, address) in [
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("\"203.0.113.7\"", "203.0.113.7"),
            ("\"[2001:db8::7]\"", "2001:db8::7"),
            ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.7]:4711", "203.0.113.7"),
            ("fe80::7%eth0", "fe80::7"),
            ("[fe80::7%25eth0]", "fe80::7"),
            ("[fe80::7%eth0]:4711", "fe80::7"),
            ("203.0.113.7, ", "203.0.113.7"),
            (" ,, 203.0.113.7 ,,", "203.0.113.7"),
            ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("203.0.113.7, [fe80::10%eth0]:80, 10.0.0.9:80", "203.0.113.7"),
        ] {
            assert_eq!(seen(&[entry]), (address.to_owned(), None), "{entry}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        assert_eq!(seen(&["198.51.100.1", "203.0.113.7"]).0, "203.0.113.7");
        assert_eq!(seen(&["203.0.113.7", "10.0.0.9", ""]).0, "203.0.113.7");
        assert_eq!(seen(&["203.0.113.7, 10.0.0.8", ", 10.0.0.9"]).0, "203.0.113.7");
        assert_eq!(seen(&[]), (PROXY.to_owned(), None));
        assert_eq!(seen(&["", " , "]), (PROXY.to_owned(), None));
    }

    #[test]
    fn what_is_no_address_ends_the_way_and_is_told() {
        for entry in [
            "unknown",
            "_hidden",
            "\"_hidden\"",
            "\"203.0.113.7",
            "[203.0.113.7]",
            "[2001:db8::7",
            "2001:db8::7]:4711",
            "[2001:db8::7]:99999",
            "203.0.113.7:99999",
            "203.0.113.7%eth0",
            "fe80::7%",
            "fe80::7%et h0",
            "[fe80::7%]",
            "999.1.1.1",
            "0x7f.1",
            "for=203.0.113.7",
        ] {
            assert_eq!(seen(&[entry]), (PROXY.to_owned(), Some(entry.to_owned())));
            // The client can forge the first entries, so they are not believed.
            let forged = format!("203.0.113.7, {entry}, 10.0.0.9");
            assert_eq!(seen(&[&forged]), ("10.0.0.9".to_owned(), Some(entry.to_owned())));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_entry_is_too_strange(entry in ".*", strange in "[\\[\\]\"%:,. a-f0-9_]{0,40}") {
            let _ = seen(&[&entry, &strange]);
        }
    }
}
