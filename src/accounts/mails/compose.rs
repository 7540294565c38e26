//! What is decided when a mail goes out: what it says to whom, with which link.

use serde_json::{Value, json};

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::locking::address_claims::{is_reclaimable, owner_of};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::password_reset;
use crate::accounts::sign_up::confirm::record_mail;
use crate::accounts::tx::Tx;
use crate::i18n::Language;
use crate::mail::message::{MailTemplates, Message};
use crate::mail::queue::{self, MailKind, QueuedMail};
use crate::mail::worker::{Compose, Composed};
use crate::time::{DAY, HOUR, MINUTE, Millis};
use crate::tokens::email_tokens;

type ComposeResult = Result<Option<Message>, Box<dyn std::error::Error + Send + Sync>>;

/// Writes the mails of accounts.
pub struct Composer {
    app: std::sync::Arc<App>,
    stationery: MailTemplates,
    to: Box<dyn Fn(&str) -> String + Send + Sync>,
}

impl Composer {
    /// Composer of these accounts. `to` makes whole URLs of paths.
    pub fn new(
        app: std::sync::Arc<App>,
        stationery: MailTemplates,
        to: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            app,
            stationery,
            to: Box::new(to),
        }
    }

    /// A sign-up's confirmation, or word to the owner when the address has an account by now.
    async fn confirmation(&self, mail: &QueuedMail) -> ComposeResult {
        if let Some(language) = other_owner(&self.app, &mail.recipient, "").await? {
            if let Some(attempt) = &mail.user_id {
                delete_pending_sign_up(&self.app, attempt).await?;
            }
            let mail = QueuedMail {
                kind: MailKind::EmailTaken,
                language: language.unwrap_or(mail.language),
                ..mail.clone()
            };
            return Ok(Some(self.stationery.write(&mail, &json!({}))?));
        }
        let Some((token, code)) = issue_confirmation(&self.app, mail).await? else {
            return Ok(None);
        };
        let facts = json!({
            "link": (self.to)(&format!("/confirm-email/{token}")),
            "code": code,
            "hours": self.app.lifetimes.confirmation_link / HOUR,
            "minutes": self.app.lifetimes.confirmation_code / MINUTE,
        });
        Ok(Some(self.stationery.write(mail, &facts)?))
    }
}

impl Composer {
    /// A link to a new password; to the owner of a disabled account, word that it is disabled; to nobody, nothing.
    async fn reset(&self, mail: &QueuedMail) -> ComposeResult {
        let (kind, facts, owner) = match password_reset::issue_reset(&self.app, mail).await? {
            password_reset::ResetMail::Link(token, owner) => {
                let facts = json!({
                    "link": (self.to)(&format!("/reset-password/{token}")),
                    "minutes": self.app.lifetimes.reset_link / MINUTE,
                    // Or else its owner has thrown everybody out, and the old password is gone.
                    "asked": mail.user_id.is_none(),
                    "otherwise": if mail.user_id.is_none() { "mail-password-reset-not-you" } else { "mail-password-reset-needed-later" },
                });
                (MailKind::PasswordReset, facts, owner)
            }
            password_reset::ResetMail::Disabled(owner) => (MailKind::PasswordResetDisabled, json!({}), owner),
            password_reset::ResetMail::Nobody => return Ok(None),
        };
        let mail = QueuedMail {
            kind,
            language: owner.unwrap_or(mail.language),
            ..mail.clone()
        };
        Ok(Some(self.stationery.write(&mail, &facts)?))
    }

    /// A link to confirm an account's new address; to whoever has that address already, word of it.
    async fn email_change(&self, mail: &QueuedMail) -> ComposeResult {
        let Some(id) = &mail.user_id else { return Ok(None) };
        if let Some(owner) = other_owner(&self.app, &mail.recipient, id).await? {
            let mail = QueuedMail {
                kind: MailKind::EmailChangeTaken,
                language: owner.unwrap_or(mail.language),
                ..mail.clone()
            };
            return Ok(Some(self.stationery.write(&mail, &json!({}))?));
        }
        let facts = json!({ "hours": self.app.lifetimes.email_change_link / HOUR });
        self.linked(mail, email_tokens::TokenPurpose::EmailChange, "/account/email/confirm/", facts)
            .await
    }

    /// Word of a change to the address that an account had, with a link to have it back, unless that is no longer to be
    /// had: an older one was taken back.
    async fn email_changed(&self, mail: &QueuedMail) -> ComposeResult {
        let now = address_of(&self.app, mail).await?.filter(|email| *email != mail.recipient);
        let now = now.map(|email| display_email(&email));
        if !is_reclaimable_by(&self.app, mail).await? {
            return Ok(Some(self.stationery.write(mail, &json!({ "new_email": now }))?));
        }
        let facts = json!({ "days": self.app.lifetimes.notice_link / DAY, "new_email": now });
        self.linked(mail, email_tokens::TokenPurpose::EmailUndo, "/account/email/undo/", facts)
            .await
    }

    /// A letter to an account's owner, with a link.
    async fn linked(
        &self,
        mail: &QueuedMail,
        purpose: email_tokens::TokenPurpose,
        path: &str,
        mut facts: Value,
    ) -> ComposeResult {
        let Some(token) = issue_link(&self.app, mail, purpose).await? else {
            return Ok(None);
        };
        facts["link"] = (self.to)(&format!("{path}{token}")).into();
        Ok(Some(self.stationery.write(mail, &facts)?))
    }
}

