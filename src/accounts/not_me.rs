//! "That was not me": the answer to a notice. Whoever reads the account's mail throws everybody out, and is sent the way to
//! a new password.

use super::activity::Event;
use super::links::{Link, NotDone};
use super::owner::Owner;
use super::{Accounts, Trouble, UserId, Visitor};
use crate::db::retry;
use crate::mail::queue;
use crate::tokens::blacklist::Reason;
use crate::tokens::mailed::{self, Mailed, Purpose};

impl Accounts {
    /// What the link of a notice leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn notice(&self, token: &str) -> Result<Link, Trouble> {
        const THERE: &str = "
            SELECT id
            FROM users
            WHERE id = $1
              AND email = $2
              AND status <> 'pending'";
        let Some(mailed) = mailed::find(&self.pool, Purpose::NotMe, token).await? else {
            return Ok(Link::Unknown);
        };
        let there = sqlx::query(THERE)
            .bind(&mailed.user_id)
            .bind(&mailed.email)
            .fetch_optional(self.pool.reading())
            .await?;
        let stands = there.is_some() && !mailed.expired(self.clock.now());
        Ok(Link::of(mailed, stands))
    }

    /// Throws everybody out of an account: ends all its sessions, voids its password, forgets all its known browsers,
    /// stops a change of address that waits, and mails a link to a new password. Signs nobody in. Returns
    /// the address.
    ///
    /// # Errors
    /// When the link cannot be used, or it cannot be tried.
    pub async fn not_me(&self, visitor: &Visitor, token: &str) -> Result<String, NotDone> {
        let mailed = self.usable(visitor, Purpose::NotMe, token).await?;
        let mailed = mailed.ok_or(NotDone::Link)?;
        let user = UserId::from(mailed.user_id.clone());
        retry(|| self.not_me_once(visitor, &user, &mailed)).await
    }

    async fn not_me_once(&self, visitor: &Visitor, user: &UserId, mailed: &Mailed) -> Result<String, NotDone> {
        let mut tx = self.pool.begin().await?;
        // A mailbox that the account has left says nothing any more, and one that it was taken from has a link to have it
        // back.
        let owner = Owner::keep_confirmed(&mut tx, &mailed.user_id).await?;
        let owner = owner.filter(|owner| owner.email == mailed.email).ok_or(NotDone::Link)?;
        if !mailed::use_up(&mut tx, Purpose::NotMe, mailed, self.clock.now()).await? {
            return Err(NotDone::Link);
        }
        let ended = self.shut_everybody_out(&mut tx, user, Reason::NotMe).await?;
        self.tell(&mut tx, visitor, &owner, queue::Purpose::Reset).await?;
        self.note(&mut tx, user, Event::NotMe, Some(visitor)).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::warn!(event = "not_me", user = %user, client = %visitor.address, sessions = ended, "somebody was thrown out");
        Ok(mailed.email.clone())
    }
}
