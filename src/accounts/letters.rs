//! What is decided when a mail goes out: what it says to whom, with which link.

use serde_json::json;

use super::{Accounts, Trouble};
use crate::db::{HOUR, MINUTE};
use crate::i18n::Language;
use crate::mail::deliver::{Writer, Written};
use crate::mail::message::{Message, Stationery};
use crate::mail::queue::{Mail, Purpose};
use crate::tokens::mailed::{self, CODE_LIFETIME, CONFIRM_LIFETIME};

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
    async fn confirmation(&self, mail: &Mail) -> Result<Option<Message>, Box<dyn std::error::Error + Send + Sync>> {
        if let Some(language) = self.accounts.language_of_account(&mail.recipient).await? {
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
        let Some(minted) = self.accounts.mint_confirmation(mail).await? else {
            return Ok(None);
        };
        let facts = json!({
            "link": (self.to)(&format!("/confirm-email/{}", minted.token)),
            "code": minted.code,
            "hours": CONFIRM_LIFETIME / HOUR,
            "minutes": CODE_LIFETIME / MINUTE,
        });
        Ok(Some(self.stationery.write(mail, &facts)?))
    }
}

impl Writer for Letters {
    fn write<'a>(&'a self, mail: &'a Mail) -> Written<'a> {
        Box::pin(async move {
            match mail.purpose {
                Purpose::Confirm => self.confirmation(mail).await,
                Purpose::AddressTaken | Purpose::Test => Ok(Some(self.stationery.write(mail, &json!({}))?)),
            }
        })
    }
}

impl Accounts {
    /// Whether an address has an account, and the language its owner chose.
    async fn language_of_account(&self, email: &str) -> Result<Option<Option<Language>>, Trouble> {
        const OWNER: &str = "
            SELECT locale
            FROM users
            WHERE email = $1
              AND status <> 'pending'";
        let owner: Option<Option<String>> = sqlx::query_scalar(OWNER)
            .bind(email)
            .fetch_optional(self.pool.reading())
            .await?;
        Ok(owner.map(|locale| locale.as_deref().and_then(Language::from_code)))
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
    async fn mint_confirmation(&self, mail: &Mail) -> Result<Option<mailed::Minted>, Trouble> {
        const WAITING: &str = "
            SELECT id
            FROM users
            WHERE id = $1
              AND status = 'pending'";
        let Some(id) = &mail.user_id else { return Ok(None) };
        let waiting = sqlx::query(WAITING).bind(id).fetch_optional(self.pool.reading()).await?;
        if waiting.is_none() {
            return Ok(None);
        }
        let now = self.clock.now();
        let minted =
            mailed::mint(&self.pool, mailed::Purpose::Confirm, id, &mail.recipient, now, &self.code_key).await?;
        Ok(Some(minted))
    }
}
