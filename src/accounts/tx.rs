//! `Tx`: one unit of work of the domain.

use std::ops::{Deref, DerefMut};

use sqlx::AnyConnection;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::db::{self, Transaction};
use crate::i18n::Language;
use crate::id::new_id;
use crate::mail::queue::{self, NewMail, RequestOrigin};
use crate::time::Millis;

/// A database transaction with the app and the client. A verb writes the activity log and queues mails through it, so
/// both are part of the same transaction as the change. It is rolled back when dropped without [`Tx::commit`].
pub struct Tx<'a> {
    pub app: &'a App,
    client: Option<&'a Client>,
    transaction: Transaction,
    recorded: Vec<(UserId, Event)>,
    mail_queued: bool,
}

impl<'a> Tx<'a> {
    /// Begins a transaction for a client; without one for the operator and for background tasks.
    pub async fn begin(app: &'a App, client: impl Into<Option<&'a Client>>) -> sqlx::Result<Self> {
        Ok(Self::of(app, client.into(), db::begin(&app.pool).await?))
    }

    /// The same for a transaction that changes no session and no account, so that the session cache stays valid.
    pub async fn begin_uncached(app: &'a App, client: impl Into<Option<&'a Client>>) -> sqlx::Result<Self> {
        Ok(Self::of(app, client.into(), db::begin_uncached(&app.pool).await?))
    }

    fn of(app: &'a App, client: Option<&'a Client>, transaction: Transaction) -> Self {
        Self {
            app,
            client,
            transaction,
            recorded: Vec::new(),
            mail_queued: false,
        }
    }

    /// The current time. It is read at each call, because the transaction may have waited for another one.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.app.clock.now()
    }

    /// The origin of the change, as mails and the activity log show it.
    #[must_use]
    pub fn origin(&self) -> RequestOrigin {
        self.client.map(Client::origin).unwrap_or_default()
    }

    /// The language of the client, for owners who have chosen none.
    #[must_use]
    pub fn language(&self) -> Language {
        self.client.map(|client| client.language).unwrap_or_default()
    }

    /// Writes an event into the activity log of an account and, after the commit, into the program's log.
    pub async fn record(&mut self, user: &UserId, event: Event) -> sqlx::Result<()> {
        let origin = self.origin();
        self.record_by(user, event, &origin).await?;
        self.recorded.push((user.clone(), event));
        Ok(())
    }

    /// The same for an earlier request. Nothing is written if the account was deleted meanwhile.
    pub async fn record_by(&mut self, user: &UserId, event: Event, origin: &RequestOrigin) -> sqlx::Result<()> {
        const RECORD: &str = "
            INSERT INTO activity (id, user_id, at, event, device, masked_ip)
            SELECT $1, id, $3, $4, $5, $6
            FROM users
            WHERE id = $2";
        sqlx::query(RECORD)
            .bind(new_id())
            .bind(user.as_str())
            .bind(self.now())
            .bind(event.as_str())
            .bind(origin.device.as_deref())
            .bind(origin.masked_ip.as_deref())
            .execute(&mut **self)
            .await?;
        Ok(())
    }

    /// Queues a mail. The mail worker is woken after the commit.
    pub async fn enqueue(&mut self, mail: &NewMail<'_>) -> sqlx::Result<()> {
        let now = self.now();
        queue::enqueue(self, mail, now).await?;
        self.mail_queued = true;
        Ok(())
    }

    /// Commits, and wakes the mail worker if a mail was queued.
    ///
    /// # Errors
    /// When the database is unavailable: whether the transaction was committed is then unknown.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await?;
        // The operator's changes have lines of their own.
        if let Some(client) = self.client {
            for (user, event) in &self.recorded {
                log(*event, user, client);
            }
        }
        if self.mail_queued {
            self.app.mail_queued.notify_one();
        }
        Ok(())
    }
}

fn log(event: Event, user: &UserId, client: &Client) {
    let Some(message) = event.log_message() else { return };
    if event.is_warning() {
        tracing::warn!(event = event.as_str(), user = %user, client = %client.ip, "{message}");
    } else {
        tracing::info!(event = event.as_str(), user = %user, client = %client.ip, "{message}");
    }
}

impl Deref for Tx<'_> {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.transaction
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}
