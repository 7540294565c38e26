//! The lock on an account, the notices to its owner, and its password.

use crate::accounts::tx::Tx;
use sqlx::Row as _;

use crate::accounts::event::Event;
use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::passwords::hasher::PasswordHash;
use crate::i18n::Language;
use crate::mail::queue::{self, MailKind, NewMail};
use crate::time::{CLOCKS_DIFFER, Millis};
use crate::tokens::email_tokens;

/// An account, or a pending sign-up, whose row is locked. Until the transaction ends, no other transaction changes it
/// or signs in to it: a decision that is based on these values stays right.
pub(in crate::accounts) struct LockedAccount {
    pub(in crate::accounts) id: UserId,
    pub(in crate::accounts) email: String,
    pub(in crate::accounts) status: Status,
    pub(in crate::accounts) language: Option<Language>,
    pub(in crate::accounts) password_changed_at: Millis,
    /// The time of the last use; 0: never.
    pub(in crate::accounts) last_seen_at: Millis,
}

impl LockedAccount {
    /// Waits for other transactions that change the account, and locks it.
    pub(in crate::accounts) async fn lock(tx: &mut Tx<'_>, id: &str) -> sqlx::Result<Option<Self>> {
        const KEEP: &str = "
            UPDATE users
            SET status = status
            WHERE id = $1
            RETURNING email, status, locale, password_changed_at, last_seen_at";
        let Some(row) = sqlx::query(KEEP).bind(id).fetch_optional(&mut **tx).await? else {
            return Ok(None);
        };
        let locale: Option<String> = row.try_get("locale")?;
        let Some(status) = Status::parse(row.try_get("status")?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            id: UserId::from(id.to_owned()),
            email: row.try_get("email")?,
            status,
            language: locale.as_deref().and_then(Language::from_code),
            password_changed_at: row.try_get("password_changed_at")?,
            last_seen_at: row.try_get("last_seen_at")?,
        }))
    }

    /// The same without pending sign-ups, which are no accounts.
    pub(in crate::accounts) async fn lock_confirmed(tx: &mut Tx<'_>, id: &str) -> sqlx::Result<Option<Self>> {
        let owner = Self::lock(tx, id).await?;
        Ok(owner.filter(|owner| owner.status != Status::Pending))
    }

    /// Whether the password was changed after a request. A change in the future was stored by a wrong clock, and does
    /// not invalidate a link.
    pub(in crate::accounts) fn password_changed_since(&self, asked_at: Millis, now: Millis) -> bool {
        self.password_changed_at > asked_at && self.password_changed_at <= now.saturating_add(CLOCKS_DIFFER)
    }

    /// Records an event and queues the notice of it, if the event has one.
    pub(in crate::accounts) async fn record(&self, tx: &mut Tx<'_>, event: Event) -> sqlx::Result<()> {
        tx.record(&self.id, event).await?;
        match event.notice() {
            Some(notice) => self.notify(tx, notice).await,
            None => Ok(()),
        }
    }

    /// Queues a mail to the owner: to the address of the account, in the owner's language.
    pub(in crate::accounts) async fn notify(&self, tx: &mut Tx<'_>, kind: MailKind) -> sqlx::Result<()> {
        let mail = NewMail {
            kind,
            recipient: &self.email,
            language: self.language.unwrap_or(tx.language()),
            user_id: Some(self.id.as_str()),
            requester: &tx.origin(),
        };
        tx.enqueue(&mail).await
    }
}

/// Revokes the account's unused links for a new password and for a change of address, and deletes queued mails for a
/// change of address. Queued mails for a new password stay: when one is composed, it is dropped if the password was
/// changed after the request.
pub(in crate::accounts) async fn revoke_pending_links(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<()> {
    let app = tx.app;
    for purpose in [
        email_tokens::TokenPurpose::PasswordReset,
        email_tokens::TokenPurpose::EmailChange,
    ] {
        email_tokens::revoke(tx, purpose, user.as_str(), app.clock.now()).await?;
    }
    queue::delete_queued(tx, queue::MailKind::EmailChange, user.as_str()).await
}

/// Stores an account's password, or none. Requests that are older have no effect any more.
pub(in crate::accounts) async fn store_password(
    tx: &mut Tx<'_>,
    user: &UserId,
    hash: Option<&PasswordHash>,
    now: Millis,
) -> sqlx::Result<()> {
    const STORE: &str = "
        UPDATE users
        SET password_hash = $2, password_changed_at = $3
        WHERE id = $1";
    sqlx::query(STORE)
        .bind(user.as_str())
        .bind(hash.map(PasswordHash::as_str))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
