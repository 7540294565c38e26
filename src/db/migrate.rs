//! Migrates the database, and checks whether it is up to date, can be migrated, or is newer than this program.

mod addresses;
mod error;

use std::fs::File;
use std::path::Path;

use sqlx::error::DatabaseError;
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migrator};
use sqlx::{Any, AnyConnection, Connection, Executor, Row as _, Transaction};

use self::addresses::put_right;
pub use self::addresses::{Addresses, Canonical};
pub use self::error::MigrationError;
use super::connect::{Backend, backend_of, connect, file_of};
use super::search::fold_for_search;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

fn migrations(backend: Backend) -> &'static Migrator {
    match backend {
        Backend::Sqlite => &SQLITE,
        Backend::Postgres => &POSTGRES,
    }
}

/// Migrates a database that contains only canonical addresses, such as a new one.
pub async fn migrate(url: &str) -> Result<(), MigrationError> {
    migrate_with(url, |stored| Some(stored.to_owned())).await.map(|_| ())
}

/// Executes the migrations that the database lacks. Several processes may call it at once: one migrates, the others
/// wait and then find nothing to do.
///
/// # Errors
/// When the database is unavailable or unsuitable (see [`MigrationError`]), or a migration fails and was rolled back.
pub async fn migrate_with(url: &str, canonical: Canonical) -> Result<Addresses, MigrationError> {
    if backend_of(url) == Backend::Postgres && hands_connections_on(url).await? {
        return Err(MigrationError::Pooled);
    }
    let alone = Alone::wait(url).await?;
    // Not a pooled connection: on PostgreSQL a failed migration keeps sqlx's advisory lock until the connection ends.
    let mut connection = connect(url).await?;
    let done = bring_up_to_date(&mut connection, backend_of(url), canonical).await;
    connection.close().await?;
    alone.finish().await?;
    done
}

/// Executes the migrations that the database lacks. No other process may migrate it at the same time.
pub(super) async fn bring_up_to_date(
    connection: &mut AnyConnection,
    backend: Backend,
    canonical: Canonical,
) -> Result<Addresses, MigrationError> {
    let mut addresses = Addresses::default();
    if check(connection, backend).await? == 0 {
        return Ok(addresses);
    }
    fold_names(connection, backend).await?;
    let applied = applied(connection, backend).await?;
    if applied.iter().all(|applied| applied.version != ADDRESSES_HAVE_ONE_FORM) {
        migrations(backend)
            .run_to(ADDRESSES_HAVE_ONE_FORM - 1, &mut *connection)
            .await?;
        addresses = put_right(connection, canonical).await?;
    }
    migrations(backend).run(connection).await?;
    Ok(addresses)
}

/// How many migrations the database lacks.
pub async fn pending_migrations(url: &str) -> Result<usize, MigrationError> {
    let mut connection = connect(url).await?;
    let pending = check(&mut connection, backend_of(url)).await;
    connection.close().await?;
    pending
}

/// Whether any migration was executed. If not, the database contains nothing of ours.
pub async fn has_migrations(url: &str) -> Result<bool, MigrationError> {
    let mut connection = connect(url).await?;
    let applied = applied(&mut connection, backend_of(url)).await;
    connection.close().await?;
    Ok(!applied?.is_empty())
}

/// Whether a pooler gives one server connection to several clients between transactions (`pool_mode` of `PgBouncer`:
/// `transaction` and `statement`). Then a setting of one session is visible in another.
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

/// The lock of a migrating process. SQLite has no lock that outlasts a transaction, and each migration is a transaction
/// of its own, so the folder of the file is locked. On PostgreSQL it is an advisory lock that ends with its
/// transaction, so it also works behind a pooler (`PgBouncer`).
enum Alone {
    Folder(#[expect(dead_code, reason = "dropping it unlocks the folder")] File),
    Server(Transaction<'static, Any>),
}

impl Alone {
    async fn wait(url: &str) -> Result<Self, MigrationError> {
        const LOCK: &str = "
            SELECT CAST(pg_advisory_xact_lock(hashtextextended('vestibule migrations', 0)) AS TEXT)";
        if backend_of(url) == Backend::Postgres {
            let pool = sqlx::any::AnyPoolOptions::new().max_connections(1).connect_lazy(url)?;
            let mut tx = pool.begin().await?;
            sqlx::query(LOCK).execute(&mut *tx).await?;
            return Ok(Self::Server(tx));
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
        locked.map(Self::Folder).map_err(MigrationError::Folder)
    }

    async fn finish(self) -> sqlx::Result<()> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Server(tx) => tx.commit().await,
        }
    }
}

/// Checks that the database suits this program. Returns how many migrations it lacks.
async fn check(connection: &mut AnyConnection, backend: Backend) -> Result<usize, MigrationError> {
    let role = match backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some(check_role(connection).await?),
    };
    let migrations = migrations(backend);
    let applied = applied(connection, backend).await?;
    if !applied.is_empty()
        && let Some(version) = connection.dirty_version(&migrations.table_name).await?
    {
        return Err(MigrationError::Unfinished(version));
    }
    if let Some(newer) = applied.iter().find(|applied| !migrations.version_exists(applied.version)) {
        let ours = applied.iter().any(|applied| migrations.version_exists(applied.version));
        let error = if ours {
            MigrationError::Newer
        } else {
            MigrationError::Foreign
        };
        return Err(error(newer.version));
    }
    for migration in migrations.iter() {
        let same = |applied: &&AppliedMigration| applied.version == migration.version;
        if applied
            .iter()
            .find(same)
            .is_some_and(|applied| applied.checksum != migration.checksum)
        {
            return Err(MigrationError::Changed(migration.version));
        }
    }
    let pending = migrations.iter().count().saturating_sub(applied.len());
    match role {
        Some(role) if pending > 0 && !role.may_create => Err(MigrationError::NoCreate {
            role: role.name,
            schema: role.schema,
        }),
        _ => Ok(pending),
    }
}

