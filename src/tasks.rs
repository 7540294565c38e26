//! What runs beside the requests: the courier, the hourly tidying, and an orderly stop.

use crate::accounts::cleanup::Cleanup;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::{Build, Data, Orbit, Request, Response, Rocket};
use rocket_db_pools::Database;
#[cfg(debug_assertions)]
use secrecy::ExposeSecret as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Vestibule;
use crate::accounts::app::App;
use crate::accounts::mails::compose::Composer;
use crate::config::Config;
use crate::db::{self, Explained, LOOK_EVERY, Lookout};
#[cfg(debug_assertions)]
use crate::mail::mailbox::Mailbox;
use crate::mail::message::MailTemplates;
use crate::mail::queue;
use crate::mail::worker::{MailWorker, Transport};
use crate::time::Clock;

/// How often everything is tidied.
const TIDY_EVERY: Duration = Duration::from_hours(1);
/// How often keys are looked for that another node, or the command line, has made, and connections for some that rest.
const MINUTE: Duration = Duration::from_mins(1);
/// How long a stop waits for requests that are being answered.
const REQUESTS_FINISH: Duration = Duration::from_secs(5);
/// How long it then waits for mails in the hands of the courier. What takes longer is tried again after the next start.
const MAILS_FINISH: Duration = Duration::from_secs(2);

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Starts the app and what works for them when the server starts, and stops it in order.
pub struct Background {
    config: Config,
    clock: Clock,
    stop: watch::Sender<bool>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl Background {
    /// What runs under these settings.
    #[must_use]
    pub fn new(config: Config, clock: Clock) -> Self {
        Self {
            config,
            clock,
            stop: watch::Sender::new(false),
            running: Mutex::default(),
        }
    }

    async fn start(&self, rocket: Rocket<Build>) -> Result<Rocket<Build>, (Rocket<Build>, AnyError)> {
        let Some(pool) = Vestibule::fetch(&rocket).map(|database| db::Pool::clone(database)) else {
            return Err((rocket, "the database is not open".into()));
        };
        let transport = match Transport::new(&self.config.mail, self.config.public_url.host()) {
            Ok(transport) => transport,
            Err(error) => return Err((rocket, error)),
        };
        #[cfg(debug_assertions)]
        let transport = match transport {
            Transport::Mailbox(_) => Transport::Mailbox(Mailbox::of(self.config.database.url.expose_secret())),
            smtp @ Transport::Smtp(_) => smtp,
        };
        let started = self.start_on(pool, transport.clone()).await;
        match started {
            Ok((app, cleanup)) => {
                let rocket = rocket.manage(app).manage(cleanup);
                #[cfg(debug_assertions)]
                let rocket = rocket.manage(match transport {
                    Transport::Mailbox(mailbox) => Some(mailbox),
                    Transport::Smtp(_) => None,
                });
                Ok(rocket)
            }
            Err(error) => Err((rocket, error)),
        }
    }

    async fn start_on(&self, pool: db::Pool, transport: Transport) -> Result<(Arc<App>, Arc<Cleanup>), AnyError> {
        let app = Arc::new(App::open(&self.config, pool.clone(), self.clock.clone()).await?);
        let cleanup = Arc::new(Cleanup::new(Arc::clone(&app)));
        let stationery = MailTemplates::new(&self.config, &self.clock)?;
        let public_url = self.config.public_url.clone();
        let letters = Composer::new(Arc::clone(&app), stationery, move |path| public_url.to(path));
        let courier = MailWorker::new(
            pool.clone(),
            self.clock.clone(),
            transport,
            self.config.mail.from.clone(),
            Arc::new(letters),
            Arc::clone(&app.mail_queued),
        );
        let mut running = courier.start(&self.stop.subscribe());
        running.push(tokio::spawn(clean_up(Arc::clone(&cleanup), self.stop.subscribe())));
        if let Some(lookout) = Lookout::of(&pool).await? {
            running.push(tokio::spawn(look_out(lookout, self.stop.subscribe())));
        }
        let minutely = every_minute(Arc::clone(&app), pool, self.clock.clone(), self.stop.subscribe());
        running.push(tokio::spawn(minutely));
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
        Ok((app, cleanup))
    }
}

async fn clean_up(cleanup: Arc<Cleanup>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(trouble) = cleanup.purge_expired().await {
            tracing::error!(%trouble, "tidying failed");
        }
        tokio::select! {
            () = tokio::time::sleep(TIDY_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn look_out(mut lookout: Lookout, mut stop: watch::Receiver<bool>) {
    let mut blind = false;
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => break,
        }
        let looked = lookout.look().await;
        if let (Err(error), false) = (&looked, blind) {
            tracing::error!(error = %Explained(error), "it cannot be seen whether another process has changed the database");
        }
        blind = looked.is_err();
    }
    lookout.close().await;
}

async fn every_minute(app: Arc<App>, pool: db::Pool, clock: Clock, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match queue::bring_forward(&pool, clock.now()).await {
            Ok(0) => {}
            Ok(mails) => {
                tracing::warn!(mails, "mails waited for a time that the clock has gone back from; they go out now");
                app.mail_queued.notify_one();
            }
            Err(error) => tracing::error!(%error, "the mail queue cannot be read"),
        }
        tokio::select! {
            () = tokio::time::sleep(MINUTE) => {}
            _ = stop.changed() => return,
        }
        if let Err(error) = app.keys.refresh().await {
            tracing::error!(error = %Explained(&error), "the signing keys cannot be read");
        }
        pool.close_rested();
    }
}

#[rocket::async_trait]
impl Fairing for Background {
    fn info(&self) -> Info {
        Info {
            name: "Background",
            kind: Kind::Ignite | Kind::Shutdown,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        self.start(rocket).await.map_err(|(rocket, error)| {
            tracing::error!(%error, "Vestibule cannot start");
            rocket
        })
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        if let Some(requests) = rocket.state::<Arc<Open>>() {
            requests.finish().await;
        }
        self.stop.send_replace(true);
        let running = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = async {
            for task in running {
                let _ = task.await;
            }
        };
        if tokio::time::timeout(MAILS_FINISH, ended).await.is_err() {
            tracing::warn!("a mail is still on its way; it is tried again after the next start");
        }
    }
}

/// Counts the requests that are being answered, so that a stop can wait for them.
#[derive(Default)]
pub struct OpenRequests {
    open: Arc<Open>,
}

/// The requests that are being answered.
#[derive(Default)]
pub struct Open(AtomicUsize);

impl Open {
    /// Waits until the last one is answered, and a moment more for the answer to leave.
    async fn finish(&self) {
        const LOOK_AGAIN: Duration = Duration::from_millis(20);
        const ANSWER_LEAVES: Duration = Duration::from_millis(100);
        let answered = async {
            while self.0.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        let _ = tokio::time::timeout(REQUESTS_FINISH, answered).await;
        tokio::time::sleep(ANSWER_LEAVES).await;
    }
}

#[rocket::async_trait]
impl Fairing for OpenRequests {
    fn info(&self) -> Info {
        Info {
            name: "Open requests",
            kind: Kind::Ignite | Kind::Request | Kind::Response,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        Ok(rocket.manage(Arc::clone(&self.open)))
    }

    async fn on_request(&self, _: &mut Request<'_>, _: &mut Data<'_>) {
        self.open.0.fetch_add(1, Ordering::SeqCst);
    }

    async fn on_response<'r>(&self, _: &'r Request<'_>, _: &mut Response<'r>) {
        // Rocket asks no fairing when it begins to answer an unknown method.
        let _ = self
            .open
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |open| open.checked_sub(1));
    }
}
