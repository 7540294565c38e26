//! Writes each mail when it is sent, and decides then what it says.

use std::sync::Arc;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::factors::{recovery_codes, second_factor};
use crate::accounts::identity::email_address::display_email;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::address_claims::{is_reclaimable, owner_of};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::factor_reset;
use crate::accounts::recovery::password_reset::{self, ResetMail};
use crate::accounts::sign_in::code_requests;
use crate::accounts::sign_up::confirm::record_mail;
use crate::accounts::tx::Tx;
use crate::config::PublicUrl;
use crate::i18n::Language;
use crate::mail::kind::{MailContent, MailKind, NotMeLink, NoticeFacts};
use crate::mail::queue::{self, QueuedMail};
use crate::mail::templates::MailTemplates;
use crate::mail::worker::{ComposeFuture, MailComposer};
use crate::time::{DAY, HOUR, MINUTE, Millis};
use crate::tokens::email_tokens::{self, TokenPurpose};

/// The content of a mail, and the language of its reader if it differs from that of the queued mail. None: the mail is
/// not sent.
type Composition = Result<Option<(Option<Language>, MailContent)>, ServiceError>;

pub struct Composer {
    app: Arc<App>,
    templates: MailTemplates,
    public_url: PublicUrl,
}

impl Composer {
    #[must_use]
    pub fn new(app: Arc<App>, templates: MailTemplates, public_url: PublicUrl) -> Self {
        Self {
            app,
            templates,
            public_url,
        }
    }

    async fn content(&self, mail: &QueuedMail) -> Composition {
        match mail.kind {
            MailKind::ConfirmEmail => self.confirm_email(mail).await,
            MailKind::SignInCode => self.sign_in_code(mail).await,
            MailKind::PasswordReset => self.password_reset(mail).await,
            MailKind::EmailChange => self.email_change(mail).await,
            MailKind::EmailChanged => self.email_changed(mail).await,
            MailKind::FactorResetRequested => self.factor_reset(mail).await,
            MailKind::FactorsReset => Ok(Some((None, MailContent::FactorsReset))),
            MailKind::EmailRestored => Ok(Some((None, MailContent::EmailRestored))),
            MailKind::Test => Ok(Some((None, MailContent::Test))),
            // These are decided by `confirm_email`, `email_change` and `password_reset` when the mail is sent. Rows of
            // these kinds are written as they are.
            MailKind::EmailTaken => Ok(Some((None, MailContent::EmailTaken))),
            MailKind::EmailChangeTaken => Ok(Some((None, MailContent::EmailChangeTaken))),
            MailKind::PasswordResetDisabled => Ok(Some((None, MailContent::PasswordResetDisabled))),
            notice => self.notice(mail, notice).await,
        }
    }

    /// The confirmation of a sign-up. If the address has an account by now, the mail tells its owner so instead.
    async fn confirm_email(&self, mail: &QueuedMail) -> Composition {
        if let Some(language) = other_owner(&self.app, &mail.recipient, "").await? {
            if let Some(attempt) = &mail.user_id {
                delete_pending_sign_up(&self.app, attempt).await?;
            }
            return Ok(Some((language, MailContent::EmailTaken)));
        }
        let Some((token, code)) = issue_confirmation(&self.app, mail).await? else {
            return Ok(None);
        };
        let content = MailContent::ConfirmEmail {
            link: self.public_url.to(&format!("/confirm-email/{token}")),
            code,
            hours: self.app.lifetimes.confirmation_link / HOUR,
            minutes: self.app.lifetimes.confirmation_code / MINUTE,
        };
        Ok(Some((None, content)))
    }

    /// Code and link to sign in. Without an account there is no mail.
    async fn sign_in_code(&self, mail: &QueuedMail) -> Composition {
        let Some(issued) = code_requests::issue(&self.app, mail).await? else {
            return Ok(None);
        };
        let content = MailContent::SignInCode {
            link: self.public_url.to(&format!("/login/code/{}", issued.token)),
            code: issued.code,
            minutes: self.app.lifetimes.confirmation_code / MINUTE,
        };
        Ok(Some((issued.language, content)))
    }

    /// A link to a new password. If the account is disabled, the mail says so instead.
    async fn password_reset(&self, mail: &QueuedMail) -> Composition {
        let (token, language) = match password_reset::issue_reset(&self.app, mail).await? {
            ResetMail::Link(token, language) => (token, language),
            ResetMail::Disabled(language) => return Ok(Some((language, MailContent::PasswordResetDisabled))),
            ResetMail::Nobody => return Ok(None),
        };
        // A requested mail is queued by address alone. One with an account's id was caused by the deletion of its
        // password.
        let asked = mail.user_id.is_none();
        let content = MailContent::PasswordReset {
            link: self.public_url.to(&format!("/reset-password/{token}")),
            minutes: self.app.lifetimes.reset_link / MINUTE,
            asked,
            otherwise: if asked {
                "mail-password-reset-not-you"
            } else {
                "mail-password-reset-needed-later"
            },
        };
        Ok(Some((language, content)))
    }

    /// The confirmation of an account's new address. If another account has the address, the mail tells its owner so
    /// instead.
    async fn email_change(&self, mail: &QueuedMail) -> Composition {
        let Some(id) = &mail.user_id else { return Ok(None) };
        if let Some(language) = other_owner(&self.app, &mail.recipient, id).await? {
            return Ok(Some((language, MailContent::EmailChangeTaken)));
        }
        let link = self.link(mail, TokenPurpose::EmailChange, "/account/email/confirm/").await?;
        let hours = self.app.lifetimes.email_change_link / HOUR;
        Ok(link.map(|link| (None, MailContent::EmailChange { link, hours })))
    }

