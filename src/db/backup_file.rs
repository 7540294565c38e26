//! The file of a backup. It is a SQLite database with the usual tables and migrations, whichever database it was made
//! from, so a backup of an older version can be migrated (decision 014).
//!
//! The file is written in a private folder beside its path, and moved there once it is complete and synced to the disk.
//! An interrupted backup leaves no file under that name.

mod error;
mod workshop;

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use sqlx::{Any, AnyConnection, Connection as _, Executor as _, Transaction};

pub use self::error::BackupError;
use self::workshop::{Workshop, remove_left_behind};
use super::connect::Backend;
use super::migrate::{Canonical, MigrationError, bring_up_to_date};
use super::pool::Pool;
use crate::time::Millis;

/// The version of the format: the table `backup`, and which rows are included.
const FORMAT: i64 = 1;
/// The first bytes of a SQLite file (<https://www.sqlite.org/fileformat2.html#the_database_header>).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Where a backup comes from, from its table `backup`.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The version of Vestibule that made it.
    pub program: String,
    pub made_at: Millis,
}

/// A backup that is being written or read.
pub struct BackupFile {
    connection: AnyConnection,
    workshop: Workshop,
    /// The path that the operator named.
    path: PathBuf,
}

impl BackupFile {
    /// Begins a backup for this path.
    ///
    /// # Errors
    /// When there is a file already, or none can be created.
    pub async fn create(path: &Path) -> Result<Self, BackupError> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let folder = folder_of(path);
        remove_left_behind(folder);
        let unwritable = |why| BackupError::Unwritable {
            path: path.to_owned(),
            why,
        };
        let workshop = Workshop::make_in(folder).map_err(unwritable)?;
        let mut connection = workshop.connect().await.map_err(|error| could_not_write(path, error))?;
        let made = async {
            match bring_up_to_date(&mut connection, Backend::Sqlite, |_| None).await {
                Err(MigrationError::Unreadable(error) | MigrationError::Failed { error, .. }) => Err(error),
                Err(other) => Err(sqlx::Error::Protocol(other.to_string())),
                Ok(_) => Ok(()),
            }
        };
        made.await.map_err(|error| could_not_write(path, error))?;
        Ok(Self {
            connection,
            workshop,
            path: path.to_owned(),
        })
    }

    /// Moves the finished backup to its path.
    ///
    /// # Errors
    /// When it cannot be written, or another file has been created there meanwhile.
    pub async fn finish(mut self, now: Millis) -> Result<(), BackupError> {
        const TABLE: &str = "
            CREATE TABLE backup (
                format  BIGINT NOT NULL,
                program TEXT   NOT NULL,
                made_at BIGINT NOT NULL
            )";
        const NOTE: &str = "
            INSERT INTO backup (format, program, made_at)
            VALUES ($1, $2, $3)";
        let noted = async {
            self.connection.execute(TABLE).await?;
            sqlx::query(NOTE)
                .bind(FORMAT)
                .bind(env!("CARGO_PKG_VERSION"))
                .bind(now)
                .execute(&mut self.connection)
                .await?;
            self.connection.close().await
        };
        noted.await.map_err(|error| could_not_write(&self.path, error))?;
        let draft = self.workshop.file();
        let placed = put_in_place(&draft, &self.path);
        drop(self.workshop);
        placed
            .and_then(|()| File::open(folder_of(&self.path))?.sync_all())
            .map_err(|why| {
                if why.kind() == ErrorKind::AlreadyExists {
                    BackupError::Exists(self.path.clone())
                } else {
                    BackupError::Unwritable {
                        path: self.path.clone(),
                        why,
                    }
                }
            })
    }

    /// Opens a checked and migrated copy of a backup. The file itself is only read.
    ///
    /// # Errors
    /// When it is no backup, is damaged, or was made by a newer version.
    pub async fn open(path: &Path, canonical: Canonical) -> Result<(Self, Origin), BackupError> {
        look_at(path)?;
        let folder = std::env::temp_dir();
        let no_room = |why| BackupError::NoRoom {
            path: folder.clone(),
            why,
        };
        remove_left_behind(&folder);
        let workshop = Workshop::make_in(&folder).map_err(no_room)?;
        let copy = workshop.file();
        std::fs::copy(path, &copy).map_err(no_room)?;
        std::fs::set_permissions(&copy, Permissions::from_mode(0o600)).map_err(no_room)?;
        let damaged = |why: String| BackupError::Damaged {
            path: path.to_owned(),
            why,
        };
        let mut connection = workshop.connect().await.map_err(|error| damaged(error.to_string()))?;
        let whole: Result<String, _> = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut connection).await;
        match whole {
            Ok(said) if said == "ok" => {}
            Ok(said) => return Err(damaged(said)),
            Err(error) => return Err(damaged(error.to_string())),
        }
        let origin = origin(&mut connection, path).await?;
        match bring_up_to_date(&mut connection, Backend::Sqlite, canonical).await {
            Ok(_) => {}
            Err(MigrationError::Newer(_)) => {
                return Err(BackupError::Newer {
                    path: path.to_owned(),
                    program: origin.program,
                });
            }
            Err(why) => {
                return Err(BackupError::Migration {
                    path: path.to_owned(),
                    why,
                });
            }
        }
        let opened = Self {
            connection,
            workshop,
            path: path.to_owned(),
        };
        Ok((opened, origin))
    }

    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// The error of a row that could not be written into the file.
    #[must_use]
    pub fn could_not_write(&self, error: sqlx::Error) -> BackupError {
        could_not_write(&self.path, error)
    }

    /// Closes and deletes the copy or the unfinished backup. Errors are ignored, because the file is not needed any
    /// more.
    pub async fn close(self) {
        let _ = self.connection.close().await;
    }
}

