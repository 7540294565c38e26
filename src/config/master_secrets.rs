//! The master secrets: the current one, and earlier ones.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::database::DatabaseSettings;
use super::problem::Check;
use super::run_mode::RunMode;
use super::secret::MasterSecret;

/// How a missing master secret is replaced, in development.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum MissingSecret {
    /// A new one, stored beside the database.
    IsStored,
    /// A new one that is not stored.
    IsTemporary,
}

pub(super) fn master_secrets(
    check: &mut Check,
    current: Option<String>,
    previous: &[String],
    mode: RunMode,
    database: Option<&DatabaseSettings>,
    missing: MissingSecret,
) -> Option<Vec<MasterSecret>> {
    let current = match (current.map(Zeroizing::new), mode) {
        (Some(text), _) => match MasterSecret::parse(&text) {
            Ok(secret) => Some(secret),
            Err(bad) => {
                check.problem("secret_key", format_args!("{bad}: make one with `vestibule key new`"));
                None
            }
        },
        (None, RunMode::Production) => {
            check.problem("secret_key", "is not set: make one with `vestibule key new`");
            None
        }
        (None, RunMode::Development) => {
            let path = beside(&database?.url);
            let kept = match missing {
                MissingSecret::IsStored => MasterSecret::kept_at(&path),
                MissingSecret::IsTemporary => MasterSecret::kept_or_new(&path),
            };
            kept.map_err(|error| check.problem("secret_key", format_args!("kept in {}: {error}", path.display())))
                .ok()
        }
    };
    let mut secrets = vec![current?];
    for text in previous {
        match MasterSecret::parse(text) {
            Ok(secret) => secrets.push(secret),
            Err(bad) => check.problem("previous_secret_keys", format_args!("holds one that {bad}")),
        }
    }
    Some(secrets)
}

/// `secret.key` in the folder of the SQLite database, or in `data` for another database.
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
