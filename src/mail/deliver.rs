//! Delivery: a few workers take mails from the queue, have them written, and hand them to the mail server.
//!
//! A mail is marked as sent after the server has accepted it. If the process dies between the two, the mail goes out
//! once more: the one case in which it does, and both carry the same `Message-ID`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, watch};
use url::Url;

use super::message::Message;
use super::queue::{self, Fate, Mail};
use crate::config::{self, MailTls, MailTransport};
use crate::db::{Clock, Pool};

/// Mails on their way at once: one server that stalls must not hold up the others' mails.
const WORKERS: usize = 3;

/// How often the queue is looked at without being told to: mails of other nodes, and those that are tried again.
const LOOK_EVERY: Duration = Duration::from_millis(if cfg!(debug_assertions) { 200 } else { 2_000 });

/// How long one step of a conversation with the mail server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the whole conversation may take: the handshake of TLS is no step with a limit of its own. Shorter than a mail's
/// lease in the queue.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 15 } else { 120 });

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// What becomes of writing a message. Boxed, for a courier takes whatever writer it is given.
pub type Written<'a> = Pin<Box<dyn Future<Output = Result<Option<Message>, AnyError>> + Send + 'a>>;

/// Writes the message of a mail at the moment it goes out: what it says, link and code included, is decided then.
pub trait Writer: Send + Sync {
    /// The message, or none when there is nothing to say any more.
    ///
    /// # Errors
    /// When the database is away or a template fails. The mail is then tried again.
    fn write<'a>(&'a self, mail: &'a Mail) -> Written<'a>;
}

/// Where messages go.
#[derive(Clone)]
pub enum Transport {
    /// A mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// Kept in memory, for development.
    #[cfg(debug_assertions)]
    Mailbox(super::mailbox::Mailbox),
}

/// Why a message was not accepted.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Refusal {
    why: String,
    last: bool,
}

impl Transport {
    /// The transport that the settings name.
    ///
    /// # Errors
    /// When the mail server's URL makes no sense.
    pub fn new(settings: &config::Mail, our_host: &str) -> Result<Self, AnyError> {
        match &settings.transport {
            #[cfg(debug_assertions)]
            MailTransport::DevelopmentMailbox => Ok(Self::Mailbox(super::mailbox::Mailbox::default())),
            #[cfg(not(debug_assertions))]
            MailTransport::DevelopmentMailbox => Err("there is no development mailbox in release builds".into()),
            MailTransport::Smtp { url, tls } => smtp(url, *tls, our_host).map(Self::Smtp),
        }
    }

