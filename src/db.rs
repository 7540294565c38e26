//! Database access: pool, transactions, migrations. It knows nothing of accounts.
//!
//! One set of queries serves SQLite and PostgreSQL through sqlx's `Any` driver. SQLite has many readers and one writer.
//! A write transaction takes the lock when it begins, so concurrent ones wait for each other instead of failing.

mod backup_file;
mod change_counter;
mod connect;
mod database_file;
mod dedicated_connection;
mod errors;
mod migrate;
mod paging;
mod pool;
mod search;
mod transaction;
mod vestibule;
mod watcher;
mod write_probe;

use sqlx::any::AnyRow;

pub use self::backup_file::{BackupError, BackupFile, Origin, snapshot};
pub use self::change_counter::ChangeCounter;
pub use self::connect::{Backend, ConnectError, missing_file};
pub use self::dedicated_connection::DedicatedConnection;
pub use self::errors::{Explained, is_away, is_conflict};
pub use self::migrate::{
    Addresses, Canonical, MigrationError, has_migrations, migrate, migrate_with, pending_migrations,
};
pub use self::paging::{Cursor, PAGE_SIZE, Start};
pub use self::pool::{DEDICATED, Pool};
pub use self::search::fold_for_search;
pub use self::transaction::{Transaction, begin, begin_uncached, lock, retry};
pub use self::vestibule::Vestibule;
pub use self::watcher::{ExternalCommitWatcher, POLL_INTERVAL};
pub use self::write_probe::{ready, takes_writes, write_once};

/// A row of either database.
pub type Row = AnyRow;
