//! Every setting, typed, with its default and its check; made from `Rocket.toml` and the environment.
//!
//! What is written ([`raw`]) is parsed once, at the start, into values that cannot be wrong: a [`Config`] is proof that
//! the settings were sound.

mod check;
pub mod documented;
mod raw;
mod secret;

use std::fmt;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Serialized};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use self::check::Check;
use self::documented::{FROM_FILES, variable};
use self::raw::Raw;
pub use self::raw::{Links, MailTls, Signup};
pub use self::secret::MasterSecret;

/// Development or production: what the figment profile says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// Convenient on one's own machine: the `debug` profile.
    Development,
    /// Strict: the `release` profile, and every other.
    Production,
}

/// All settings, checked.
#[derive(Clone)]
pub struct Config {
    /// Development or production.
    pub mode: Mode,
    /// Where people reach this system.
    pub public_url: PublicUrl,
    /// The secret everything is derived from, then those used before.
    pub secrets: Vec<MasterSecret>,
    /// The database.
    pub database: Database,
    /// Whether the server migrates when it starts.
    pub migrate_at_start: bool,
    /// How mail leaves.
    pub mail: Mail,
    /// How the system presents itself.
    pub site: Site,
    /// Who may sign up.
    pub signup: Signup,
    /// Whether attempts are limited.
    pub throttled: bool,
    /// The proxies whose word on the visitor's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Least and greatest length of a password, in characters.
    pub password_length: (usize, usize),
    /// Cost of a password hash.
    pub argon2: Argon2Cost,
    /// Hashes at once.
    pub hashing_threads: usize,
    /// Hashes waiting.
    pub hashing_queue: usize,
    /// Templates that take the place of ours.
    pub templates_dir: Option<PathBuf>,
}

/// Where the data lives.
#[derive(Clone)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`, password included.
    pub url: SecretString,
    /// Connections in the pool.
    pub max_connections: u32,
    /// Seconds to wait for one.
    pub connect_timeout: u64,
}

/// How mail leaves.
#[derive(Clone)]
pub struct Mail {
    /// The server, or in development the mailbox.
    pub transport: MailTransport,
    /// The sender.
    pub from: Mailbox,
}

/// Where mail goes.
#[derive(Clone)]
pub enum MailTransport {
    /// Kept in memory and shown at `/dev/mailbox`.
    DevelopmentMailbox,
    /// Handed to a mail server.
    Smtp {
        /// The server's URL, credentials included.
        url: SecretString,
        /// How the connection is protected.
        tls: MailTls,
    },
}

/// How the system presents itself.
#[derive(Clone)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Where to go after signing in.
    pub home_url: Option<String>,
    /// The zone times are shown in.
    pub timezone: TimeZone,
    /// Accent colours, light and dark, as `#rrggbb`.
    pub accent: Option<(String, String)>,
    /// A picture beside the name.
    pub logo: Option<PathBuf>,
    /// The operator's other pages.
    pub links: Links,
}

/// Cost of one Argon2id hash (RFC 9106).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Argon2Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

/// The origin people reach this system at: scheme, host and port, never a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    also: Vec<String>,
}

impl PublicUrl {
    fn new(url: &Url, mode: Mode) -> Option<Self> {
        let host = url.host_str()?.to_owned();
        let whole = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !whole || !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        let also = if mode == Mode::Development && loopback.contains(&host.as_str()) {
            loopback.iter().map(|name| format!("{}://{name}{port}", url.scheme())).collect()
        } else {
            Vec::new()
        };
        Some(Self {
            origin: url.origin().ascii_serialization(),
            host,
            also,
        })
    }

    /// The origin as browsers write it: `https://accounts.example.org`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host's name alone.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a browser that names this origin speaks of us. In development the loopback names of one port are one.
    #[must_use]
    pub fn is(&self, origin: &str) -> bool {
        origin == self.origin || self.also.iter().any(|name| name == origin)
    }

    /// The whole URL of a path that begins with `/`.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// Something in the settings that is not right, as one sentence for the operator.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem(String);

/// Everything that is not right.
#[derive(Debug, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// One problem alone, that has nothing to do with a single key.
    #[must_use]
    pub fn one(text: impl Into<String>) -> Self {
        Self(vec![Problem(text.into())])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, problem) in self.0.iter().enumerate() {
            if nth > 0 {
                writeln!(f)?;
            }
            f.write_str(&problem.0)?;
        }
        Ok(())
    }
}

/// Where settings come from: Rocket's defaults, `Rocket.toml` (or the file named by `ROCKET_CONFIG`), then `ROCKET_*`
/// variables, `__` between the parts of a nested key.
#[must_use]
pub fn figment() -> Figment {
    rocket::Config::figment().merge(
        Env::prefixed("ROCKET_")
            .ignore(&["PROFILE", "CONFIG"])
            .filter(|name| name.as_str().contains("__") && !name.as_str().to_lowercase().ends_with("_file"))
            .split("__")
            .global(),
    )
}

