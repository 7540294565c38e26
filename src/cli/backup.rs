//! `vestibule backup`: writes a backup of all accounts to a file, also while the server runs.

use std::path::Path;

use figment::Figment;
use secrecy::ExposeSecret;

use super::command_error::CommandError;
use super::database::{OpenedDatabase, find_database};
use super::output;
use crate::accounts::admin::backup;
use crate::config::Config;
use crate::db;
use crate::time::Clock;

pub async fn run(figment: &Figment, file: &Path) -> Result<(), CommandError> {
    let config = Config::without_making(figment)?;
    let pool = match find_database(&config).await? {
        OpenedDatabase::Ready(pool) => pool,
        OpenedDatabase::Missing => {
            let url = config.database.url.expose_secret();
            let path = db::missing_file(url).unwrap_or(Path::new(""));
            return Err(CommandError::new(format!(
                "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): there is no database at {}.",
                path.display()
            )));
        }
        OpenedDatabase::Lacks(pending) => {
            return Err(CommandError::new(format!(
                "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): the database lacks {pending}: make the \
                 backup with the version of Vestibule that last used it, or run `vestibule migrate` first."
            )));
        }
    };
    let made = backup::back_up(&pool, &Clock::system(), file).await;
    pool.close().await;
    let carried = made.map_err(|error| CommandError::new(format!("{error}.")))?;
    output::done(&format!(
        "{} backed up to {}.\nKeep it apart from secret_key: no password can be checked without that, and it is not in the file.",
        output::accounts(carried.accounts),
        file.display()
    ))
}
