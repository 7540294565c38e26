//! Whether the database is still what it was: so that what was read from it may be remembered.
//!
//! A process that owns its SQLite file knows of every change it makes itself, and looks 20 times a second for those of
//! another one (the command line). Of PostgreSQL nothing is remembered: there are other nodes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{AnyConnection, AnyPool, Connection as _, Executor, Row as _};

use super::file::DatabaseFile;
use super::open::{connect, file_of};
use super::{Backend, Explained, Pool};

/// How often changes of another process are looked for.
pub const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What another process changes counts after this time at the latest: when nobody has looked for so long, be it that the
/// machine is busy, nothing that was read before counts.
const SEEN_WITHIN: Duration = Duration::from_millis(100);

/// When another process has committed, no server has an older answer in its memory after this time: what it found is good
/// for `SEEN_WITHIN` after it last looked, and any later look finds the change.
pub const SETTLED_AFTER: Duration = SEEN_WITHIN.saturating_add(Duration::from_millis(5));

const _: () = assert!(LOOK_EVERY.as_millis() * 2 <= SEEN_WITHIN.as_millis(), "in time, also when one look is late");

/// Counts the changes. What was read while it stood at one number is true as long as it stands there.
#[derive(Clone, Default)]
pub struct Changes(Arc<Counts>);

#[derive(Default)]
struct Counts {
    changes: AtomicU64,
    /// How often the writer's connection was opened.
    writers: AtomicU64,
    /// Until when it is known what other processes have changed, in microseconds of [`uptime`].
    known_until: AtomicU64,
}

impl Changes {
    /// Those of the SQLite file of a URL: all pools of this process that open it count together.
    #[must_use]
    pub fn of(url: &str) -> Self {
        static FILES: LazyLock<Mutex<HashMap<PathBuf, Changes>>> = LazyLock::new(Mutex::default);
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(file_of(url).to_owned()).or_default().clone()
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.changes.load(Ordering::SeqCst)
    }

    /// Whether there are no more than there were at a count, those of other processes included but for the last 100 ms.
    #[must_use]
    pub fn stand_at(&self, count: u64) -> bool {
        self.0.known_until.load(Ordering::SeqCst) > uptime() && self.count() == count
    }

    /// As if somebody had looked, for tests without a database.
    #[cfg(test)]
    pub(crate) fn note_look_now(&self) {
        self.note_look(uptime() + 3_600_000_000);
    }

    /// Changes of other processes that were made before this time are counted.
    fn note_look(&self, looked_at: u64) {
        let until = looked_at + u64::try_from(SEEN_WITHIN.as_micros()).unwrap_or(u64::MAX);
        self.0.known_until.fetch_max(until, Ordering::SeqCst);
    }

    /// There is one more.
    pub fn note(&self) {
        self.0.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// The writer has a new connection, which knows nothing of what the one before it had seen.
    pub(super) fn note_writer(&self) {
        self.0.writers.fetch_add(1, Ordering::SeqCst);
    }

    fn writers(&self) -> u64 {
        self.0.writers.load(Ordering::SeqCst)
    }
}

/// Looks for what other processes change in an SQLite file (`PRAGMA data_version`, which tells one connection of the
/// commits of all others).
pub struct Lookout {
    changes: Changes,
    /// To it all other processes are others, and nobody else is: its number changes by no commit of ours.
    writer: AnyPool,
    /// Which of its connections said what. Numbers of two connections cannot be compared: when there is another one, that
    /// alone is taken for a change.
    writers_version: (u64, i64),
    /// For when the writer is busy. It sees our own commits, too, and takes them for another's.
    own: AnyConnection,
    own_version: i64,
    /// The file, watched as long as `own` keeps it open.
    file: Option<DatabaseFile>,
}

impl Lookout {
    /// A lookout for this database; none for PostgreSQL.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(pool: &Pool) -> sqlx::Result<Option<Self>> {
        if pool.backend == Backend::Postgres {
            return Ok(None);
        }
        let mut own = connect(&pool.url).await?;
        let own_version = version(&mut own).await?;
        if let Some(file) = &pool.file {
            file.stays_open();
        }
        let mut writer = pool.writer.acquire().await?;
        let writers_version = (pool.changes.writers(), version(&mut writer).await?);
        Ok(Some(Self {
            changes: pool.changes.clone(),
            writer: pool.writer.clone(),
            writers_version,
            own,
            own_version,
            file: pool.file.clone(),
        }))
    }

