//! The private folder in which a backup is written, or a copy of one is read.

use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::id::new_id;
use crate::time::{Clock, DAY, Millis};

/// The beginning of the names of such folders.
const WORKSHOP: &str = ".vestibule-backup-";
/// A folder of this age was left behind by a process that was killed.
const LEFT_BEHIND: Millis = DAY;

/// No other process uses the file, and an unfinished one is deleted. So it needs neither a journal nor `fsync`.
const PRAGMAS: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;";

/// A private folder with one file in it. Both are deleted when it is dropped.
pub(super) struct Workshop(PathBuf);

impl Workshop {
    pub(super) fn make_in(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join(format!("{WORKSHOP}{}", new_id()));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        let made = Self(path);
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(made.file())?;
        Ok(made)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join("backup.db")
    }

    pub(super) async fn connect(&self) -> sqlx::Result<AnyConnection> {
        sqlx::any::install_default_drivers();
        let path = self.file();
        let path = path
            .to_str()
            .ok_or_else(|| sqlx::Error::Protocol("its path is not UTF-8".to_owned()))?;
        // Characters with a special meaning in URLs.
        let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        let mut connection = AnyConnection::connect(&format!("sqlite://{path}")).await?;
        connection.execute(PRAGMAS).await?;
        Ok(connection)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Deletes the folders of processes that were killed. If one cannot be deleted, the backup continues.
pub(super) fn remove_left_behind(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let now = Clock::system().now();
    for entry in entries.flatten() {
        let ours = entry.file_name().as_encoded_bytes().starts_with(WORKSHOP.as_bytes());
        let changed = entry.metadata().and_then(|about| about.modified());
        let since = changed.ok().and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
        let since = since.and_then(|since| Millis::try_from(since.as_millis()).ok());
        if ours && since.is_some_and(|since| now - since > LEFT_BEHIND) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
