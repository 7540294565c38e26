//! Every setting, typed, with its default and its check; made from `Rocket.toml` and the environment.
//!
//! What is written (`raw`) is parsed once, at the start, into values that cannot be wrong: a [`Config`] is proof that
//! the settings were sound.

mod check;
mod colour;
mod credentials;

mod load;
mod mail;
mod memory;
mod networks;
mod raw;
pub mod schema;
mod secret;
mod site;
#[cfg(test)]
mod tests;
mod throttle;
mod unknown;

use std::fmt;
use std::path::PathBuf;

use figment::providers::{Env, Format, Toml};
use figment::{Figment, Profile};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::check::Check;
pub use self::check::{MAX_WORKERS, PERCENT_ENCODE};
pub use self::colour::{Accent, Colour};
pub use self::mail::{MailServer, SmtpTls};
pub use self::memory::{Allowed, Budget};
pub use self::raw::{Links, Signup};
pub use self::secret::MasterSecret;
pub use self::throttle::{Quota, Throttle};

/// Rocket's own settings.
type Rockets = rocket::Config;

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
    pub database: DatabaseSettings,
    /// Whether the server migrates when it starts.
    pub migrate_at_start: bool,
    /// How mail leaves.
    pub mail: MailSettings,
    /// How the system presents itself.
    pub site: SiteSettings,
    /// Who may sign up.
    pub signup: Signup,
    /// Whether and how often something may be tried.
    pub throttle: Throttle,
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
    /// What all of it needs of the memory, and what is allowed.
    pub memory: Budget,
    /// Days that activity is kept.
    pub activity_days: u32,
    /// Templates that take the place of ours.
    pub templates_dir: Option<PathBuf>,
    /// Languages and messages of the operator's own.
    pub locales_dir: Option<PathBuf>,
}

/// Where the data lives.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`, password included.
    pub url: SecretString,
    /// Connections in the pool.
    pub max_connections: u32,
    /// Seconds to wait for one.
    pub connect_timeout: u64,
}

/// How mail leaves.
#[derive(Clone)]
pub struct MailSettings {
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
    Smtp(MailServer),
}

/// How the system presents itself.
#[derive(Clone)]
pub struct SiteSettings {
    /// Its name.
    pub name: String,
    /// Where to go after signing in.
    pub home_url: Option<String>,
    /// The zone times are shown in.
    pub timezone: TimeZone,
    /// The operator's accent; none: that of the stylesheet.
    pub accent: Option<Accent>,
    /// A picture beside the name.
    pub logo: Option<PathBuf>,
    /// Whether the picture shows the name: then it stands alone.
    pub logo_has_name: bool,
    /// The icon of tabs and bookmarks; none: the logo, or else ours.
    pub icon: Option<PathBuf>,
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
    port: Option<u16>,
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
            port: url.port(),
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

    /// The port, where it is not the scheme's own.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
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
    // Release builds of Rocket log errors alone. Ours tell who signed in and what was refused (ASVS 16.3.1).
    let defaults = Rockets {
        log_level: rocket::config::LogLevel::Normal,
        ..Rockets::default()
    };
    Figment::from(defaults)
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE"]).global())
        .merge(
            Env::prefixed("ROCKET_")
                .ignore(&["PROFILE", "CONFIG"])
                .filter(|name| name.as_str().contains("__") && !name.as_str().to_lowercase().ends_with("_file"))
                .split("__")
                .global(),
        )
        .select(Profile::from_env_or("ROCKET_PROFILE", Rockets::DEFAULT_PROFILE))
}

impl Config {
    /// Reads and checks all settings.
    ///
    /// In development a missing master secret is made and kept beside the database.
    ///
    /// # Errors
    /// Every problem there is, one sentence each, with the key and the environment variable.
    pub fn from_figment(figment: &Figment) -> Result<Self, Problems> {
        Self::read(figment, true)
    }

    /// The same, and makes nothing: in development a master secret that is kept nowhere stands in for a missing one.
    ///
    /// # Errors
    /// As [`Config::from_figment`].
    pub fn without_making(figment: &Figment) -> Result<Self, Problems> {
        Self::read(figment, false)
    }

    fn read(figment: &Figment, makes: bool) -> Result<Self, Problems> {
        let figment = load::with_files(figment.clone())?;
        let mode = if figment.profile() == "debug" {
            Mode::Development
        } else {
            Mode::Production
        };
        let (raw, problems) = load::raw(&figment);
        let Some(raw) = raw else {
            return Err(Problems(problems));
        };
        let mut check = Check { problems, makes };
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
            .merge(("shutdown.ctrlc", false))
            .merge(("shutdown.signals", [""; 0]))
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
