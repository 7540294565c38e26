//! Background tasks: mail delivery, the hourly cleanup, the watcher for changes by other processes, and the orderly
//! stop.

use std::sync::Arc;
use std::time::Duration;

use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::{Build, Data, Orbit, Request, Rocket};
use rocket_db_pools::Database;
#[cfg(debug_assertions)]
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::accounts::app::App;
use crate::accounts::cleanup::Cleanup;
use crate::accounts::locking::user_names;
use crate::accounts::mails::compose::Composer;
use crate::config::Config;
use crate::db::{self, Explained, ExternalCommitWatcher, POLL_INTERVAL, Vestibule};
#[cfg(debug_assertions)]
use crate::mail::mailbox::Mailbox;
use crate::mail::queue;
use crate::mail::templates::MailTemplates;
use crate::mail::worker::{MailWorker, Transport};
use crate::time::Clock;

/// How often expired rows are deleted.
const CLEANUP_INTERVAL: Duration = Duration::from_hours(1);
/// How often the server checks the queue for mails that are late because a clock was set back, and the database for
/// signing keys of another node or the command line.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);
/// How long a stop waits for requests that are being answered.
const REQUESTS_FINISH: Duration = Duration::from_secs(5);
/// How long a stop then waits for mails that are being delivered. Others are sent after the next start.
const MAILS_FINISH: Duration = Duration::from_secs(2);

type StartError = Box<dyn std::error::Error + Send + Sync>;

/// Opens the accounts and starts the tasks when the server starts, and stops them in order.
pub struct BackgroundTasks {
    config: Config,
    clock: Clock,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl BackgroundTasks {
    #[must_use]
    pub fn new(config: Config, clock: Clock) -> Self {
        Self {
            config,
            clock,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    async fn start(&self, rocket: Rocket<Build>) -> Result<Rocket<Build>, (Rocket<Build>, StartError)> {
        let Some(pool) = Vestibule::fetch(&rocket).map(|database| db::Pool::clone(database)) else {
            return Err((rocket, "the database is not open".into()));
        };
        let transport = match Transport::new(&self.config.mail, self.config.public_url.host()) {
            Ok(transport) => transport,
            Err(error) => return Err((rocket, error.into())),
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

    async fn start_on(&self, pool: db::Pool, transport: Transport) -> Result<(Arc<App>, Arc<Cleanup>), StartError> {
        let app = Arc::new(App::open(&self.config, pool.clone(), self.clock.clone()).await?);
        user_names::give_missing_user_names(&app).await?;
        let cleanup = Arc::new(Cleanup::new(Arc::clone(&app)));
        let templates = MailTemplates::new(&self.config, &self.clock)?;
        let composer = Composer::new(Arc::clone(&app), templates, self.config.public_url.clone());
        let mail_worker = MailWorker::new(
            pool.clone(),
            self.clock.clone(),
            transport,
            self.config.mail.from.clone(),
            Arc::new(composer),
            Arc::clone(&app.mail_queued),
        );
        self.tasks.spawn(mail_worker.run(self.stop.clone()));
        self.tasks.spawn(clean_up(Arc::clone(&cleanup), self.stop.clone()));
        if let Some(watcher) = ExternalCommitWatcher::connect(&pool).await? {
            self.tasks.spawn(watch_external_changes(watcher, self.stop.clone()));
        }
        let watch = watch_keys_and_clock(Arc::clone(&app), pool, self.clock.clone(), self.stop.clone());
        self.tasks.spawn(watch);
        Ok((app, cleanup))
    }
}

async fn clean_up(cleanup: Arc<Cleanup>, stop: CancellationToken) {
    loop {
        if let Err(error) = cleanup.purge_expired().await {
            tracing::error!(%error, "the cleanup failed");
        }
        if !has_passed(CLEANUP_INTERVAL, &stop).await {
            return;
        }
    }
}

async fn watch_external_changes(mut watcher: ExternalCommitWatcher, stop: CancellationToken) {
    let mut stale = false;
    while has_passed(POLL_INTERVAL, &stop).await {
        let polled = watcher.poll().await;
        if let (Err(error), false) = (&polled, stale) {
            tracing::error!(error = %Explained(error), "it cannot be seen whether another process has changed the database");
        }
        stale = polled.is_err();
    }
    watcher.close().await;
}

async fn watch_keys_and_clock(app: Arc<App>, pool: db::Pool, clock: Clock, stop: CancellationToken) {
    loop {
        match queue::bring_forward(&pool, clock.now()).await {
            Ok(0) => {}
            Ok(mails) => {
                tracing::warn!(mails, "mails waited for a time that the clock has gone back from; they go out now");
                app.mail_queued.notify_one();
            }
            Err(error) => tracing::error!(%error, "the mail queue cannot be read"),
        }
        if !has_passed(CHECK_INTERVAL, &stop).await {
            return;
        }
        // Some time after the start, which they would slow, and mostly before a client asks for them.
        if let Err(error) = app.key_pairs.published().await {
            tracing::error!(%error, "the key pairs cannot be made");
        }
        for outcome in [app.keys.refresh().await, app.key_pairs.refresh().await] {
            if let Err(error) = outcome {
                tracing::error!(error = %Explained(&error), "the signing keys cannot be read");
            }
        }
    }
}

/// Waits for the interval. False: the server is stopping.
async fn has_passed(interval: Duration, stop: &CancellationToken) -> bool {
    stop.run_until_cancelled(tokio::time::sleep(interval)).await.is_some()
}

#[rocket::async_trait]
impl Fairing for BackgroundTasks {
    fn info(&self) -> Info {
        Info {
            name: "Background tasks",
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
        if let Some(requests) = rocket.state::<InFlightRequests>() {
            requests.finish().await;
        }
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(MAILS_FINISH, self.tasks.wait()).await.is_err() {
            tracing::warn!("a mail is still on its way; it is tried again after the next start");
        }
    }
}

/// Counts the requests that are being answered, so that a stop can wait for them. Clones share the count.
#[derive(Clone, Default)]
pub struct InFlightRequests(TaskTracker);

/// Counts one request. Rocket stores it with the request and drops it after the response.
struct InFlightGuard(#[expect(dead_code, reason = "it counts until it is dropped")] TaskTrackerToken);

impl InFlightRequests {
    /// Waits until the last request is answered, and a moment longer until the response is sent.
    async fn finish(&self) {
        const ANSWER_LEAVES: Duration = Duration::from_millis(100);
        self.0.close();
        let _ = tokio::time::timeout(REQUESTS_FINISH, self.0.wait()).await;
        tokio::time::sleep(ANSWER_LEAVES).await;
    }
}

#[rocket::async_trait]
impl Fairing for InFlightRequests {
    fn info(&self) -> Info {
        Info {
            name: "Requests in flight",
            kind: Kind::Ignite | Kind::Request,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        Ok(rocket.manage(self.clone()))
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| InFlightGuard(self.0.token()));
    }
}
