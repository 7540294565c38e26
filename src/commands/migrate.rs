//! `vestibule migrate`

use figment::Figment;
use secrecy::ExposeSecret;

use super::{Failure, about_database, about_migration, migrations, output};
use crate::config::Config;
use crate::db::{self, Pool};

/// Brings the database up to date.
pub async fn run(figment: &Figment) -> Result<(), Failure> {
    let config = Config::from_figment(figment)?;
    let url = config.database.url.expose_secret();
    // Makes a missing SQLite file, and says clearly when there is nothing to migrate.
    let timeout = std::time::Duration::from_secs(config.database.connect_timeout);
    let pool = Pool::open(url, 1, timeout).await.map_err(|error| about_database(&error))?;
    pool.close().await;
    let pending = db::pending_migrations(url).await.map_err(about_migration)?;
    db::migrate(url).await.map_err(about_migration)?;
    output::done(&format!("The database is up to date ({} applied).", migrations(pending)))
}
