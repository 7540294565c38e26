//! The client of a request.

use std::net::IpAddr;

use crate::accounts::identity::device::Device;
use crate::i18n::Language;
use crate::mail::queue::RequestOrigin;

/// The client of a request, signed in or not.
#[derive(Clone, Debug)]
pub struct Client {
    /// The address of the peer, or the one that a trusted proxy reports.
    pub ip: IpAddr,
    /// The device cookie of a browser that was used to sign in before.
    pub device_cookie: Option<String>,
    /// The cookie of a browser where the second factor was given.
    pub remembered_cookie: Option<String>,
    pub user_agent: Option<String>,
    pub language: Language,
}

impl Client {
    /// The origin as mails and the activity log show it: browser and system from fixed lists, and a masked IP.
    #[must_use]
    pub fn origin(&self) -> RequestOrigin {
        RequestOrigin {
            device: self.user_agent.as_deref().and_then(Device::of).map(|device| device.stored()),
            masked_ip: Some(mask_ip(self.ip)),
        }
    }
}

/// Masks the part of an IP address that identifies a single customer: the last number of IPv4, everything after the /48
/// of IPv6.
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
