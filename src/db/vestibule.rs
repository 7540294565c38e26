//! The pool as Rocket manages it.

use rocket_db_pools::Database;

use super::pool::Pool;

/// The database of the settings under `databases.vestibule`.
#[derive(Database)]
#[database("vestibule")]
pub struct Vestibule(Pool);
