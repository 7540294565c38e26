//! What is decided when a mail goes out: what it says to whom, with which link.

use serde_json::{Value, json};

use super::address::shown;
use super::addresses::{may_go_back, owner_of};
use super::confirm::note_mail;
use super::deletion::GRACE;
use super::owner::Owner;
use super::{Accounts, Trouble, reset};
use crate::i18n::Language;
use crate::mail::deliver::{Writer, Written};
use crate::mail::message::{Message, Stationery};
use crate::mail::queue::{self, Mail, Purpose};
use crate::time::{DAY, HOUR, MINUTE, Millis};
use crate::tokens::mailed::{self, CHANGE_LIFETIME, CODE_LIFETIME, CONFIRM_LIFETIME, RESET_LIFETIME, UNDO_LIFETIME};

type Outcome = Result<Option<Message>, Box<dyn std::error::Error + Send + Sync>>;

/// Writes the mails of accounts.
pub struct Letters {
    accounts: std::sync::Arc<Accounts>,
    stationery: Stationery,
    to: Box<dyn Fn(&str) -> String + Send + Sync>,
}

impl Letters {
    /// Letters of these accounts. `to` makes whole URLs of paths.
    pub fn new(
        accounts: std::sync::Arc<Accounts>,
        stationery: Stationery,
        to: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            accounts,
            stationery,
            to: Box::new(to),
        }
    }

    /// A sign-up's confirmation, or word to the owner when the address has an account by now.
    async fn confirmation(&self, mail: &Mail) -> Outcome {
        if let Some(language) = self.accounts.owner_of(&mail.recipient, "").await? {
            if let Some(attempt) = &mail.user_id {
                self.accounts.drop_attempt(attempt).await?;
            }
            let mail = Mail {
                purpose: Purpose::AddressTaken,
                language: language.unwrap_or(mail.language),
                ..mail.clone()
            };
            return Ok(Some(self.stationery.write(&mail, &json!({}))?));
        }
        let Some((token, code)) = self.accounts.mint_confirmation(mail).await? else {
            return Ok(None);
        };
        let facts = json!({
            "link": (self.to)(&format!("/confirm-email/{token}")),
            "code": code,
            "hours": CONFIRM_LIFETIME / HOUR,
            "minutes": CODE_LIFETIME / MINUTE,
        });
        Ok(Some(self.stationery.write(mail, &facts)?))
    }
}

impl Letters {
    /// A link to a new password; to the owner of a disabled account, word that it is disabled; to nobody, nothing.
    async fn reset(&self, mail: &Mail) -> Outcome {
        let (purpose, facts, owner) = match self.accounts.mint_reset(mail).await? {
            reset::Outcome::Link(token, owner) => {
                let facts = json!({
                    "link": (self.to)(&format!("/reset-password/{token}")),
                    "minutes": RESET_LIFETIME / MINUTE,
                    // Or else its owner has thrown everybody out, and the old password is gone.
                    "asked": mail.user_id.is_none(),
                    "otherwise": if mail.user_id.is_none() { "mail-reset-not-you" } else { "mail-reset-needed-later" },
                });
                (Purpose::Reset, facts, owner)
            }
            reset::Outcome::Disabled(owner) => (Purpose::ResetDisabled, json!({}), owner),
            reset::Outcome::Nobody => return Ok(None),
        };
        let mail = Mail {
            purpose,
            language: owner.unwrap_or(mail.language),
            ..mail.clone()
        };
        Ok(Some(self.stationery.write(&mail, &facts)?))
    }

    /// A link to confirm an account's new address; to whoever has that address already, word of it.
    async fn email_change(&self, mail: &Mail) -> Outcome {
        let Some(id) = &mail.user_id else { return Ok(None) };
        if let Some(owner) = self.accounts.owner_of(&mail.recipient, id).await? {
            let mail = Mail {
                purpose: Purpose::EmailChangeTaken,
                language: owner.unwrap_or(mail.language),
                ..mail.clone()
            };
            return Ok(Some(self.stationery.write(&mail, &json!({}))?));
        }
        let facts = json!({ "hours": CHANGE_LIFETIME / HOUR });
        self.linked(mail, mailed::Purpose::EmailChange, "/account/email/confirm/", facts)
            .await
    }

    /// Word of a change to the address that an account had, with a link to have it back, unless that is no longer to be
    /// had: an older one was taken back.
    async fn email_changed(&self, mail: &Mail) -> Outcome {
        let now = self.accounts.address_of(mail).await?.filter(|email| *email != mail.recipient);
        let now = now.map(|email| shown(&email));
        if !self.accounts.may_go_back_to(mail).await? {
            return Ok(Some(self.stationery.write(mail, &json!({ "new_email": now }))?));
        }
        let facts = json!({ "days": UNDO_LIFETIME / DAY, "new_email": now });
        self.linked(mail, mailed::Purpose::EmailUndo, "/account/email/undo/", facts)
            .await
    }

