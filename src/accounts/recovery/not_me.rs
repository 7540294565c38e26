//! "That was not me": the answer to a notice. Whoever reads the account's mail throws everybody out, and is sent the way to
//! a new password.

use crate::accounts::activity::Event;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::{Accounts, Client, ServiceError, UserId};
use crate::db::retry;
use crate::mail::queue;
use crate::tokens::blacklist::Reason;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

impl Accounts {
    /// What the link of a notice leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn notice(&self, token: &str) -> Result<LinkState, ServiceError> {
        const THERE: &str = "
            SELECT id
            FROM users
            WHERE id = $1
              AND email = $2
              AND status <> 'pending'";
        let Some(mailed) = email_tokens::find(&self.pool, TokenPurpose::NotMe, token).await? else {
            return Ok(LinkState::Unknown);
        };
        let there = sqlx::query(THERE)
            .bind(&mailed.user_id)
            .bind(&mailed.email)
            .fetch_optional(self.pool.reading())
            .await?;
        let stands = there.is_some() && !mailed.expired(self.clock.now());
        Ok(LinkState::of(mailed, stands))
    }

    /// Throws everybody out of an account: ends all its sessions, voids its password, forgets all its known browsers,
    /// stops a change of address that waits, and mails a link to a new password. Signs nobody in. Returns
    /// the address.
    ///
    /// # Errors
    /// When the link cannot be used, or it cannot be tried.
    pub async fn not_me(&self, client: &Client, token: &str) -> Result<String, LinkError> {
        let mailed = self.usable(client, TokenPurpose::NotMe, token).await?;
        let mailed = mailed.ok_or(LinkError::Link)?;
        let user = UserId::from(mailed.user_id.clone());
        retry(|| self.not_me_once(client, &user, &mailed)).await
    }

    async fn not_me_once(&self, client: &Client, user: &UserId, mailed: &EmailToken) -> Result<String, LinkError> {
        let mut tx = self.pool.begin().await?;
        // A mailbox that the account has left says nothing any more, and one that it was taken from has a link to have it
        // back.
        let owner = LockedAccount::lock_confirmed(&mut tx, &mailed.user_id).await?;
        let owner = owner.filter(|owner| owner.email == mailed.email).ok_or(LinkError::Link)?;
        if !email_tokens::consume(&mut tx, TokenPurpose::NotMe, mailed, self.clock.now()).await? {
            return Err(LinkError::Link);
        }
        let ended = self.revoke_all_access(&mut tx, user, Reason::NotMe).await?;
        self.notify(&mut tx, client, &owner, queue::MailKind::PasswordReset).await?;
        self.record(&mut tx, user, Event::NotMe, Some(client)).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::warn!(event = "not_me", user = %user, client = %client.ip, sessions = ended, "somebody was thrown out");
        Ok(mailed.email.clone())
    }
}
