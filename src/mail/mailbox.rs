//! The development mailbox: mails that are stored in memory and shown at `/dev/mailbox` while no mail server is
//! configured. Not in release builds.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Serialize;

use super::message::Message;
use crate::time::Millis;

const MAX_ENTRIES: usize = 200;

/// A mail that would have been sent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MailboxEntry {
    pub id: String,
    pub to: String,
    pub from: String,
    pub subject: String,
    /// Unix milliseconds, UTC.
    pub at: Millis,
    pub text: String,
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
    /// The mailbox of a database: nodes in this process that use the same database share it, because each of them may
    /// deliver a mail.
    #[must_use]
    pub fn of(database: &str) -> Self {
        static MAILBOXES: LazyLock<Mutex<HashMap<String, Mailbox>>> = LazyLock::new(Mutex::default);
        let mut mailboxes = MAILBOXES.lock();
        mailboxes.entry(database.to_owned()).or_default().clone()
    }

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

    /// All mails, newest first.
    #[must_use]
    pub fn all(&self) -> Vec<MailboxEntry> {
        self.0.lock().iter().cloned().collect()
    }

    #[must_use]
    pub fn one(&self, id: &str) -> Option<MailboxEntry> {
        self.all().into_iter().find(|mail| mail.id == id)
    }
}