    /// A letter to an account's owner, with a link.
    async fn linked(&self, mail: &Mail, purpose: mailed::Purpose, path: &str, mut facts: Value) -> Outcome {
        let Some(token) = self.accounts.mint_link(mail, purpose).await? else {
            return Ok(None);
        };
        facts["link"] = (self.to)(&format!("{path}{token}")).into();
        Ok(Some(self.stationery.write(mail, &facts)?))
    }
}

impl Writer for Letters {
    fn write<'a>(&'a self, mail: &'a Mail) -> Written<'a> {
        Box::pin(async move {
            let days = json!({ "days": UNDO_LIFETIME / DAY });
            match mail.purpose {
                Purpose::Confirm => self.confirmation(mail).await,
                Purpose::Reset => self.reset(mail).await,
                Purpose::EmailChange => self.email_change(mail).await,
                Purpose::EmailChanged => self.email_changed(mail).await,
                Purpose::DeletionAsked => {
                    let facts = json!({ "days": UNDO_LIFETIME / DAY, "goes_at": mail.created_at + GRACE });
                    self.linked(mail, mailed::Purpose::NotMe, "/not-me/", facts).await
                }
                Purpose::PasswordChanged | Purpose::NewDevice | Purpose::DeletionUndone => {
                    self.linked(mail, mailed::Purpose::NotMe, "/not-me/", days).await
                }
                Purpose::AddressTaken
                | Purpose::ResetDisabled
                | Purpose::EmailChangeTaken
                | Purpose::AddressRestored
                | Purpose::Test => Ok(Some(self.stationery.write(mail, &json!({}))?)),
            }
        })
    }
}

impl Accounts {
    /// Whether an address is another account's than one, and the language its owner chose.
    async fn owner_of(&self, email: &str, but: &str) -> Result<Option<Option<Language>>, Trouble> {
        Ok(owner_of(self.pool.reading(), email, but, self.clock.now()).await?)
    }

    /// The address that the account which a mail concerns has now.
    async fn address_of(&self, mail: &Mail) -> Result<Option<String>, Trouble> {
        const ADDRESS: &str = "
            SELECT email
            FROM users
            WHERE id = $1";
        let address = sqlx::query_scalar(ADDRESS)
            .bind(mail.user_id.as_deref().unwrap_or_default())
            .fetch_optional(self.pool.reading())
            .await?;
        Ok(address)
    }

    /// Whether the address that a mail goes to can be had back by the account that it concerns.
    async fn may_go_back_to(&self, mail: &Mail) -> Result<bool, Trouble> {
        let user = mail.user_id.as_deref().unwrap_or_default();
        Ok(may_go_back(self.pool.reading(), user, &mail.recipient, self.clock.now()).await?)
    }

    /// A sign-up for an address that has an account will never be one itself. What its browser is told stays (`sign_ups`).
    async fn drop_attempt(&self, id: &str) -> Result<(), Trouble> {
        const DROP: &str = "
            DELETE FROM users
            WHERE id = $1
              AND status = 'pending'";
        sqlx::query(DROP).bind(id).execute(self.pool.writing()).await?;
        Ok(())
    }

    /// A link and a code for a sign-up that still waits; their time starts now.
    async fn mint_confirmation(&self, mail: &Mail) -> Result<Option<(String, String)>, Trouble> {
        const WAITING: &str = "
            SELECT id
            FROM users
            WHERE id = $1
              AND status = 'pending'";
        let Some(id) = &mail.user_id else { return Ok(None) };
        let now = self.clock.now();
        let mut tx = self.pool.begin_uncached().await?;
        let waiting = sqlx::query(WAITING).bind(id).fetch_optional(&mut *tx).await?;
        if waiting.is_none() {
            return Ok(None);
        }
        // First: whoever types a code at this moment is done with the one before.
        note_mail(&mut tx, id, now).await?;
        let token = mailed::mint(&mut tx, mailed::Purpose::Confirm, id, &mail.recipient, now).await?;
        let code = mailed::mint_code(&mut tx, &token, id, now, &self.code_key).await?;
        tx.commit().await?;
        Ok(Some((token, code)))
    }

    /// A link for an account's owner; none when the account is gone, or when the password was changed since the mail was
    /// asked for.
    async fn mint_link(&self, mail: &Mail, purpose: mailed::Purpose) -> Result<Option<String>, Trouble> {
        let Some(id) = &mail.user_id else { return Ok(None) };
        let now = self.clock.now();
        // A notice tells of a change, and may itself be older than the next one.
        let asked_at = if purpose == mailed::Purpose::EmailChange {
            mail.created_at
        } else {
            Millis::MAX
        };
        let mut tx = self.pool.begin_uncached().await?;
        // A link that is made while its account changes is made either before, and dies with the others, or after.
        let owner = Owner::keep_confirmed(&mut tx, id).await?;
        let kept = owner.filter(|owner| !owner.password_changed_since(asked_at, now));
        // Asked now that nobody else changes the account: who did may have dropped the mail.
        if kept.is_none() || !queue::still_waits(&mut tx, mail).await? {
            return Ok(None);
        }
        let token = mailed::mint(&mut tx, purpose, id, &mail.recipient, now).await?;
        tx.commit().await?;
        Ok(Some(token))
    }
}
