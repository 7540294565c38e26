//! Vestibule itself, on an address of its own, and what a story may do to it from outside.

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

/// A running Vestibule. It stops when dropped.
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

/// Keys and values, written as in the environment; a later one wins.
pub type Settings = Vec<(String, String)>;

/// An app about to start.
pub struct Start {
    database: Database,
    settings: Settings,
    release: bool,
    clock: Clock,
    smtp: Option<Smtp>,
}

impl Start {
    /// Settings by their dotted key; values as one writes them into the environment: `("throttle.enabled", "true")`,
    /// `("trusted_proxies", "[\"127.0.0.9/32\"]")`.
    #[must_use]
    pub fn settings<K: Into<String>, V: Into<String>>(mut self, more: impl IntoIterator<Item = (K, V)>) -> Self {
        self.settings
            .extend(more.into_iter().map(|(key, value)| (key.into(), value.into())));
        self
    }

    /// As in production, behind a proxy that ends TLS: strict settings, `__Host-` cookies, mail by SMTP.
    #[must_use]
    pub fn release(mut self) -> Self {
        self.release = true;
        self
    }

    /// Its mail goes to that server, where [`App::mailbox`] finds it.
    #[must_use]
    pub fn smtp(mut self, smtp: &Smtp) -> Self {
        self.smtp = Some(smtp.clone());
        self
    }

    /// Starts it and waits until it answers.
    pub async fn start(self) -> App {
        let (app, started) = self.try_start().await;
        started.unwrap_or_else(|problem| panic!("the app does not start: {problem}"));
        app
    }

    /// What it says when it refuses to start.
    pub async fn refuses(self) -> String {
        let (_, started) = self.try_start().await;
        started.expect_err("the app was to refuse, but it started")
    }

