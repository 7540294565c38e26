//! The pool as Rocket manages it.

use rocket_db_pools::Database;

use super::pool::Pool;

/// The database that `databases.vestibule` names.
#[derive(Database)]
#[database("vestibule")]
pub struct Vestibule(Pool);
