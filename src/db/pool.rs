//! The pool: connections for reading, and on SQLite one for writing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::change_counter::{ChangeCounter, SETTLE_TIME};
use super::connect::{Backend, ConnectError, backend_of, connect, create_private_file, file_of};
use super::database_file::DatabaseFile;

/// How long an idle SQLite connection stays open. Opening one takes a millisecond; an open one needs a thread and up to
/// 2 MiB of memory.
const SQLITE_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const POSTGRES_IDLE_TIMEOUT: Duration = Duration::from_mins(10);

/// How many connections are reserved for session look-ups. The pool opens that many fewer. With two of them a single
/// request need not wait for the look-up of another one.
pub const DEDICATED: u32 = 2;

/// A connection that was idle for longer is pinged before use.
pub(super) const PING_AFTER: Duration = Duration::from_secs(1);

/// The connections to the database. Clones share them.
#[derive(Clone)]
pub struct Pool {
    pub(super) readers: AnyPool,
    pub(super) writer: AnyPool,
    timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) backend: Backend,
    pub(super) url: Arc<str>,
    pub(super) changes: ChangeCounter,
    /// The open SQLite file.
    pub(super) file: Option<DatabaseFile>,
    /// A closed pool, which is returned in place of the others while the file is lost.
    closed: AnyPool,
    /// The result of the last readiness probe, shared by all requests.
    pub(super) last_probe: Arc<Mutex<Option<LastProbe>>>,
    /// How long a commit waits until no other process has an older answer in its cache.
    pub(super) settle_time: Option<Duration>,
    /// Cancelled when the pool closes.
    pub(super) closing: CancellationToken,
    /// Tracks the dedicated connections.
    pub(super) dedicated: TaskTracker,
}

/// The result of the last readiness probe.
pub(super) struct LastProbe {
    pub(super) at: Instant,
    pub(super) outcome: Result<(), Arc<sqlx::Error>>,
}

impl Pool {
    /// Opens the database of a URL, `sqlite://…` or `postgres://…`. A missing SQLite file is created with permissions
    /// for its owner only.
    ///
    /// # Errors
    /// When the database cannot be reached: at once, with its message.
    pub async fn open(url: &str, max_connections: u32, timeout: Duration) -> Result<Self, ConnectError> {
        sqlx::any::install_default_drivers();
        let backend = backend_of(url);
        if backend == Backend::Sqlite {
            create_private_file(url).map_err(|why| ConnectError::file(url, why))?;
        }
        // The pool would retry until its timeout and then report only the timeout.
        connect(url).await?.close().await?;
        let (file, changes, idle_timeout) = match backend {
            Backend::Sqlite => {
                let file = DatabaseFile::at(file_of(url)).map_err(|why| ConnectError::file(url, why))?;
                (Some(file), ChangeCounter::of(url), SQLITE_IDLE_TIMEOUT)
            }
            Backend::Postgres => (None, ChangeCounter::default(), POSTGRES_IDLE_TIMEOUT),
        };
        let options = |max_connections: u32| {
            AnyPoolOptions::new()
                .max_connections(max_connections)
                .acquire_timeout(timeout)
                .idle_timeout(Some(idle_timeout))
        };
        let opened = file.clone();
        let readers = checked(options(max_connections.saturating_sub(DEDICATED).max(1)), backend)
            .after_connect(move |connection, _| {
                let opened = opened.clone();
                Box::pin(async move { prepare(connection, opened.as_ref(), backend).await })
            })
            .connect_lazy(url)?;
        let (opened, counter) = (file.clone(), changes.clone());
        let writer = match backend {
            Backend::Sqlite => checked(options(1), backend)
                .after_connect(move |connection, _| {
                    let opened = opened.clone();
                    counter.writer_connected();
                    Box::pin(async move { prepare(connection, opened.as_ref(), backend).await })
                })
                .connect_lazy(url)?,
            Backend::Postgres => readers.clone(),
        };
        let closed = AnyPoolOptions::new().max_connections(1).connect_lazy(url)?;
        closed.close().await;
        Ok(Self {
            readers,
            writer,
            timeout,
            idle_timeout,
            backend,
            url: url.into(),
            changes,
            file,
            closed,
            last_probe: Arc::default(),
            settle_time: None,
            closing: CancellationToken::new(),
            dedicated: TaskTracker::new(),
        })
    }

