//! A running Vestibule with an address of its own, and what a story can do to it from outside.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use figment::Figment;
use figment::providers::Serialized;
use figment::value::Value;
use rocket::fairing::AdHoc;
use sqlx::{AnyPool, AssertSqlSafe};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;
use vestibule::accounts::cleanup::Cleanup;
use vestibule::db::ChangeCounter;
use vestibule::time::{Clock, HOUR};

use super::browser::{Browser, Site};
use super::cli::{Ran, Vestibule};
use super::database::Database;
use super::mailbox::Mail;
use super::request::Request;
use super::smtp::{Behaviour, Smtp};
use super::{Method, PASSWORD, loopback, random, until};

/// A running server. It stops when it is dropped.
pub struct App {
    site: Site,
    settings: Settings,
    database: Database,
    pool: AnyPool,
    smtp: Option<Smtp>,
    running: Mutex<Option<Running>>,
}

struct Running {
    cleanup: Arc<Cleanup>,
    shutdown: rocket::Shutdown,
    task: JoinHandle<()>,
}

/// Keys and values as in the environment. A later value of a key wins.
pub type Settings = Vec<(String, String)>;

/// An app that is not started yet.
pub struct Start {
    database: Database,
    settings: Settings,
    release: bool,
    address: Ipv4Addr,
    clock: Clock,
    smtp: Option<Smtp>,
}

impl Start {
    /// Sets settings by their dotted keys. The values are written as in the environment: `("throttle.enabled",
    /// "true")`, `("trusted_proxies", "[\"127.0.0.9/32\"]")`.
    #[must_use]
    pub fn settings<K: Into<String>, V: Into<String>>(mut self, more: impl IntoIterator<Item = (K, V)>) -> Self {
        self.settings
            .extend(more.into_iter().map(|(key, value)| (key.into(), value.into())));
        self
    }

    /// As in production behind a proxy that ends TLS: strict settings, `__Host-` cookies, mail by SMTP.
    #[must_use]
    pub fn release(mut self) -> Self {
        self.release = true;
        self
    }

    /// Listens there, at port 8000, if something else must know the address before.
    #[must_use]
    pub fn at(mut self, address: Ipv4Addr) -> Self {
        self.address = address;
        self
    }

    /// Sends mail to that server, where [`App::mailbox`] reads it.
    #[must_use]
    pub fn smtp(mut self, smtp: &Smtp) -> Self {
        self.smtp = Some(smtp.clone());
        self
    }

    /// Starts the app and waits until it answers.
    pub async fn start(self) -> App {
        let (app, started) = self.try_start().await;
        started.unwrap_or_else(|problem| panic!("the app does not start: {problem}"));
        app
    }

    /// The message with which it refuses to start.
    pub async fn refuses(self) -> String {
        let (_, started) = self.try_start().await;
        started.expect_err("the app was to refuse, but it started")
    }

    async fn try_start(mut self) -> (App, Result<(), String>) {
        let address = self.address;
        let base = format!("http://{address}:8000");
        let given = |key: &str| {
            self.settings
                .iter()
                .rfind(|(name, _)| name == key)
                .map(|(_, value)| value.clone())
        };
        let usual = || {
            if self.release {
                "https://accounts.example.org".to_owned()
            } else {
                base.clone()
            }
        };
        let origin = given("public_url").unwrap_or_else(usual);
        let mut smtp = self.smtp.take();
        if self.release && smtp.is_none() && given("mail.url").is_none() {
            smtp = Some(Smtp::start(Behaviour::Accept));
        }
        let mut settings: Settings = Vec::new();
        let mut set = |key: &str, value: &str| settings.push((key.to_owned(), value.to_owned()));
        set("address", &address.to_string());
        set("port", "8000");
        set("public_url", &origin);
        set("secret_key", &BASE64.encode(&random::<32>()));
        set("databases.vestibule.url", self.database.url());
        set("mail.from", "vestibule@example.org");
        set("throttle.enabled", "false");
        set("log_level", &std::env::var("VESTIBULE_TEST_LOG").unwrap_or_else(|_| "critical".to_owned()));
        set("cli_colors", "false");
        set("profile", if self.release { "release" } else { "debug" });
        if let Some(smtp) = &smtp {
            set("mail.url", &smtp.url());
        }
        if !self.release {
            // The cheapest hash. The strict profile refuses it.
            set("argon2.memory_kib", "64");
            set("argon2.iterations", "1");
        }
        settings.append(&mut self.settings);
        let app = App {
            site: Site {
                base,
                origin,
                clock: self.clock,
            },
            settings,
            pool: self.database.pool(),
            database: self.database,
            smtp,
            running: Mutex::new(None),
        };
        let started = app.launch().await;
        (app, started)
    }
}

