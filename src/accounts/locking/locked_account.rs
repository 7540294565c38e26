//! An account that a transaction has locked, and the mails to its owner.

use crate::accounts::tx::Tx;
use sqlx::Row as _;

use crate::accounts::event::Event;
use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::passwords::hasher::PasswordHash;
use crate::i18n::Language;
use crate::mail::queue::{self, MailKind, NewMail};
use crate::time::{CLOCKS_DIFFER, Millis};
use crate::tokens::email_tokens;

/// An account, or a sign-up that waits. Until the transaction ends, nobody else changes it or signs in to it: whatever is
/// decided by what stands here is still right when it happens.
pub(in crate::accounts) struct LockedAccount {
    pub(in crate::accounts) id: UserId,
    pub(in crate::accounts) email: String,
    pub(in crate::accounts) status: Status,
    /// The language that they chose.
    pub(in crate::accounts) language: Option<Language>,
    pub(in crate::accounts) password_changed_at: Millis,
    /// When they were last signed in; 0 for never.
    pub(in crate::accounts) last_seen_at: Millis,
}

impl LockedAccount {
    /// Locks the account, after waiting for a transaction that is changing it.
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

    /// The same, but for sign-ups that wait: they are nobody's account.
    pub(in crate::accounts) async fn lock_confirmed(tx: &mut Tx<'_>, id: &str) -> sqlx::Result<Option<Self>> {
        let owner = Self::lock(tx, id).await?;
        Ok(owner.filter(|owner| owner.status != Status::Pending))
    }

    /// Whether the password was changed after something was asked for. One that seems to change in the future was changed
    /// while the clock was wrong: it keeps nobody from a link.
    pub(in crate::accounts) fn password_changed_since(&self, asked_at: Millis, now: Millis) -> bool {
        self.password_changed_at > asked_at && self.password_changed_at <= now.saturating_add(CLOCKS_DIFFER)
    }

    /// Records an event and queues the notice of it, if the event has one.
    pub(in crate::accounts) async fn record(&self, tx: &mut Tx<'_>, event: Event) -> sqlx::Result<()> {
        tx.record(&self.id, event).await?;
        match MailKind::notice_of(event) {
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

/// Voids what was asked for in a state of the account that is no more: links to a new password and to another
/// address, and mails that would bring one. Those to a new password are nobody's while they wait; when their turn
/// comes, they are dropped where the password is newer than they are.
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

/// Gives an account a password, or none. What was asked for under the one before is older from now on.
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