    /// For queries that change nothing.
    #[must_use]
    pub fn reading(&self) -> &AnyPool {
        if self.is_lost() { &self.closed } else { &self.readers }
    }

    /// For single statements that change nothing that is cached: see [`Pool::changes`].
    #[must_use]
    pub fn writing(&self) -> &AnyPool {
        if self.is_lost() { &self.closed } else { &self.writer }
    }

    /// Counts the commits to SQLite. What was read from SQLite may be cached until the count changes. What was read
    /// from PostgreSQL must not be cached.
    #[must_use]
    pub fn changes(&self) -> &ChangeCounter {
        &self.changes
    }

    /// The result of a query, or [`sqlx::Error::PoolTimedOut`] when it takes longer than a request may wait for a
    /// connection.
    pub async fn with_timeout<T>(&self, query: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let outcome = tokio::time::timeout(self.timeout, query).await;
        outcome.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// For a process beside the server, such as a command. On SQLite a commit of a transaction of [`super::begin`] then
    /// returns only when no server has an older answer in its cache.
    #[must_use]
    pub fn beside_a_server(mut self) -> Self {
        self.settle_time = (self.backend == Backend::Sqlite).then_some(SETTLE_TIME);
        self
    }

    fn is_lost(&self) -> bool {
        self.file.as_ref().is_some_and(DatabaseFile::is_lost)
    }

    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Closes all connections as soon as they are not in use.
    pub async fn close(&self) {
        self.closing.cancel();
        self.dedicated.close();
        self.dedicated.wait().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// By default sqlx pings every connection before use, which doubles the round trips of a query. A SQLite connection is
/// a thread of this process and cannot break. A PostgreSQL connection that was used a moment ago is used without a
/// ping; if it is broken, the request fails.
fn checked(options: AnyPoolOptions, backend: Backend) -> AnyPoolOptions {
    options
        .test_before_acquire(false)
        .before_acquire(move |connection, about| {
            Box::pin(async move {
                if backend == Backend::Postgres && about.idle_for > PING_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_release(|connection, _| Box::pin(ended_cleanly(connection)))
}

/// Whether a connection that is returned to the pool can be used again. sqlx 0.9 takes a SQLite transaction for ended
/// only if its `ROLLBACK` succeeded. After an error such as a full disk SQLite has rolled back by itself, so that the
/// `ROLLBACK` fails and the connection cannot begin another transaction.
///
/// # Errors
/// When the connection is broken.
async fn ended_cleanly(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // A rollback may still be queued. The ping is answered after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Prepares a new connection. It has opened the file that the path names now.
async fn prepare(connection: &mut AnyConnection, file: Option<&DatabaseFile>, backend: Backend) -> sqlx::Result<()> {
    if let Some(file) = file {
        file.check()?;
    }
    connection.execute(backend.settings()).await?;
    Ok(())
}

/// Rocket opens the pool of `databases.vestibule` when it ignites, and stores it.
#[rocket::async_trait]
impl rocket_db_pools::Pool for Pool {
    type Connection = PoolConnection<Any>;
    type Error = ConnectError;

    async fn init(figment: &rocket::figment::Figment) -> Result<Self, ConnectError> {
        let settings: rocket_db_pools::Config =
            figment.extract().map_err(|error| ConnectError::Settings(error.to_string()))?;
        let timeout = Duration::from_secs(settings.connect_timeout);
        let max_connections = u32::try_from(settings.max_connections).unwrap_or(u32::MAX);
        Self::open(&settings.url, max_connections, timeout).await
    }

    async fn get(&self) -> Result<Self::Connection, ConnectError> {
        Ok(self.readers.acquire().await?)
    }

    /// Does nothing: when the server is told to stop, open requests still need their connections. [`Pool::close`] is
    /// called after Rocket has ended.
    async fn close(&self) {}
}
