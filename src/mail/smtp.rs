//! The SMTP dialogue: one connection per message, step by step, each step with its own timeout.
//!
//! A connection is never used for a second message: after a timeout an answer may still arrive, and it would be taken
//! for the answer to the next message.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::refusal::{self, Fault, Reply, Stage};
use crate::config::{MailServer, SmtpTls};

/// The timeout of one step. All steps together take less time than a mail's lease in the queue.
const STEP_TIMEOUT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 8 } else { 30 });

/// The timeout of QUIT. Nothing waits for it.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client of one mail server.
#[derive(Clone)]
pub struct SmtpClient {
    server: MailServer,
    hello: ClientId,
    step_timeout: Duration,
}

/// A message was not accepted.
#[derive(Clone, Debug)]
pub struct SmtpRefusal {
    /// The step at which it failed.
    pub stage: Stage,
    answer: SmtpReply,
}

#[derive(Clone, Debug)]
enum SmtpReply {
    /// The server refused.
    Reply(Reply),
    /// There was no answer, or an unreadable one.
    None(String),
}

impl SmtpRefusal {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match &self.answer {
            SmtpReply::Reply(reply) => refusal::fault(self.stage, Some(reply)),
            SmtpReply::None(_) => refusal::fault(self.stage, None),
        }
    }
}

impl fmt::Display for SmtpRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            SmtpReply::Reply(Reply { code, text, .. }) => write!(f, "{}: {code} {text}", self.stage),
            SmtpReply::None(why) => write!(f, "{}: no answer: {why}", self.stage),
        }
    }
}

