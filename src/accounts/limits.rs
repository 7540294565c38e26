//! How often something may be tried: GCRA limits, by client and by account.
//!
//! They live in memory, one set per process, and run on the monotonic clock: a machine whose clock is set shuts nobody
//! out. What must hold across restarts and nodes (the five tries of a typed code, the failures in a row of an account) is
//! counted in the database instead.

mod store;

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

pub use self::store::Limit;
use crate::db::Clock;

/// How much wider the limit of an IPv6 /48 is than that of one of its /64s.
const SITE_FACTOR: u32 = 8;

/// Too many tries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooMany {
    /// When the next one is permitted.
    pub wait: Duration,
}

/// What is limited, and how. `docs/security.md` says the same in words.
pub struct Limits {
    /// Sign-ins by client: 20 at once, then 10 a minute.
    pub sign_in_by_client: ByClient,
    /// Sign-ins by address signed in to: 5 at once, then 1 a minute.
    pub sign_in_by_account: Limit<String>,
    /// Sign-ins by browser that was signed in with before, and address: 5 at once, then 1 a minute. Nobody else's tries
    /// count against it.
    pub sign_in_by_known_browser: Limit<(String, String)>,
    /// The same by address alone, all its known browsers together: 10 at once, then 2 a minute.
    pub sign_in_by_known_account: Limit<String>,
    /// The same by client, whatever accounts know its browsers: 60 at once, then 30 a minute.
    pub sign_in_by_known_client: ByClient,
    /// Sign-ups by client: 20 at once, then 1 a minute.
    pub sign_up_by_client: ByClient,
    /// Confirmations, by link or code, and passwords set by link, by client: 20 at once, then 10 a minute.
    pub confirm_by_client: ByClient,
    /// Requests for another mail by client: 10 at once, then 1 a minute.
    pub resend_by_client: ByClient,
    /// Mails that one client asks for to one address: 1 a minute.
    pub resend_cool_down: Limit<(IpAddr, String)>,
    /// Requests for a link to a new password by client: 10 at once, then 1 a minute.
    pub reset_by_client: ByClient,
    /// Links to a new password that one client asks for to one address: 1 a minute.
    pub reset_cool_down: Limit<(IpAddr, String)>,
    /// Other addresses that an account asks for: 5 at once, then 1 every 10 minutes.
    pub address_change_by_account: Limit<String>,
    /// Links to a new password by recipient: 3 at once, then 1 every 20 minutes. Apart from all other mails, or whoever
    /// causes those would keep the owner out; and by the whole address, so that what uses it up is links to that owner.
    pub reset_by_recipient: Limit<String>,
    /// Changes of a profile, and exports, by account: 20 at once, then 2 a minute.
    pub profile_by_account: Limit<String>,
    /// Other mails that a stranger can cause, by recipient, all purposes together: 3 at once, then 1 every 20 minutes.
    pub mail_by_recipient: ByRecipient,
}

impl Limits {
    /// Fresh limits. When they are not enforced, everything passes.
    #[must_use]
    pub fn new(clock: &Clock, enforced: bool) -> Self {
        let minute = Duration::from_mins(1);
        Self {
            sign_in_by_client: ByClient::new(20, minute / 10, clock, enforced),
            sign_in_by_account: Limit::new(5, minute, clock, enforced),
            sign_in_by_known_browser: Limit::new(5, minute, clock, enforced),
            sign_in_by_known_account: Limit::new(10, minute / 2, clock, enforced),
            sign_in_by_known_client: ByClient::new(60, minute / 30, clock, enforced),
            sign_up_by_client: ByClient::new(20, minute, clock, enforced),
            confirm_by_client: ByClient::new(20, minute / 10, clock, enforced),
            resend_by_client: ByClient::new(10, minute, clock, enforced),
            resend_cool_down: Limit::new(1, minute, clock, enforced),
            reset_by_client: ByClient::new(10, minute, clock, enforced),
            reset_cool_down: Limit::new(1, minute, clock, enforced),
            address_change_by_account: Limit::new(5, 10 * minute, clock, enforced),
            reset_by_recipient: Limit::new(3, 20 * minute, clock, enforced),
            profile_by_account: Limit::new(20, minute / 2, clock, enforced),
            mail_by_recipient: ByRecipient(Limit::new(3, 20 * minute, clock, enforced)),
        }
    }

