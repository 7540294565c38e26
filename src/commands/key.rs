//! `vestibule key`

use clap::Subcommand;
use figment::Figment;

use super::Failure;
use crate::config::MasterSecret;

/// What can be done with keys.
#[derive(Subcommand)]
pub enum Command {
    /// Print a new master secret, for `secret_key`
    New,
    /// Make a new key for session tokens; the old one stays good for what it has signed, and nobody is signed out
    Rotate,
}

/// Makes or rotates a key.
pub async fn run(figment: &Figment, command: Command) -> Result<(), Failure> {
    match command {
        Command::New => println!("{}", *MasterSecret::generate()?),
        Command::Rotate => {
            let (_, _, accounts) = super::accounts(figment).await?;
            let id = accounts.keys().rotate().await?;
            println!("Key {id} signs from now on; running servers notice within a minute.");
        }
    }
    Ok(())
}