/// Begins a read-only transaction that sees the database as it is now, however long it takes and whatever is written
/// meanwhile.
pub async fn snapshot(pool: &Pool) -> sqlx::Result<Transaction<'static, Any>> {
    let begin = match pool.backend() {
        Backend::Sqlite => "BEGIN",
        Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    pool.reading().begin_with(begin).await
}

/// Checks the first bytes of a file before SQLite opens it.
fn look_at(path: &Path) -> Result<(), BackupError> {
    let unreadable = |why| BackupError::Unreadable {
        path: path.to_owned(),
        why,
    };
    let not_a_backup = |what| BackupError::NotABackup {
        path: path.to_owned(),
        what,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(not_a_backup("it is not a file"));
    }
    let mut header = Vec::new();
    file.by_ref().take(100).read_to_end(&mut header).map_err(unreadable)?;
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return Err(not_a_backup("it was not written by `vestibule backup`"));
    }
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
    if about.len() < page * pages {
        return Err(BackupError::Damaged {
            path: path.to_owned(),
            why: format!("it has {} bytes and should have {}: its end is missing", about.len(), page * pages),
        });
    }
    Ok(())
}

async fn origin(connection: &mut AnyConnection, path: &Path) -> Result<Origin, BackupError> {
    const IS_ONE: &str = "
        SELECT COUNT(*)
        FROM sqlite_master
        WHERE type = 'table'
          AND name IN ('backup', 'users', '_sqlx_migrations')";
    const ORIGIN: &str = "
        SELECT format, program, made_at
        FROM backup";
    let not_a_backup = |what| BackupError::NotABackup {
        path: path.to_owned(),
        what,
    };
    let tables: i64 = sqlx::query_scalar(IS_ONE).fetch_one(&mut *connection).await?;
    if tables != 3 {
        return Err(not_a_backup("it is a database, but was not written by `vestibule backup`"));
    }
    let origin: Option<(i64, String, Millis)> = sqlx::query_as(ORIGIN)
        .fetch_optional(connection)
        .await
        .map_err(|_| not_a_backup("it is a database of something else"))?;
    let (format, program, made_at) = origin.ok_or_else(|| not_a_backup("it does not say what made it"))?;
    if format > FORMAT {
        return Err(BackupError::Newer {
            path: path.to_owned(),
            program,
        });
    }
    Ok(Origin { program, made_at })
}

/// Syncs a file to the disk and moves it to a path where there is no file.
fn put_in_place(draft: &Path, path: &Path) -> std::io::Result<()> {
    File::open(draft)?.sync_all()?;
    match renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // Some file systems cannot do it in one step (NFS, FAT).
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            if path.symlink_metadata().is_ok() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(draft, path)
        }
        Err(error) => Err(error.into()),
    }
}

fn could_not_write(path: &Path, error: sqlx::Error) -> BackupError {
    BackupError::Unwritable {
        path: path.to_owned(),
        why: std::io::Error::other(error),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
