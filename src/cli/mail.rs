//! `vestibule mail`: tests the mail server, lists the queue and retries mails.

use clap::Subcommand;
use figment::Figment;
use jiff::Timestamp;

use super::command_error::CommandError;
use super::database::{existing_database, query_error};
use super::output;
use crate::accounts::identity::email_address::EmailAddress;
use crate::config::{Config, MailServer, MailTransport, SmtpTls};
use crate::db::Pool;
use crate::i18n::Language;
use crate::id::new_id;
use crate::mail::backlog::{self, PendingMail, Which};
use crate::mail::kind::{MailContent, MailKind};
use crate::mail::queue::{QueuedMail, RequestOrigin};
use crate::mail::templates::MailTemplates;
use crate::mail::worker::Transport;
use crate::time::{Clock, Millis};

/// What can be done with mail.
#[derive(Subcommand)]
pub enum MailCommand {
    /// Send a test mail at once, and say which mail server was asked, and what it answered at which step
    Test {
        /// Whom to send it to
        address: String,
    },
    /// List the mails that are not sent, oldest first
    ///
    /// One line a mail, separated by tabs: id, state (`waiting`, `failing`, `dead`), kind, recipient, queued at, failing
    /// since, next try, tries, whose fault (`server`, `operator`, `temporary`, `recipient`, `message`), what was answered.
    /// Times are UTC; `-` stands for none. Mails that the mail server refuses for a reason that you can mend are tried again
    /// until it is mended; `dead` ones were given up.
    Queue,
    /// Try mails again now: all that wait, or those named
    ///
    /// A running server takes them within two seconds.
    Retry {
        /// Dead letters too
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// The ids that `vestibule mail queue` lists; dead letters as well
        #[arg(value_name = "ID")]
        ids: Vec<String>,
    },
}

pub async fn run(figment: &Figment, command: MailCommand) -> Result<(), CommandError> {
    match command {
        MailCommand::Test { address } => test(figment, &address).await,
        MailCommand::Queue => {
            let pool = database(figment).await?;
            let done = queue(&pool).await;
            pool.close().await;
            done
        }
        MailCommand::Retry { all, ids } => {
            let pool = database(figment).await?;
            let done = retry(&pool, all, &ids).await;
            pool.close().await;
            done
        }
    }
}

async fn database(figment: &Figment) -> Result<Pool, CommandError> {
    existing_database(&Config::without_making(figment)?).await
}

async fn test(figment: &Figment, address: &str) -> Result<(), CommandError> {
    let config = Config::without_making(figment)?;
    let clock = Clock::system();
    let recipient = EmailAddress::parse(address).map_err(|_| CommandError::new(format!("{address} is no address")))?;
    let MailTransport::Smtp(server) = &config.mail.transport else {
        return Err(CommandError::new(
            "mail.url (ROCKET_MAIL__URL) is not set: mails go to the development mailbox of the running server.",
        ));
    };
    super::languages::load_languages(&config)?;
    let transport = Transport::new(&config.mail, config.public_url.host())?;
    let mail = QueuedMail {
        id: new_id(),
        kind: MailKind::Test,
        recipient: recipient.as_str().to_owned(),
        language: Language::default(),
        user_id: None,
        requester: RequestOrigin::default(),
        created_at: clock.now(),
        attempts: 1,
    };
    let message = MailTemplates::new(&config, &clock)?.write(&mail, mail.language, &MailContent::Test)?;
    let asked = format!("{}, as {}", described(server), config.mail.from.email);
    match transport.send(&message, &config.mail.from, &clock).await {
        Ok(answer) => output::say(&format!(
            "Mail server: {asked}.\nThe mail server has taken the mail to {}. It answered: {answer}",
            recipient.as_str()
        )),
        Err(undelivered) => Err(CommandError::new(format!(
            "Mail server: {asked}.\n{undelivered}\nWhat to do: {}.",
            undelivered.advice()
        ))),
    }
}

/// Host, port, encryption and user, without the password.
fn described(server: &MailServer) -> String {
    let tls = match server.tls {
        SmtpTls::Implicit => "TLS from the first byte",
        SmtpTls::StartTls => "TLS by STARTTLS, required",
        SmtpTls::Off => "no TLS",
    };
    let login = match &server.login {
        Some((user, _)) => format!("logging in as {user}"),
        None => "without a login".to_owned(),
    };
    format!("{}, port {}, {tls}, {login}", server.host, server.port)
}

async fn queue(pool: &Pool) -> Result<(), CommandError> {
    let entries = backlog::list(pool).await.map_err(|error| query_error(&error))?;
    if entries.is_empty() {
        output::note("Nothing waits.");
        return Ok(());
    }
    let lines: Vec<String> = entries.iter().map(line).collect();
    output::say(&lines.join("\n"))
}

fn line(entry: &PendingMail) -> String {
    let state = match (entry.dead, entry.failing_since) {
        (true, _) => "dead",
        (false, Some(_)) => "failing",
        (false, None) => "waiting",
    };
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    [
        entry.id.clone(),
        state.to_owned(),
        entry.kind.clone(),
        entry.recipient.clone(),
        time(Some(entry.created_at)),
        time(entry.failing_since),
        time(entry.next_try_at),
        entry.attempts.to_string(),
        or_none(&entry.fault),
        or_none(&entry.why),
    ]
    .join("\t")
}

fn time(at: Option<Millis>) -> String {
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map_or_else(|| "-".to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

async fn retry(pool: &Pool, all: bool, ids: &[String]) -> Result<(), CommandError> {
    let now = Clock::system().now();
    let mut count = 0;
    if ids.is_empty() {
        let which = if all { Which::All } else { Which::Waiting };
        count = backlog::retry(pool, which, now).await.map_err(|error| query_error(&error))?;
    }
    for id in ids {
        match backlog::retry(pool, Which::One(id), now)
            .await
            .map_err(|error| query_error(&error))?
        {
            0 => {
                return Err(CommandError::new(format!(
                    "{id}: no mail of this id waits or was given up, or it is just being delivered"
                )));
            }
            more => count += more,
        }
    }
    let mails = if count == 1 { "mail is" } else { "mails are" };
    output::done(&format!("{count} {mails} tried again now."))
}