impl SmtpClient {
    /// A client that introduces itself by our host's name.
    #[must_use]
    pub fn new(server: MailServer, our_host: &str) -> Self {
        let bare = our_host.trim_matches(['[', ']']);
        let hello = match bare.parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(our_host.to_owned()),
        };
        Self {
            server,
            hello,
            step_timeout: STEP_TIMEOUT,
        }
    }

    /// The same client with another timeout for each step.
    #[must_use]
    pub fn step_timeout(mut self, limit: Duration) -> Self {
        self.step_timeout = limit;
        self
    }

    #[must_use]
    pub fn server(&self) -> &MailServer {
        &self.server
    }

    /// Sends a message. Returns the server's answer.
    ///
    /// # Errors
    /// The step at which it was not accepted, and the answer.
    pub async fn send(&self, message: &lettre::Message) -> Result<String, SmtpRefusal> {
        let mut connection = self.open().await?;
        let outcome = self.transfer(&mut connection, message.envelope(), &message.formatted()).await;
        if !matches!(
            outcome,
            Err(SmtpRefusal {
                answer: SmtpReply::None(_),
                ..
            })
        ) {
            // A connection that is dropped elsewhere is closed without QUIT.
            tokio::spawn(async move { timeout(QUIT_TIMEOUT, connection.quit()).await.is_ok() });
        }
        outcome
    }

    async fn transfer(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<String, SmtpRefusal> {
        let sender = Mail::new(envelope.from().cloned(), Vec::new());
        self.step(Stage::MailFrom, connection.command(sender)).await?;
        for recipient in envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            self.step(Stage::RcptTo, connection.command(recipient)).await?;
        }
        self.step(Stage::Data, connection.command(Data)).await?;
        let taken: Response = self.step(Stage::EndOfData, connection.message(message)).await?;
        Ok(format!("{} {}", taken.code(), taken.message().collect::<Vec<_>>().join(" ")))
    }

    /// Connects, secures the connection and logs in.
    async fn open(&self) -> Result<AsyncSmtpConnection, SmtpRefusal> {
        let mut connection = match self.server.tls {
            SmtpTls::Implicit => self.open_implicit_tls().await?,
            SmtpTls::StartTls => self.start_tls(self.open_plain().await?).await?,
            SmtpTls::Off => self.open_plain().await?,
        };
        if let Some((user, password)) = &self.server.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            self.step(Stage::Auth, connection.auth(DEFAULT_MECHANISMS, &credentials))
                .await?;
        }
        Ok(connection)
    }

    async fn open_plain(&self) -> Result<AsyncSmtpConnection, SmtpRefusal> {
        let addresses = self.look_up().await?;
        let stream = timeout(self.step_timeout, connect(&addresses, self.step_timeout))
            .await
            .map_err(|_| self.too_late(Stage::Connect))?
            .map_err(|error| no_answer(Stage::Connect, &error))?;
        self.greeting(&stream).await?;
        let hello = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello);
        self.step(Stage::Ehlo, hello).await
    }

    /// Peeks at the greeting without consuming it: the library reads greeting and EHLO in one call, so a refusal of the
    /// one could not be told from a refusal of the other.
    async fn greeting(&self, stream: &TcpStream) -> Result<(), SmtpRefusal> {
        let mut seen = [0; 512];
        let length = timeout(self.step_timeout, stream.peek(&mut seen))
            .await
            .map_err(|_| self.too_late(Stage::Greeting))?
            .map_err(|error| no_answer(Stage::Greeting, &error))?;
        let said = String::from_utf8_lossy(&seen[..length]);
        let answer = match said.get(..3).and_then(|code| code.parse().ok()) {
            Some(code @ 400..) => SmtpReply::Reply(Reply::new(code, said[3..].trim_start_matches('-').trim())),
            _ if length == 0 => SmtpReply::None(CLOSED.to_owned()),
            _ if said.starts_with('2') => return Ok(()),
            _ => SmtpReply::None(
                "what listens there is no mail server, or it wants TLS from the first byte (smtps://)".to_owned(),
            ),
        };
        Err(SmtpRefusal {
            stage: Stage::Greeting,
            answer,
        })
    }

    async fn start_tls(&self, mut connection: AsyncSmtpConnection) -> Result<AsyncSmtpConnection, SmtpRefusal> {
        if !connection.can_starttls() {
            let answer = SmtpReply::None("the server does not offer it".to_owned());
            return Err(SmtpRefusal {
                stage: Stage::StartTls,
                answer,
            });
        }
        let started = timeout(self.step_timeout, connection.starttls(self.tls_parameters()?, &self.hello))
            .await
            .map_err(|_| self.too_late(Stage::Tls))?;
        started.map_err(|error| {
            let stage = if error.status().is_some() || error.is_response() {
                Stage::StartTls
            } else {
                Stage::Tls
            };
            refused(stage, &error)
        })?;
        Ok(connection)
    }

    /// For implicit TLS, connection, handshake, greeting and EHLO are one call of the library: they share the time of
    /// two steps.
    async fn open_implicit_tls(&self) -> Result<AsyncSmtpConnection, SmtpRefusal> {
        let addresses = self.look_up().await?;
        let each = per_address(self.step_timeout, &addresses);
        let parameters = self.tls_parameters()?;
        let opened = AsyncSmtpConnection::connect_tokio1(&*addresses, Some(each), &self.hello, Some(parameters), None);
        let opened = timeout(self.step_timeout * 2, opened)
            .await
            .map_err(|_| self.too_late(Stage::Tls))?;
        opened.map_err(|error| {
            let kind = io_error(&error).map(io::Error::kind);
            let stage = match kind {
                _ if error.status().is_some() || error.is_response() => Stage::Greeting,
                Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                    Stage::Tls
                }
                _ => Stage::Connect,
            };
            refused(stage, &error)
        })
    }

    async fn look_up(&self) -> Result<Vec<SocketAddr>, SmtpRefusal> {
        let MailServer { host, port, .. } = &self.server;
        let found = timeout(self.step_timeout, tokio::net::lookup_host((host.as_str(), *port)))
            .await
            .map_err(|_| self.too_late(Stage::Connect))?
            .map_err(|error| no_answer(Stage::Connect, &error))?;
        Ok(found.collect())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, SmtpRefusal> {
        TlsParameters::new(self.server.host.clone()).map_err(|error| refused(Stage::Tls, &error))
    }

    async fn step<T>(
        &self,
        stage: Stage,
        step: impl Future<Output = Result<T, smtp::Error>>,
    ) -> Result<T, SmtpRefusal> {
        timeout(self.step_timeout, step)
            .await
            .map_err(|_| self.too_late(stage))?
            .map_err(|error| refused(stage, &error))
    }

    fn too_late(&self, stage: Stage) -> SmtpRefusal {
        let answer = SmtpReply::None(format!("nothing within {:?}", self.step_timeout));
        SmtpRefusal { stage, answer }
    }
}

const CLOSED: &str = "the server closed the connection";

/// Tries one address after the other. They share the time, because otherwise an address that does not answer would use
/// up all of it.
async fn connect(addresses: &[SocketAddr], limit: Duration) -> io::Result<TcpStream> {
    let each = per_address(limit, addresses);
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match timeout(each, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = io::Error::new(error.kind(), format!("{address}: {error}")),
            Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, format!("{address}: nothing within {each:?}")),
        }
    }
    Err(last)
}

fn per_address(limit: Duration, addresses: &[SocketAddr]) -> Duration {
    limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1)
}

fn refused(stage: Stage, error: &smtp::Error) -> SmtpRefusal {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let answer = match error.status() {
        Some(code) => SmtpReply::Reply(Reply::new(code.into(), &cause)),
        None if cause == "incomplete response" => SmtpReply::None(CLOSED.to_owned()),
        None => return no_answer(stage, error),
    };
    SmtpRefusal { stage, answer }
}

/// The innermost cause says what happened; the outer errors only repeat it.
fn no_answer(stage: Stage, error: &(dyn std::error::Error + 'static)) -> SmtpRefusal {
    let mut told = error;
    while let Some(cause) = told.source() {
        told = cause;
    }
    let answer = SmtpReply::None(told.to_string());
    SmtpRefusal { stage, answer }
}

fn io_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a io::Error> {
    let mut told = Some(error);
    while let Some(error) = told {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        told = error.source();
    }
    None
}
