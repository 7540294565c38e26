//! The command line: one file per command.

mod check_config;
mod healthcheck;
mod key;
mod mail;
mod migrate;
mod serve;
mod user;

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use figment::Figment;
use secrecy::ExposeSecret;

use crate::accounts::Accounts;
use crate::assets;
use crate::config::{self, Config};
use crate::db::{self, Clock, OpenError, Pool};

/// Vestibule: the room between the street and your app.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages (what happens without a command, too)
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Check all settings, templates and the database, without starting (`mail test` tries the mail server)
    CheckConfig,
    /// Ask the running server whether it is ready: exit code 0 or 1
    Healthcheck,
    /// Make and look after accounts
    #[command(subcommand)]
    User(user::Command),
    /// Make and rotate keys
    #[command(subcommand)]
    Key(key::Command),
    /// Try whether mail works, see what waits, and send it
    #[command(subcommand)]
    Mail(mail::Command),
}

/// Why a command failed, as a sentence for the operator.
#[derive(Debug)]
pub struct Failure(String);

impl<E: fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Runs the command that the process was given.
#[must_use]
pub fn run() -> ExitCode {
    let line = Line::parse();
    let figment = config::figment();
    let runtime = match serve::runtime(&figment) {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("vestibule: the async runtime cannot be made: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match line.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(figment).await,
            Command::Migrate => migrate::run(&figment).await,
            Command::CheckConfig => check_config::run(&figment).await,
            Command::Healthcheck => healthcheck::run(&figment).await,
            Command::User(command) => user::run(&figment, command).await,
            Command::Key(command) => key::run(&figment, command).await,
            Command::Mail(command) => mail::run(&figment, command).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(text)) => {
            for line in text.lines() {
                eprintln!("vestibule: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The settings, the database, migrated, and the accounts in it: what most commands work on.
async fn accounts(figment: &Figment) -> Result<(Config, Pool, Accounts), Failure> {
    let config = Config::from_figment(figment)?;
    let pool = ready_database(&config).await?;
    let accounts = Accounts::open(&config, pool.clone(), Clock::system()).await?;
    Ok((config, pool, accounts))
}

/// What is found where the settings say that the database is.
enum Database {
    /// No file: the start makes it.
    Missing,
    /// A database that lacks so many migrations: the start applies them.
    Lacks(String),
    /// A database that is up to date.
    Ready(Pool),
}

/// Looks at the database and changes nothing. Refused is one that the start would not make ready, or that is newer than
/// this program.
async fn find_database(config: &Config) -> Result<Database, Failure> {
    let url = config.database.url.expose_secret();
    if let Some(path) = db::missing_file(url) {
        return if config.migrate_at_start {
            Ok(Database::Missing)
        } else {
            Err(Failure::new(format!(
                "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): there is no database at {} yet: \
                 `vestibule migrate` makes it.",
                path.display()
            )))
        };
    }
    let pool = open_database(config).await?;
    match db::pending_migrations(url).await.map_err(about_migration)? {
        0 => Ok(Database::Ready(pool)),
        pending if config.migrate_at_start => Ok(Database::Lacks(migrations(pending))),
        pending => Err(Failure::new(format!(
            "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database lacks {}: run `vestibule migrate`, \
             or set migrate_at_start (ROCKET_MIGRATE_AT_START) to true.",
            migrations(pending)
        ))),
    }
}

async fn open_database(config: &Config) -> Result<Pool, Failure> {
    let url = config.database.url.expose_secret();
    let timeout = Duration::from_secs(config.database.connect_timeout);
    let pool = Pool::open(url, config.database.max_connections, timeout).await;
    pool.map_err(|error| about_database(&error))
}

/// The database, made and brought up to date where the settings say so; refused when it is not, or when it is newer than
/// this program.
async fn ready_database(config: &Config) -> Result<Pool, Failure> {
    match find_database(config).await? {
        Database::Ready(pool) => Ok(pool),
        Database::Missing | Database::Lacks(_) => {
            // Opening makes a missing file.
            let pool = open_database(config).await?;
            let url = config.database.url.expose_secret();
            db::migrate(url).await.map_err(about_migration)?;
            Ok(pool)
        }
    }
}

/// Reads every template, as the start does, but says what is wrong with them.
fn check_templates(config: &Config) -> Result<(), Failure> {
    let loaded = assets::load(&mut tera::Tera::default(), config.templates_dir.as_deref(), |_| true);
    loaded.map_err(|error| {
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let told = causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"));
        let words: Vec<&str> = told.split_whitespace().collect();
        Failure::new(format!("templates_dir (ROCKET_TEMPLATES_DIR): {}.", words.join(" ")))
    })
}

fn migrations(count: usize) -> String {
    format!("{count} migration{}", if count == 1 { "" } else { "s" })
}

fn about_database(error: &OpenError) -> Failure {
    Failure::new(format!("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): {error}."))
}

fn about_migration(error: sqlx::migrate::MigrateError) -> Failure {
    match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => Failure::new(format!(
            "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database is newer than this program \
             (it has migration {version}): use the version of Vestibule that it was last used with."
        )),
        other => Failure::new(format!("the database cannot be migrated: {other}.")),
    }
}
