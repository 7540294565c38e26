//! The command line: one file per command.

mod app;
mod backup;
mod check_config;
mod command_error;
mod database;
mod group;
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

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::command_error::CommandError;
use crate::config;

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
    /// Check all settings, templates and the database, without starting (`mail test` tries the mail server)
    CheckConfig,
    /// Ask the running server whether it is ready: exit code 0 or 1
    Healthcheck,
    /// Write a backup of all accounts to a file, also while the server runs (docs/backup.md)
    Backup {
        /// The file to make; one that exists is left as it is
        file: PathBuf,
    },
    /// Put a backup into a database that holds no accounts; everybody has to sign in again
    Restore {
        /// The file that `vestibule backup` made
        file: PathBuf,
    },
    /// Make and look after accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Make and delete groups
    #[command(subcommand)]
    Group(group::GroupCommand),
    /// List apps, and check the proxy in front of one
    #[command(subcommand)]
    App(app::AppCommand),
    /// Make and rotate keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Try whether mail works, see what waits, and send it
    #[command(subcommand)]
    Mail(mail::MailCommand),
}

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
            Command::Group(command) => group::run(&figment, command).await,
            Command::App(command) => app::run(&figment, command).await,
            Command::Key(command) => key::run(&figment, command).await,
            Command::Mail(command) => mail::run(&figment, command).await,
        }
    });
    // Tasks that may hang, such as a look-up of a name, are not waited for.
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
