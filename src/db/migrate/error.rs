//! The errors of migrations, as reported to the operator.

use sqlx::migrate::MigrateError;

use crate::db::errors::Explained;

/// Why a database cannot be used or migrated. Each message is a sentence without its full stop.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error(
        "the database is newer than this program (it has migration {0}): use the version of Vestibule that it was last \
         used with"
    )]
    Newer(i64),
    #[error(
        "the database belongs to another program (it has that program's migration {0}): name a database of its own"
    )]
    Foreign(i64),
    #[error(
        "migration {0} of the database is not the one that this program knows: the database belongs to another program \
         or to a changed build of Vestibule"
    )]
    Changed(i64),
    /// A migration that runs outside a transaction was interrupted.
    #[error("migration {0} began and did not finish: restore a backup (docs/backup.md)")]
    Unfinished(i64),
    #[error(
        "the database has the encoding {0}, and only UTF8 holds every name: make one with \
         CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding(String),
    #[error(
        "the role {0} may use no schema of the database: let its owner run GRANT USAGE, CREATE ON SCHEMA public TO {0}"
    )]
    NoSchema(String),
    #[error(
        "the role {role} may not make tables in the schema {schema}: let its owner run \
         GRANT CREATE ON SCHEMA {schema} TO {role}"
    )]
    NoCreate { role: String, schema: String },
    #[error(
        "the role {role} may not read and write the table {table}: let its owner run \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"
    )]
    NoAccess {
        role: String,
        schema: String,
        table: String,
    },
    /// A migration failed and was rolled back.
    #[error("migration {version} failed and was rolled back: {}", Explained(.error))]
    Failed { version: i64, error: sqlx::Error },
    #[error(
        "a pooler hands connections on between transactions, so two servers that migrate at once would not wait for each \
         other: run `vestibule migrate` over a direct connection, or a pool with pool_mode = session; see \
         docs/postgresql.md"
    )]
    Pooled,
    #[error("the folder of the database cannot be locked: {0}")]
    Folder(std::io::Error),
    #[error("which migrations the database has cannot be read: {}", Explained(.0))]
    Unreadable(#[from] sqlx::Error),
    /// Any other error of sqlx.
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
