//! The settings as written in `Rocket.toml` and the environment, before they are checked. [`super::load`] refuses
//! unknown keys.
//!
//! The comments of the fields are the documentation: `docs/configuration.md` and `docs/configuration.schema.json` are
//! generated from them. The ranges are checked at the start ([`super::schema`]).

use std::collections::BTreeMap;
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lifetimes::RawLifetimes;
use super::networks::{WrittenNetworks, networks};
use super::raw_apps::{RawApp, RawForwardAuth, RawGroup};
use super::text::{WrittenList, list, scalar, text};
use super::throttle::Throttle;

/// All settings besides Rocket's own.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Raw {
    /// The URL of Vestibule, without a path. Links in mails, the expected origin of forms, and the issuer of tokens are
    /// derived from it. In release it must be `https`.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: `http://localhost:<port>`"))]
    pub public_url: Option<String>,
    /// Networks of the reverse proxies in front of Vestibule, such as `["10.0.0.0/8"]` or `"127.0.0.1"`. Only their
    /// `X-Forwarded-For` is trusted for the client's address.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "WrittenNetworks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The master secret that all other keys are derived from: at least 32 random bytes, in Base64 or hexadecimal.
    /// `vestibule key new` prints one.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: created and stored beside the database"))]
    pub secret_key: Option<String>,
    /// Earlier master secrets. What was made with them stays valid and is renewed when it is next used. In a file: one
    /// per line.
    pub previous_secret_keys: Vec<String>,
    pub databases: Databases,
    /// Whether the server migrates the database when it starts. If not, run `vestibule migrate`.
    #[schemars(extend("x-default" = "in debug `true`, in release `false`"))]
    pub migrate_at_start: Option<bool>,
    pub mail: RawMail,
    pub site: RawSite,
    /// A folder with your own templates (`pages/login.html`, `mails/confirm_email.txt`, …). Each replaces the built-in
    /// template of the same name ([theming.md](theming.md)).
    pub templates_dir: Option<PathBuf>,
    /// A folder with your own Fluent files, such as `fr/common.ftl`. Each folder in it is a language, and each message
    /// replaces the built-in one of the same name ([languages.md](languages.md)).
    pub locales_dir: Option<PathBuf>,
    /// `"open"`: everyone may sign up. `"closed"`: no one may; create accounts with `vestibule user add`.
    pub signup: Signup,
    pub signin: RawSignin,
    pub api: RawApi,
    pub forward_auth: RawForwardAuth,
    /// Apps that ask Vestibule who is there ([apps.md](apps.md)). Each has a table of its own, as `[default.apps.wiki]`.
    pub apps: BTreeMap<String, RawApp>,
    /// Groups of people, besides those that admins make on pages. Each has a table of its own, as `[default.groups.staff]`.
    pub groups: BTreeMap<String, RawGroup>,
    pub passwords: Passwords,
    pub factors: RawFactors,
    pub lifetimes: RawLifetimes,
    pub throttle: Throttle,
    /// How many days the account's activity is stored. Users see it at `/account/activity`.
    #[schemars(range(min = 1, max = 3650))]
    pub activity_days: ActivityDays,
    pub argon2: Argon2,
    pub hashing: Hashing,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawSignin {
    /// Whether users may sign in by a code or a link that is mailed to them, without the password. Who reads the mailbox gets
    /// into the account then, unless it has a second factor.
    pub email_code: bool,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawApi {
    /// Origins of other sites whose scripts may call the API in a browser, as `["https://app.example.org"]`. Without any,
    /// no browser lets them.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub cors_origins: Vec<String>,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Databases {
    pub vestibule: RawDatabase,
}

#[derive(Clone, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawDatabase {
    /// `sqlite://<path>` or `postgres://user:password@host/database`. In user and password, characters with a special
    /// meaning in URLs are percent-encoded: `/` is `%2F`, `#` is `%23`, `?` is `%3F`, `@` is `%40`, `:` is `%3A`, `%`
    /// is `%25`. A connection to PostgreSQL on another machine must be encrypted with a valid certificate:
    /// `?sslmode=verify-full`, and `&sslrootcert=<file>` if you have your own authority.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: `sqlite://data/vestibule.db`"))]
    pub url: Option<String>,
    /// The number of connections: for reading with SQLite, which has one more for writing, and for everything with
    /// PostgreSQL. Two of them are reserved for session look-ups; a value below 3 counts as 3.
    #[schemars(range(min = 1, max = 1000))]
    pub max_connections: u32,
    /// How many seconds a request waits for a connection, or for a session look-up, before the answer is 503.
    #[schemars(range(min = 1, max = 300))]
    pub connect_timeout: u64,
    /// Permits a connection to PostgreSQL on another machine that is not encrypted or not verified. It is meant for a
    /// private network, for example between two containers.
    pub allow_plaintext: bool,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawMail {
    /// The mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host` (TLS from the first
    /// byte), without path and query.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: the development mailbox"))]
    pub url: Option<String>,
    /// The sender: `accounts@example.org` or `Example <accounts@example.org>`. The part before the `@` must be ASCII.
    /// The domain may be Unicode and is sent in its ASCII form.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: `vestibule@localhost`"))]
    pub from: Option<String>,
    /// `"required"`: nothing is sent without TLS and a valid certificate. `"off"` is for a relay on an internal
    /// network.
    #[schemars(extend("x-default" = "`\"required\"`; `\"off\"` if the mail server is this machine"))]
    pub tls: Option<MailTls>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    Required,
    Off,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawSite {
    /// The name of your site. It is on every page, and every mail's subject begins with it.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Where users go after signing in, unless they opened another page first. It is a path on this site, or a whole
    /// URL, which is then linked from the front page.
    #[serde(deserialize_with = "scalar")]
    pub home_url: Option<String>,
    /// The time zone of all times on pages and in mails, such as `Europe/Berlin`.
    #[serde(deserialize_with = "text")]
    pub timezone: String,
    /// The colour of links and buttons on light backgrounds, on pages and in mails, such as `#0d5f4c`. Its contrast to
    /// the background must be at least 4.5.
    pub accent: Option<String>,
    /// The same colour on dark backgrounds. If only one of the two is set, the other is derived from it.
    #[schemars(extend("x-default" = "derived from `site.accent`"))]
    pub accent_dark: Option<String>,
    /// An SVG or PNG file that is shown beside the name. With a logo of your own, the front page does not show the
    /// built-in picture.
    pub logo: Option<PathBuf>,
    /// `true` if the logo shows the name, so that the name is not written beside it.
    pub logo_has_name: bool,
    /// An SVG or PNG file, preferably square: the icon of tabs and bookmarks.
    #[schemars(extend("x-default" = "the logo, or else ours"))]
    pub icon: Option<PathBuf>,
    /// A CSS file that is added to the end of the built-in stylesheet ([theming.md](theming.md)).
    pub stylesheet: Option<PathBuf>,
    pub links: Links,
}

#[derive(Clone, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Links {
    /// The URL of your privacy notice, which is linked at the foot of every page and mail.
    pub privacy: Option<String>,
    /// The URL of your imprint, which is linked in the same places.
    pub imprint: Option<String>,
    /// Where users find help, linked in the same places. All three are an `https` URL, a path on this site or a `mailto:`
    /// URL.
    pub contact: Option<String>,
}

/// A link that is set, as templates see it.
#[derive(Clone, JsonSchema, Serialize)]
pub struct SiteLink {
    /// `privacy`, `imprint` or `contact`. The link's text is the message `link-…`.
    pub key: &'static str,
    pub url: String,
}

impl Links {
    #[must_use]
    pub fn set(&self) -> Vec<SiteLink> {
        let all = [
            ("privacy", &self.privacy),
            ("imprint", &self.imprint),
            ("contact", &self.contact),
        ];
        let set = all.into_iter().filter_map(|(key, url)| Some((key, url.clone()?)));
        set.map(|(key, url)| SiteLink { key, url }).collect()
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signup {
    #[default]
    Open,
    Closed,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Passwords {
    /// The minimum length of a new password, in characters. NIST SP 800-63B-4 requires 15 if the password is the only
    /// factor.
    #[schemars(range(min = 8, max = 1024))]
    pub min_length: usize,
    /// The maximum length of a password, in characters.
    #[schemars(range(min = 64, max = 1024))]
    pub max_length: usize,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawFactors {
    /// Whether users may choose that a browser is not asked for the second factor again for 30 days. With `false`, browsers
    /// that were remembered before are asked as well.
    pub remember_browsers: bool,
    /// Roles and groups that a person has only with a second factor, as `["admin", "group:staff"]`; `"user"` stands for
    /// everybody. Who has none is led from every page to the one where it is set up ([totp.md](totp.md)).
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub required: Vec<String>,
    /// For how many days nothing is taken away, counted from the day when the second factor was first demanded from a person.
    /// Pages say until when. It concerns `factors.required`, and no app that demands a second factor.
    #[schemars(range(min = 0, max = 365))]
    pub grace_days: u32,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Argon2 {
    /// The memory of one password hash, in KiB. If you raise it, each stored hash is renewed at the next sign-in.
    #[schemars(range(min = 8, max = 4_194_304))]
    pub memory_kib: u32,
    /// The number of passes over that memory.
    #[schemars(range(min = 1, max = 1000))]
    pub iterations: u32,
    /// The number of lanes of one hash.
    #[schemars(range(min = 1, max = 255))]
    pub parallelism: u32,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Hashing {
    /// The number of password hashes that are computed at once. Each takes `argon2.memory_kib`.
    #[schemars(extend("x-default" = "the number of cores, or as many as fit into the memory that is allowed"))]
    pub threads: Option<usize>,
    /// How many sign-ins and sign-ups may wait for a password hash; a quarter is reserved for known browsers. If the
    /// queue is full, the answer is 503 at once.
    pub queue: usize,
}

#[derive(Clone, Copy, Deserialize, JsonSchema, Serialize)]
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
            stylesheet: None,
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

impl Default for RawFactors {
    fn default() -> Self {
        Self {
            remember_browsers: true,
            required: Vec::new(),
            grace_days: 0,
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
