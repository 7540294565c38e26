//! Why a database cannot be used, told to the operator.

use sqlx::migrate::MigrateError;

use crate::db::errors::Explained;

/// Why a database is not up to date and cannot be brought there. Each is a sentence without its full stop.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// It has a migration that this program does not know.
    #[error(
        "the database is newer than this program (it has migration {0}): use the version of Vestibule that it was last \
         used with"
    )]
    Newer(i64),
    /// None of its migrations are ours.
    #[error(
        "the database belongs to another program (it has that program's migration {0}): name a database of its own"
    )]
    Foreign(i64),
    /// A migration has the number of one of ours and is another one.
    #[error(
        "migration {0} of the database is not the one that this program knows: the database belongs to another program \
         or to a changed build of Vestibule"
    )]
    Changed(i64),
    /// A migration that runs outside a transaction was cut off.
    #[error("migration {0} began and did not finish: restore a backup (docs/backup.md)")]
    Unfinished(i64),
    /// It cannot hold every text.
    #[error(
        "the database has the encoding {0}, and only UTF8 holds every name: make one with \
         CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding(String),
    /// The role sees no schema.
    #[error(
        "the role {0} may use no schema of the database: let its owner run GRANT USAGE, CREATE ON SCHEMA public TO {0}"
    )]
    NoSchema(String),
    /// The role may not make tables.
    #[error(
        "the role {role} may not make tables in the schema {schema}: let its owner run \
         GRANT CREATE ON SCHEMA {schema} TO {role}"
    )]
    NoCreate {
        /// Who connects.
        role: String,
        /// Where the tables are to be.
        schema: String,
    },
    /// The role may not use a table that is there.
    #[error(
        "the role {role} may not read and write the table {table}: let its owner run \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"
    )]
    NoAccess {
        /// Who connects.
        role: String,
        /// Where the tables are.
        schema: String,
        /// One of them.
        table: String,
    },
    /// A migration failed; it was rolled back.
    #[error("migration {version} failed and was rolled back: {}", Explained(.error))]
    Failed {
        /// Its number.
        version: i64,
        /// Why.
        error: sqlx::Error,
    },
    /// A pooler stands before the server.
    #[error(
        "a pooler hands connections on between transactions, so two servers that migrate at once would not wait for each \
         other: run `vestibule migrate` over a direct connection, or a pool with pool_mode = session; see \
         docs/postgresql.md"
    )]
    Pooled,
    /// The folder of a SQLite file cannot be locked.
    #[error("the folder of the database cannot be locked: {0}")]
    Folder(std::io::Error),
    /// The database is away, or answers with an error.
    #[error("which migrations the database has cannot be read: {}", Explained(.0))]
    Unreadable(#[from] sqlx::Error),
    /// Whatever else sqlx may say.
    #[error("the database cannot be migrated: {0}")]
    Other(MigrateError),
}

impl From<MigrateError> for MigrationError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => Self::Changed(version),
            MigrateError::Dirty(version) => Self::Unfinished(version),
            MigrateError::ExecuteMigration(error, version) => Self::Failed { version, error },
            MigrateError::Execute(error) => Self::Unreadable(error),
            other => Self::Other(other),
        }
    }
}
