#!/usr/bin/env bash
# sqlx 0.9.0 (sqlx-postgres): a `begin()` whose future is dropped leaves the pooled connection inside a transaction; what is
# written by it afterwards is answered as done and is gone later.
#
# What: the future of `pool.begin()` is polled once, which sends BEGIN, and is then dropped, as `tokio::time::timeout` or a
# closed HTTP connection does. sqlx-postgres counts the transaction only when the answer to BEGIN has been read, and its
# clean-up rolls back only what was counted: nothing. The connection passes the ping on its way back to the pool.
#
# Behaviour: the next user of the connection writes in autocommit mode, as it believes, and gets Ok; the row is visible to
# that connection alone and disappears when it is closed.
#
# Way out: begin in a task of its own (`tokio::spawn`), which is not dropped half-way, or close connections that a cancelled
# begin may have used.
#
# Output seen (2026-11, PostgreSQL 15):
#   the insert after a cancelled begin: Ok, 1 row
#   rows seen by another connection: 0
#   rows after the pool was closed: 0
#   with the begin in a task of its own: 1
#
# Needs PostgreSQL's programs (Debian: postgresql). Exits with 1 if sqlx behaves otherwise.
set -euo pipefail

programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
folder=$(mktemp -d)
server=$(mktemp -d /var/tmp/cancelled-begin.XXXXXX)
as_postgres() { if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi; }
trap 'as_postgres "$programs/pg_ctl" stop -s -m immediate -D "$server/data" || true; rm -rf "$folder" "$server"' EXIT
[[ $EUID -ne 0 ]] || chown postgres "$server"
cd "$server"
as_postgres "$programs/initdb" -D "$server/data" -U postgres --auth=trust --no-sync >/dev/null
port=$((20000 + RANDOM % 12000))
as_postgres "$programs/pg_ctl" start -s -w -D "$server/data" -l "$server/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=''"

cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "cancelled"
version = "0.0.0"
edition = "2024"

[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["runtime-tokio", "postgres"] }
tokio = { version = "1", features = ["rt-multi-thread", "macros", "time"] }
TOML
cat > src/main.rs <<'RUST'
use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::Executor;

async fn pool(url: &str) -> PgPool {
    PgPoolOptions::new().max_connections(1).test_before_acquire(false).connect(url).await.unwrap()
}

/// Lets a future begin and drops it.
fn cancel(future: impl Future) {
    let mut future = Box::pin(future);
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending), "it was answered at once");
}

async fn count(url: &str) -> i64 {
    let other = pool(url).await;
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM things").fetch_one(&other).await.unwrap();
    other.close().await;
    count
}

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap();
    let first = pool(&url).await;
    first.execute("CREATE TABLE things (name TEXT)").await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;

    cancel(first.begin());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let inserted = first.execute("INSERT INTO things VALUES ('kept?')").await.unwrap().rows_affected();
    println!("the insert after a cancelled begin: Ok, {inserted} row");
    let meanwhile = count(&url).await;
    println!("rows seen by another connection: {meanwhile}");
    first.close().await;
    let afterwards = count(&url).await;
    println!("rows after the pool was closed: {afterwards}");

    let second = pool(&url).await;
    let begins = second.clone();
    let task = tokio::spawn(async move { begins.begin().await.map(drop) });
    drop(task);
    tokio::time::sleep(Duration::from_millis(200)).await;
    second.execute("INSERT INTO things VALUES ('kept')").await.unwrap();
    second.close().await;
    let kept = count(&url).await;
    println!("with the begin in a task of its own: {kept}");
    assert!(meanwhile == 0 && afterwards == 0 && kept == 1, "it behaves otherwise now");
}
RUST
cargo run --quiet -- "postgres://postgres@127.0.0.1:$port/postgres"
