//! Opening the database: pragmas, permissions, and one clear sentence when it cannot be.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};

use super::at_hand::{AT_HAND, Hand, TRUSTED_FOR};
use super::file::DatabaseFile;
use super::transaction::ended_cleanly;
use super::writable::WriteProbe;
use super::{Backend, Changes, Explained, Pool};

/// What every SQLite connection is told. `FULL`: what was committed is there after a power cut, a sign-out above all.
const SQLITE_PRAGMAS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
    PRAGMA trusted_schema = OFF;
    PRAGMA secure_delete = FAST;";

/// What every connection to PostgreSQL is told. A single statement is a transaction of its own and cannot name its
/// isolation, so the session does, whatever the default of the server, the database or the role is.
const POSTGRES_SETTINGS: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// How long a connection is kept that nobody uses. One to a file is made again in a millisecond, and has a thread and up to
/// 2 MiB of pages.
const SQLITE_RESTS: Duration = Duration::from_secs(30);
const POSTGRES_RESTS: Duration = Duration::from_mins(10);

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The settings make no sense.
    #[error("the settings of the database cannot be read: {0}")]
    Settings(String),
    /// The folder or file cannot be made.
    #[error("the database file cannot be made: {}: {why}", .path.display())]
    File {
        /// Where it was to be.
        path: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// It does not answer, or not as a database would.
    #[error("the database cannot be reached: {}", Explained(.0))]
    Away(#[from] sqlx::Error),
}

impl Pool {
    /// Opens the database of a URL, `sqlite://…` or `postgres://…`. A missing SQLite file is made, for its owner alone.
    ///
    /// # Errors
    /// At once, and with what the database said, when it cannot be reached.
    pub async fn open(url: &str, most: u32, timeout: Duration) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let backend = backend_of(url);
        if backend == Backend::Sqlite {
            make_private(url).map_err(|why| OpenError::File {
                path: file_of(url).to_owned(),
                why,
            })?;
        }
        // A pool would try again until its timeout and then say only that it had timed out.
        connect(url).await?.close().await?;
        let file = match backend {
            Backend::Sqlite => Some(DatabaseFile::at(file_of(url)).map_err(|why| OpenError::File {
                path: file_of(url).to_owned(),
                why,
            })?),
            Backend::Postgres => None,
        };
        let changes = match backend {
            Backend::Sqlite => Changes::of(url),
            Backend::Postgres => Changes::default(),
        };
        let rest = match backend {
            Backend::Sqlite => SQLITE_RESTS,
            Backend::Postgres => POSTGRES_RESTS,
        };
        let opened = file.clone();
        let pool = |most: u32, writer: Option<Changes>| {
            let opened = opened.clone();
            AnyPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(timeout)
                .idle_timeout(Some(rest))
                // By default every connection is asked whether it still lives before it is used, which doubles the way of
                // each look-up. A SQLite connection is a thread of ours and does not go away; one to a server that was
                // used a moment ago is taken at its word, and if it is gone after all, that request is told so.
                .test_before_acquire(false)
                .before_acquire(move |connection, rested| {
                    Box::pin(async move {
                        if backend == Backend::Postgres && rested.idle_for > TRUSTED_FOR {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .after_connect(move |connection, _| {
                    let (writer, opened) = (writer.clone(), opened.clone());
                    Box::pin(async move {
                        // A connection that is opened now opens whatever the path names now.
                        if let Some(opened) = opened {
                            opened.check()?;
                        }
                        if let Some(changes) = writer {
                            changes.note_writer();
                        }
                        if backend == Backend::Sqlite {
                            connection.execute(SQLITE_PRAGMAS).await?;
                        } else {
                            connection.execute(POSTGRES_SETTINGS).await?;
                        }
                        Ok(())
                    })
                })
                .after_release(|connection, _| Box::pin(ended_cleanly(connection)))
                .connect_lazy(url)
        };
        let readers: AnyPool = pool(most.saturating_sub(AT_HAND).max(1), None)?;
        let writer = match backend {
            Backend::Sqlite => pool(1, Some(changes.clone()))?,
            Backend::Postgres => readers.clone(),
        };
        let none = AnyPoolOptions::new().max_connections(1).connect_lazy(url)?;
        none.close().await;
        Ok(Self {
            readers,
            writer,
            hand: Hand::default(),
            timeout,
            rest,
            backend,
            url: url.into(),
            changes,
            file,
            none,
            write_probe: WriteProbe::default(),
            settles: None,
        })
    }
}

/// One connection outside any pool, ready for use.
pub(super) async fn connect(url: &str) -> Result<AnyConnection, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    let settings = match backend_of(url) {
        Backend::Sqlite => SQLITE_PRAGMAS,
        Backend::Postgres => POSTGRES_SETTINGS,
    };
    connection.execute(settings).await?;
    Ok(connection)
}

pub(super) fn backend_of(url: &str) -> Backend {
    if url.starts_with("postgres") {
        Backend::Postgres
    } else {
        Backend::Sqlite
    }
}

/// The file that a SQLite URL names.
pub(super) fn file_of(url: &str) -> &Path {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    Path::new(path.split_once('?').map_or(path, |(path, _)| path))
}

/// Where the SQLite file of a URL would be, if it is not there yet.
#[must_use]
pub fn missing_file(url: &str) -> Option<&Path> {
    let file = file_of(url);
    (backend_of(url) == Backend::Sqlite && !file.exists()).then_some(file)
}

/// Makes the file and its folder before SQLite does: it holds addresses and hashes, so nobody else may read it
/// (ASVS 13.3.2). SQLite gives its journal the same permissions.
fn make_private(url: &str) -> std::io::Result<()> {
    let path = file_of(url);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map(drop)
}
