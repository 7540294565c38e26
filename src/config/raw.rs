//! The settings as they are written in `Rocket.toml` and the environment, before anything is checked. Keys that are not
//! among these are refused in [`super::load`].
//!
//! The comments of the fields are the documentation: `docs/configuration.md` and `docs/configuration.schema.json` are made
//! of them, and the ranges are checked at the start ([`super::schema`]).

use std::collections::BTreeMap;
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lifetimes::RawLifetimes;
use super::networks::{WrittenNetworks, networks};
use super::text::{WrittenList, list, scalar, text};
use super::throttle::Throttle;

/// Everything Vestibule reads besides Rocket's own keys.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Raw {
    /// Where people reach Vestibule, without a path. Links in mails, the origin that forms must come from, and the issuer
    /// of tokens are made of it. In release it must be `https`.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: `http://localhost:<port>`"))]
    pub public_url: Option<String>,
    /// Networks of the reverse proxies in front, as `["10.0.0.0/8"]` or `"127.0.0.1"`. The visitor's address is taken from
    /// their `X-Forwarded-For` only.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "WrittenNetworks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The master secret that every other key is derived from: 32 random bytes or more, in Base64 or hexadecimal.
    /// `vestibule key new` prints one.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: created and stored beside the database"))]
    pub secret_key: Option<String>,
    /// Master secrets that were used before. What was made with them stays valid and is renewed when next used. In a file:
    /// one a line.
    pub previous_secret_keys: Vec<String>,
    pub databases: Databases,
    /// Whether the server brings the database up to date when it starts. Otherwise `vestibule migrate` does.
    #[schemars(extend("x-default" = "in debug `true`, in release `false`"))]
    pub migrate_at_start: Option<bool>,
    pub mail: RawMail,
    pub site: RawSite,
    /// A folder whose templates (`pages/login.html`, `mails/confirm_email.txt`, …) replace those of the same name. They are checked at
    /// the start.
    pub templates_dir: Option<PathBuf>,
    /// A folder of Fluent files, as `fr/common.ftl`: each folder in it is a language, and each message replaces the built-in one of
    /// the same name ([languages.md](languages.md)). They are checked at the start.
    pub locales_dir: Option<PathBuf>,
    /// `"open"`: everybody may sign up. `"closed"`: nobody; accounts are made with `vestibule user add`.
    pub signup: Signup,
    pub forward_auth: RawForwardAuth,
    /// Apps that ask Vestibule who is there ([apps.md](apps.md)). Each has a table of its own, as `[default.apps.wiki]`.
    pub apps: BTreeMap<String, RawApp>,
    /// Groups of people, besides those that admins make on pages. Each has a table of its own, as `[default.groups.staff]`.
    pub groups: BTreeMap<String, RawGroup>,
    pub passwords: Passwords,
    pub lifetimes: RawLifetimes,
    pub throttle: Throttle,
    /// Days that people can look back on what happened to their account. What is older is deleted.
    #[schemars(range(min = 1, max = 3650))]
    pub activity_days: ActivityDays,
    pub argon2: Argon2,
    pub hashing: Hashing,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawForwardAuth {
    /// The headers in which the proxies name the page that an app was asked for: `"x-forwarded"`: `X-Forwarded-Host` and
    /// `X-Forwarded-Uri`. `"x-original-url"`: `X-Original-URL`. The other ones are ignored.
    pub headers: ForwardedHeaders,
}

/// How a proxy names the page that an app was asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeaders {
    #[default]
    XForwarded,
    XOriginalUrl,
}

/// One app. Its id has at most 63 letters from `a` to `z`, digits and `-`, and begins with a letter or a digit.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawApp {
    /// The app's name, as its tile shows it.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "the id"))]
    pub name: Option<String>,
    /// Where the app's tile leads.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "the first of its hosts"))]
    pub url: Option<String>,
    /// The hosts at which the app is reached, as `["wiki.example.org"]`, with their port unless it is that of https. In
    /// debug they are reached by http, unless they begin with `https://`.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub hosts: Vec<String>,
    /// `"everyone"`: each person who has an account may enter. Without it only the app's groups may.
    pub access: Option<Everyone>,
    /// The groups whose members may enter. Without groups and without `access` nobody may.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub groups: Vec<String>,
    /// Paths that are open to everybody, signed in or not: exactly, as `"/robots.txt"`, or everything below, as `"/public/*"`.
    #[serde(deserialize_with = "list")]
    #[schemars(with = "WrittenList")]
    pub public_paths: Vec<String>,
    /// Networks from which the app is open to everybody, as `["192.0.2.0/24"]`.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "WrittenNetworks")]
    pub open_networks: Vec<IpNet>,
    /// What `Remote-User` holds: `"id"`, the id of the account, which never changes.
    pub user_header: UserHeader,
}

/// The one word of `access`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Everyone {
    Everyone,
}

/// What `Remote-User` holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UserHeader {
    #[default]
    Id,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Databases {
    pub vestibule: RawDatabase,
}

