//! How often something may be tried: the settings under `throttle`.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::problem::Check;

/// The greatest value of `burst` and of `per_hour`.
const MAX: u32 = 1_000_000;

/// How often something may be tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Quota {
    /// So often at once.
    pub burst: u32,
    /// Then so often an hour, evenly spread.
    pub per_hour: u32,
}

/// A quota as it is written: one of the two may be left out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenQuota {
    burst: Option<u32>,
    per_hour: Option<u32>,
}

/// A quota with the default of its limit.
#[derive(Clone, Copy)]
pub struct Rate<const BURST: u32, const PER_HOUR: u32>(Quota);

impl<const BURST: u32, const PER_HOUR: u32> Default for Rate<BURST, PER_HOUR> {
    fn default() -> Self {
        Self(Quota {
            burst: BURST,
            per_hour: PER_HOUR,
        })
    }
}

impl<'de, const BURST: u32, const PER_HOUR: u32> Deserialize<'de> for Rate<BURST, PER_HOUR> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = WrittenQuota::deserialize(from)?;
        Ok(Self(Quota {
            burst: written.burst.unwrap_or(BURST),
            per_hour: written.per_hour.unwrap_or(PER_HOUR),
        }))
    }
}

impl<const BURST: u32, const PER_HOUR: u32> Serialize for Rate<BURST, PER_HOUR> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<const BURST: u32, const PER_HOUR: u32> Rate<BURST, PER_HOUR> {
    /// The values.
    #[must_use]
    pub fn quota(self) -> Quota {
        self.0
    }
}

macro_rules! throttle {
    ($($(#[$about:meta])* $name:ident: $burst:literal, $per_hour:literal;)*) => {
        /// Whether and how often something may be tried.
        #[derive(Clone, Deserialize, Serialize)]
        #[serde(default)]
        pub struct Throttle {
            /// Whether anything is limited.
            pub enabled: bool,
            /// Networks that no limit per client holds for.
            #[serde(deserialize_with = "super::networks::networks")]
            pub exempt_networks: Vec<IpNet>,
            $($(#[$about])* pub $name: Rate<$burst, $per_hour>,)*
        }

        impl Default for Throttle {
            fn default() -> Self {
                Self {
                    enabled: true,
                    exempt_networks: Vec::new(),
                    $($name: Rate::default(),)*
                }
            }
        }

        impl Throttle {
            /// Every limit with its key.
            fn quotas(&self) -> Vec<(&'static str, Quota)> {
                vec![$((concat!("throttle.", stringify!($name)), self.$name.quota())),*]
            }
        }
    };
}

throttle! {
    /// Sign-ins by client.
    sign_in_per_client: 20, 600;
    /// Sign-ins by the address signed in to.
    sign_in_per_account: 5, 60;
    /// Sign-ins with a known browser, by client.
    known_sign_in_per_client: 60, 1_800;
    /// Sign-ins with a known browser, by browser and address.
    known_sign_in_per_browser: 5, 60;
    /// Sign-ins with known browsers, by address.
    known_sign_in_per_account: 10, 120;
    /// Sign-ups by client.
    sign_up_per_client: 20, 60;
    /// Links and codes from mails, by client.
    mailed_link_per_client: 20, 600;
    /// Requests for another mail, by client.
    resend_per_client: 10, 60;
    /// Requests for another mail, by client and address.
    resend_per_address: 1, 60;
    /// Requests for a link to a new password, by client.
    reset_per_client: 10, 60;
    /// Requests for a link to a new password, by client and address.
    reset_per_address: 1, 60;
    /// Links to a new password, by recipient.
    reset_mail_per_recipient: 3, 3;
    /// Other mails that a stranger can cause, by recipient.
    mail_per_recipient: 3, 3;
    /// Requests for another address, by account.
    email_change_per_account: 5, 6;
    /// Changes of a profile, and exports, by account.
    profile_per_account: 20, 120;
}

impl Throttle {
    /// Whether a limit per client holds for nobody.
    #[must_use]
    pub fn exempts_everybody(&self) -> bool {
        self.exempt_networks.iter().any(|network| network.prefix_len() == 0)
    }
}

pub(super) fn throttle(check: &mut Check, throttle: &Throttle) {
    for (key, quota) in throttle.quotas() {
        for (part, value) in [("burst", quota.burst), ("per_hour", quota.per_hour)] {
            if !(1..=MAX).contains(&value) {
                let key = format!("{key}.{part}");
                check.problem(&key, format_args!("must be 1 to {MAX}"));
            }
        }
    }
}