    async fn try_start(mut self) -> (App, Result<(), String>) {
        let address = loopback();
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
            // As cheap as it gets; the strict profile refuses that.
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
    /// An app on this database, not yet started.
    pub fn on(database: &Database) -> Start {
        Start {
            database: database.clone(),
            settings: Vec::new(),
            release: false,
            clock: Clock::system(),
            smtp: None,
        }
    }

    /// Another node on the same database, about to start: same settings and clock, an address of its own. A visitor comes
    /// there by [`Browser::by_way_of`].
    pub fn second_node(&self) -> Start {
        let own = |(key, _): &&(String, String)| key != "address" && key != "profile";
        Start {
            database: self.database.clone(),
            settings: self.settings.iter().filter(own).cloned().collect(),
            release: self.setting("profile") == "release",
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
                // Rocket's errors panic when nobody reads them.
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

    /// Another one like it, not started: for a look at its parts, or to add some.
    pub fn rocket(&self) -> rocket::Rocket<rocket::Build> {
        vestibule::rocket(figment(&self.settings), self.site.clock.clone()).unwrap()
    }

    /// Stops the server as SIGTERM does and waits until it is gone. Database, secret and clock stay.
    pub async fn stop(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.shutdown.notify();
            running.task.await.unwrap();
        }
    }

    /// Stops the server and starts it again: same database, secret and clock.
    pub async fn restart(&self) {
        self.stop().await;
        self.launch()
            .await
            .unwrap_or_else(|problem| panic!("the app does not start again: {problem}"));
    }

    /// Lets time pass, on the app's clock.
    pub fn advance(&self, time: Duration) {
        self.site.clock.advance(time);
    }

    /// Looks for what is due, as the server does by itself every hour, and erases what was due an hour before, too.
    pub async fn tidies(&self) {
        let cleanup = self.running.lock().await.as_ref().map(|running| Arc::clone(&running.cleanup));
        cleanup.expect("it is running").purge_expired().await.unwrap();
        self.notices();
    }

    /// What is due is erased: it is looked at twice, an hour apart. The hours are taken back from the date, so that what
    /// would come due in them stays.
    pub async fn tidied(&self) {
        for _ in 0..2 {
            self.advance(Duration::from_hours(1));
            self.clock().jump(-HOUR);
            self.tidies().await;
        }
    }

    /// The app's clock.
    pub fn clock(&self) -> &Clock {
        &self.site.clock
    }

    /// Where it listens: `http://127.…:8000`.
    pub fn base(&self) -> &str {
        &self.site.base
    }

    /// The origin it believes to be reached at.
    pub fn origin(&self) -> &str {
        &self.site.origin
    }

    /// Its database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Its mail server: in release, unless the story brought one.
    pub fn smtp(&self) -> Option<&Smtp> {
        self.smtp.as_ref()
    }

    /// The value that a setting has.
    pub fn setting(&self, key: &str) -> &str {
        let found = self.settings.iter().rev().find(|(name, _)| name == key);
        found.map_or_else(|| panic!("{key} is not set"), |(_, value)| value)
    }

    /// Everything it was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A new browser, on a machine (a client address) of its own.
    pub fn browser(&self) -> Browser {
        Browser::new(self.site.clone(), loopback())
    }

    /// A new browser on that machine.
    pub fn browser_at(&self, address: [u8; 4]) -> Browser {
        Browser::new(self.site.clone(), address.into())
    }

    /// A request as curl makes it: no cookie, no header that is not named.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::bare(self.browser(), method, path)
    }

    /// Sends these bytes as they are and reads all that comes back, until the server closes or is silent for a second.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let address = self.site.base.strip_prefix("http://").unwrap();
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        // A server that refuses half-way may have closed already; what it said counts.
        let _ = socket.write_all(bytes).await;
        let mut answer = Vec::new();
        let mut part = [0; 4096];
        while let Ok(Ok(length @ 1..)) = tokio::time::timeout(Duration::from_secs(1), socket.read(&mut part)).await {
            answer.extend_from_slice(&part[..length]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The number that a `SELECT COUNT(*) …` gives.
    pub async fn count(&self, sql: &str) -> i64 {
        let count = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.pool).await;
        count.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The first column, text, of every row.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let texts = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&self.pool).await;
        texts.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Does something to the database behind the app's back; gives the number of rows it met.
    pub async fn sql(&self, sql: &str) -> u64 {
        let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&self.pool).await;
        self.notices();
        done.unwrap_or_else(|error| panic!("{sql}: {error}")).rows_affected()
    }

    /// Lets the app notice at once what it would notice within 100 ms: that something else has changed the database.
    pub fn notices(&self) {
        ChangeCounter::of(self.database.url()).bump();
    }

    /// The same connections, for what the three above cannot say.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// The command line, with this app's settings: `app.vestibule(["user", "list"]).await.succeeds()`.
    pub async fn vestibule<S: Into<String>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        let ran = self.command().args(arguments).run().await;
        self.notices();
        ran
    }

    /// The command line with this app's settings, for stories that change something about it.
    pub fn command(&self) -> Vestibule {
        Vestibule::new(self.database.folder()).settings(&self.settings)
    }

    /// Somebody who signed up, confirmed and is signed in; password [`PASSWORD`].
    pub async fn confirmed_user(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.sign_up(email).await.status(200);
        // Mail to somebody who had the address before may come later than this.
        let confirms = |mail: &Mail| mail.links().into_iter().find(|link| link.starts_with("/confirm-email/"));
        let link = until("a link", async || self.mails_to(email).await.iter().find_map(confirms)).await;
        browser.open(&link).await.submit(&link).await.status(200);
        assert!(browser.session_token().is_some(), "{email} confirmed, but is not signed in");
        browser
    }

    /// A [`confirmed_user`](Self::confirmed_user) whom the operator made an admin.
    pub async fn admin(&self, email: &str) -> Browser {
        let browser = self.confirmed_user(email).await;
        self.vestibule(["user", "grant", email, "admin"]).await.succeeds();
        browser
    }

    /// The same person at another machine.
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

/// Rocket's own defaults and these settings; neither Rocket.toml nor the environment has a say.
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
