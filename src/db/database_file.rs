//! Checks that the path of a SQLite database still names the open file.
//!
//! A file that was deleted or replaced stays open until the server ends, and then everything written to it is lost. So
//! no commit is acknowledged while the path names another file.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

/// Device and inode. Renaming a file does not change them.
type Identity = (u64, u64);

/// The open file of a SQLite database. Clones share it.
#[derive(Clone, Debug)]
pub struct DatabaseFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    identity: Identity,
    /// The write-ahead log and its index, while a connection holds them open.
    beside: Mutex<Vec<(PathBuf, Identity)>>,
    lost: AtomicBool,
}

impl DatabaseFile {
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            identity: identity(path)?,
            path: path.to_owned(),
            beside: Mutex::default(),
            lost: AtomicBool::new(false),
        })))
    }

    /// A connection is open from now on, so the write-ahead log must stay the same file.
    pub(super) fn stays_open(&self) {
        let beside = ["-wal", "-shm"].into_iter().filter_map(|ending| {
            let mut path = self.0.path.clone().into_os_string();
            path.push(ending);
            let path = PathBuf::from(path);
            identity(&path).ok().map(|identity| (path, identity))
        });
        *self.0.beside.lock() = beside.collect();
    }

    /// No connection holds the write-ahead log open any more, so SQLite may replace it.
    pub(super) fn may_close(&self) {
        self.0.beside.lock().clear();
    }

    pub(super) fn is_lost(&self) -> bool {
        self.0.lost.load(Ordering::SeqCst)
    }

    /// Checks that the path names the open file, and logs a change.
    ///
    /// # Errors
    /// When the path names another file, or none.
    pub(super) fn check(&self) -> sqlx::Result<()> {
        let missing = self.missing();
        let lost = missing.is_some();
        match (self.0.lost.swap(lost, Ordering::SeqCst), &missing) {
            (false, Some(path)) => tracing::error!(
                event = "database_file_lost",
                file = %path.display(),
                "the database file was removed or replaced while the server has it open; nothing is saved and every request \
                 is answered with 503: put the file back, or stop the server, put the right database in place and start \
                 the server again"
            ),
            (true, None) => tracing::warn!(
                event = "database_file_found",
                file = %self.0.path.display(),
                "the database file is back; requests are answered again"
            ),
            _ => {}
        }
        missing.map_or(Ok(()), |path| Err(lost_file(&path)))
    }

    /// The path of the first file that was deleted or replaced.
    fn missing(&self) -> Option<PathBuf> {
        let is = |path: &Path, was: Identity| identity(path).is_ok_and(|now| now == was);
        if !is(&self.0.path, self.0.identity) {
            return Some(self.0.path.clone());
        }
        let beside = self.0.beside.lock();
        beside.iter().find(|(path, was)| !is(path, *was)).map(|(path, _)| path.clone())
    }
}

fn lost_file(path: &Path) -> sqlx::Error {
    let text = format!("{} was removed or replaced while the server has it open", path.display());
    sqlx::Error::Io(io::Error::new(io::ErrorKind::NotFound, text))
}

fn identity(path: &Path) -> io::Result<Identity> {
    std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_lost_when_it_is_removed_or_replaced_and_found_when_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("a.db"), folder.path().join("b.db"));
        std::fs::write(&path, "").unwrap();
        let file = DatabaseFile::at(&path).unwrap();
        assert!(file.check().is_ok() && !file.is_lost());
        std::fs::rename(&path, &away).unwrap();
        assert!(file.check().is_err() && file.is_lost());
        std::fs::write(&path, "").unwrap();
        assert!(file.check().is_err(), "another file of the same name");
        std::fs::rename(&away, &path).unwrap();
        assert!(file.check().is_ok() && !file.is_lost());
    }

    #[test]
    fn the_journal_is_checked_while_it_stays_open() {
        let folder = tempfile::tempdir().unwrap();
        let (path, journal) = (folder.path().join("a.db"), folder.path().join("a.db-wal"));
        std::fs::write(&path, "").unwrap();
        std::fs::write(&journal, "").unwrap();
        let file = DatabaseFile::at(&path).unwrap();
        file.stays_open();
        assert!(file.check().is_ok());
        std::fs::remove_file(&journal).unwrap();
        assert!(file.check().is_err());
        file.may_close();
        assert!(file.check().is_ok(), "it may be made again at any time");
    }
}
