//! The checks of single settings; each problem is noted and the next setting looked at.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use figment::Figment;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::memory;
use super::raw::{self, Raw};
use super::schema::variable;
use super::{Argon2Cost, Config, DatabaseSettings, MasterSecret, Mode, Problem, PublicUrl, credentials};

/// What Argon2id must at least cost in release: KiB and passes (RFC 9106, OWASP's equal choices, ASVS 11.4.2).
const LEAST_ARGON2: [(u32, u32); 4] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4)];

/// More threads than this answer nobody sooner.
pub const MAX_WORKERS: usize = 1024;
/// How user and password are written in a URL.
pub const PERCENT_ENCODE: &str = "in the URL, characters of user and password that mean something there must be \
                                  percent-encoded: / is %2F, # is %23, ? is %3F, @ is %40, : is %3A, % is %25";

/// Looks at one setting after the other.
pub struct Check {
    /// What was found.
    pub problems: Vec<Problem>,
    /// Whether a missing master secret is made and kept, in development.
    pub makes: bool,
}

impl Check {
    pub(super) fn problem(&mut self, key: &str, text: impl fmt::Display) {
        let name = format!("{key} ({})", variable(key));
        // Where a value could not be read at all, its default is what is looked at here: that says nothing new.
        if !self.problems.iter().any(|Problem(told)| told.starts_with(&name)) {
            self.problems.push(Problem(format!("{name} {text}.")));
        }
    }

    /// A number must be one of these.
    fn number<N: Copy + PartialOrd + fmt::Display>(&mut self, key: &str, number: N, least: N, most: N) {
        if number < least || number > most {
            self.problem(key, format_args!("must be a whole number from {least} to {most}, not {number}"));
        }
    }

    /// Checks everything; `None` when something that cannot be left out is missing.
    pub fn config(&mut self, raw: Raw, mode: Mode, figment: &Figment) -> Option<Config> {
        if mode == Mode::Production {
            for (key, url) in [
                ("databases.vestibule.url", &raw.databases.vestibule.url),
                ("mail.url", &raw.mail.url),
            ] {
                if url.as_deref().is_some_and(credentials::is_default) {
                    self.problem(key, "holds a password that everybody knows: give that user another one");
                }
            }
        }
        let database = self.database(raw.databases.vestibule, mode);
        let secrets = self.secrets(raw.secret_key, &raw.previous_secret_keys, mode, database.as_ref());
        let public_url = self.public_url(raw.public_url, mode, figment);
        let mail = self.mail(raw.mail, mode);
        let site = self.site(raw.site, mode);
        let argon2 = self.argon2(&raw.argon2, mode);
        let password_length = self.password_length(&raw.passwords);
        // Heeds a quota of processor time, too (cgroups, sched_setaffinity).
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let allowed = memory::Allowed::here();
        let hashing_threads = raw
            .hashing
            .threads
            .unwrap_or_else(|| memory::default_threads(cores, argon2, allowed));
        if hashing_threads == 0 || raw.hashing.queue == 0 {
            self.problem("hashing.threads", "and hashing.queue must be at least 1");
        }
        let throttle = self.throttle(raw.throttle);
        let activity_days = raw.activity_days.0;
        self.number("activity_days", activity_days, 1, 3650);
        if let Ok(workers) = figment.extract_inner::<usize>("workers") {
            self.number("workers", workers, 1, MAX_WORKERS);
        }
        for (key, folder) in [("templates_dir", &raw.templates_dir), ("locales_dir", &raw.locales_dir)] {
            if let Some(folder) = folder.as_ref().filter(|folder| !folder.is_dir()) {
                self.problem(key, format_args!("is no folder: {}", folder.display()));
            }
        }
        Some(Config {
            mode,
            public_url: public_url?,
            secrets: secrets?,
            database: database?,
            migrate_at_start: raw.migrate_at_start.unwrap_or(mode == Mode::Development),
            mail: mail?,
            site: site?,
            signup: raw.signup,
            throttle,
            trusted_proxies: raw.trusted_proxies,
            password_length,
            argon2,
            hashing_threads,
            hashing_queue: raw.hashing.queue,
            memory: memory::Budget::of(hashing_threads, argon2, allowed),
            activity_days,
            templates_dir: raw.templates_dir,
            locales_dir: raw.locales_dir,
        })
    }