impl Config {
    /// Reads and checks all settings.
    ///
    /// In development a missing master secret is made and kept beside the database.
    ///
    /// # Errors
    /// Every problem there is, one sentence each, with the key and the environment variable.
    pub fn from_figment(figment: &Figment) -> Result<Self, Problems> {
        let figment = with_files(figment.clone())?;
        let mode = if figment.profile() == "debug" {
            Mode::Development
        } else {
            Mode::Production
        };
        let mut problems = unknown_keys(&figment);
        let raw = match figment.extract::<Raw>() {
            Ok(raw) => raw,
            Err(errors) => {
                problems.extend(errors.into_iter().map(|error| told(&error)));
                return Err(Problems(problems));
            }
        };
        let mut check = Check { problems };
        let config = check.config(raw, mode, &figment);
        match (config, check.problems.is_empty()) {
            (Some(config), true) => Ok(config),
            _ => Err(Problems(check.problems)),
        }
    }

    /// Rocket's part of the settings, with what must never be otherwise: no `Server` header, no trust in `X-Real-IP`,
    /// an end to every request within ten seconds of a stop, and limits for what is sent.
    #[must_use]
    pub fn for_rocket(&self, figment: Figment) -> Figment {
        // Where Rocket looks for templates of its own; ours are given to it. A file holds none, so nothing strange that
        // lies about is ever rendered. In development the folder is watched.
        let templates = if cfg!(debug_assertions) {
            PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))
        } else {
            std::env::current_exe().unwrap_or_default()
        };
        let mut figment = figment
            .merge(("ident", false))
            .merge(("ip_header", false))
            .merge(("cli_colors", false))
            .merge(("limits.form", "32KiB"))
            .merge(("limits.data-form", "32KiB"))
            .merge(("limits.string", "32KiB"))
            .merge(("limits.json", "32KiB"))
            .merge(("shutdown.grace", 6))
            .merge(("shutdown.mercy", 2))
            .merge(("template_dir", templates))
            .merge(("databases.vestibule.url", self.database.url.expose_secret()))
            .merge(("databases.vestibule.max_connections", self.database.max_connections))
            .merge(("databases.vestibule.connect_timeout", self.database.connect_timeout));
        // Nothing that only we read travels further.
        for key in ["secret_key", "previous_secret_keys"] {
            figment = figment.merge((key, figment::value::Empty::None));
        }
        figment
    }

    /// Whether this is the strict profile.
    #[must_use]
    pub fn in_production(&self) -> bool {
        self.mode == Mode::Production
    }
}

/// Adds the settings that stand in files named by `…_FILE` variables.
fn with_files(mut figment: Figment) -> Result<Figment, Problems> {
    for key in FROM_FILES {
        let name = format!("{}_FILE", variable(key));
        let Some(path) = std::env::var_os(&name) else { continue };
        let text = std::fs::read_to_string(&path)
            .map(Zeroizing::new)
            .map_err(|error| Problems::one(format!("{key}: the file that {name} names cannot be read: {error}.")))?;
        figment = if *key == "previous_secret_keys" {
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            figment.merge(Serialized::global(key, lines))
        } else {
            figment.merge(Serialized::global(key, text.trim()))
        };
    }
    Ok(figment)
}

/// Keys that nobody reads are misspelt, and a misspelt setting is one that is not in force.
fn unknown_keys(figment: &Figment) -> Vec<Problem> {
    let known = |provider: &dyn figment::Provider| -> Vec<String> {
        let data = provider.data().unwrap_or_default();
        data.into_values().flat_map(figment::value::Dict::into_keys).collect()
    };
    let mut names = known(&rocket::Config::default());
    names.extend(known(&Serialized::defaults(Raw::default())));
    let Ok(found) = figment.extract::<figment::value::Dict>() else {
        return Vec::new();
    };
    found
        .keys()
        // Rocket reads `ROCKET_SITE__NAME` as one key besides; we have read it as two.
        .filter(|key| *key != "profile" && *key != "config" && !key.contains("__") && !names.contains(key))
        .filter(|key| !FROM_FILES.iter().any(|file| **key == format!("{file}_file")))
        .map(|key| Problem(format!("{key} ({}) is not a setting of Vestibule.", variable(key))))
        .collect()
}

fn told(error: &figment::Error) -> Problem {
    let key = error.path.join(".");
    let origin = error
        .metadata
        .as_ref()
        .and_then(|data| data.source.as_ref())
        .map(|source| format!(", from {source}"))
        .unwrap_or_default();
    if let figment::error::Kind::UnknownField(field, _) = &error.kind {
        let mut path = error.path.clone();
        if path.last() != Some(field) {
            path.push(field.clone());
        }
        let key = path.join(".");
        return Problem(format!("{key} ({}) is not a setting of Vestibule{origin}.", variable(&key)));
    }
    Problem(format!("{key} ({}){origin}: {}.", variable(&key), error.kind))
}