#[derive(Clone, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawDatabase {
    /// `sqlite://<path>` or `postgres://user:password@host/database`, where characters of user and password with a meaning
    /// in URLs are percent-encoded: `/` is `%2F`, `#` is `%23`, `?` is `%3F`, `@` is `%40`, `:` is `%3A`, `%` is `%25`. The
    /// connection to a PostgreSQL on another machine must be encrypted and its certificate valid: `?sslmode=verify-full`
    /// (and `&sslrootcert=<file>` if its authority is your own).
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: `sqlite://data/vestibule.db`"))]
    pub url: Option<String>,
    /// Connections kept for reading (SQLite has one more, for writing) or for everything (PostgreSQL). Two of them are
    /// reserved for session look-ups; values below 3 count as 3.
    #[schemars(range(min = 1, max = 1000))]
    pub max_connections: u32,
    /// Seconds that a request waits for a connection, or for a session look-up, before the answer is 503.
    #[schemars(range(min = 1, max = 300))]
    pub connect_timeout: u64,
    /// Permits a connection to a PostgreSQL on another machine that is not encrypted or not verified: for a network of its
    /// own, as between two containers.
    pub allow_plaintext: bool,
}

#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawMail {
    /// The mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host` (TLS from the first
    /// byte). No path and no query.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: the development mailbox"))]
    pub url: Option<String>,
    /// The sender, as `accounts@example.org` or `Example <accounts@example.org>`. Before the `@` ASCII only; a domain with
    /// other letters is sent in its ASCII form.
    #[serde(deserialize_with = "scalar")]
    #[schemars(extend("x-default" = "in debug: `vestibule@localhost`"))]
    pub from: Option<String>,
    /// `"required"` sends nothing without TLS and a valid certificate. `"off"` is for a relay on an internal network.
    #[schemars(extend("x-default" = "`\"required\"`; `\"off\"` if the mail server is this machine"))]
    pub tls: Option<MailTls>,
}

/// How a connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    Required,
    Off,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawSite {
    /// Your name: on every page and at the beginning of every mail's subject.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Where people go after signing in if they did not follow a link: a path on this site, or a whole URL, which the front
    /// page then links to.
    #[serde(deserialize_with = "scalar")]
    pub home_url: Option<String>,
    /// The zone that times are shown in, as `Europe/Berlin`.
    #[serde(deserialize_with = "text")]
    pub timezone: String,
    /// The accent colour on light backgrounds, as `#0d5f4c`: of links and buttons, on pages and in mails. Its contrast to
    /// the background must be at least 4.5.
    pub accent: Option<String>,
    /// The accent colour on dark backgrounds. One of the two is enough: the other is derived from it, lighter or darker.
    #[schemars(extend("x-default" = "derived from `site.accent`"))]
    pub accent_dark: Option<String>,
    /// A file, SVG or PNG, shown beside the name. With your own logo the front page shows no picture of ours.
    pub logo: Option<PathBuf>,
    /// `true` if the logo shows the name itself, so that the name is not written beside it a second time.
    pub logo_has_name: bool,
    /// A file, SVG or PNG and best square: the icon of tabs and bookmarks.
    #[schemars(extend("x-default" = "the logo, or else ours"))]
    pub icon: Option<PathBuf>,
    /// A CSS file of your own, added to the end of the built-in stylesheet ([theming.md](theming.md)).
    pub stylesheet: Option<PathBuf>,
    pub links: Links,
}

/// The operator's other pages.
#[derive(Clone, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Links {
    /// Your privacy notice: linked at the foot of pages and mails.
    pub privacy: Option<String>,
    /// Your imprint.
    pub imprint: Option<String>,
    /// Where people find help: `https:` or `mailto:`.
    pub contact: Option<String>,
}

/// One of them that is set, as templates see it.
#[derive(Clone, JsonSchema, Serialize)]
pub struct SiteLink {
    /// `privacy`, `imprint` or `contact`: its text is the message `link-…`.
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

/// Who may sign up.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signup {
    #[default]
    Open,
    Closed,
}

/// One group. Its name has at most 63 letters from `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter or a digit.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct RawGroup {
    /// What the group is for, in one line. The name of the group is a part of the key: at most 63 letters from `a` to `z`,
    /// digits, `.`, `_` and `-`, the first a letter or a digit. Pages show such a group, and who is in it can be changed there,
    /// but the group itself only here.
    #[serde(deserialize_with = "text")]
    pub description: String,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Passwords {
    /// The minimum number of characters of a new password. NIST asks for 15 if a password is the only factor.
    #[schemars(range(min = 8, max = 1024))]
    pub min_length: usize,
    /// The maximum number of characters.
    #[schemars(range(min = 64, max = 1024))]
    pub max_length: usize,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Argon2 {
    /// Memory of one password hash, in KiB. Stored hashes are renewed at the next sign-in when this grows.
    #[schemars(range(min = 8, max = 4_194_304))]
    pub memory_kib: u32,
    /// Passes over that memory.
    #[schemars(range(min = 1, max = 1000))]
    pub iterations: u32,
    /// Lanes of one hash.
    #[schemars(range(min = 1, max = 255))]
    pub parallelism: u32,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(default)]
pub struct Hashing {
    /// Password hashes computed at once. Each takes `argon2.memory_kib`.
    #[schemars(extend("x-default" = "the number of cores, or as many as fit into the memory that is allowed"))]
    pub threads: Option<usize>,
    /// Sign-ins and sign-ups that may wait for a hash; a quarter is reserved for known browsers. Beyond it the answer is
    /// 503 at once.
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
