//! The development mailbox: mails "sent" while no mail server is set, kept in memory and shown at `/dev/mailbox`.
//! Not in release builds.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Serialize;

use super::message::Message;
use crate::time::Millis;

/// How many mails are kept.
const MAX_ENTRIES: usize = 200;

/// A mail that was "sent".
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MailboxEntry {
    /// Its id.
    pub id: String,
    /// The recipient.
    pub to: String,
    /// The sender.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// When, in Unix milliseconds.
    pub at: Millis,
    /// The plain version.
    pub text: String,
    /// The HTML version.
    pub html: String,
}

impl MailboxEntry {
    /// For checking the templates that show it.
    #[must_use]
    pub fn example() -> Self {
        Self {
            id: "1".to_owned(),
            to: "ada@example.org".to_owned(),
            from: "accounts@example.org".to_owned(),
            subject: "Confirm your address".to_owned(),
            at: 1_700_000_000_000,
            text: "Hello".to_owned(),
            html: "<head></head><p>Hello</p>".to_owned(),
        }
    }
}

/// The mailbox. Clones share it.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<VecDeque<MailboxEntry>>>);

impl Mailbox {
    /// That of a database: nodes on the same one that run in this process share it, for any of them may deliver a mail.
    #[must_use]
    pub fn of(database: &str) -> Self {
        static MAILBOXES: LazyLock<Mutex<HashMap<String, Mailbox>>> = LazyLock::new(Mutex::default);
        let mut mailboxes = MAILBOXES.lock();
        mailboxes.entry(database.to_owned()).or_default().clone()
    }

    /// Keeps a message.
    pub fn keep(&self, message: &Message, from: &str, at: Millis) {
        let mut mails = self.0.lock();
        mails.push_front(MailboxEntry {
            id: message.id.split('@').next().unwrap_or_default().to_owned(),
            to: message.to.clone(),
            from: from.to_owned(),
            subject: message.subject.clone(),
            at,
            text: message.text.clone(),
            html: message.html.clone(),
        });
        mails.truncate(MAX_ENTRIES);
    }

    /// All mails, the newest first.
    #[must_use]
    pub fn all(&self) -> Vec<MailboxEntry> {
        self.0.lock().iter().cloned().collect()
    }

    /// One of them.
    #[must_use]
    pub fn one(&self, id: &str) -> Option<MailboxEntry> {
        self.all().into_iter().find(|mail| mail.id == id)
    }
}