    fn database(&mut self, raw: raw::RawDatabase, mode: Mode) -> Option<DatabaseSettings> {
        const KEY: &str = "databases.vestibule.url";
        let url = match (raw.url, mode) {
            (Some(url), _) => url,
            (None, Mode::Development) => "sqlite://data/vestibule.db".to_owned(),
            (None, Mode::Production) => {
                self.problem(KEY, "is not set: name the database, as sqlite:///var/lib/vestibule/vestibule.db");
                return None;
            }
        };
        let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        if !postgres && !url.starts_with("sqlite:") {
            self.problem(KEY, "must begin with sqlite:// or postgres://");
            return None;
        }
        if postgres && !self.postgres_url(KEY, &url) {
            return None;
        }
        if postgres && mode == Mode::Production && !raw.allow_plaintext {
            self.encrypted_database(KEY, &url);
        }
        self.number("databases.vestibule.max_connections", raw.max_connections, 1, 1000);
        self.number("databases.vestibule.connect_timeout", raw.connect_timeout, 1, 300);
        Some(DatabaseSettings {
            url: SecretString::from(url),
            max_connections: raw.max_connections,
            connect_timeout: raw.connect_timeout,
        })
    }

    /// Whether a URL can be read as it stands. With `/`, `#` or `?` in the password its host would end there.
    fn postgres_url(&mut self, key: &str, url: &str) -> bool {
        let why = match Url::parse(url) {
            Ok(url) => {
                let no_user = url.username().is_empty() && url.password().is_none();
                let cut = url.fragment().is_some()
                    || url.path().contains('@')
                    || (no_user && url.query().is_some_and(|query| query.contains('@')));
                if !cut {
                    return true;
                }
                "user and password cannot be told from the rest".to_owned()
            }
            Err(error) => error.to_string(),
        };
        self.problem(key, format_args!("is not a URL that can be read ({why}): {PERCENT_ENCODE}"));
        false
    }

