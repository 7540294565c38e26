//! Changes a server's SQLite file for tests. `tests/browser/site.js` uses it for what no page can do, for example to
//! let a day pass.
//!
//!     sql FILE STATEMENT ROWS
//!
//! runs the statement once for each row of values, for example `[["ana@example.org", 1]]`, all in one transaction.

use std::error::Error;
use std::time::Duration;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, statement, rows] = &arguments[..] else {
        return Err("usage: sql FILE STATEMENT ROWS".into());
    };
    let rows: Vec<Vec<Value>> = serde_json::from_str(rows)?;
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    let mut connection = options.connect().await?;
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    for row in rows {
        let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
        for value in row {
            query = match value {
                Value::Null => query.bind(None::<String>),
                Value::String(text) => query.bind(text),
                Value::Number(number) => query.bind(number.as_i64().ok_or("a value is no integer")?),
                other => return Err(format!("a value is neither text nor number: {other}").into()),
            };
        }
        query.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    connection.close().await?;
    Ok(())
}
