//! The vocabulary of stories.
//!
//! ```ignore
//! use crate::support::*;
//!
//! stories! {
//!     /// ASVS 7.4.1
//!     async fn signing_out_ends_the_session(app) {
//!         let ana = app.confirmed_user("ana@example.org").await;
//!         ana.open("/account").await.press("Sign out").await.shows("You are signed out");
//!         ana.open("/account").await.is_at("/login?next=/account");
//!     }
//!
//!     async fn nobody_signs_up_when_it_is_closed(app with [("signup", "closed")]) { … }
//!
//!     async fn mail_is_kept_while_the_server_is_away(database: Database) {
//!         let smtp = Smtp::start(Behaviour::Refuse);
//!         let app = App::on(&database).smtp(&smtp).start().await;
//!         …
//!     }
//! }
//! ```
//! Each becomes two tests, `…::sqlite` and `…::postgres`. A story that makes sense on one database only says so, and
//! becomes one test. A story never returns early instead:
//!
//! ```ignore
//! stories! {
//!     only Postgres because "a SQLite file does not go away";
//!
//!     async fn while_the_database_is_away_nobody_is_let_in(app) { … }
//! }
//! ```
//! Stories that take long (statistics, plans, every byte of something) are in a block of their own, which says why.
//! They are ignored unless the runner includes them, as `bin/test` and continuous integration do (`cargo nextest run
//! --run-ignored all`, `cargo test -- --include-ignored`):
//!
//! ```ignore
//! stories! {
//!     slow because "each form is sent a hundred times";
//!
//!     async fn signing_in_takes_as_long_for_every_address(app) { … }
//! }
//! ```
//! `VESTIBULE_TEST_POSTGRES_URL` names a PostgreSQL server. Without one the PostgreSQL tests fail. To leave them out,
//! tell the runner, which counts them: `cargo nextest run -E 'not test(/::postgres$/)'`.
//! `VESTIBULE_TEST_LOG=normal` shows Rocket's log.

#![allow(dead_code, unused_imports, reason = "a vocabulary: not every word is in a story yet")]

mod app;
mod authenticator;
mod browser;
mod cli;
mod cookies;
mod database;
mod document;
mod form;
mod journey;
mod mailbox;
mod page;
mod postfix;
mod postgres;
mod request;
mod routes;
mod security_headers;
mod smtp;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

pub use self::app::{App, Start};
pub use self::authenticator::{Authenticator, BACKED_UP, BACKUP_ELIGIBLE, PRESENT, VERIFIED, bytes};
pub use self::browser::Browser;
pub use self::cli::{Ran, Server, Vestibule};
pub use vestibule::db::Backend;

pub use self::database::Database;
pub use self::journey::{Journey, Stop};
pub use self::mailbox::Mail;
pub use self::page::Page;
pub use self::postfix::Postfix;
pub use self::postgres::{PgBouncer, Standby};
pub use self::request::{Answer, FORM_TOKEN, Request};
pub use self::smtp::{Behaviour, Certificate, Delivered, Encryption, Smtp};
pub use reqwest::Method;

/// A password that every rule accepts. Every user in the stories has it.
pub const PASSWORD: &str = "seven green kettles hum";

pub const OTHER_PASSWORD: &str = "nine quiet otters sail";

/// How long to wait for a condition.
const PATIENCE: Duration = Duration::from_secs(15);

/// Turns each story into two tests, one for each database, or into one if it names a database and the reason. A slow
/// one is ignored in the everyday run.
macro_rules! stories {
    (@given $story:block $app:ident) => {
        stories!(@given $story $app with [("signup", "open")]);
    };
    (@given $story:block $app:ident with $settings:expr) => {
        pub(super) async fn story(database: $crate::support::Database) {
            let $app = $crate::support::App::on(&database).settings($settings).start().await;
            $story
        }
    };
    (@given $story:block $database:ident: Database) => {
        pub(super) async fn story($database: $crate::support::Database) $story
    };
    (@told $tests:ident $slow:tt $($(#[$about:meta])* async fn $name:ident($($given:tt)*) $story:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a story may need nothing of its file")]
            use super::*;

            stories!(@given $story $($given)*);
            stories!(@tests $tests $slow [$(#[$about])*]);
        }
    )*};
    (@tests both $slow:tt $about:tt) => {
        stories!(@tests Sqlite $slow $about);
        stories!(@tests Postgres $slow $about);
    };
    (@tests Sqlite [$($slow:tt)*] [$(#[$about:meta])*]) => {
        $(#[$about])*
        #[test]
        $($slow)*
        fn sqlite() {
            $crate::support::run($crate::support::Backend::Sqlite, story);
        }
    };
    (@tests Postgres [$($slow:tt)*] [$(#[$about:meta])*]) => {
        $(#[$about])*
        #[test]
        $($slow)*
        fn postgres() {
            $crate::support::run($crate::support::Backend::Postgres, story);
        }
    };
    (only $kind:ident because $why:literal; slow because $long:literal; $($stories:tt)*) => {
        stories!(@told $kind [#[ignore = $long]] $($stories)*);
    };
    (only $kind:ident because $why:literal; $($stories:tt)*) => {
        stories!(@told $kind [] $($stories)*);
    };
    (slow because $long:literal; $($stories:tt)*) => {
        stories!(@told both [#[ignore = $long]] $($stories)*);
    };
    ($($stories:tt)*) => {
        stories!(@told both [] $($stories)*);
    };
}

/// Runs a story on a database of its own, which is deleted afterwards, even if the story fails.
pub fn run<S: AsyncFnOnce(Database)>(backend: Backend, story: S) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let database = runtime.block_on(Database::fresh(backend));
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(story(database.clone()))));
    runtime.shutdown_timeout(Duration::from_secs(2));
    database.remove();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Asks repeatedly until there is an answer. Fails with `what` if there is none in time.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

/// A loopback address of its own: all of 127.0.0.0/8 is this machine.
fn loopback() -> std::net::Ipv4Addr {
    let [a, b, c] = random::<3>();
    std::net::Ipv4Addr::new(127, a.clamp(1, 254), b.clamp(1, 254), c.clamp(2, 254))
}

/// A free port for a program that cannot choose one itself. The kernel gives none of these to a connection, which would hold it
/// when the program starts (`net.ipv4.ip_local_port_range`).
pub fn free_port() -> u16 {
    loop {
        let port = 10_000 + u16::from_ne_bytes(random()) % 20_000;
        if std::net::TcpListener::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}
