//! The mail worker: takes mails from the queue, composes them and delivers them to the mail server, several at a time.
//!
//! A mail is recorded as sent after the server has accepted it, and the record is retried until it succeeds. Only if
//! the process dies in between is a mail sent twice; both copies have the same `Message-ID`.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::message::Message;
use super::queue::{self, DeliveriesInFlight, DeliveryStatus, QueuedMail};
use super::refusal::{Fault, Stage, advice};
use super::smtp::{SmtpClient, SmtpRefusal};
use crate::config::{self, MailTransport};
use crate::db::{Explained, Pool};
use crate::time::Clock;

/// The maximum of concurrent deliveries.
const MAX_DELIVERIES: usize = 12;
/// How many of them may go to recipients of one domain, and how many may be retries: recipients for whom the server
/// stalls must not delay the mails of others.
const MAX_DELIVERIES_PER_DOMAIN: usize = 4;
const MAX_CONCURRENT_RETRIES: usize = 6;

/// How often the queue is polled, for mails of other nodes and for retries.
const POLL_INTERVAL: Duration = Duration::from_millis(if cfg!(debug_assertions) { 200 } else { 2_000 });

/// The pause before a delivery's result is recorded again, and how often that is tried after a stop.
const NOTE_AGAIN: Duration = Duration::from_millis(100);
const NOTES_AFTER_STOP: usize = 20;

/// Why a message cannot be composed.
type ComposeError = Box<dyn std::error::Error + Send + Sync>;

/// The outcome of composing a message, boxed because the worker holds its composer as a trait object.
pub type ComposeFuture<'a> = Pin<Box<dyn Future<Output = Result<Option<Message>, ComposeError>> + Send + 'a>>;

/// Composes the message of a mail at the moment of its delivery: its content, link and code included, is decided then.
pub trait MailComposer: Send + Sync {
    /// The message, or none if the mail has become unnecessary.
    ///
    /// # Errors
    /// When the database is unavailable or a template fails. The mail is then retried.
    fn compose<'a>(&'a self, mail: &'a QueuedMail) -> ComposeFuture<'a>;
}

/// Where messages are sent to.
#[derive(Clone)]
pub enum Transport {
    Smtp(SmtpClient),
    /// Stores messages in memory, for development.
    #[cfg(debug_assertions)]
    Mailbox(super::mailbox::Mailbox),
}

/// Why a message was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// The mail server did not accept it.
    #[error("{0}")]
    Refused(SmtpRefusal),
    #[error("it could not be written: {0}")]
    Unwritten(String),
    /// The recipient's address is invalid.
    #[error("it is no message: {0}")]
    NoMessage(String),
}

impl Undelivered {
    fn unwritten(error: impl std::fmt::Display) -> Self {
        Self::Unwritten(error.to_string())
    }

    fn fault(&self) -> Fault {
        match self {
            Self::Refused(refused) => refused.fault(),
            // The database is unavailable, or a template of the operator fails.
            Self::Unwritten(_) => Fault::Operator,
            Self::NoMessage(_) => Fault::Message,
        }
    }

    /// What the operator can do about it, as a sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Refused(refused) => advice(refused.stage, refused.fault()),
            Self::Unwritten(_) => "check the database, and the mail templates in templates_dir",
            Self::NoMessage(_) => "nothing: no mail can be sent to such a recipient",
        }
    }

    /// Whether the server cannot be used for any mail. Temporary answers, such as to too many connections, do not say
    /// so.
    fn is_of_the_server(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.stage < Stage::RcptTo)
    }
}

impl Transport {
    /// The mail server of the settings, or the development mailbox.
    ///
    /// # Errors
    /// In release builds, when no mail server is set.
    pub fn new(settings: &config::MailSettings, our_host: &str) -> Result<Self, &'static str> {
        match &settings.transport {
            #[cfg(debug_assertions)]
            MailTransport::DevelopmentMailbox => Ok(Self::Mailbox(super::mailbox::Mailbox::default())),
            #[cfg(not(debug_assertions))]
            MailTransport::DevelopmentMailbox => Err("there is no development mailbox in release builds"),
            MailTransport::Smtp(server) => Ok(Self::Smtp(SmtpClient::new(server.clone(), our_host))),
        }
    }

    /// Sends a message. Returns the mail server's answer.
    ///
    /// # Errors
    /// The step at which the mail server did not accept it, and its answer.
    pub async fn send(
        &self,
        message: &Message,
        from: &lettre::message::Mailbox,
        clock: &Clock,
    ) -> Result<String, Undelivered> {
        let _ = clock;
        match self {
            Self::Smtp(smtp) => {
                let envelope = message.envelope(from);
                let envelope = envelope.map_err(|error| Undelivered::NoMessage(error.to_string()))?;
                smtp.send(&envelope).await.map_err(Undelivered::Refused)
            }
            #[cfg(debug_assertions)]
            Self::Mailbox(mailbox) => {
                mailbox.keep(message, &from.to_string(), clock.now());
                Ok(String::new())
            }
        }
    }
}

