//! What goes wrong with backups, told to the operator.

use std::path::PathBuf;

use super::super::migrate::MigrationError;

/// Why a backup cannot be made or used. Each is a sentence without its full stop.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file where it was to be.
    #[error("{}: there is a file of this name already; it was left as it is", .0.display())]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("{}: the backup cannot be written: {why}", .path.display())]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// It cannot be read.
    #[error("{}: the backup cannot be read: {why}", .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// There is no room for a copy to work on.
    #[error("{}: no copy to work on can be made there: {why} (TMPDIR names another folder)", .path.display())]
    NoRoom {
        /// Where.
        path: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// It is something else.
    #[error("{}: this is no backup: {what}", .path.display())]
    NotABackup {
        /// Which file.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// It is not whole.
    #[error("{}: the backup is damaged: {why}", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// It was made by a later version.
    #[error(
        "{}: the backup was made by Vestibule {program}, which is newer than this program: use that version",
        .path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version that made it.
        program: String,
    },
    /// It cannot be brought to today's tables.
    #[error("{}: the backup cannot be brought up to date: {why}", .path.display())]
    Migration {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: MigrationError,
    },
    /// The database has accounts.
    #[error("the database is not empty (accounts and sign-ups: {0}): restore into an empty one. Nothing was changed")]
    NotEmpty(i64),
    /// The database failed.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
}
