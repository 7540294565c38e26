//! Rate limits: GCRA, by client, account, browser and recipient.
//!
//! They are kept in memory, one set per process. They use the monotonic clock, so setting the machine's clock does not
//! change them. Counts that must survive restarts and hold on all nodes are in the database: the five tries of a typed
//! code, and consecutive failed sign-ins and re-authentications.

mod bounded_store;

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv6Net};

pub use self::bounded_store::{Limit, TooMany};
use crate::config::{Quota, Throttle};
use crate::time::{Clock, HOUR, Millis};

/// How much higher the limit of an IPv6 /48 is than that of one of its /64s.
const SITE_FACTOR: u32 = 8;

/// All rate limits. The numbers are settings (`throttle`); `docs/security.md` has the defaults.
pub struct RateLimits {
    /// By client.
    pub sign_in_by_client: ByClient,
    /// By the address signed in to.
    pub sign_in_by_account: Limit<String>,
    /// By known browser and address. Attempts with other browsers do not count.
    pub sign_in_by_known_browser: Limit<(String, String)>,
    /// By address, for all its known browsers together.
    pub sign_in_by_known_account: Limit<String>,
    /// By client, for all attempts with known browsers.
    pub sign_in_by_known_client: ByClient,
    /// Codes of the second factor, by account, with browsers that it does not know.
    pub second_factor_by_account: Limit<String>,
    /// The same, by known browser and account.
    pub second_factor_by_known_browser: Limit<(String, String)>,
    pub refresh_by_account: Limit<String>,
    pub sign_up_by_client: ByClient,
    /// Confirmations, by link or code, and passwords set by link.
    pub confirm_by_client: ByClient,
    /// Requests for another mail.
    pub resend_by_client: ByClient,
    /// Requests of one client for another mail to one address.
    pub resend_cool_down: Limit<(IpAddr, String)>,
    /// Requests for a link to a new password.
    pub reset_by_client: ByClient,
    /// Requests of one client for a link to a new password for one address.
    pub reset_cool_down: Limit<(IpAddr, String)>,
    /// Requests for another address.
    pub address_change_by_account: Limit<String>,
    /// Links to a new password. Counted apart from other mails, because otherwise a stranger who causes those would
    /// lock the owner out; and by the whole address, so that only links to this owner use it up.
    pub reset_by_recipient: Limit<String>,
    /// Changes of a profile, and exports.
    pub profile_by_account: Limit<String>,
    /// Tokens that are wrong, or that this process sees for the first time.
    pub wrong_token_by_client: ByClient,
    /// One-time codes for apps.
    pub app_visits_by_session: Limit<String>,
    /// Other mails that a stranger can cause, of all kinds together.
    pub mail_by_recipient: ByRecipient,
    /// The pause after a sign-up before another mail can be requested.
    pub resend_pause: Millis,
}

impl RateLimits {
    /// With `throttle.enabled = false` nothing is limited.
    #[must_use]
    pub fn new(clock: &Clock, throttle: &Throttle) -> Self {
        let enforced = throttle.enabled;
        let by_client = |quota| ByClient::new(quota, clock, enforced, &throttle.exempt_networks);
        Self {
            sign_in_by_client: by_client(throttle.sign_in_per_client.quota()),
            sign_in_by_account: Limit::new(throttle.sign_in_per_account.quota(), clock, enforced),
            sign_in_by_known_browser: Limit::new(throttle.known_sign_in_per_browser.quota(), clock, enforced),
            sign_in_by_known_account: Limit::new(throttle.known_sign_in_per_account.quota(), clock, enforced),
            sign_in_by_known_client: by_client(throttle.known_sign_in_per_client.quota()),
            second_factor_by_account: Limit::new(throttle.second_factor_per_account.quota(), clock, enforced),
            second_factor_by_known_browser: Limit::new(
                throttle.second_factor_per_known_browser.quota(),
                clock,
                enforced,
            ),
            refresh_by_account: Limit::new(throttle.refresh_per_account.quota(), clock, enforced),
            sign_up_by_client: by_client(throttle.sign_up_per_client.quota()),
            confirm_by_client: by_client(throttle.mailed_link_per_client.quota()),
            resend_by_client: by_client(throttle.resend_per_client.quota()),
            resend_cool_down: Limit::new(throttle.resend_per_address.quota(), clock, enforced),
            reset_by_client: by_client(throttle.reset_per_client.quota()),
            reset_cool_down: Limit::new(throttle.reset_per_address.quota(), clock, enforced),
            address_change_by_account: Limit::new(throttle.email_change_per_account.quota(), clock, enforced),
            reset_by_recipient: Limit::new(throttle.reset_mail_per_recipient.quota(), clock, enforced),
            profile_by_account: Limit::new(throttle.profile_per_account.quota(), clock, enforced),
            wrong_token_by_client: by_client(throttle.wrong_token_per_client.quota()),
            app_visits_by_session: Limit::new(throttle.app_visits_per_session.quota(), clock, enforced),
            mail_by_recipient: ByRecipient(Limit::new(throttle.mail_per_recipient.quota(), clock, enforced)),
            resend_pause: pause(throttle.resend_per_address.quota()),
        }
    }

