//! `vestibule migrate`: creates the tables, or brings them up to date.

use figment::Figment;
use secrecy::ExposeSecret;

use super::command_error::CommandError;
use super::database::{database_error, migration_error, migrations, open_database, query_error};
use super::output;
use crate::accounts::admin::unusable_emails::{canonical, unusable_emails};
use crate::config::Config;
use crate::db::{self, Pool};

pub async fn run(figment: &Figment) -> Result<(), CommandError> {
    let config = Config::from_figment(figment)?;
    let url = config.database.url.expose_secret();
    // Creates a missing SQLite file, and says clearly if there is nothing to migrate.
    let timeout = std::time::Duration::from_secs(config.database.connect_timeout);
    let pool = Pool::open(url, 1, timeout).await.map_err(|error| database_error(&error))?;
    pool.close().await;
    let pending = db::pending_migrations(url).await.map_err(|error| migration_error(&error))?;
    let addresses = db::migrate_with(url, canonical)
        .await
        .map_err(|error| migration_error(&error))?;
    output::done(&format!("The database is up to date ({} applied).", migrations(pending)))?;
    if addresses.put_right > 0 {
        output::done(&format!(
            "{} addresses of accounts and sign-ups were put into the form that is compared.",
            addresses.put_right
        ))?;
    }
    if addresses.dropped > 0 {
        output::done(&format!(
            "{} links, mails and earlier addresses were deleted: no mail can go there.",
            addresses.dropped
        ))?;
    }
    let pool = open_database(&config).await?;
    let unusable = unusable_emails(&pool).await;
    pool.close().await;
    for account in unusable.map_err(|error| query_error(&error))? {
        output::say(&account.to_string())?;
    }
    Ok(())
}
