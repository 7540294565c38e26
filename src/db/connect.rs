//! Opens single connections: pragmas, file permissions, and why a database cannot be reached.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Connection, Executor};

use super::errors::Explained;

/// Executed on every SQLite connection. With `FULL` a commit, for example of a sign-out, survives a power failure.
const SQLITE_PRAGMAS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
    PRAGMA trusted_schema = OFF;
    PRAGMA secure_delete = FAST;";

/// Executed on every PostgreSQL connection. A single statement outside a transaction uses the session's isolation
/// level, which must not depend on the defaults of the server, the database or the role.
const POSTGRES_SETTINGS: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backend {
    /// A file on this machine, used by one server process.
    Sqlite,
    /// A server, which several nodes may share.
    Postgres,
}

impl Backend {
    /// The statements that every connection executes first.
    pub(super) fn settings(self) -> &'static str {
        match self {
            Self::Sqlite => SQLITE_PRAGMAS,
            Self::Postgres => POSTGRES_SETTINGS,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The settings are invalid.
    #[error("the settings of the database cannot be read: {0}")]
    Settings(String),
    /// The folder or the file cannot be created.
    #[error("the database file cannot be made: {}: {why}", .path.display())]
    File { path: PathBuf, why: std::io::Error },
    /// The database cannot be reached, or its answer is none of a database.
    #[error("the database cannot be reached: {}", Explained(.0))]
    Away(#[from] sqlx::Error),
}

impl ConnectError {
    pub(super) fn file(url: &str, why: std::io::Error) -> Self {
        Self::File {
            path: file_of(url).to_owned(),
            why,
        }
    }
}

/// Opens a connection outside the pool and prepares it.
pub(super) async fn connect(url: &str) -> sqlx::Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    connection.execute(backend_of(url).settings()).await?;
    Ok(connection)
}

pub(super) fn backend_of(url: &str) -> Backend {
    if url.starts_with("postgres") {
        Backend::Postgres
    } else {
        Backend::Sqlite
    }
}

/// The path of the file in a SQLite URL.
pub(super) fn file_of(url: &str) -> &Path {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    Path::new(path.split_once('?').map_or(path, |(path, _)| path))
}

/// The path of the file in a SQLite URL, if there is no such file yet.
#[must_use]
pub fn missing_file(url: &str) -> Option<&Path> {
    let file = file_of(url);
    (backend_of(url) == Backend::Sqlite && !file.exists()).then_some(file)
}

/// Creates the file and its folder before SQLite does. The file contains addresses and hashes, so no other user of the
/// machine may read it (ASVS 13.3.2). SQLite gives its journal the same permissions.
pub(super) fn create_private_file(url: &str) -> std::io::Result<()> {
    let path = file_of(url);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(drop)
}
