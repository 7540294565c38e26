//! One unit of work of the domain.

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

/// A transaction with everything else that a verb needs. Entries of the activity log and mails are written in the transaction
/// of the change itself. It is rolled back when dropped without [`Tx::commit`].
pub struct Tx<'a> {
    /// The domain's context.
    pub app: &'a App,
    client: Option<&'a Client>,
    transaction: Transaction,
    mail_queued: bool,
}

impl<'a> Tx<'a> {
    /// Begins a transaction in the name of a client; of none for the operator and for what the server does by itself.
    pub async fn begin(app: &'a App, client: impl Into<Option<&'a Client>>) -> sqlx::Result<Self> {
        Ok(Self::of(app, client.into(), db::begin(&app.pool).await?))
    }

    /// The same for a transaction that changes no session and no account, which the session cache therefore survives.
    pub async fn begin_uncached(app: &'a App, client: impl Into<Option<&'a Client>>) -> sqlx::Result<Self> {
        Ok(Self::of(app, client.into(), db::begin_uncached(&app.pool).await?))
    }

    fn of(app: &'a App, client: Option<&'a Client>, transaction: Transaction) -> Self {
        Self {
            app,
            client,
            transaction,
            mail_queued: false,
        }
    }

    /// The time, read anew: a transaction may have waited for another one.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.app.clock.now()
    }

    /// The origin of the change, as mails and the activity log show it.
    #[must_use]
    pub fn origin(&self) -> RequestOrigin {
        self.client.map(Client::origin).unwrap_or_default()
    }

    /// The language of the client, for those who have chosen none.
    #[must_use]
    pub fn language(&self) -> Language {
        self.client.map(|client| client.language).unwrap_or_default()
    }

    /// Writes an event into the activity log of an account.
    pub async fn record(&mut self, user: &UserId, event: Event) -> sqlx::Result<()> {
        let origin = self.origin();
        self.record_by(user, event, &origin).await
    }

    /// The same for an earlier request. For an account that was erased meanwhile, nothing is written.
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

    /// Commits.
    ///
    /// # Errors
    /// When the database is unavailable: whether it was committed is then unknown.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await?;
        if self.mail_queued {
            self.app.mail_queued.notify_one();
        }
        Ok(())
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
