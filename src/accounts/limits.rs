//! How often something may be tried: GCRA limits, by client and by account.
//!
//! They live in memory, one set per process. What must hold across restarts and nodes (the five tries of a typed code, the
//! failures in a row of an account) is counted in the database instead.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::db::Clock;

/// Keys that one limit remembers. Beyond it new keys share a few places, so that a flood of addresses takes neither the
/// memory nor anybody's limit away.
const MOST_KEYS: usize = 100_000;
const SHARED_PLACES: u64 = 1_024;

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

/// A key, or one of the places that keys share when there are too many.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Place<K> {
    Own(K),
    Shared(u64),
}

/// The clock of the program, as `governor` reads it: so tests move these limits too.
#[derive(Clone)]
struct Ticks(Clock);

/// Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Tick(u64);

impl std::ops::Add<Nanos> for Tick {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.into()))
    }
}

impl Reference for Tick {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Nanos::from(self.0.saturating_sub(earlier.0))
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.into()))
    }
}

impl GovernorClock for Ticks {
    type Instant = Tick;

    fn now(&self) -> Tick {
        Tick(u64::try_from(self.0.now()).unwrap_or_default().saturating_mul(1_000_000))
    }
}

/// What is known of each key, as `governor` keeps it. A key that has a place of its own stays there, however many come
/// after it: or a flood would give it a fresh allowance.
struct Places<K> {
    held: Mutex<HashMap<Place<K>, Nanos>>,
    hasher: RandomState,
}

impl<K> Places<K> {
    fn held(&self) -> MutexGuard<'_, HashMap<Place<K>, Nanos>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone> StateStore for Places<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut held = self.held();
        let own = Place::Own(key.clone());
        let place = if held.len() < MOST_KEYS || held.contains_key(&own) {
            own
        } else {
            Place::Shared(self.hasher.hash_one(key) % SHARED_PLACES)
        };
        let (outcome, state) = decide(held.get(&place).copied())?;
        held.insert(place, state);
        Ok(outcome)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Places<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.held().retain(|_, state| *state > drop_below);
    }

    fn shrink_to_fit(&self) {
        self.held().shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.held().len()
    }

    fn is_empty(&self) -> bool {
        self.held().is_empty()
    }
}

type Gcra<K> = RateLimiter<K, Places<K>, Ticks, NoOpMiddleware<Tick>>;

/// A limit per key.
pub struct Limit<K: Hash + Eq + Clone> {
    limiter: Option<Gcra<K>>,
    clock: Ticks,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(at_once: u32, then_every: Duration, clock: &Clock, enforced: bool) -> Self {
        let quota = Quota::with_period(then_every)
            .zip(NonZeroU32::new(at_once))
            .map(|(quota, at_once)| quota.allow_burst(at_once));
        let clock = Ticks(clock.clone());
        let limiter = quota.filter(|_| enforced).map(|quota| {
            let places = Places {
                held: Mutex::default(),
                hasher: RandomState::new(),
            };
            RateLimiter::new(quota, places, clock.clone())
        });
        Self { limiter, clock }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// When it is one too many; it then does not count.
    // By value, as a key is made for this one call.
    #[allow(clippy::needless_pass_by_value)]
    pub fn check(&self, key: K) -> Result<(), TooMany> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(&key).map_err(|not_until| TooMany {
            wait: not_until.wait_time_from(self.clock.now()),
        })
    }

    fn forget_idle(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
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

    // ASVS 2.4.1
    #[test]
    fn a_limit_lets_so_many_through_and_then_one_at_a_time() {
        let clock = Clock::system();
        let limit: Limit<&str> = Limit::new(3, Duration::from_mins(1), &clock, true);
        for _ in 0..3 {
            assert_eq!(limit.check("a"), Ok(()));
        }
        let wait = limit.check("a").unwrap_err().wait;
        assert!(wait > Duration::from_secs(55) && wait <= Duration::from_mins(1));
        assert_eq!(limit.check("b"), Ok(()));
        clock.advance(Duration::from_mins(1));
        assert_eq!(limit.check("a"), Ok(()));
        assert!(limit.check("a").is_err());
    }

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
    fn a_flood_of_keys_is_bounded() {
        let limit: Limit<u64> = Limit::new(1, Duration::from_hours(1), &Clock::system(), true);
        for key in 0..u64::try_from(MOST_KEYS).unwrap() + 20_000 {
            let _ = limit.check(key);
        }
        let kept = limit.limiter.as_ref().unwrap().len();
        assert!(kept <= MOST_KEYS + usize::try_from(SHARED_PLACES).unwrap(), "{kept}");
        // Who was there before the flood has used up what it has, and so has one that came late.
        assert!(limit.check(0).is_err());
        assert!(limit.check(50_000).is_err());
        assert!(limit.check(119_999).is_err());
    }

    #[test]
    fn shortened_addresses_name_nobody() {
        assert_eq!(shortened("203.0.113.77".parse().unwrap()), "203.0.113.x");
        assert_eq!(shortened("2001:db8:1:2::1".parse().unwrap()), "2001:db8:1::/48");
    }
}