    /// Looks once. When that cannot be done, everything may have changed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn look(&mut self) -> sqlx::Result<()> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        let looked_at = uptime();
        let looked = self.changed().await;
        if !matches!(looked, Ok(false)) {
            self.changes.note();
        }
        looked.map(|_| self.changes.note_look(looked_at))
    }

    async fn changed(&mut self) -> sqlx::Result<bool> {
        // First: or what is committed between the two would be known here and told by neither.
        let seen_here = version(&mut self.own).await?;
        let here = std::mem::replace(&mut self.own_version, seen_here) != seen_here;
        let Some(mut writer) = self.writer.try_acquire() else {
            return Ok(here);
        };
        let seen = (self.changes.writers(), version(&mut writer).await?);
        Ok(std::mem::replace(&mut self.writers_version, seen) != seen)
    }

    /// Closes the connection of its own.
    pub async fn close(self) {
        if let Some(file) = &self.file {
            file.may_close();
        }
        if let Err(error) = self.own.close().await {
            tracing::warn!(error = %Explained(&error), "a connection to the database was not closed in order");
        }
    }
}

/// Microseconds that this process has run.
fn uptime() -> u64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed().as_micros().try_into().unwrap_or(u64::MAX)
}

async fn version(connection: &mut AnyConnection) -> sqlx::Result<i64> {
    connection.fetch_one("PRAGMA data_version").await?.try_get(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn opened(folder: &tempfile::TempDir) -> (Pool, Lookout) {
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let pool = Pool::open(&url, 2, Duration::from_secs(5)).await.unwrap();
        pool.writing().execute("CREATE TABLE things (name TEXT)").await.unwrap();
        let mut lookout = Lookout::of(&pool).await.unwrap().unwrap();
        lookout.look().await.unwrap();
        (pool, lookout)
    }

    /// How many changes are counted while somebody does something and then looks, when the writer is idle again (a
    /// connection finds its way back into the pool by itself).
    async fn counted(pool: &Pool, lookout: &mut Lookout, done: impl Future<Output = ()>) -> u64 {
        let before = pool.changes().count();
        done.await;
        while pool.writer.num_idle() == 0 {
            tokio::task::yield_now().await;
        }
        lookout.look().await.unwrap();
        pool.changes().count() - before
    }

    #[tokio::test]
    async fn ones_own_changes_count_once_and_those_of_others_when_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (pool, mut lookout) = opened(&folder).await;
        let own = async || {
            let mut tx = pool.begin().await.unwrap();
            tx.execute("INSERT INTO things VALUES ('own')").await.unwrap();
            tx.commit().await.unwrap();
        };
        let beside = async || {
            let mut tx = pool.begin_uncached().await.unwrap();
            tx.execute("INSERT INTO things VALUES ('beside')").await.unwrap();
            tx.commit().await.unwrap();
        };
        let mut other = connect(&pool.url).await.unwrap();
        for _ in 0..3 {
            assert_eq!(counted(&pool, &mut lookout, async {}).await, 0);
            assert_eq!(counted(&pool, &mut lookout, own()).await, 1);
            assert_eq!(counted(&pool, &mut lookout, beside()).await, 0);
            let others = async {
                other.execute("INSERT INTO things VALUES ('other')").await.unwrap();
            };
            assert_eq!(counted(&pool, &mut lookout, others).await, 1);
        }
        let dropped = async { drop(pool.begin().await.unwrap()) };
        assert_eq!(counted(&pool, &mut lookout, dropped).await, 0, "nothing was changed");
    }

    /// Numbers start anew with a connection: one of them must not stand for what the other one has seen.
    #[tokio::test]
    async fn a_new_connection_of_the_writer_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let (pool, mut lookout) = opened(&folder).await;
        let mut other = connect(&pool.url).await.unwrap();
        for _ in 0..3 {
            let replaced = async {
                other.execute("INSERT INTO things VALUES ('other')").await.unwrap();
                pool.writer.acquire().await.unwrap().close().await.unwrap();
                drop(pool.writer.acquire().await.unwrap());
            };
            assert_eq!(counted(&pool, &mut lookout, replaced).await, 1);
            assert_eq!(counted(&pool, &mut lookout, async {}).await, 0);
        }
    }

    /// While the writer is busy, what others commit is seen as well.
    #[tokio::test]
    async fn a_busy_writer_hides_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (pool, mut lookout) = opened(&folder).await;
        let mut other = connect(&pool.url).await.unwrap();
        let before = pool.changes().count();
        let busy = pool.writer.acquire().await.unwrap();
        other.execute("INSERT INTO things VALUES ('other')").await.unwrap();
        lookout.look().await.unwrap();
        assert_eq!(pool.changes().count() - before, 1);
        drop(busy);
        assert!(counted(&pool, &mut lookout, async {}).await <= 1, "told again at most");
        assert_eq!(counted(&pool, &mut lookout, async {}).await, 0);
    }
}