impl Compose for Composer {
    fn write<'a>(&'a self, mail: &'a QueuedMail) -> Composed<'a> {
        Box::pin(async move {
            let days = json!({ "days": self.app.lifetimes.notice_link / DAY });
            match mail.kind {
                MailKind::ConfirmEmail => self.confirmation(mail).await,
                MailKind::PasswordReset => self.reset(mail).await,
                MailKind::EmailChange => self.email_change(mail).await,
                MailKind::EmailChanged => self.email_changed(mail).await,
                MailKind::DeletionRequested => {
                    let facts = json!({ "days": self.app.lifetimes.notice_link / DAY, "goes_at": mail.created_at + self.app.lifetimes.deletion_grace });
                    self.linked(mail, email_tokens::TokenPurpose::NotMe, "/not-me/", facts).await
                }
                MailKind::PasswordChanged | MailKind::NewDevice | MailKind::DeletionUndone => {
                    self.linked(mail, email_tokens::TokenPurpose::NotMe, "/not-me/", days).await
                }
                MailKind::EmailTaken
                | MailKind::PasswordResetDisabled
                | MailKind::EmailChangeTaken
                | MailKind::EmailRestored
                | MailKind::Test => Ok(Some(self.stationery.write(mail, &json!({}))?)),
            }
        })
    }
}

/// Whether an address is another account's than one, and the language its owner chose.
async fn other_owner(app: &App, email: &str, but: &str) -> Result<Option<Option<Language>>, ServiceError> {
    Ok(owner_of(app, app.pool.reading(), email, but).await?)
}

/// The address that the account which a mail concerns has now.
async fn address_of(app: &App, mail: &QueuedMail) -> Result<Option<String>, ServiceError> {
    const ADDRESS: &str = "
        SELECT email
        FROM users
        WHERE id = $1";
    let address = sqlx::query_scalar(ADDRESS)
        .bind(mail.user_id.as_deref().unwrap_or_default())
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(address)
}

/// Whether the address that a mail goes to can be had back by the account that it concerns.
async fn is_reclaimable_by(app: &App, mail: &QueuedMail) -> Result<bool, ServiceError> {
    let user = mail.user_id.as_deref().unwrap_or_default();
    Ok(is_reclaimable(app, app.pool.reading(), user, &mail.recipient).await?)
}

/// A sign-up for an address that has an account will never be one itself. What its browser is told stays (`sign_ups`).
async fn delete_pending_sign_up(app: &App, id: &str) -> Result<(), ServiceError> {
    const DROP: &str = "
        DELETE FROM users
        WHERE id = $1
          AND status = 'pending'";
    sqlx::query(DROP).bind(id).execute(app.pool.writing()).await?;
    Ok(())
}

/// A link and a code for a sign-up that still waits; their time starts now.
async fn issue_confirmation(app: &App, mail: &QueuedMail) -> Result<Option<(String, String)>, ServiceError> {
    const WAITING: &str = "
        SELECT id
        FROM users
        WHERE id = $1
          AND status = 'pending'";
    let Some(id) = &mail.user_id else { return Ok(None) };
    let now = app.clock.now();
    let mut tx = Tx::begin_uncached(app, None).await?;
    let waiting = sqlx::query(WAITING).bind(id).fetch_optional(&mut *tx).await?;
    if waiting.is_none() {
        return Ok(None);
    }
    // First: whoever types a code at this moment is done with the one before.
    record_mail(&mut tx, id, now).await?;
    let token = email_tokens::issue(
        &mut tx,
        email_tokens::TokenPurpose::ConfirmEmail,
        id,
        &mail.recipient,
        now,
        &app.lifetimes,
    )
    .await?;
    let code = email_tokens::issue_code(&mut tx, &token, id, now, &app.code_key, &app.lifetimes).await?;
    tx.commit().await?;
    Ok(Some((token, code)))
}

/// A link for an account's owner; none when the account is gone, or when the password was changed since the mail was
/// asked for.
async fn issue_link(
    app: &App,
    mail: &QueuedMail,
    purpose: email_tokens::TokenPurpose,
) -> Result<Option<String>, ServiceError> {
    let Some(id) = &mail.user_id else { return Ok(None) };
    let now = app.clock.now();
    // A notice tells of a change, and may itself be older than the next one.
    let asked_at = if purpose == email_tokens::TokenPurpose::EmailChange {
        mail.created_at
    } else {
        Millis::MAX
    };
    let mut tx = Tx::begin_uncached(app, None).await?;
    // A link that is made while its account changes is made either before, and dies with the others, or after.
    let owner = LockedAccount::lock_confirmed(&mut tx, id).await?;
    let kept = owner.filter(|owner| !owner.password_changed_since(asked_at, now));
    // Asked now that nobody else changes the account: who did may have dropped the mail.
    if kept.is_none() || !queue::is_still_queued(&mut tx, mail).await? {
        return Ok(None);
    }
    let token = email_tokens::issue(&mut tx, purpose, id, &mail.recipient, now, &app.lifetimes).await?;
    tx.commit().await?;
    Ok(Some(token))
}
