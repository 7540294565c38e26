//! `vestibule key`: creates and rotates keys.

use clap::Subcommand;
use figment::Figment;
use jiff::Timestamp;

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
    /// Make new keys for session tokens and for what others verify; the old ones stay good for what they have signed, and
    /// nobody is signed out
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
            let signs_from = app
                .key_pairs
                .rotate()
                .await
                .map_err(|error| CommandError::new(error.to_string()))?;
            let signs_from = Timestamp::from_millisecond(signs_from).unwrap_or_default();
            output::done(&format!(
                "Key {id} signs from now on; running servers notice within a minute. New key pairs are in \
                 /.well-known/jwks.json and sign from {signs_from:.0} on."
            ))
        }
    }
}