impl App {
    /// An app on this database, not started yet.
    pub fn on(database: &Database) -> Start {
        Start {
            database: database.clone(),
            settings: Vec::new(),
            release: false,
            address: loopback(),
            clock: Clock::system(),
            smtp: None,
        }
    }

    /// Another node on the same database, not started yet: with the same settings and clock, and an address of its own.
    /// A browser uses it by [`Browser::by_way_of`].
    pub fn second_node(&self) -> Start {
        let own = |(key, _): &&(String, String)| key != "address" && key != "profile";
        Start {
            database: self.database.clone(),
            settings: self.settings.iter().filter(own).cloned().collect(),
            release: self.setting("profile") == "release",
            address: loopback(),
            clock: self.site.clock.clone(),
            smtp: self.smtp.clone(),
        }
    }

    async fn launch(&self) -> Result<(), String> {
        let (lifted, liftoff) = oneshot::channel();
        let lifted = std::sync::Mutex::new(Some(lifted));
        let rocket = vestibule::rocket(figment(&self.settings), self.site.clock.clone())
            .map_err(|problems| problems.to_string())?
            .attach(AdHoc::on_liftoff("a story waits", move |_| {
                let lifted = lifted.lock().unwrap().take();
                Box::pin(async move {
                    lifted.map(|lifted| lifted.send(Ok(())));
                })
            }))
            .ignite()
            .await
            .map_err(|error| error.to_string())?;
        let shutdown = rocket.shutdown();
        let cleanup = rocket.state::<Arc<Cleanup>>().map(Arc::clone).ok_or("it did not start")?;
        let (failed, failure) = oneshot::channel();
        let task = tokio::spawn(async move {
            if let Err(error) = rocket.launch().await {
                // Rocket's errors panic if they are dropped unread.
                let error = error.to_string();
                let _ = failed.send(Err(error));
            }
        });
        let up = async { liftoff.await.unwrap_or(Ok(())) };
        let down = async { failure.await.unwrap_or_else(|_| Err("the server ended at once".to_owned())) };
        tokio::select! {
            biased;
            outcome = down => outcome,
            outcome = up => outcome,
        }?;
        *self.running.lock().await = Some(Running {
            cleanup,
            shutdown,
            task,
        });
        Ok(())
    }

    /// Another assembled server, not started: to read its parts or to add some.
    pub fn rocket(&self) -> rocket::Rocket<rocket::Build> {
        vestibule::rocket(figment(&self.settings), self.site.clock.clone()).unwrap()
    }

