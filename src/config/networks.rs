//! Parses networks: a list, several in one text, or a single address.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// How networks may be written.
#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1: one, several with commas between them, or a list"
)]
pub(super) enum WrittenNetworks {
    Text(String),
    List(Vec<String>),
}

/// Parses a list of networks, or one text with commas between them. A single address is a network of one address.
pub fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = match WrittenNetworks::deserialize(from)? {
        WrittenNetworks::Text(text) => vec![text],
        WrittenNetworks::List(texts) => texts,
    };
    let parts = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            network(part).ok_or_else(|| {
                D::Error::custom(format!("must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1, not {part:?}"))
            })
        })
        .collect()
}

/// A network, or the network of one address. An IPv4-mapped IPv6 network becomes an IPv4 one, like the addresses of
/// visitors.
pub(super) fn network(text: &str) -> Option<IpNet> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(IpNet::from(address.to_canonical()));
    }
    let network: IpNet = text.parse().ok()?;
    Some(match network {
        IpNet::V6(six) if six.prefix_len() >= 96 => match six.addr().to_ipv4_mapped() {
            Some(four) => IpNet::V4(Ipv4Net::new_assert(four, six.prefix_len() - 96)),
            None => network,
        },
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_network_of_one() {
        for (written, read) in [
            ("127.0.0.1", "127.0.0.1/32"),
            ("::1", "::1/128"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(network(written).map(|network| network.to_string()).as_deref(), Some(read), "{written}");
        }
        for wrong in ["10.0.0.0/33", "localhost", "10.0.0", "[::1]:80", "10.0.0.1 10.0.0.2"] {
            assert_eq!(network(wrong), None, "{wrong}");
        }
    }
}
