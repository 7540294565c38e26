//! A data set for benchmarks. It fills the configured database with users, one live session for each active user, and
//! entries of the blacklist.
//!
//! `cargo run --release --example dataset -- --users 1000000 --revoked 100000`
//!
//! Equal arguments make equal data sets. Everyone's password is "benchmarks need no secrets". The first hundred users
//! are `user1@example.org` and so on; the first two of them are not confirmed, and the third is an admin.

mod sql;

use std::error::Error;
use std::time::Duration;
use vestibule::accounts::admin::users::{self, NewUser};
use vestibule::accounts::identity::display_name::DisplayName;

use clap::Parser;
use secrecy::ExposeSecret as _;
use vestibule::accounts::app::App;
use vestibule::accounts::identity::email_address::EmailAddress;
use vestibule::accounts::passwords::password::Password;
use vestibule::config::{self, Config};
use vestibule::db::{self, Backend, Pool};
use vestibule::time::{Clock, Millis};

const PASSWORD: &str = "benchmarks need no secrets";

/// The account whose password hash is copied to all others.
const FIRST: &str = "first@example.org";

/// Rows per transaction.
const AT_ONCE: i64 = 50_000;

/// Fills the configured database.
#[derive(Parser)]
struct Line {
    /// How many users, in a database that has none
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=100_000_000))]
    users: i64,
    /// How many entries of the blacklist
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=100_000_000))]
    revoked: i64,
}

/// Four numbers for each row. They look random and do not repeat within two thousand million rows. These are Lehmer
/// generators (Park and Miller, 1988), which the SQL statements compute in the same way.
#[derive(Clone, Copy)]
struct Dice([i64; 4]);

impl Dice {
    const MODULUS: i64 = 2_147_483_647;
    /// The same as in the statements.
    const MULTIPLIERS: [i64; 4] = [48_271, 69_621, 16_807, 39_373];

    fn thrown(mut self, times: i64) -> Self {
        for _ in 0..times {
            for (number, multiplier) in self.0.iter_mut().zip(Self::MULTIPLIERS) {
                *number = *number * multiplier % Self::MODULUS;
            }
        }
        self
    }
}

/// The rows from `first` to `last`, and the dice of the first.
#[derive(Clone, Copy)]
struct Batch {
    first: i64,
    last: i64,
    dice: Dice,
}

fn batches(count: i64, mut dice: Dice) -> impl Iterator<Item = Batch> {
    let before = (0..).map(|nth| nth * AT_ONCE).take_while(move |before| *before < count);
    before.map(move |before| {
        let batch = Batch {
            first: before + 1,
            last: (before + AT_ONCE).min(count),
            dice,
        };
        dice = dice.thrown(AT_ONCE);
        batch
    })
}

macro_rules! numbered {
    ($statement:expr, $batch:expr) => {{
        let Batch { first, last, dice } = $batch;
        let query = sqlx::query($statement).bind(first).bind(last);
        query.bind(dice.0[0]).bind(dice.0[1]).bind(dice.0[2]).bind(dice.0[3])
    }};
}

async fn make_users(pool: &Pool, count: i64, hash: &str, now: Millis) -> sqlx::Result<()> {
    let every = (count / 20).max(1);
    for batch in batches(count, Dice([20_240_101, 7_654_321, 123_457, 987_654_321])) {
        let mut tx = db::begin(pool).await?;
        numbered!(sql::USERS, batch)
            .bind(now)
            .bind(every)
            .bind(hash)
            .execute(&mut *tx)
            .await?;
        numbered!(sql::SIGN_UPS, batch)
            .bind(now)
            .bind(Vec::new())
            .execute(&mut *tx)
            .await?;
        numbered!(sql::SESSIONS, batch).bind(now).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn revoke(pool: &Pool, count: i64, now: Millis) -> sqlx::Result<()> {
    for batch in batches(count, Dice([11_111_117, 1_234_567_891, 55_555_553, 31_415_927])) {
        let mut tx = db::begin(pool).await?;
        numbered!(sql::REVOKED, batch).bind(now).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The hash of everyone's password, with the configured cost and pepper: that of an account created as by `vestibule
/// user add`.
async fn shared_hash(config: &Config, pool: &Pool) -> Result<String, Box<dyn Error>> {
    const HASH: &str = "
        SELECT password_hash
        FROM users
        WHERE email = $1";
    let app = App::open(config, pool.clone(), Clock::system()).await?;
    let password = Password::typed(PASSWORD).map_err(|why| why.to_string())?;
    let first = EmailAddress::parse(FIRST).map_err(|why| why.to_string())?;
    let new = NewUser {
        email: first,
        display_name: DisplayName::default(),
        password,
    };
    users::add(&app, None, new).await.map_err(|why| why.to_string())?;
    Ok(sqlx::query_scalar(HASH).bind(FIRST).fetch_one(pool.reading()).await?)
}

async fn say_all(pool: &Pool, statements: &[&'static str]) -> sqlx::Result<()> {
    for statement in statements {
        sqlx::query(*statement).execute(pool.writing()).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    const THERE: &str = "
        SELECT COUNT(*)
        FROM users";
    // Ids are random, so every index is written in all places at once.
    const ROOM: &str = "
        PRAGMA cache_size = -1000000;
        PRAGMA synchronous = OFF";
    // These indexes are filled from lists when all rows are there.
    const BY_LISTS: [&str; 2] = [
        "ALTER INDEX user_texts_by_sequence SET (fastupdate = on)",
        "ALTER INDEX user_texts_by_letter SET (fastupdate = on)",
    ];
    const AS_BEFORE: [&str; 2] = [
        "ALTER INDEX user_texts_by_sequence SET (fastupdate = off)",
        "ALTER INDEX user_texts_by_letter SET (fastupdate = off)",
    ];
    let Line { users, revoked } = Line::parse();
    let config = Config::from_figment(&config::figment()).map_err(|problems| problems.to_string())?;
    let url = config.database.url.expose_secret();
    let timeout = Duration::from_secs(config.database.connect_timeout);
    let pool = Pool::open(url, config.database.max_connections, timeout).await?;
    db::migrate(url).await?;
    let now = Clock::system().now();
    if pool.backend() == Backend::Sqlite {
        sqlx::query(ROOM).execute(pool.writing()).await?;
    }
    if users > 0 {
        let there: i64 = sqlx::query_scalar(THERE).fetch_one(pool.reading()).await?;
        if there > 0 {
            return Err("the database has users already; a data set is made in an empty one".into());
        }
        let hash = shared_hash(&config, &pool).await?;
        if pool.backend() == Backend::Postgres {
            say_all(&pool, &BY_LISTS).await?;
        }
        let made = make_users(&pool, users, &hash, now).await;
        if pool.backend() == Backend::Postgres {
            say_all(&pool, &AS_BEFORE).await?;
        }
        made?;
    }
    revoke(&pool, revoked, now).await?;
    // PostgreSQL would do this in the background later, during the benchmark.
    let tidy = match pool.backend() {
        Backend::Sqlite => "ANALYZE",
        Backend::Postgres => "VACUUM (ANALYZE)",
    };
    sqlx::query(tidy).execute(pool.writing()).await?;
    pool.close().await;
    println!("{users} users and {revoked} entries of the blacklist");
    Ok(())
}
