//! The errors of backups, as reported to the operator.

use std::path::PathBuf;

use super::super::migrate::MigrationError;

/// Why a backup cannot be made or used. Each message is a sentence without its full stop.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{}: there is a file of this name already; it was left as it is", .0.display())]
    Exists(PathBuf),
    #[error("{}: the backup cannot be written: {why}", .path.display())]
    Unwritable { path: PathBuf, why: std::io::Error },
    #[error("{}: the backup cannot be read: {why}", .path.display())]
    Unreadable { path: PathBuf, why: std::io::Error },
    /// There is no space for a temporary copy.
    #[error("{}: no copy to work on can be made there: {why} (TMPDIR names another folder)", .path.display())]
    NoRoom { path: PathBuf, why: std::io::Error },
    #[error("{}: this is no backup: {what}", .path.display())]
    NotABackup {
        path: PathBuf,
        /// What the file is instead.
        what: &'static str,
    },
    #[error("{}: the backup is damaged: {why}", .path.display())]
    Damaged { path: PathBuf, why: String },
    #[error(
        "{}: the backup was made by Vestibule {program}, which is newer than this program: use that version",
        .path.display()
    )]
    Newer {
        path: PathBuf,
        /// The version that made the backup.
        program: String,
    },
    #[error("{}: the backup cannot be brought up to date: {why}", .path.display())]
    Migration { path: PathBuf, why: MigrationError },
    /// The database to restore into has this many accounts.
    #[error("the database is not empty (accounts and sign-ups: {0}): restore into an empty one. Nothing was changed")]
    NotEmpty(i64),
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
}
