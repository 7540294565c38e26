//! Who sends a request, as far as the request tells.

use std::net::IpAddr;

use crate::accounts::identity::device::Device;
use crate::i18n::Language;
use crate::mail::queue::RequestOrigin;

/// The sender of a request, signed in or not.
#[derive(Clone, Debug)]
pub struct Client {
    /// The address of the peer, or what a trusted proxy says.
    pub ip: IpAddr,
    /// The device cookie of a browser that was signed in with before.
    pub device_cookie: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The language of the answer.
    pub language: Language,
}

impl Client {
    /// The origin of a request as mails and the activity log show it: browser and system from fixed lists, and a masked IP.
    #[must_use]
    pub fn origin(&self) -> RequestOrigin {
        RequestOrigin {
            device: self.user_agent.as_deref().and_then(Device::of).map(|device| device.stored()),
            masked_ip: Some(mask_ip(self.ip)),
        }
    }
}

/// An IP address without the part that names one customer: IPv4 without its last number, IPv6 to its /48.
#[must_use]
pub fn mask_ip(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.x")
        }
        IpAddr::V6(address) => {
            let site = ipnet::Ipv6Net::new_assert(address, 48);
            site.trunc().to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_ip_names_nobody() {
        assert_eq!(mask_ip("203.0.113.77".parse().unwrap()), "203.0.113.x");
        assert_eq!(mask_ip("2001:db8:1:2::1".parse().unwrap()), "2001:db8:1::/48");
    }
}
