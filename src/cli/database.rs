//! Opens the database for commands: finds it, checks it, and for a start creates or migrates it.

use std::time::Duration;

use figment::Figment;
use secrecy::ExposeSecret;

use super::command_error::CommandError;
use super::languages;
use crate::accounts::admin::unusable_emails::canonical;
use crate::accounts::app::App;
use crate::config::Config;
use crate::db::{self, ConnectError, Explained, MigrationError, Pool};
use crate::time::Clock;
use crate::tokens::keys::{SecretsFit, secrets_fit};

/// The settings, the database and the app, which most commands need. The database is neither created nor migrated: in
/// the wrong folder, or with the wrong settings, that would hide the mistake.
pub(super) async fn open_app(figment: &Figment) -> Result<(Config, Pool, App), CommandError> {
    open_app_with(figment, Secrets::MustFit).await
}

pub(super) async fn open_app_with(figment: &Figment, secrets: Secrets) -> Result<(Config, Pool, App), CommandError> {
    let config = Config::without_making(figment)?;
    let pool = existing_database(&config).await?;
    if secrets == Secrets::MustFit {
        check_secrets(&config, &pool).await?;
    }
    // In development a missing secret is stored only now.
    let config = Config::from_figment(figment)?;
    languages::load_languages(&config)?;
    let app = App::open(&config, pool.clone(), Clock::system()).await?;
    Ok((config, pool, app))
}

pub(super) async fn existing_database(config: &Config) -> Result<Pool, CommandError> {
    match find_database(config).await? {
        OpenedDatabase::Ready(pool) => Ok(pool.beside_a_server()),
        OpenedDatabase::Missing => {
            let path = db::missing_file(config.database.url.expose_secret()).map(std::path::absolute);
            let path = path.and_then(Result::ok).unwrap_or_default();
            Err(CommandError::new(format!(
                "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): there is no database at {}, and this command \
                 makes none: run it in the server's folder and with the server's settings. `vestibule serve` and \
                 `vestibule migrate` make one.",
                path.display()
            )))
        }
        OpenedDatabase::Lacks(pending) => Err(CommandError::new(format!(
            "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database lacks {pending}: start the \
             server, or run `vestibule migrate`."
        ))),
    }
}

/// Whether the database must have been used with the master secret before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Secrets {
    MustFit,
    /// The operator said that it is used for the first time.
    MayBeNew,
}

/// Refuses a master secret that the database was never used with: no password could be verified.
pub(super) async fn check_secrets(config: &Config, pool: &Pool) -> Result<(), CommandError> {
    match secrets_fit(pool, &config.secrets).await.map_err(|error| query_error(&error))? {
        SecretsFit::Whole => Ok(()),
        SecretsFit::InPart => {
            tracing::warn!(
                event = "secret_missing",
                "the database was also used with a master secret that is neither secret_key nor among \
                 previous_secret_keys: passwords that were hashed with it cannot be checked"
            );
            Ok(())
        }
        SecretsFit::NotAtAll => Err(CommandError::new(
            "secret_key (ROCKET_SECRET_KEY) is not the one that this database was used with: no password can be checked \
             with it. Set the right one, or add it to previous_secret_keys. If it is lost for good, `vestibule key rotate \
             --accept-new-secret` takes the new one, and everybody must set a new password.",
        )),
    }
}

/// The result of [`find_database`].
pub(super) enum OpenedDatabase {
    /// There is no file. The start creates it.
    Missing,
    /// The database lacks this number of migrations, in words. The start applies them.
    Lacks(String),
    /// The database is up to date.
    Ready(Pool),
}

/// Finds the database and changes nothing.
///
/// # Errors
/// When the start could not make it ready, or when it is newer than this program.
pub(super) async fn find_database(config: &Config) -> Result<OpenedDatabase, CommandError> {
    let url = config.database.url.expose_secret();
    if let Some(path) = db::missing_file(url) {
        return if config.migrate_at_start {
            Ok(OpenedDatabase::Missing)
        } else {
            Err(CommandError::new(format!(
                "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): there is no database at {} yet: \
                 `vestibule migrate` makes it.",
                path.display()
            )))
        };
    }
    let pool = open_database(config).await?;
    match db::pending_migrations(url).await.map_err(|error| migration_error(&error))? {
        0 => Ok(OpenedDatabase::Ready(pool)),
        pending if config.migrate_at_start => Ok(OpenedDatabase::Lacks(migrations(pending))),
        pending => Err(CommandError::new(format!(
            "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database lacks {}: run `vestibule migrate`, \
             or set migrate_at_start (ROCKET_MIGRATE_AT_START) to true.",
            migrations(pending)
        ))),
    }
}

pub(super) async fn open_database(config: &Config) -> Result<Pool, CommandError> {
    let url = config.database.url.expose_secret();
    let timeout = Duration::from_secs(config.database.connect_timeout);
    let pool = Pool::open(url, config.database.max_connections, timeout).await;
    pool.map_err(|error| database_error(&error))
}

/// The database, created and migrated if the settings permit it.
///
/// # Errors
/// When it is not up to date afterwards, is newer than this program, or was used with another master secret.
pub(super) async fn ready_database(config: &Config) -> Result<Pool, CommandError> {
    let pool = match find_database(config).await? {
        OpenedDatabase::Ready(pool) => pool,
        OpenedDatabase::Missing | OpenedDatabase::Lacks(_) => {
            // Opening creates a missing file.
            let pool = open_database(config).await?;
            let url = config.database.url.expose_secret();
            let addresses = db::migrate_with(url, canonical)
                .await
                .map_err(|error| migration_error(&error))?;
            if addresses.put_right + addresses.dropped > 0 {
                let db::Addresses { put_right, dropped } = addresses;
                tracing::warn!(put_right, dropped, "addresses had another form than the one that is compared");
            }
            pool
        }
    };
    check_secrets(config, &pool).await?;
    Ok(pool)
}

/// The error for a database that answers but cannot be written.
pub(super) fn not_written(error: &sqlx::Error) -> CommandError {
    CommandError::new(format!(
        "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database cannot be written: {}.",
        Explained(error)
    ))
}

/// The error for a query that failed, with what the operator can do where that is known.
pub(super) fn query_error(error: &sqlx::Error) -> CommandError {
    CommandError::new(format!("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): {}.", Explained(error)))
}

pub(super) fn migrations(count: usize) -> String {
    format!("{count} migration{}", if count == 1 { "" } else { "s" })
}

pub(super) fn database_error(error: &ConnectError) -> CommandError {
    CommandError::new(format!("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): {error}."))
}

pub(super) fn migration_error(error: &MigrationError) -> CommandError {
    CommandError::new(format!("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): {error}."))
}
