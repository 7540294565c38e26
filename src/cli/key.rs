//! `vestibule key`: creates and rotates keys.

use clap::Subcommand;
use figment::Figment;

use super::command_error::CommandError;
use super::database::{Secrets, open_app_with};
use super::output;
use crate::config::MasterSecret;
use crate::db::Explained;

/// What can be done with keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Print a new master secret, for `secret_key`
    New,
    /// Make a new key for session tokens; the old one stays good for what it has signed, and nobody is signed out
    Rotate {
        /// Take a master secret that the database was never used with: the old one is lost for good, and with it every
        /// password
        #[arg(long)]
        accept_new_secret: bool,
    },
}

pub async fn run(figment: &Figment, command: KeyCommand) -> Result<(), CommandError> {
    match command {
        KeyCommand::New => output::say(&MasterSecret::generate()?),
        KeyCommand::Rotate { accept_new_secret } => {
            let secrets = if accept_new_secret {
                Secrets::MayBeNew
            } else {
                Secrets::MustFit
            };
            let (_, _, app) = open_app_with(figment, secrets).await?;
            let id = app
                .keys
                .rotate()
                .await
                .map_err(|error| CommandError::new(Explained(&error).to_string()))?;
            output::done(&format!("Key {id} signs from now on; running servers notice within a minute."))
        }
    }
}
