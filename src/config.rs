//! All settings with their types, defaults and checks; read from `Rocket.toml` and the environment.
//!
//! The text of the settings (`raw`) is parsed once, at the start, into types that cannot hold an invalid value: a
//! [`Config`] proves that the settings are valid.

mod app;
mod app_host;
mod apps;
mod colour;
mod database;
mod factors;
mod groups;
mod key;
mod lifetimes;
mod load;
mod mail;
mod master_secrets;
mod memory;
mod networks;
mod origins;
mod passwords;
mod problem;
mod public_path;
mod public_url;
mod raw;
mod raw_apps;
mod run_mode;
mod schema;
mod secret;
mod site;
#[cfg(test)]
mod tests;
mod text;
mod throttle;
mod unknown;
mod urls;

use std::path::PathBuf;
use std::sync::Arc;

use figment::Figment;
use ipnet::IpNet;
use secrecy::ExposeSecret;

pub use self::app::{
    AppAccess, AppProblem, AppRules, AppSettings, MAX_APP_ENTRIES, MAX_APP_ID, MAX_APP_NAME, WrittenApp,
};
pub use self::app_host::{AppHost, canonical_host};
pub use self::apps::unknown_groups;
pub use self::colour::{Accent, Colour};
pub use self::database::DatabaseSettings;
pub use self::factors::RequiredFactors;
pub use self::groups::{GroupDescription, GroupName, GroupSettings, MAX_GROUP_DESCRIPTION, MAX_GROUP_NAME};
pub use self::lifetimes::Lifetimes;
pub use self::load::figment;
pub use self::mail::{MailServer, MailSettings, MailTransport, SmtpTls};
use self::master_secrets::MissingSecret;
pub use self::memory::{Allowed, Budget};
pub use self::passwords::Argon2Cost;
use self::problem::Check;
pub use self::problem::{Problem, Problems};
pub use self::public_path::{PublicPath, is_public};
pub use self::public_url::PublicUrl;
use self::raw::Raw;
pub use self::raw::{Links, Signup, SiteLink};
pub use self::raw_apps::{ForwardedHeaders, RemoteUser};
pub use self::run_mode::RunMode;
pub use self::secret::MasterSecret;
pub use self::site::SiteSettings;
pub use self::throttle::{Quota, Throttle};
pub use self::urls::PERCENT_ENCODING_HINT;

/// The maximum number of Rocket's workers: more threads do not answer sooner.
pub const MAX_WORKERS: usize = 1024;

/// All settings, checked.
#[derive(Clone)]
pub struct Config {
    pub mode: RunMode,
    pub public_url: PublicUrl,
    /// The current master secret, then the earlier ones.
    pub secrets: Vec<MasterSecret>,
    pub database: DatabaseSettings,
    pub migrate_at_start: bool,
    pub mail: MailSettings,
    pub site: SiteSettings,
    pub signup: Signup,
    /// Whether users may sign in by a mailed code.
    pub email_code: bool,
    pub groups: GroupSettings,
    pub apps: Vec<Arc<AppSettings>>,
    /// The rules that apps of the settings and of the database keep.
    pub app_rules: AppRules,
    /// How the proxies of apps name the page that was asked for.
    pub forwarded_headers: ForwardedHeaders,
    /// The origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Whether browsers may be remembered, which are then not asked for the second factor.
    pub remember_browsers: bool,
    /// From whom a second factor is demanded.
    pub required_factors: RequiredFactors,
    pub lifetimes: Lifetimes,
    pub throttle: Throttle,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Minimum and maximum, in characters.
    pub password_length: (usize, usize),
    pub argon2: Argon2Cost,
    /// Password hashes that are computed at once.
    pub hashing_threads: usize,
    /// Password hashes that may wait.
    pub hashing_queue: usize,
    /// Memory needed at worst, and allowed.
    pub memory: Budget,
    /// How long the activity log is kept, in days.
    pub activity_days: u32,
    /// The operator's templates, which override the built-in ones.
    pub templates_dir: Option<PathBuf>,
    /// The operator's languages and messages.
    pub locales_dir: Option<PathBuf>,
}

impl Config {
    /// Reads and checks all settings.
    ///
    /// In development a missing master secret is created and stored beside the database.
    ///
    /// # Errors
    /// Every problem, one sentence each, with the key and the environment variable.
    pub fn from_figment(figment: &Figment) -> Result<Self, Problems> {
        Self::read(figment, MissingSecret::IsStored)
    }

