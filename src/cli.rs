//! The command line: one file per command.

mod backup;
mod check_config;
mod healthcheck;
mod key;
mod languages;
mod mail;
mod migrate;
mod output;
mod password;
mod restore;
mod serve;
mod templates;
mod user;

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use figment::Figment;
use secrecy::ExposeSecret;

use crate::accounts::admin::unusable_emails::canonical;
use crate::accounts::app::App;
use crate::config::{self, Config};
use crate::db::{self, Explained, MigrationError, OpenError, Pool};
use crate::time::Clock;
use crate::tokens::keys::{SecretsFit, secrets_fit};

/// Vestibule: the room between the street and your app.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages (what happens without a command, too)
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Check all settings, templates, languages and the database, without starting (`mail test` tries the mail server)
    CheckConfig,
    /// Ask the running server whether it is ready: exit code 0 or 1
    Healthcheck,
    /// Write a backup of all app to a file, also while the server runs (docs/backup.md)
    Backup {
        /// The file to make; one that exists is left as it is
        file: PathBuf,
    },
    /// Put a backup into a database that holds no app; everybody has to sign in again
    Restore {
        /// The file that `vestibule backup` made
        file: PathBuf,
    },
    /// Make and look after app
    #[command(subcommand)]
    User(user::UserCommand),
    /// Make and rotate keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Try whether mail works, see what waits, and send it
    #[command(subcommand)]
    Mail(mail::MailCommand),
}

/// Why a command failed, as a sentence for the operator (none when there is nothing to say), and the exit code.
#[derive(Debug)]
pub struct CommandError {
    text: String,
    code: u8,
}

impl<E: fmt::Display> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self::new(error.to_string())
    }
}

impl CommandError {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code: 1,
        }
    }
}

/// Runs the command that the process was given.
#[must_use]
pub fn run() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(message) => return ended(output::usage(&message), output::complain),
    };
    let figment = config::figment();
    let runtime = match serve::runtime(&figment) {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!("the async runtime cannot be made: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let command = line.command.unwrap_or(Command::Serve);
    let complain = if matches!(command, Command::Serve) {
        output::complain_and_go
    } else {
        output::complain
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(figment).await,
            Command::Migrate => migrate::run(&figment).await,
            Command::CheckConfig => check_config::run(&figment).await,
            Command::Healthcheck => healthcheck::run(&figment).await,
            Command::Backup { file } => backup::run(&figment, &file).await,
            Command::Restore { file } => restore::run(&figment, &file).await,
            Command::User(command) => user::run(&figment, command).await,
            Command::Key(command) => key::run(&figment, command).await,
            Command::Mail(command) => mail::run(&figment, command).await,
        }
    });
    // Nothing is waited for that may hang, as the look-up of a name.
    runtime.shutdown_background();
    ended(outcome, complain)
}

fn ended(outcome: Result<(), CommandError>, complain: fn(&str)) -> ExitCode {
    let Err(CommandError { text, code }) = outcome else {
        return ExitCode::SUCCESS;
    };
    if !text.is_empty() {
        complain(&text);
    }
    ExitCode::from(code)
}

/// The settings, the database, and the app in it: what most commands work on. Neither is made, nor brought up to
/// date: in the wrong folder, or with the wrong settings, that would hide the mistake.
async fn accounts(figment: &Figment) -> Result<(Config, Pool, App), CommandError> {
    accounts_with(figment, Secrets::MustFit).await
}

async fn accounts_with(figment: &Figment, secrets: Secrets) -> Result<(Config, Pool, App), CommandError> {
    let config = Config::without_making(figment)?;
    let pool = existing_database(&config).await?;
    if secrets == Secrets::MustFit {
        check_secrets(&config, &pool).await?;
    }
    // The secret that a database without any may need is made only now.
    let config = Config::from_figment(figment)?;
    languages::open(&config)?;
    let app = App::open(&config, pool.clone(), Clock::system()).await?;
    Ok((config, pool, app))
}

/// The database, up to date already: this makes none and migrates none.
async fn existing_database(config: &Config) -> Result<Pool, CommandError> {
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

/// Whether the master secret must be one that the database was used with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Secrets {
    MustFit,
    /// It is the first time, and the operator knows it.
    MayBeNew,
}

/// Refuses a master secret that the database was never used with: no password could be checked, and every sign-in would
/// be the first to say so.
async fn check_secrets(config: &Config, pool: &Pool) -> Result<(), CommandError> {
    match secrets_fit(pool, &config.secrets).await? {
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

/// What is found where the settings say that the database is.
enum OpenedDatabase {
    /// No file: the start makes it.
    Missing,
    /// A database that lacks so many migrations: the start applies them.
    Lacks(String),
    /// A database that is up to date.
    Ready(Pool),
}

/// Looks at the database and changes nothing. Refused is one that the start would not make ready, or that is newer than
/// this program.
async fn find_database(config: &Config) -> Result<OpenedDatabase, CommandError> {
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
    match db::pending_migrations(url).await.map_err(|error| about_migration(&error))? {
        0 => Ok(OpenedDatabase::Ready(pool)),
        pending if config.migrate_at_start => Ok(OpenedDatabase::Lacks(migrations(pending))),
        pending => Err(CommandError::new(format!(
            "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database lacks {}: run `vestibule migrate`, \
             or set migrate_at_start (ROCKET_MIGRATE_AT_START) to true.",
            migrations(pending)
        ))),
    }
}

async fn open_database(config: &Config) -> Result<Pool, CommandError> {
    let url = config.database.url.expose_secret();
    let timeout = Duration::from_secs(config.database.connect_timeout);
    let pool = Pool::open(url, config.database.max_connections, timeout).await;
    pool.map_err(|error| about_database(&error))
}

/// The database, made and brought up to date where the settings say so; refused when it is not, when it is newer than
/// this program, or was used with another master secret.
async fn ready_database(config: &Config) -> Result<Pool, CommandError> {
    let pool = match find_database(config).await? {
        OpenedDatabase::Ready(pool) => pool,
        OpenedDatabase::Missing | OpenedDatabase::Lacks(_) => {
            // Opening makes a missing file.
            let pool = open_database(config).await?;
            let url = config.database.url.expose_secret();
            let addresses = db::migrate_with(url, canonical)
                .await
                .map_err(|error| about_migration(&error))?;
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

/// Why a database that answers is no use: it cannot be written.
fn not_written(error: &sqlx::Error) -> CommandError {
    CommandError::new(format!(
        "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database cannot be written: {}.",
        Explained(error)
    ))
}

fn migrations(count: usize) -> String {
    format!("{count} migration{}", if count == 1 { "" } else { "s" })
}

fn about_database(error: &OpenError) -> CommandError {
    CommandError::new(format!("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): {error}."))
}

fn about_migration(error: &MigrationError) -> CommandError {
    CommandError::new(format!("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): {error}."))
}
