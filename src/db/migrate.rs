//! Bringing the database up to date, and noticing when it is not, or is ahead of this program.

use std::fs::File;
use std::path::Path;

use sqlx::Connection;
use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::Kind;
use super::open::{connect, file_of, kind_of};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

fn migrations(url: &str) -> &'static Migrator {
    match kind_of(url) {
        Kind::Sqlite => &SQLITE,
        Kind::Postgres => &POSTGRES,
    }
}

/// Applies the migrations that the database lacks. Safe to call from several processes at once.
///
/// # Errors
/// When the database is away, newer than this program, or a migration fails (it is then rolled back).
pub async fn migrate(url: &str) -> Result<(), MigrateError> {
    let _alone = alone(url).await?;
    // A connection of its own: on PostgreSQL a failed migration keeps its advisory lock until the connection ends.
    let mut connection = connect(url).await?;
    let done = migrations(url).run(&mut connection).await;
    connection.close().await?;
    done
}

/// SQLite has no lock that outlasts a transaction, and each migration is one: the folder stands in for it. PostgreSQL's
/// migrations wait for each other by themselves.
async fn alone(url: &str) -> Result<Option<File>, MigrateError> {
    if kind_of(url) == Kind::Postgres {
        return Ok(None);
    }
    let file = file_of(url);
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = folder.to_owned();
    let locked = tokio::task::spawn_blocking(move || {
        let folder = File::open(folder)?;
        folder.lock()?;
        Ok(folder)
    });
    let locked = locked.await.map_err(std::io::Error::other).and_then(|locked| locked);
    locked.map(Some).map_err(|error| MigrateError::Execute(sqlx::Error::Io(error)))
}

/// How many migrations the database still lacks.
///
/// # Errors
/// When the database is away or newer than this program.
pub async fn pending_migrations(url: &str) -> Result<usize, MigrateError> {
    const EXISTS: &str = "SELECT COUNT(*) FROM _sqlx_migrations";
    let mut connection = connect(url).await?;
    let migrations = migrations(url);
    let applied = if sqlx::query(EXISTS).fetch_one(&mut connection).await.is_ok() {
        connection.list_applied_migrations(&migrations.table_name).await?
    } else {
        Vec::new()
    };
    connection.close().await?;
    if let Some(newer) = applied.iter().find(|applied| !migrations.version_exists(applied.version)) {
        return Err(MigrateError::VersionMissing(newer.version));
    }
    Ok(migrations.iter().count().saturating_sub(applied.len()))
}
