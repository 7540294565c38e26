//! The settings as they are written: by people, in `Rocket.toml` and the environment, before anything is checked. Keys that
//! are not among these are refused in [`super::load`].

use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize};

use super::networks::networks;
use super::throttle::Throttle;

/// Everything Vestibule reads besides Rocket's own keys.
#[derive(Deserialize, Serialize)]
#[serde(default)]
#[derive(Default)]
pub struct Raw {
    #[serde(deserialize_with = "scalar")]
    pub public_url: Option<String>,
    #[serde(deserialize_with = "scalar")]
    pub secret_key: Option<String>,
    pub previous_secret_keys: Vec<String>,
    pub databases: Databases,
    pub migrate_at_start: Option<bool>,
    pub mail: RawMail,
    pub site: RawSite,
    pub signup: Signup,
    pub throttle: Throttle,
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    pub passwords: Passwords,
    pub argon2: Argon2,
    pub hashing: Hashing,
    pub activity_days: ActivityDays,
    pub templates_dir: Option<PathBuf>,
    pub locales_dir: Option<PathBuf>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Databases {
    pub vestibule: RawDatabase,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct RawDatabase {
    #[serde(deserialize_with = "scalar")]
    pub url: Option<String>,
    pub max_connections: u32,
    pub connect_timeout: u64,
    pub allow_plaintext: bool,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RawMail {
    #[serde(deserialize_with = "scalar")]
    pub url: Option<String>,
    #[serde(deserialize_with = "scalar")]
    pub from: Option<String>,
    pub tls: Option<MailTls>,
}

/// How a connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// TLS from the first byte, or by STARTTLS before anything is said; nothing is sent without it.
    Required,
    /// In the clear. For a relay on the same machine or a network that is trusted.
    Off,
}

#[derive(Deserialize, Serialize)]
#[serde(default)]
pub struct RawSite {
    #[serde(deserialize_with = "text")]
    pub name: String,
    #[serde(deserialize_with = "scalar")]
    pub home_url: Option<String>,
    #[serde(deserialize_with = "text")]
    pub timezone: String,
    pub accent: Option<String>,
    pub accent_dark: Option<String>,
    pub logo: Option<PathBuf>,
    pub logo_has_name: bool,
    pub icon: Option<PathBuf>,
    pub links: Links,
}

/// The operator's other pages.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Links {
    /// The privacy notice.
    pub privacy: Option<String>,
    /// The imprint.
    pub imprint: Option<String>,
    /// Where people find help.
    pub contact: Option<String>,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signup {
    /// Everybody.
    #[default]
    Open,
    /// Nobody: accounts are made by the operator.
    Closed,
}

#[derive(Deserialize, Serialize)]
#[serde(default)]
pub struct Passwords {
    pub min_length: usize,
    pub max_length: usize,
}

#[derive(Deserialize, Serialize)]
#[serde(default)]
pub struct Argon2 {
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(default)]
pub struct Hashing {
    pub threads: Option<usize>,
    pub queue: usize,
}

/// How long activity is kept, in days.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(transparent)]
pub struct ActivityDays(pub u32);

impl Default for ActivityDays {
    fn default() -> Self {
        Self(90)
    }
}

impl Default for RawDatabase {
    fn default() -> Self {
        Self {
            url: None,
            max_connections: 8,
            connect_timeout: 3,
            allow_plaintext: false,
        }
    }
}

impl Default for RawSite {
    fn default() -> Self {
        Self {
            name: "Vestibule".to_owned(),
            home_url: None,
            timezone: "UTC".to_owned(),
            accent: None,
            accent_dark: None,
            logo: None,
            logo_has_name: false,
            icon: None,
            links: Links::default(),
        }
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            min_length: 12,
            max_length: 128,
        }
    }
}

impl Default for Argon2 {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            threads: None,
            queue: 64,
        }
    }
}

/// A string, also where figment took what the environment says for a number or a flag (`ROCKET_SITE__NAME=42`).
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "must be a text")]
    enum Scalar {
        Text(String),
        Flag(bool),
        Whole(i64),
        Large(u64),
        Real(f64),
    }
    Ok(match Scalar::deserialize(from)? {
        Scalar::Text(text) => text,
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Whole(number) => number.to_string(),
        Scalar::Large(number) => number.to_string(),
        Scalar::Real(number) => number.to_string(),
    })
}

/// As [`text`], where the setting may be missing or empty, which says the same.
fn scalar<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    struct Scalar(#[serde(deserialize_with = "text")] String);
    Ok(Option::<Scalar>::deserialize(from)?
        .map(|scalar| scalar.0)
        .filter(|text| !text.is_empty()))
}