    /// Reports the change to the old address, with a link that restores it. After an earlier address was restored,
    /// there is no such link.
    async fn email_changed(&self, mail: &QueuedMail) -> Composition {
        let new_email = address_of(&self.app, mail).await?.filter(|email| *email != mail.recipient);
        let new_email = new_email.map(|email| display_email(&email));
        let mut link = None;
        if is_reclaimable_by(&self.app, mail).await? {
            link = self.link(mail, TokenPurpose::EmailUndo, "/account/email/undo/").await?;
            if link.is_none() {
                return Ok(None);
            }
        }
        let days = self.app.lifetimes.notice_link / DAY;
        let content = MailContent::EmailChanged { new_email, link, days };
        Ok(Some((None, content)))
    }

    /// Announces the operator's reset of second factors, with a link that stops it, unless it was stopped already.
    async fn factor_reset(&self, mail: &QueuedMail) -> Composition {
        let Some(id) = &mail.user_id else { return Ok(None) };
        let Some(due_at) = factor_reset::due_at(&self.app, &UserId::from(id.clone())).await? else {
            return Ok(None);
        };
        let link = self.link(mail, TokenPurpose::FactorReset, "/factors/stop/").await?;
        Ok(link.map(|link| (None, MailContent::FactorResetRequested { link, due_at })))
    }

    async fn notice(&self, mail: &QueuedMail, kind: MailKind) -> Composition {
        let Some(link) = self.link(mail, TokenPurpose::NotMe, "/not-me/").await? else {
            return Ok(None);
        };
        let days = self.app.lifetimes.notice_link / DAY;
        let mut facts = NoticeFacts {
            goes_at: mail.created_at + self.app.lifetimes.deletion_grace,
            ..NoticeFacts::default()
        };
        if let Some(id) = &mail.user_id {
            let user = UserId::from(id.clone());
            let database = self.app.pool.reading();
            match kind {
                MailKind::RecoveryCodeUsed => facts.codes_left = recovery_codes::left(database, &user).await?,
                MailKind::TwoFactorDisabled => facts.has_factor = second_factor::is_needed(database, &user).await?,
                _ => {}
            }
        }
        Ok(MailContent::notice(kind, NotMeLink { link, days }, facts).map(|content| (None, content)))
    }

    async fn link(&self, mail: &QueuedMail, purpose: TokenPurpose, path: &str) -> Result<Option<String>, ServiceError> {
        let token = issue_link(&self.app, mail, purpose).await?;
        Ok(token.map(|token| self.public_url.to(&format!("{path}{token}"))))
    }
}

impl MailComposer for Composer {
    fn compose<'a>(&'a self, mail: &'a QueuedMail) -> ComposeFuture<'a> {
        Box::pin(async move {
            let Some((language, content)) = self.content(mail).await? else {
                return Ok(None);
            };
            let language = language.unwrap_or(mail.language);
            Ok(Some(self.templates.write(mail, language, &content)?))
        })
    }
}

/// Whether the address belongs to another account than `but`, and the language of its owner.
async fn other_owner(app: &App, email: &str, but: &str) -> Result<Option<Option<Language>>, ServiceError> {
    Ok(owner_of(app, app.pool.reading(), email, but).await?)
}

/// The current address of the account.
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

/// Whether the account can get back the address that the mail goes to.
async fn is_reclaimable_by(app: &App, mail: &QueuedMail) -> Result<bool, ServiceError> {
    let user = mail.user_id.as_deref().unwrap_or_default();
    Ok(is_reclaimable(app, app.pool.reading(), user, &mail.recipient).await?)
}

/// A sign-up with an address that has an account can never be confirmed. The row in `sign_ups` stays, so its browser
/// sees no difference.
async fn delete_pending_sign_up(app: &App, id: &str) -> Result<(), ServiceError> {
    const DROP: &str = "
        DELETE FROM users
        WHERE id = $1
          AND status = 'pending'";
    sqlx::query(DROP).bind(id).execute(app.pool.writing()).await?;
    Ok(())
}

/// A link and a code for a sign-up that is not confirmed. They are valid from now on.
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
    // First, because it locks the row: a concurrent try of the earlier code must be finished before there is a new one.
    record_mail(&mut tx, id, now).await?;
    let token =
        email_tokens::issue(&mut tx, TokenPurpose::ConfirmEmail, id, &mail.recipient, now, &app.lifetimes).await?;
    let code = email_tokens::issue_code(&mut tx, &token, id, now, &app.code_key, &app.lifetimes).await?;
    tx.commit().await?;
    Ok(Some((token, code)))
}

/// A link for the owner of an account. None: the account was deleted, or the password was changed after the mail was
/// queued.
async fn issue_link(app: &App, mail: &QueuedMail, purpose: TokenPurpose) -> Result<Option<String>, ServiceError> {
    let Some(id) = &mail.user_id else { return Ok(None) };
    let now = app.clock.now();
    // A notice reports a change, and a later change of the password must not suppress it.
    let asked_at = if purpose == TokenPurpose::EmailChange {
        mail.created_at
    } else {
        Millis::MAX
    };
    let mut tx = Tx::begin_uncached(app, None).await?;
    // The lock orders this link and a concurrent change of the account: the change either revokes the link or is seen
    // here.
    let owner = LockedAccount::lock_confirmed(&mut tx, id).await?;
    let kept = owner.filter(|owner| !owner.password_changed_since(asked_at, now));
    // Checked under the lock, because the concurrent change may have deleted the mail.
    if kept.is_none() || !queue::is_still_queued(&mut tx, mail).await? {
        return Ok(None);
    }
    let token = email_tokens::issue(&mut tx, purpose, id, &mail.recipient, now, &app.lifetimes).await?;
    tx.commit().await?;
    Ok(Some(token))
}
