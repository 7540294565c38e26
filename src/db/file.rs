//! Whether the path of a SQLite database still names the file that is open.
//!
//! A file that is removed, or replaced by another one, stays open until the server ends; whatever is written to it is gone
//! then. So nothing is acknowledged as long as the path does not name the open file.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Device and inode: what makes a file this file, whatever it is called.
type Identity = (u64, u64);

/// The file of a SQLite database that this process has open. Clones speak of the same one.
#[derive(Clone, Debug)]
pub struct DatabaseFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    identity: Identity,
    /// The journal and its index, once they are open and stay so.
    beside: Mutex<Vec<(PathBuf, Identity)>>,
    lost: AtomicBool,
}

impl DatabaseFile {
    /// The file that is at a path now.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            identity: identity(path)?,
            path: path.to_owned(),
            beside: Mutex::default(),
            lost: AtomicBool::new(false),
        })))
    }

    /// From here on a connection is open all the time, so that the write-ahead log stays the one that it is.
    pub(super) fn stays_open(&self) {
        let beside = ["-wal", "-shm"].into_iter().filter_map(|ending| {
            let mut path = self.0.path.clone().into_os_string();
            path.push(ending);
            let path = PathBuf::from(path);
            identity(&path).ok().map(|identity| (path, identity))
        });
        *self.beside() = beside.collect();
    }

    /// Nothing is known any more of the write-ahead log.
    pub(super) fn may_close(&self) {
        self.beside().clear();
    }

    /// Whether the path named another file, or none, when last looked.
    pub(super) fn is_lost(&self) -> bool {
        self.0.lost.load(Ordering::SeqCst)
    }

    /// Looks whether the path still names the open file, and says in the log when that has changed.
    ///
    /// # Errors
    /// When it does not.
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

    /// The first file that is not where it was.
    fn missing(&self) -> Option<PathBuf> {
        let is = |path: &Path, was: Identity| identity(path).is_ok_and(|now| now == was);
        if !is(&self.0.path, self.0.identity) {
            return Some(self.0.path.clone());
        }
        self.beside()
            .iter()
            .find(|(path, was)| !is(path, *was))
            .map(|(path, _)| path.clone())
    }

    fn beside(&self) -> std::sync::MutexGuard<'_, Vec<(PathBuf, Identity)>> {
        self.0.beside.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn the_journal_is_watched_while_it_stays_open() {
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
