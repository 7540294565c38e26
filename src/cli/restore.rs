//! `vestibule restore`: restores a backup into a database without accounts.

use std::path::Path;

use figment::Figment;
use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::command_error::CommandError;
use super::database::{migration_error, open_database};
use super::output;
use crate::accounts::admin::backup;
use crate::accounts::admin::unusable_emails::canonical;
use crate::config::Config;
use crate::db;

pub async fn run(figment: &Figment, file: &Path) -> Result<(), CommandError> {
    let config = Config::without_making(figment)?;
    let said = |error| CommandError::new(format!("{error}."));
    // First, so that an invalid file does not leave a new database behind.
    let (backup, origin) = backup::open(file).await.map_err(said)?;
    let url = config.database.url.expose_secret();
    let pool = open_database(&config).await?;
    // An older database that is in use must not be migrated before it is refused.
    if db::has_migrations(url).await.map_err(|error| migration_error(&error))? {
        backup::is_empty(pool.reading()).await.map_err(said)?;
    }
    db::migrate_with(url, canonical)
        .await
        .map_err(|error| migration_error(&error))?;
    let restored = backup::restore(&pool, backup).await;
    pool.close().await;
    let carried = restored.map_err(said)?;
    let made_at = Timestamp::from_millisecond(origin.made_at)?.strftime("%Y-%m-%d %H:%M:%S UTC");
    output::done(&format!(
        "{} restored from {}, which Vestibule {} made on {made_at}.\n\
         Passwords are as they were then. Everybody is signed out, and links that were mailed are void.\n\
         Start the server with the secret_key of that time: no password can be checked with another.",
        output::accounts(carried.accounts),
        file.display(),
        origin.program
    ))
}