    /// Hands a message over.
    ///
    /// # Errors
    /// What the mail server said, and whether it is its last word.
    pub async fn send(&self, message: &Message, from: &lettre::message::Mailbox, clock: &Clock) -> Result<(), Refusal> {
        match self {
            Self::Smtp(smtp) => {
                let envelope = message.envelope(from).map_err(|error| Refusal {
                    why: error.to_string(),
                    last: true,
                })?;
                let sent = tokio::time::timeout(LONGEST, smtp.send(envelope)).await.map_err(|_| Refusal {
                    last: false,
                    why: format!("no end of the conversation within {} seconds", LONGEST.as_secs()),
                })?;
                sent.map_err(|error| Refusal {
                    last: error.is_permanent(),
                    why: with_causes(&error),
                })?;
            }
            #[cfg(debug_assertions)]
            Self::Mailbox(mailbox) => mailbox.keep(message, &from.to_string(), clock.now()),
        }
        let _ = clock;
        Ok(())
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}

fn smtp(url: &SecretString, tls: MailTls, our_host: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, AnyError> {
    let text = url.expose_secret();
    let url = Url::parse(text)?;
    let host = url.host_str().ok_or("the mail server has no name")?;
    let parameters = || TlsParameters::new(host.trim_matches(['[', ']']).to_owned());
    let (tls, port) = match (url.scheme(), tls) {
        ("smtps", _) => (Tls::Wrapper(parameters()?), 465),
        (_, MailTls::Required) => (Tls::Required(parameters()?), 587),
        (_, MailTls::Off) => (Tls::None, 25),
    };
    Ok(AsyncSmtpTransport::<Tokio1Executor>::from_url(text)?
        .port(url.port().unwrap_or(port))
        .tls(tls)
        .hello_name(ClientId::Domain(our_host.to_owned()))
        .timeout(Some(PATIENCE))
        .build())
}

/// Delivers what is queued until it is told to stop.
pub struct Courier {
    pool: Pool,
    clock: Clock,
    transport: Transport,
    from: lettre::message::Mailbox,
    writer: Arc<dyn Writer>,
    wake: Arc<Notify>,
}

impl Courier {
    /// A courier for the queue of a database. `wake` tells it that there is something to do.
    pub fn new(
        pool: Pool,
        clock: Clock,
        transport: Transport,
        from: lettre::message::Mailbox,
        writer: Arc<dyn Writer>,
        wake: Arc<Notify>,
    ) -> Arc<Self> {
        Arc::new(Self {
            pool,
            clock,
            transport,
            from,
            writer,
            wake,
        })
    }

    /// Starts the workers. They finish the mail in their hands when `stop` turns true, and then end.
    #[must_use]
    pub fn start(self: &Arc<Self>, stop: &watch::Receiver<bool>) -> Vec<tokio::task::JoinHandle<()>> {
        (0..WORKERS)
            .map(|_| tokio::spawn(Arc::clone(self).work(stop.clone())))
            .collect()
    }

    async fn work(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match queue::take(&self.pool, self.clock.now()).await {
                Ok(Some(mail)) => self.deliver(Arc::new(mail)).await,
                Ok(None) => self.rest(&mut stop).await,
                Err(error) => {
                    tracing::error!(%error, "the mail queue cannot be read");
                    self.rest(&mut stop).await;
                }
            }
        }
    }

    async fn rest(&self, stop: &mut watch::Receiver<bool>) {
        tokio::select! {
            () = self.wake.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }

    /// Writes a mail and hands it over. Says what came of it.
    async fn hand_over(&self, mail: &Mail) -> Result<&'static str, Refusal> {
        let written = self.writer.write(mail).await.map_err(|error| Refusal {
            why: error.to_string(),
            last: false,
        })?;
        let Some(message) = written else {
            return Ok("nothing left to say in this mail");
        };
        self.transport.send(&message, &self.from, &self.clock).await?;
        Ok("mail delivered")
    }

    async fn deliver(self: &Arc<Self>, mail: Arc<Mail>) {
        let purpose = mail.purpose.as_str();
        // In a task of its own: a panic ends that task, and not this worker.
        let task = tokio::spawn({
            let (courier, mail) = (Arc::clone(self), Arc::clone(&mail));
            async move { courier.hand_over(&mail).await }
        });
        let outcome = task.await.unwrap_or_else(|_| {
            Err(Refusal {
                why: "something that cannot be, while it was written".to_owned(),
                last: false,
            })
        });
        // Mail servers like to repeat the address, which is in the queue already and does not belong into the log.
        let outcome = outcome.map_err(|refusal| Refusal {
            why: refusal.why.replace(&mail.recipient, "recipient"),
            ..refusal
        });
        let now = self.clock.now();
        let noted = match &outcome {
            Ok(_) => queue::sent(&self.pool, &mail.id, now).await.map(|()| None),
            Err(refusal) => queue::failed(&self.pool, &mail, &refusal.why, refusal.last, now)
                .await
                .map(Some),
        };
        match (noted, outcome) {
            (Ok(_), Ok(what)) => tracing::info!(mail = %mail.id, purpose, "{what}"),
            (Ok(Some(Fate::Dead)), Err(refusal)) => {
                tracing::error!(mail = %mail.id, purpose, why = %refusal, "mail given up");
            }
            (Ok(_), Err(refusal)) => {
                tracing::warn!(mail = %mail.id, purpose, why = %refusal, "mail not accepted, tried again later");
            }
            (Err(error), _) => tracing::error!(mail = %mail.id, %error, "the fate of a mail cannot be noted"),
        }
    }
}