    /// Between two machines nothing goes in the clear, nor to whoever answers: the other modes of `sslmode` look at no
    /// certificate, or at no name in it (ASVS 12.3.1, 12.3.2).
    fn encrypted_database(&mut self, key: &str, url: &str) {
        let Ok(url) = Url::parse(url) else { return };
        let parameter = |name: &str| {
            url.query_pairs()
                .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        let host = parameter("host").or_else(|| url.host_str().map(str::to_owned));
        let local = host.is_none_or(|host| host.is_empty() || host.starts_with('/') || is_loopback(&host));
        let verified = parameter("sslmode")
            .or_else(|| parameter("ssl-mode"))
            .is_some_and(|mode| mode == "verify-full");
        if !local && !verified {
            self.problem(
                key,
                "leads to another machine without a verified, encrypted connection: add ?sslmode=verify-full",
            );
        }
    }

    fn secrets(
        &mut self,
        current: Option<String>,
        previous: &[String],
        mode: Mode,
        database: Option<&DatabaseSettings>,
    ) -> Option<Vec<MasterSecret>> {
        let current = match (current.map(Zeroizing::new), mode) {
            (Some(text), _) => match MasterSecret::parse(&text) {
                Ok(secret) => Some(secret),
                Err(bad) => {
                    self.problem("secret_key", format_args!("{bad}: make one with `vestibule key new`"));
                    None
                }
            },
            (None, Mode::Production) => {
                self.problem("secret_key", "is not set: make one with `vestibule key new`");
                None
            }
            (None, Mode::Development) => {
                let path = beside(&database?.url);
                let kept = if self.makes {
                    MasterSecret::kept_at(&path)
                } else {
                    MasterSecret::kept_or_new(&path)
                };
                kept.map_err(|error| self.problem("secret_key", format_args!("kept in {}: {error}", path.display())))
                    .ok()
            }
        };
        let mut secrets = vec![current?];
        for text in previous {
            match MasterSecret::parse(text) {
                Ok(secret) => secrets.push(secret),
                Err(bad) => self.problem("previous_secret_keys", format_args!("holds one that {bad}")),
            }
        }
        Some(secrets)
    }

    fn public_url(&mut self, raw: Option<String>, mode: Mode, figment: &Figment) -> Option<PublicUrl> {
        const KEY: &str = "public_url";
        let text = match (raw, mode) {
            (Some(text), _) => text,
            (None, Mode::Production) => {
                self.problem(KEY, "is not set: say where people reach this system, as https://accounts.example.org");
                return None;
            }
            (None, Mode::Development) => {
                let address: IpAddr = figment.extract_inner("address").unwrap_or(Ipv4Addr::LOCALHOST.into());
                let port: u16 = figment.extract_inner("port").unwrap_or(8000);
                match address {
                    _ if port == 0 => {
                        self.problem(KEY, "must be set when the port is 0");
                        return None;
                    }
                    address if address.is_unspecified() || is_localhost(address) => {
                        format!("http://localhost:{port}")
                    }
                    IpAddr::V4(address) => format!("http://{address}:{port}"),
                    IpAddr::V6(address) => format!("http://[{address}]:{port}"),
                }
            }
        };
        let Some(url) = Url::parse(&text).ok().filter(Url::has_host) else {
            self.problem(KEY, "is not a URL");
            return None;
        };
        if mode == Mode::Production && url.scheme() != "https" {
            self.problem(KEY, "must begin with https:// in release");
            return None;
        }
        let public_url = PublicUrl::new(&url, mode);
        if public_url.is_none() {
            self.problem(KEY, "must be scheme, host and port alone, as https://accounts.example.org");
        }
        public_url
    }

    fn argon2(&mut self, raw: &raw::Argon2, mode: Mode) -> Argon2Cost {
        let enough = LEAST_ARGON2
            .iter()
            .any(|(memory, passes)| raw.memory_kib >= *memory && raw.iterations >= *passes);
        if mode == Mode::Production && !enough {
            self.problem("argon2.memory_kib", "with argon2.iterations is weaker than 19456 KiB twice");
        }
        self.number("argon2.memory_kib", raw.memory_kib, 8, 4 * 1024 * 1024);
        self.number("argon2.iterations", raw.iterations, 1, 1000);
        self.number("argon2.parallelism", raw.parallelism, 1, 255);
        if raw.parallelism <= 255 && raw.memory_kib < 8 * raw.parallelism {
            self.problem("argon2.memory_kib", "must be at least 8 for each lane (argon2.parallelism)");
        }
        Argon2Cost {
            memory_kib: raw.memory_kib,
            iterations: raw.iterations,
            parallelism: raw.parallelism,
        }
    }

    fn password_length(&mut self, raw: &raw::Passwords) -> (usize, usize) {
        self.number("passwords.min_length", raw.min_length, 8, 1024);
        self.number("passwords.max_length", raw.max_length, 64, 1024);
        if raw.max_length < raw.min_length {
            self.problem("passwords.max_length", "must not be less than passwords.min_length");
        }
        (raw.min_length, raw.max_length)
    }
}

/// `secret.key` in the folder of the SQLite database; in `data` where there is none.
fn beside(database: &SecretString) -> PathBuf {
    let url = database.expose_secret();
    let path = url
        .strip_prefix("sqlite:")
        .map(|rest| rest.strip_prefix("//").unwrap_or(rest))
        .map(|rest| rest.split_once('?').map_or(rest, |(path, _)| path));
    path.and_then(|path| Path::new(path).parent())
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("data"))
        .join("secret.key")
}

fn is_localhost(address: IpAddr) -> bool {
    address == Ipv4Addr::LOCALHOST || address == Ipv6Addr::LOCALHOST
}

/// Whether a host's name is this machine's own.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