/// Delivers what is queued until it is told to stop.
pub struct MailWorker {
    pool: Pool,
    clock: Clock,
    transport: Transport,
    from: lettre::message::Mailbox,
    composer: Arc<dyn MailComposer>,
    wake: Arc<Notify>,
    /// The mails that are being delivered.
    in_hand: Mutex<Vec<Arc<QueuedMail>>>,
    /// Whether mails may be waiting because the server was unavailable.
    server_failed: AtomicBool,
}

impl MailWorker {
    /// `wake` tells the worker that a mail was queued.
    pub fn new(
        pool: Pool,
        clock: Clock,
        transport: Transport,
        from: lettre::message::Mailbox,
        composer: Arc<dyn MailComposer>,
        wake: Arc<Notify>,
    ) -> Arc<Self> {
        Arc::new(Self {
            pool,
            clock,
            transport,
            from,
            composer,
            wake,
            in_hand: Mutex::default(),
            // An earlier process may have left some.
            server_failed: AtomicBool::new(true),
        })
    }

    /// Delivers until `stop` is cancelled, then finishes the mails in hand.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let free = Arc::new(Semaphore::new(MAX_DELIVERIES));
        while !stop.is_cancelled() {
            let permit = tokio::select! {
                Ok(permit) = Arc::clone(&free).acquire_owned() => permit,
                () = stop.cancelled() => break,
            };
            match queue::take(&self.pool, self.clock.now(), &self.busy()).await {
                Ok(Some(mail)) => self.begin(Arc::new(mail), permit, &stop),
                Ok(None) => self.wait_for_mail(&stop).await,
                Err(error) => {
                    tracing::error!(error = %Explained(&error), "the mail queue cannot be read");
                    self.wait_for_mail(&stop).await;
                }
            }
        }
        // All permits are available again when no delivery is running.
        let all = u32::try_from(MAX_DELIVERIES).unwrap_or(u32::MAX);
        let _ = free.acquire_many(all).await;
    }

    fn begin(self: &Arc<Self>, mail: Arc<QueuedMail>, permit: OwnedSemaphorePermit, stop: &CancellationToken) {
        let (courier, stop) = (Arc::clone(self), stop.clone());
        self.in_hand().push(Arc::clone(&mail));
        tokio::spawn(async move {
            courier.deliver(&mail, &stop).await;
            courier.in_hand().retain(|other| other.id != mail.id);
            drop(permit);
            // Mails that were skipped because of this one may be due.
            courier.wake.notify_one();
        });
    }

    fn in_hand(&self) -> MutexGuard<'_, Vec<Arc<QueuedMail>>> {
        self.in_hand.lock()
    }

    fn busy(&self) -> DeliveriesInFlight {
        let in_hand = self.in_hand();
        let domains: Vec<&str> = in_hand.iter().map(|mail| domain(mail)).collect();
        let full = |domain: &&str| domains.iter().filter(|other| *other == domain).count() >= MAX_DELIVERIES_PER_DOMAIN;
        DeliveriesInFlight {
            mails: in_hand.iter().map(|mail| mail.id.clone()).collect(),
            domains: domains.iter().copied().filter(full).map(str::to_owned).collect(),
            with_retries: in_hand.iter().filter(|mail| mail.attempts > 1).count() >= MAX_CONCURRENT_RETRIES,
        }
    }

    async fn wait_for_mail(&self, stop: &CancellationToken) {
        tokio::select! {
            () = self.wake.notified() => {}
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            () = stop.cancelled() => {}
        }
    }

    /// Composes a mail and sends it. Returns what to log: delivered, or unnecessary.
    async fn compose_and_send(&self, mail: &QueuedMail) -> Result<&'static str, Undelivered> {
        let written = self.composer.compose(mail).await.map_err(Undelivered::unwritten)?;
        let Some(message) = written else {
            return Ok("nothing left to say in this mail");
        };
        self.transport.send(&message, &self.from, &self.clock).await?;
        Ok("mail delivered")
    }

    async fn deliver(self: &Arc<Self>, mail: &Arc<QueuedMail>, stop: &CancellationToken) {
        // In a task of its own: a panic ends that task, and the result is recorded nevertheless.
        let task = tokio::spawn({
            let (courier, mail) = (Arc::clone(self), Arc::clone(mail));
            async move { courier.compose_and_send(&mail).await }
        });
        let outcome = task.await.unwrap_or_else(|_| Err(Undelivered::unwritten("a panic, see above")));
        match outcome {
            Ok(what) => {
                let now = self.clock.now();
                if !self.noted(mail, stop, || queue::sent(&self.pool, &mail.id, now)).await {
                    return;
                }
                tracing::info!(event = "mail_sent", mail = %mail.id, kind = mail.kind.as_str(), "{what}");
                if what == "mail delivered" && self.server_failed.swap(false, Ordering::Relaxed) {
                    self.move_waiting(now).await;
                }
            }
            Err(undelivered) => self.not_delivered(mail, &undelivered, stop).await,
        }
    }

    async fn not_delivered(&self, mail: &QueuedMail, undelivered: &Undelivered, stop: &CancellationToken) {
        let now = self.clock.now();
        let (fault, todo, kind) = (undelivered.fault(), undelivered.advice(), mail.kind.as_str());
        let fate = DeliveryStatus::of(mail, fault, now);
        // Mail servers often repeat the address, which is in the queue already and must not be logged.
        let why = undelivered.to_string().replace(&mail.recipient, "recipient");
        let noted = self.noted(mail, stop, || queue::failed(&self.pool, mail, fault, &why, fate, now));
        if !noted.await {
            return;
        }
        let (mail, fault_word) = (&mail.id, fault.as_str());
        match fate {
            DeliveryStatus::Dead => {
                tracing::error!(event = "mail_given_up", %mail, kind, fault = fault_word, why, todo, "mail given up");
            }
            DeliveryStatus::TriedAgain(_) if fault.is_operators() => tracing::warn!(
                event = "mail_refused", %mail, kind, fault = fault_word, why, todo,
                "mail not accepted: `vestibule mail queue` lists what waits, `vestibule mail retry` sends it once this is mended"
            ),
            DeliveryStatus::TriedAgain(_) => tracing::warn!(
                event = "mail_refused", %mail, kind, fault = fault_word, why, todo,
                "mail not accepted, tried again later"
            ),
        }
        if let (DeliveryStatus::TriedAgain(next), true) = (fate, undelivered.is_of_the_server()) {
            self.server_failed.store(true, Ordering::Relaxed);
            self.move_waiting(next).await;
        }
    }

    /// Records the result of a delivery, and retries until that succeeds or the process ends: without the record, a
    /// mail that the server has accepted would be sent twice.
    async fn noted<F>(&self, mail: &QueuedMail, stop: &CancellationToken, note: impl Fn() -> F) -> bool
    where
        F: Future<Output = sqlx::Result<()>>,
    {
        let (mut told, mut after_stop) = (false, 0);
        while let Err(error) = note().await {
            if !told {
                told = true;
                tracing::error!(event = "mail_status_not_saved", mail = %mail.id, error = %Explained(&error), "what became of a mail cannot be noted yet");
            }
            after_stop += usize::from(stop.is_cancelled());
            if after_stop > NOTES_AFTER_STOP {
                return false;
            }
            tokio::time::sleep(NOTE_AGAIN).await;
        }
        true
    }

    async fn move_waiting(&self, next_try_at: crate::time::Millis) {
        match queue::reschedule(&self.pool, next_try_at, self.clock.now()).await {
            Ok(0) => {}
            Ok(_) => self.wake.notify_one(),
            Err(error) => tracing::error!(error = %Explained(&error), "the mail queue cannot be changed"),
        }
    }
}

fn domain(mail: &QueuedMail) -> &str {
    mail.recipient.rsplit_once('@').map_or("", |(_, domain)| domain)
}