/// The role of our connections to PostgreSQL, and the schema that it uses.
struct DatabaseRole {
    name: String,
    schema: String,
    may_create: bool,
}

/// Checks what no migration sets: the encoding of the database and the privileges of the role.
async fn check_role(connection: &mut AnyConnection) -> Result<DatabaseRole, MigrationError> {
    const ROLE: &str = "
        SELECT current_setting('server_encoding') AS encoding,
               CAST(current_user AS TEXT) AS role,
               CAST(current_schema() AS TEXT) AS schema,
               COALESCE(CAST(has_schema_privilege(current_schema(), 'CREATE') AS INTEGER), 0) AS may_create";
    const CLOSED: &str = "
        SELECT CAST(relname AS TEXT)
        FROM pg_class
        WHERE oid IN (CAST(to_regclass('_sqlx_migrations') AS OID), CAST(to_regclass('users') AS OID))
          AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
              AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
        ORDER BY relname
        LIMIT 1";
    let row = sqlx::query(ROLE).fetch_one(&mut *connection).await?;
    let encoding: String = row.try_get("encoding")?;
    if encoding != "UTF8" {
        return Err(MigrationError::Encoding(encoding));
    }
    let name: String = row.try_get("role")?;
    let Some(schema) = row.try_get::<Option<String>, _>("schema")? else {
        return Err(MigrationError::NoSchema(name));
    };
    let may_create = row.try_get::<i32, _>("may_create")? == 1;
    let closed: Option<String> = sqlx::query_scalar(CLOSED).fetch_optional(connection).await?;
    match closed {
        Some(table) => Err(MigrationError::NoAccess {
            role: name,
            schema,
            table,
        }),
        None => Ok(DatabaseRole {
            name,
            schema,
            may_create,
        }),
    }
}

/// The migrations that were executed. Only a missing table means that there are none; any other error is returned.
async fn applied(connection: &mut AnyConnection, backend: Backend) -> Result<Vec<AppliedMigration>, MigrationError> {
    const SQLITE_TABLE: &str = "
        SELECT COUNT(*)
        FROM sqlite_master
        WHERE type = 'table'
          AND name = '_sqlx_migrations'";
    const POSTGRES_TABLE: &str = "
        SELECT COUNT(to_regclass('_sqlx_migrations'))";
    let exists = match backend {
        Backend::Sqlite => SQLITE_TABLE,
        Backend::Postgres => POSTGRES_TABLE,
    };
    let exists: i64 = sqlx::query_scalar(exists).fetch_one(&mut *connection).await?;
    if exists == 0 {
        return Ok(Vec::new());
    }
    match connection.list_applied_migrations(&migrations(backend).table_name).await {
        // Another process created the table meanwhile, or rolled its creation back.
        Err(MigrateError::Execute(sqlx::Error::Database(error))) if is_undefined_table(&*error) => Ok(Vec::new()),
        applied => Ok(applied?),
    }
}

fn is_undefined_table(error: &dyn DatabaseError) -> bool {
    error.code().as_deref() == Some("42P01")
}

/// The migration after which names are folded for searches. No SQL of both databases can fold them, so it is done here.
const NAMES_ARE_FOLDED: i64 = 4;

/// The migration that requires all addresses in canonical form.
const ADDRESSES_HAVE_ONE_FORM: i64 = 6;

/// Folds the names that were stored only in lower case.
async fn fold_names(connection: &mut AnyConnection, backend: Backend) -> Result<(), MigrationError> {
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
    let applied = applied(connection, backend).await?;
    if applied.is_empty() || applied.iter().any(|applied| applied.version == NAMES_ARE_FOLDED) {
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
            let fold_for_search = fold_for_search(&name);
            if !name.is_empty() && fold_for_search != sorted {
                sqlx::query(FOLD)
                    .bind(id)
                    .bind(name)
                    .bind(fold_for_search)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
    }
}
