//! The settings under `throttle`: rate limits.

use std::borrow::Cow;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::networks::{WrittenNetworks, networks};

/// The maximum of `burst` and of `per_hour`.
const MAX: u32 = 1_000_000;

/// A rate limit by token bucket: a burst, then a steady rate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Quota {
    /// How many attempts are permitted at once.
    pub burst: u32,
    /// How many attempts per hour are permitted after that, evenly spread.
    pub per_hour: u32,
}

/// A quota as written. One of the two parts may be missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenQuota {
    burst: Option<u32>,
    per_hour: Option<u32>,
}

/// A quota. A part that is not written has this limit's default.
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

impl<const BURST: u32, const PER_HOUR: u32> JsonSchema for Rate<BURST, PER_HOUR> {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "burst": {
                    "description": "So many at once.",
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX,
                    "default": BURST,
                },
                "per_hour": {
                    "description": "Then so many an hour, evenly spread.",
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX,
                    "default": PER_HOUR,
                },
            },
            "additionalProperties": false,
        })
    }
}

impl<const BURST: u32, const PER_HOUR: u32> Rate<BURST, PER_HOUR> {
    #[must_use]
    pub fn quota(self) -> Quota {
        self.0
    }
}

macro_rules! throttle {
    ($($(#[$about:meta])* $name:ident: $burst:literal, $per_hour:literal;)*) => {
        /// The rate limits.
        #[derive(Clone, Deserialize, JsonSchema, Serialize)]
        #[serde(default)]
        pub struct Throttle {
            /// Whether attempts are limited. Switch it off only for load tests.
            pub enabled: bool,
            /// Networks without limits per client, such as `["192.0.2.0/24", "2001:db8::7"]`: for a school or an office
            /// behind one address. Limits per account, address, browser and recipient still apply.
            #[serde(deserialize_with = "networks")]
            #[schemars(with = "WrittenNetworks")]
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
    };
}

throttle! {
    /// Sign-ins of one client.
    sign_in_per_client: 20, 600;
    /// Sign-ins to one account, by all clients together.
    sign_in_per_account: 5, 60;
    /// Sign-ins of one client with known browsers, which have signed in to the account before. For them, this limit and
    /// the next two apply instead of the two above.
    known_sign_in_per_client: 60, 1_800;
    /// Sign-ins of one known browser to one account.
    known_sign_in_per_browser: 5, 60;
    /// Sign-ins to one account, with all its known browsers together.
    known_sign_in_per_account: 10, 120;
    /// Codes of the second factor that are tried for one account, with browsers that it does not know. A right password
    /// gives none back.
    second_factor_per_account: 5, 30;
    /// The same with one known browser. Codes that others try do not count.
    second_factor_per_known_browser: 5, 60;
    /// Uses of the refresh tokens of one account, of all its sessions of the API.
    refresh_per_account: 60, 600;
    /// Sign-ups of one client.
    sign_up_per_client: 20, 60;
    /// Links and codes from mails that one client tries.
    mailed_link_per_client: 20, 600;
    /// Confirmation mails that one client requests again.
    resend_per_client: 10, 60;
    /// Confirmation mails that one client requests again for one address. The page shows how long to wait.
    resend_per_address: 1, 60;
    /// Links to a new password that one client requests.
    reset_per_client: 10, 60;
    /// Links to a new password that one client requests for one address.
    reset_per_address: 1, 60;
    /// Links to a new password that are sent to one address, for all clients together. More are silently not sent.
    reset_mail_per_recipient: 3, 3;
    /// Other mails that strangers can cause to one address, all kinds together. More are silently not sent.
    mail_per_recipient: 3, 3;
    /// Changes of the address that one account requests.
    email_change_per_account: 5, 6;
    /// Changes of display name and language, exports, and new personal tokens, of one account.
    profile_per_account: 20, 120;
    /// Personal tokens and refresh tokens of one client that are wrong, and personal tokens that the server sees for the first
    /// time since its start. Beyond it such tokens are not read for a while; tokens in use are.
    wrong_token_per_client: 20, 600;
    /// Visits of apps that one session begins.
    app_visits_per_session: 60, 1_200;
}

impl Throttle {
    /// Whether all addresses are exempt, so that no limit per client applies.
    #[must_use]
    pub fn exempts_everybody(&self) -> bool {
        self.exempt_networks.iter().any(|network| network.prefix_len() == 0)
    }
}
