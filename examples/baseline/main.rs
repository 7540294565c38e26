//! The baseline that `bin/bench` compares the app with: how fast it could be.
//!
//! `cargo run --release --example baseline` serves `/account`, the profile page with constant data, from a bare Rocket
//! route: without cookies, database and our own headers. With `CEILING_DATABASE_URL` it also serves `/select`, the same
//! page after one `SELECT` by primary key. `/forward-auth` and `/forward-auth/select` answer with the headers of somebody
//! who is signed in, and nothing else. The port is `ROCKET_PORT`.
//!
//! `… --example baseline -- argon2 5` computes hashes for five seconds and prints how many per second.

mod hashes;
mod page;

use std::error::Error;

use clap::{Parser, Subcommand};
use rocket::http::{ContentType, Header};
use rocket::{Responder, State, get, routes};
use sqlx::AnyPool;
use vestibule::db::{DEDICATED, Pool};

use crate::page::Page;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Hash with Argon2id on all cores for so many seconds
    Argon2 { seconds: u64 },
}

/// The row that `/select` reads.
struct OneRow {
    pool: AnyPool,
    id: String,
}

#[get("/account")]
fn account(page: &State<Page>) -> Option<(ContentType, Vec<u8>)> {
    Some((ContentType::HTML, page.render()?))
}

impl OneRow {
    async fn email(&self) -> Option<String> {
        const ONE: &str = "
            SELECT email
            FROM users
            WHERE id = $1";
        sqlx::query_scalar(ONE).bind(&self.id).fetch_optional(&self.pool).await.ok()?
    }
}

#[get("/select")]
async fn select(page: &State<Page>, row: &State<OneRow>) -> Option<(ContentType, Vec<u8>)> {
    row.email().await?;
    Some((ContentType::HTML, page.render()?))
}

/// As many headers as the app's answer to a proxy, and no body.
#[derive(Responder)]
struct Identity {
    body: (),
    user: Header<'static>,
    email: Header<'static>,
    name: Header<'static>,
    groups: Header<'static>,
    display_name: Header<'static>,
}

fn identity(email: String) -> Identity {
    Identity {
        body: (),
        user: Header::new("Remote-User", "iouivcc2odopn5p2ucb3uhrb6a"),
        email: Header::new("Remote-Email", email),
        name: Header::new("Remote-Name", "Ana Ferreira"),
        groups: Header::new("Remote-Groups", ""),
        display_name: Header::new("Remote-Display-Name", "Ana%20Ferreira"),
    }
}

#[get("/forward-auth")]
fn forward_auth() -> Identity {
    identity("ana@example.org".to_owned())
}

#[get("/forward-auth/select")]
async fn forward_auth_select(row: &State<OneRow>) -> Option<Identity> {
    Some(identity(row.email().await?))
}

/// The same pool as the app's, with as many connections as the app has in total.
async fn one_row(url: &str) -> Result<OneRow, Box<dyn Error>> {
    const ANY: &str = "
        SELECT id
        FROM users
        WHERE email LIKE 'user_@example.org'
        ORDER BY id
        LIMIT 1";
    let pool = Pool::open(url, 8 + DEDICATED, std::time::Duration::from_secs(3)).await?;
    let pool = pool.reading().clone();
    let id = sqlx::query_scalar(ANY).fetch_one(&pool).await?;
    Ok(OneRow { pool, id })
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Some(Command::Argon2 { seconds }) = Line::parse().command {
        println!("{:.2}", hashes::per_second(seconds)?);
        return Ok(());
    }
    let figment = rocket::Config::figment().focus("nothing").merge(rocket::Config {
        port: std::env::var("ROCKET_PORT").map_or(Ok(8000), |port| port.parse())?,
        log_level: rocket::config::LogLevel::Critical,
        ..rocket::Config::release_default()
    });
    let mut rocket = rocket::custom(figment)
        .manage(Page::new()?)
        .mount("/", routes![account, forward_auth]);
    if let Ok(url) = std::env::var("CEILING_DATABASE_URL") {
        rocket = rocket
            .manage(one_row(&url).await?)
            .mount("/", routes![select, forward_auth_select]);
    }
    rocket.launch().await?;
    Ok(())
}