    /// Stops the server as SIGTERM does, and waits until it has ended. Database, secret and clock stay.
    pub async fn stop(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.shutdown.notify();
            running.task.await.unwrap();
        }
    }

    /// Stops the server and starts it again with the same database, secret and clock.
    pub async fn restart(&self) {
        self.stop().await;
        self.launch()
            .await
            .unwrap_or_else(|problem| panic!("the app does not start again: {problem}"));
    }

    /// Moves the app's clock forward.
    pub fn advance(&self, time: Duration) {
        self.site.clock.advance(time);
    }

    /// Runs the cleanup, as the server does every hour: it looks for what is due, and erases what it found an hour before.
    pub async fn tidies(&self) {
        let cleanup = self.running.lock().await.as_ref().map(|running| Arc::clone(&running.cleanup));
        cleanup.expect("it is running").purge_expired().await.unwrap();
        self.notices();
    }

    /// Runs the cleanup twice, an hour apart, so that everything due is erased. The date is set back each
    /// time, so that nothing else becomes due.
    pub async fn tidied(&self) {
        for _ in 0..2 {
            self.advance(Duration::from_hours(1));
            self.clock().jump(-HOUR);
            self.tidies().await;
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.site.clock
    }

    /// The URL that the server listens at: `http://127.…:8000`.
    pub fn base(&self) -> &str {
        &self.site.base
    }

    /// The origin in its setting `public_url`.
    pub fn origin(&self) -> &str {
        &self.site.origin
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Its mail server: in release, unless the story set one.
    pub fn smtp(&self) -> Option<&Smtp> {
        self.smtp.as_ref()
    }

    /// The value of a setting.
    pub fn setting(&self, key: &str) -> &str {
        let found = self.settings.iter().rev().find(|(name, _)| name == key);
        found.map_or_else(|| panic!("{key} is not set"), |(_, value)| value)
    }

    /// All settings that it was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A new browser with a client address of its own.
    pub fn browser(&self) -> Browser {
        Browser::new(self.site.clone(), loopback())
    }

    /// A new browser with that client address.
    pub fn browser_at(&self, address: [u8; 4]) -> Browser {
        Browser::new(self.site.clone(), address.into())
    }

    /// A request as curl sends it: no cookie, and only the headers that are named.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::bare(self.browser(), method, path)
    }

    /// Sends these bytes unchanged, and reads the response until the server closes the connection or is silent for a
    /// second.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let address = self.site.base.strip_prefix("http://").unwrap();
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        // A server that refuses early may have closed the connection. Only its answer matters.
        let _ = socket.write_all(bytes).await;
        let mut answer = Vec::new();
        let mut part = [0; 4096];
        while let Ok(Ok(length @ 1..)) = tokio::time::timeout(Duration::from_secs(1), socket.read(&mut part)).await {
            answer.extend_from_slice(&part[..length]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The result of a `SELECT COUNT(*) …`.
    pub async fn count(&self, sql: &str) -> i64 {
        let count = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.pool).await;
        count.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The first column of every row, as text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let texts = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&self.pool).await;
        texts.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Executes a statement directly on the database, and returns the number of rows affected.
    pub async fn sql(&self, sql: &str) -> u64 {
        let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&self.pool).await;
        self.notices();
        done.unwrap_or_else(|error| panic!("{sql}: {error}")).rows_affected()
    }

    /// The app notices at once that another process has changed the database. It would otherwise notice within 100 ms.
    pub fn notices(&self) {
        ChangeCounter::of(self.database.url()).bump();
    }

    /// The same connections, for statements that the three functions above cannot run.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Runs a command with this app's settings: `app.vestibule(["user", "list"]).await.succeeds()`.
    pub async fn vestibule<S: Into<String>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        let ran = self.command().args(arguments).run().await;
        self.notices();
        ran
    }

    /// The command line with this app's settings, for stories that change something about it.
    pub fn command(&self) -> Vestibule {
        Vestibule::new(self.database.folder()).settings(&self.settings)
    }

    /// A user who signed up, confirmed and is signed in. The password is [`PASSWORD`].
    pub async fn confirmed_user(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.sign_up(email).await.status(200);
        // Mail to an earlier owner of the address may arrive later than this one.
        let confirms = |mail: &Mail| mail.links().into_iter().find(|link| link.starts_with("/confirm-email/"));
        let link = until("a link", async || self.mails_to(email).await.iter().find_map(confirms)).await;
        browser.open(&link).await.submit(&link).await.status(200);
        assert!(browser.session_token().is_some(), "{email} confirmed, but is not signed in");
        browser
    }

    /// A [`confirmed_user`](Self::confirmed_user) whom the operator has made an admin.
    pub async fn admin(&self, email: &str) -> Browser {
        let browser = self.confirmed_user(email).await;
        self.vestibule(["user", "grant", email, "admin"]).await.succeeds();
        browser
    }

    /// The same user in another browser with another client address.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(email, PASSWORD).await.status(200);
        assert!(browser.session_token().is_some(), "{email} could not sign in");
        browser
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(running) = self.running.get_mut().take() {
            running.shutdown.notify();
        }
    }
}

/// Rocket's defaults and these settings. Rocket.toml and the environment are not read.
fn figment(settings: &Settings) -> Figment {
    let profile = settings
        .iter()
        .rev()
        .find(|(key, _)| key == "profile")
        .map_or("debug", |(_, value)| value);
    settings
        .iter()
        .filter(|(key, _)| key != "profile")
        .fold(Figment::from(rocket::Config::debug_default()), |figment, (key, text)| {
            let Ok(value) = text.parse::<Value>();
            figment.merge(Serialized::global(key, value))
        })
        .merge(Serialized::global("shutdown.ctrlc", false))
        .select(profile)
}
