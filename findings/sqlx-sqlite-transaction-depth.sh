#!/usr/bin/env bash
# sqlx 0.9.0 (sqlx-sqlite, bundled SQLite): one refused write makes a pooled connection useless for transactions, for good.
#
# What: a transaction whose INSERT does not fit (here by PRAGMA max_page_count; a full disk or a file-size limit does the
# same) is dropped, as after any error. SQLite has then rolled back by itself, so the ROLLBACK that sqlx queues fails with
# "cannot rollback - no transaction is active". sqlx-sqlite lowers its count of open transactions only when ROLLBACK succeeds.
# The connection goes back to the pool (its ping succeeds) with a depth of 1.
#
# Behaviour: every later `pool.begin_with("BEGIN IMMEDIATE")` on it fails with "attempted to call begin_with at non-zero
# transaction depth", although there is room again. `pool.begin()` is worse: it becomes `SAVEPOINT _sqlx_savepoint_1`, and
# commits as `RELEASE SAVEPOINT`.
#
# Way out: an `after_release` hook that closes connections whose `is_in_transaction()` is still true after a ping.
#
# Output seen (2026-11):
#   the insert: error returned from database: (code: 13) database or disk is full
#   begin_with, with room again: attempted to call begin_with at non-zero transaction depth
#   once more: attempted to call begin_with at non-zero transaction depth
#   the insert: error returned from database: (code: 13) database or disk is full
#   with the hook: Ok
#
# Exits with 1 if sqlx behaves otherwise.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "depth"
version = "0.0.0"
edition = "2024"

[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["runtime-tokio", "sqlite-bundled"] }
tokio = { version = "1", features = ["rt", "macros"] }
TOML
cat > src/main.rs <<'RUST'
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Connection, Executor};

async fn refused_write(pool: &SqlitePool) {
    pool.execute("CREATE TABLE IF NOT EXISTS things (bytes BLOB); PRAGMA max_page_count = 10").await.unwrap();
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let refused = tx.execute("INSERT INTO things VALUES (zeroblob(1000000))").await.unwrap_err();
    println!("the insert: {refused}");
    drop(tx);
}

async fn begin(pool: &SqlitePool) -> String {
    match pool.begin_with("BEGIN IMMEDIATE").await {
        Ok(tx) => tx.rollback().await.map(|()| "Ok".to_owned()).unwrap_or_else(|error| error.to_string()),
        Err(error) => error.to_string(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let options = SqliteConnectOptions::new().filename("a.db").create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.unwrap();
    refused_write(&pool).await;
    pool.execute("PRAGMA max_page_count = 100000").await.unwrap();
    let (first, second) = (begin(&pool).await, begin(&pool).await);
    println!("begin_with, with room again: {first}\nonce more: {second}");
    pool.close().await;

    let hooked = SqlitePoolOptions::new().max_connections(1).after_release(|connection, _| Box::pin(async move {
        connection.ping().await?;
        Ok(!connection.is_in_transaction())
    }));
    let pool = hooked.connect_with(options).await.unwrap();
    refused_write(&pool).await;
    pool.execute("PRAGMA max_page_count = 100000").await.unwrap();
    let mended = begin(&pool).await;
    println!("with the hook: {mended}");
    let seen = "attempted to call begin_with at non-zero transaction depth";
    assert!(first == seen && second == seen && mended == "Ok", "it behaves otherwise now");
}
RUST
cargo run --quiet