    /// Forgets keys that have their whole allowance again.
    pub fn forget_idle(&self) {
        for limit in [
            &self.sign_in_by_client,
            &self.sign_in_by_known_client,
            &self.sign_up_by_client,
            &self.confirm_by_client,
            &self.resend_by_client,
            &self.reset_by_client,
        ] {
            limit.near.forget_idle();
            limit.wide.forget_idle();
        }
        self.sign_in_by_account.forget_idle();
        self.sign_in_by_known_browser.forget_idle();
        self.sign_in_by_known_account.forget_idle();
        self.resend_cool_down.forget_idle();
        self.reset_cool_down.forget_idle();
        self.address_change_by_account.forget_idle();
        self.reset_by_recipient.forget_idle();
        self.profile_by_account.forget_idle();
        self.mail_by_recipient.0.forget_idle();
    }
}

/// A limit per client: an IPv4 address; of IPv6 the /64 that one customer has, and, wider, the /48 that one site has.
pub struct ByClient {
    near: Limit<IpAddr>,
    wide: Limit<IpAddr>,
}

impl ByClient {
    fn new(at_once: u32, then_every: Duration, clock: &Clock, enforced: bool) -> Self {
        Self {
            near: Limit::new(at_once, then_every, clock, enforced),
            wide: Limit::new(at_once * SITE_FACTOR, then_every / SITE_FACTOR, clock, enforced),
        }
    }

    /// Counts a try of a client.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn check(&self, client: IpAddr) -> Result<(), TooMany> {
        match client.to_canonical() {
            IpAddr::V6(address) => {
                self.near.check(network(address, 64).into())?;
                self.wide.check(network(address, 48).into())
            }
            address @ IpAddr::V4(_) => self.near.check(address),
        }
    }
}

/// A limit per mailbox: at most providers `ana+shop@` and `ana@` are one (RFC 5233), so what follows the first `+` does not
/// count, or one mailbox would have as many allowances as somebody cares to write.
pub struct ByRecipient(Limit<String>);

impl ByRecipient {
    /// Counts a mail to an address.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn check(&self, address: impl Into<String>) -> Result<(), TooMany> {
        let mut mailbox = address.into();
        if let (Some(plus), Some(at)) = (mailbox.find('+'), mailbox.rfind('@'))
            && plus < at
        {
            mailbox.replace_range(plus..at, "");
        }
        self.0.check(mailbox)
    }
}

fn network(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// An address as it may be shown to others: IPv4 without its last number, IPv6 to its /48.
#[must_use]
pub fn shortened(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.x")
        }
        IpAddr::V6(address) => format!("{}/48", network(address, 48)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_neighbours_share_a_limit_and_mapped_ipv4_is_ipv4() {
        let limit = ByClient::new(1, Duration::from_mins(1), &Clock::system(), true);
        let check = |text: &str| limit.check(text.parse().unwrap());
        assert!(check("2001:db8:1:2::1").is_ok());
        assert!(check("2001:db8:1:2::2").is_err());
        assert!(check("2001:db8:1:3::1").is_ok());
        assert!(check("192.0.2.1").is_ok());
        assert!(check("::ffff:192.0.2.1").is_err());
        // The /48 has eight times as much, and no more.
        let passed = (10..40).filter(|n| check(&format!("2001:db8:1:{n}::1")).is_ok()).count();
        assert_eq!(passed, 6);
    }

    #[test]
    fn a_mailbox_has_one_allowance_whatever_stands_behind_a_plus() {
        let limit = ByRecipient(Limit::new(3, Duration::from_mins(20), &Clock::system(), true));
        for address in ["ana@example.org", "ana+1@example.org", "ana+a+b@example.org"] {
            assert!(limit.check(address).is_ok(), "{address}");
        }
        for address in ["ana@example.org", "ana+2@example.org", "ana+@example.org"] {
            assert!(limit.check(address).is_err(), "{address}");
        }
        for address in ["anna@example.org", "ana@other.example.org", "a+na@example.org"] {
            assert!(limit.check(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn shortened_addresses_name_nobody() {
        assert_eq!(shortened("203.0.113.77".parse().unwrap()), "203.0.113.x");
        assert_eq!(shortened("2001:db8:1:2::1".parse().unwrap()), "2001:db8:1::/48");
    }
}