    /// Removes keys whose whole burst is available again.
    pub fn forget_idle(&self) {
        for limit in [
            &self.sign_in_by_client,
            &self.sign_in_by_known_client,
            &self.sign_up_by_client,
            &self.confirm_by_client,
            &self.resend_by_client,
            &self.reset_by_client,
            &self.wrong_token_by_client,
        ] {
            limit.near.forget_idle();
            limit.wide.forget_idle();
        }
        self.sign_in_by_account.forget_idle();
        self.sign_in_by_known_browser.forget_idle();
        self.sign_in_by_known_account.forget_idle();
        self.second_factor_by_account.forget_idle();
        self.second_factor_by_known_browser.forget_idle();
        self.refresh_by_account.forget_idle();
        self.app_visits_by_session.forget_idle();
        self.resend_cool_down.forget_idle();
        self.reset_cool_down.forget_idle();
        self.address_change_by_account.forget_idle();
        self.reset_by_recipient.forget_idle();
        self.profile_by_account.forget_idle();
        self.mail_by_recipient.0.forget_idle();
    }
}

/// The pause between two attempts of a limit with a burst of one.
fn pause(quota: Quota) -> Millis {
    if quota.burst > 1 {
        0
    } else {
        HOUR / Millis::from(quota.per_hour.max(1))
    }
}

/// A limit per client: an IPv4 address, or the /64 that an IPv6 customer has and, with a higher limit, the /48 of a
/// site. Exempt networks have no limit.
pub struct ByClient {
    near: Limit<IpAddr>,
    wide: Limit<IpAddr>,
    exempt: Vec<IpNet>,
}

impl ByClient {
    fn new(quota: Quota, clock: &Clock, enforced: bool, exempt: &[IpNet]) -> Self {
        let wide = Quota {
            burst: quota.burst.saturating_mul(SITE_FACTOR),
            per_hour: quota.per_hour.saturating_mul(SITE_FACTOR),
        };
        Self {
            near: Limit::new(quota, clock, enforced),
            wide: Limit::new(wide, clock, enforced),
            exempt: exempt.to_vec(),
        }
    }

    /// Counts an attempt of a client.
    ///
    /// # Errors
    /// When the limit is exceeded.
    pub fn check(&self, client: IpAddr) -> Result<(), TooMany> {
        let client = client.to_canonical();
        if self.exempt.iter().any(|network| network.contains(&client)) {
            return Ok(());
        }
        match client {
            IpAddr::V6(address) => {
                self.near.check(network(address, 64).into())?;
                self.wide.check(network(address, 48).into())
            }
            address @ IpAddr::V4(_) => self.near.check(address),
        }
    }
}

/// A limit per mailbox. At most providers `ana+shop@` and `ana@` are one mailbox (RFC 5233), so everything after the
/// first `+` is ignored; otherwise one mailbox would have any number of limits.
pub struct ByRecipient(Limit<String>);

impl ByRecipient {
    /// Counts a mail to an address.
    ///
    /// # Errors
    /// When the limit is exceeded.
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

fn network(address: Ipv6Addr, bits: u8) -> Ipv6Addr {
    Ipv6Net::new_assert(address, bits).network()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(burst: u32, per_hour: u32) -> Quota {
        Quota { burst, per_hour }
    }

    #[test]
    fn networks_that_are_exempt_have_no_limit_per_client() {
        let exempt = ["192.0.2.0/24", "203.0.113.7/32", "2001:db8:5::/48"].map(|network| network.parse().unwrap());
        let limit = ByClient::new(quota(1, 1), &Clock::system(), true, &exempt);
        let tries = |address: &str| (0..50).filter(|_| limit.check(address.parse().unwrap()).is_ok()).count();
        for address in [
            "192.0.2.1",
            "192.0.2.255",
            "::ffff:192.0.2.9",
            "203.0.113.7",
            "2001:db8:5:1::1",
        ] {
            assert_eq!(tries(address), 50, "{address}");
        }
        for address in ["192.0.3.1", "203.0.113.8", "2001:db8:6::1"] {
            assert_eq!(tries(address), 1, "{address}");
        }
    }

    #[test]
    fn the_page_says_the_pause_of_the_setting() {
        assert_eq!(pause(quota(1, 60)), 60_000);
        assert_eq!(pause(quota(1, 6)), 600_000);
        assert_eq!(pause(quota(2, 6)), 0);
    }

    #[test]
    fn ipv6_neighbours_share_a_limit_and_mapped_ipv4_is_ipv4() {
        let limit = ByClient::new(quota(1, 60), &Clock::system(), true, &[]);
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
        let limit = ByRecipient(Limit::new(quota(3, 3), &Clock::system(), true));
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
}