    /// The same without writing a file: in development a temporary master secret replaces a missing one.
    pub fn without_making(figment: &Figment) -> Result<Self, Problems> {
        Self::read(figment, MissingSecret::IsTemporary)
    }

    fn read(figment: &Figment, missing: MissingSecret) -> Result<Self, Problems> {
        let figment = load::with_files(figment.clone())?;
        let mode = if figment.profile() == "debug" {
            RunMode::Development
        } else {
            RunMode::Production
        };
        let (raw, problems) = load::raw(&figment);
        let Some(raw) = raw else {
            return Err(Problems(problems));
        };
        let mut check = Check { problems };
        let config = Self::checked(&mut check, raw, mode, missing, &figment);
        match (config, check.problems.is_empty()) {
            (Some(config), true) => Ok(config),
            _ => Err(Problems(check.problems)),
        }
    }

    /// Checks all settings. `None`: a setting without a default is missing.
    fn checked(check: &mut Check, raw: Raw, mode: RunMode, missing: MissingSecret, figment: &Figment) -> Option<Self> {
        schema::ranges(check, &raw);
        if mode == RunMode::Production {
            for (key, url) in [
                ("databases.vestibule.url", &raw.databases.vestibule.url),
                ("mail.url", &raw.mail.url),
            ] {
                if url.as_deref().is_some_and(urls::has_default_password) {
                    check.problem(key, "holds a password that everybody knows: give that user another one");
                }
            }
        }
        let database = database::database(check, raw.databases.vestibule, mode);
        let secrets = master_secrets::master_secrets(
            check,
            raw.secret_key,
            &raw.previous_secret_keys,
            mode,
            database.as_ref(),
            missing,
        );
        let public_url = public_url::public_url(check, raw.public_url, mode, figment);
        let mail = mail::mail(check, raw.mail, mode);
        let site = site::site(check, raw.site, mode);
        let argon2 = passwords::argon2(check, &raw.argon2, mode);
        let password_length = passwords::length(check, &raw.passwords);
        let allowed = Allowed::here();
        let hashing_threads = memory::hashing_threads(check, &raw.hashing, argon2, allowed);
        let lifetimes = lifetimes::lifetimes(check, &raw.lifetimes);
        let groups = groups::groups(check, raw.groups);
        let required_factors = factors::required(check, &raw.factors);
        let app_rules = AppRules {
            mode,
            public_url: public_url.clone(),
        };
        let apps = apps::apps(check, raw.apps, &app_rules);
        let cors_origins = origins::origins(check, "api.cors_origins", &raw.api.cors_origins, mode);
        if let Ok(workers) = figment.extract_inner::<usize>("workers") {
            check.number("workers", workers, 1, MAX_WORKERS);
        }
        for (key, folder) in [("templates_dir", &raw.templates_dir), ("locales_dir", &raw.locales_dir)] {
            if let Some(folder) = folder.as_ref().filter(|folder| !folder.is_dir()) {
                check.problem(key, format_args!("is no folder: {}", folder.display()));
            }
        }
        Some(Self {
            mode,
            public_url: public_url?,
            secrets: secrets?,
            database: database?,
            migrate_at_start: raw.migrate_at_start.unwrap_or(mode == RunMode::Development),
            mail: mail?,
            site: site?,
            signup: raw.signup,
            email_code: raw.signin.email_code,
            groups,
            apps,
            app_rules,
            forwarded_headers: raw.forward_auth.headers,
            cors_origins,
            remember_browsers: raw.factors.remember_browsers,
            required_factors,
            lifetimes,
            throttle: raw.throttle,
            trusted_proxies: raw.trusted_proxies,
            password_length,
            argon2,
            hashing_threads,
            hashing_queue: raw.hashing.queue,
            memory: Budget::of(hashing_threads, argon2, allowed),
            activity_days: raw.activity_days.0,
            templates_dir: raw.templates_dir,
            locales_dir: raw.locales_dir,
        })
    }

    /// Rocket's part of the settings, with fixed values for security: no `Server` header, no trust in `X-Real-IP`, an
    /// end of every request within ten seconds of a stop, and limits for bodies.
    #[must_use]
    pub fn for_rocket(&self, figment: Figment) -> Figment {
        // Rocket requires a path for templates. A file contains none, so Rocket never renders a template that happens
        // to be in a folder. In development the folder is watched.
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
        // Rocket needs no secrets.
        for key in ["secret_key", "previous_secret_keys"] {
            figment = figment.merge((key, figment::value::Empty::None));
        }
        figment
    }

    #[must_use]
    pub fn in_production(&self) -> bool {
        self.mode == RunMode::Production
    }
}
