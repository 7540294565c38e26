//! Bringing the database up to date, and noticing when it is not, or is ahead of this program.

use std::fs::File;
use std::path::Path;

use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migrator};
use sqlx::{AnyConnection, Connection, Executor, Row as _};

use super::open::{connect, file_of, kind_of};
use super::{Kind, folded};

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
    if kind_of(url) == Kind::Postgres && hands_connections_on(url).await? {
        return Err(MigrateError::Execute(sqlx::Error::Protocol(POOLED.to_owned())));
    }
    let _alone = alone(url).await?;
    // A connection of its own: on PostgreSQL a failed migration keeps its advisory lock until the connection ends.
    let mut connection = connect(url).await?;
    let done = match fold_names(&mut connection, migrations(url)).await {
        Ok(()) => migrations(url).run(&mut connection).await,
        Err(error) => Err(error),
    };
    connection.close().await?;
    done
}

/// Migrations are kept from running twice at once by a lock of the session.
const POOLED: &str = "a pooler hands connections on between transactions, so two servers that migrate at once would not wait \
                      for each other: run `vestibule migrate` over a direct connection, or a pool with pool_mode = session; \
                      see docs/postgresql.md";

/// Whether a pooler in between hands connections to the server on between transactions (PgBouncer's `pool_mode`
/// `transaction` and `statement`): then what one connection sets for its session shows in another.
async fn hands_connections_on(url: &str) -> sqlx::Result<bool> {
    const SET: &str = "SELECT set_config('vestibule.session', 'shared', false)";
    const SHOWS: &str = "SELECT COALESCE(current_setting('vestibule.session', true), '')";
    const RESET: &str = "SELECT set_config('vestibule.session', '', false)";
    let mut first = connect(url).await?;
    let mut second = connect(url).await?;
    first.execute(SET).await?;
    let shown: String = second.fetch_one(SHOWS).await?.try_get(0)?;
    let shared = shown == "shared";
    if shared {
        second.execute(RESET).await?;
    }
    first.close().await?;
    second.close().await?;
    Ok(shared)
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

/// The migrations that were applied.
async fn applied(connection: &mut AnyConnection, migrations: &Migrator) -> Result<Vec<AppliedMigration>, MigrateError> {
    const EXISTS: &str = "SELECT COUNT(*) FROM _sqlx_migrations";
    if sqlx::query(EXISTS).fetch_one(&mut *connection).await.is_ok() {
        connection.list_applied_migrations(&migrations.table_name).await
    } else {
        Ok(Vec::new())
    }
}

/// The migration that says that names are folded, which no statement of both databases could do.
const NAMES_ARE_FOLDED: i64 = 4;

/// Folds the names that were stored in lower case only.
async fn fold_names(connection: &mut AnyConnection, migrations: &Migrator) -> Result<(), MigrateError> {
    const NEXT: &str = "
        SELECT id, display_name, sort_name
        FROM users
        WHERE id > $1
        ORDER BY id
        LIMIT 1000";
    const FOLD: &str = "
        UPDATE users
        SET sort_name = $3
        WHERE id = $1
          AND display_name = $2";
    let last = applied(connection, migrations).await?.last().map(|applied| applied.version);
    if last.is_none_or(|last| last >= NAMES_ARE_FOLDED) {
        return Ok(());
    }
    let mut behind = String::new();
    loop {
        let names: Vec<(String, String, String)> =
            sqlx::query_as(NEXT).bind(&behind).fetch_all(&mut *connection).await?;
        let Some((last, ..)) = names.last() else {
            return Ok(());
        };
        behind.clone_from(last);
        let mut tx = connection.begin().await?;
        for (id, name, sorted) in names {
            let folded = folded(&name);
            if !name.is_empty() && folded != sorted {
                sqlx::query(FOLD).bind(id).bind(name).bind(folded).execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
    }
}

/// How many migrations the database still lacks.
///
/// # Errors
/// When the database is away or newer than this program.
pub async fn pending_migrations(url: &str) -> Result<usize, MigrateError> {
    let mut connection = connect(url).await?;
    let migrations = migrations(url);
    let applied = applied(&mut connection, migrations).await?;
    connection.close().await?;
    if let Some(newer) = applied.iter().find(|applied| !migrations.version_exists(applied.version)) {
        return Err(MigrateError::VersionMissing(newer.version));
    }
    Ok(migrations.iter().count().saturating_sub(applied.len()))
}
