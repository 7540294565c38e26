//! The database: connections, migrations, faults.

mod canonical_emails;
mod connections;
mod contention;
mod migrations;
mod older_database;
mod settings;
pub mod unavailable;
mod writes;
