//! The settings of the database.

use secrecy::SecretString;
use url::Url;

use super::problem::Check;
use super::raw::RawDatabase;
use super::run_mode::RunMode;
use super::urls::{PERCENT_ENCODING_HINT, is_loopback};

const KEY: &str = "databases.vestibule.url";

#[derive(Clone)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`, password included.
    pub url: SecretString,
    pub max_connections: u32,
    /// Seconds that a request waits for a connection.
    pub connect_timeout: u64,
}

pub(super) fn database(check: &mut Check, raw: RawDatabase, mode: RunMode) -> Option<DatabaseSettings> {
    let url = match (raw.url, mode) {
        (Some(url), _) => url,
        (None, RunMode::Development) => "sqlite://data/vestibule.db".to_owned(),
        (None, RunMode::Production) => {
            check.problem(KEY, "is not set: name the database, as sqlite:///var/lib/vestibule/vestibule.db");
            return None;
        }
    };
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !postgres && !url.starts_with("sqlite:") {
        check.problem(KEY, "must begin with sqlite:// or postgres://");
        return None;
    }
    if postgres {
        if let Err(why) = postgres_url(&url) {
            check.problem(KEY, format_args!("is not a URL that can be read ({why}): {PERCENT_ENCODING_HINT}"));
            return None;
        }
        if mode == RunMode::Production && !raw.allow_plaintext && !is_local_or_verified(&url) {
            check.problem(
                KEY,
                "leads to another machine without a verified, encrypted connection: add ?sslmode=verify-full",
            );
        }
    }
    Some(DatabaseSettings {
        url: SecretString::from(url),
        max_connections: raw.max_connections,
        connect_timeout: raw.connect_timeout,
    })
}

/// Why a URL is misread. With an unencoded `/`, `#` or `?` in the password, its host would end there.
fn postgres_url(url: &str) -> Result<(), String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    let no_user = url.username().is_empty() && url.password().is_none();
    let cut = url.fragment().is_some()
        || url.path().contains('@')
        || (no_user && url.query().is_some_and(|query| query.contains('@')));
    if cut {
        return Err("user and password cannot be told from the rest".to_owned());
    }
    Ok(())
}

/// The other modes of `sslmode` do not check the certificate or its host name: a third machine could read the
/// connection or answer in place of the server (ASVS 12.3.1, 12.3.2).
fn is_local_or_verified(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return true };
    let parameter = |name: &str| {
        url.query_pairs()
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    let host = parameter("host").or_else(|| url.host_str().map(str::to_owned));
    let local = host.is_none_or(|host| host.is_empty() || host.starts_with('/') || is_loopback(&host));
    let mode = parameter("sslmode").or_else(|| parameter("ssl-mode"));
    local || mode.is_some_and(|mode| mode == "verify-full")
}
