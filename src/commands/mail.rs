//! `vestibule mail`

use clap::Subcommand;
use figment::Figment;
use serde_json::json;

use super::Failure;
use crate::accounts::address::EmailAddress;
use crate::config::Config;
use crate::db::{Clock, new_id};
use crate::i18n::Language;
use crate::mail::deliver::Transport;
use crate::mail::message::Stationery;
use crate::mail::queue::{Mail, Purpose, Requester};

/// What can be done with mail.
#[derive(Subcommand)]
pub enum Command {
    /// Send a test mail at once, and say what the mail server said
    Test {
        /// Whom to send it to
        address: String,
    },
}

/// Sends a test mail.
pub async fn run(figment: &Figment, command: Command) -> Result<(), Failure> {
    let Command::Test { address } = command;
    let config = Config::from_figment(figment)?;
    let clock = Clock::system();
    let recipient = EmailAddress::parse(&address).map_err(|_| Failure::new(format!("{address} is no address")))?;
    let transport = Transport::new(&config.mail, config.public_url.host())?;
    if !matches!(transport, Transport::Smtp(_)) {
        return Err(Failure::new(
            "mail.url (ROCKET_MAIL__URL) is not set: mails go to the development mailbox of the running server.",
        ));
    }
    let mail = Mail {
        id: new_id(),
        purpose: Purpose::Test,
        recipient: recipient.as_str().to_owned(),
        language: Language::default(),
        user_id: None,
        requester: Requester::default(),
        created_at: clock.now(),
        attempts: 1,
    };
    let message = Stationery::new(&config, &clock)?.write(&mail, &json!({}))?;
    transport
        .send(&message, &config.mail.from, &clock)
        .await
        .map_err(|refusal| Failure::new(format!("the mail server did not take it: {refusal}")))?;
    println!("The mail server has taken the mail to {}.", recipient.as_str());
    Ok(())
}
