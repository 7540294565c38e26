//! An account's address: who has one, for how long an account keeps what it had, and how another one takes its place.
//!
//! A new address counts once its mailbox was read by whoever is signed in to the account that asked: a link that merely
//! was opened would hand a stranger's account the victim's address (CVE-2024-38351 and its kin). The old one is told, and
//! stays its owner's for a week ([`super::email_undo`]).

use super::activity::Event;
use super::address::EmailAddress;
use super::addresses::{forget_changes_after, is_taken, may_go_back, set_address};
use super::links::Link;
use super::owner::Owner;
use super::session::{Present, Ticket};
use super::{Accounts, Status, Trouble, UserId, Visitor};
use crate::db::{Transaction, retry};
use crate::id::new_id;
use crate::mail::queue;
use crate::tokens::blacklist::Reason;
use crate::tokens::mailed::{self, Mailed, Purpose};

/// Why no other address was asked for.
#[derive(Debug, thiserror::Error)]
pub enum NotAsked {
    /// The account has this address.
    #[error("the account has this address")]
    Same,
    /// The session is over.
    #[error("the session is over")]
    SessionOver,
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// Why the address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The link cannot be used (any more); [`Accounts::change_link`] says why.
    #[error("the link is used, expired, unknown or another account's")]
    Link,
    /// Somebody else has the address meanwhile.
    #[error("the address is taken")]
    Taken,
    /// The session is over.
    #[error("the session is over")]
    SessionOver,
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NotAsked {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

impl From<sqlx::Error> for NotChanged {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

impl Accounts {
    /// Asks for another address: a mail goes there, and nothing changes until its link is confirmed. Does the same
    /// whether or not the address is taken, which is looked up when the mail is written (ASVS 6.3.8).
    ///
    /// # Errors
    /// When the account has this address, too many were asked for, the session is over, or it cannot be tried.
    pub async fn ask_for_address(
        &self,
        visitor: &Visitor,
        present: &Present,
        email: &EmailAddress,
    ) -> Result<(), NotAsked> {
        if email.as_str() == present.email {
            return Err(NotAsked::Same);
        }
        self.limits
            .address_change_by_account
            .check(present.user_id.as_str().to_owned())
            .map_err(Trouble::from)?;
        retry(|| self.ask_for_address_once(visitor, present, email)).await
    }

    async fn ask_for_address_once(
        &self,
        visitor: &Visitor,
        present: &Present,
        email: &EmailAddress,
    ) -> Result<(), NotAsked> {
        let mut tx = self.pool.begin_uncached().await?;
        // Whoever ends this session at this moment is waited for, or waits: what is asked for afterwards would outlive it.
        if self.keep_own(&mut tx, present).await?.is_none() {
            return Err(NotAsked::SessionOver);
        }
        self.note(&mut tx, &present.user_id, Event::AddressChangeAsked, Some(visitor))
            .await?;
        self.queue_if_allowed(&mut tx, visitor, queue::Purpose::EmailChange, email, Some(&present.user_id))
            .await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::info!(event = "address_change_asked", user = %present.user_id, email = %email.masked(), "another address asked for");
        Ok(())
    }

    /// What a link to a new address leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn change_link(&self, present: &Present, token: &str) -> Result<Link, Trouble> {
        let mailed = mailed::find(&self.pool, Purpose::EmailChange, token).await?;
        let own = mailed.filter(|mailed| mailed.user_id == present.user_id.as_str());
        Ok(own.map_or(Link::Unknown, |mailed| {
            let stands = !mailed.expired(self.clock.now());
            Link::of(mailed, stands)
        }))
    }

    /// Confirms a new address, in a session of the account that asked. The address is the one that the link was mailed
    /// to, whatever was asked for since (CVE-2026-32700). All other sessions end, and this one gets a new token.
    ///
    /// # Errors
    /// When the link cannot be used, the address is taken, the session is over, or it cannot be tried.
    pub async fn confirm_change(
        &self,
        visitor: &Visitor,
        present: &Present,
        token: &str,
    ) -> Result<Ticket, NotChanged> {
        let user = &present.user_id;
        let mailed = self.usable(visitor, Purpose::EmailChange, token).await?;
        let own = mailed.filter(|mailed| mailed.user_id == user.as_str());
        let mailed = own.ok_or(NotChanged::Link)?;
        retry(|| self.confirm_change_once(visitor, present, &mailed)).await
    }

    async fn confirm_change_once(
        &self,
        visitor: &Visitor,
        present: &Present,
        mailed: &Mailed,
    ) -> Result<Ticket, NotChanged> {
        let user = &present.user_id;
        let mut tx = self.pool.begin().await?;
        self.lock_addresses(&mut tx, [&present.email, &mailed.email]).await?;
        let owner = Owner::keep(&mut tx, user.as_str()).await?;
        let owner = owner
            .filter(|owner| owner.status == Status::Active)
            .ok_or(NotChanged::SessionOver)?;
        let now = self.clock.now();
        // Another link was confirmed while we waited, and has used this one up; or an old address was given back.
        if owner.email != present.email || !mailed::use_up(&mut tx, Purpose::EmailChange, mailed, now).await? {
            return Err(NotChanged::Link);
        }
        if owner.email == mailed.email {
            // Nothing is left to do, and the link is used up.
            tx.commit().await?;
            return Err(NotChanged::Link);
        }
        if is_taken(&mut *tx, &mailed.email, user.as_str(), now).await? {
            return Err(NotChanged::Taken);
        }
        if !set_address(&mut tx, user, &mailed.email).await? {
            return Err(NotChanged::Taken);
        }
        self.keep_old_address(&mut tx, user, &owner.email, &mailed.email).await?;
        self.forgive_failures(&mut tx, &mailed.email).await?;
        self.void_what_was_asked(&mut tx, user).await?;
        self.end_sessions_of(&mut tx, user, Some(&present.session), Reason::AddressChanged)
            .await?;
        let ticket = self
            .replace_session(&mut tx, present, present.proved_at)
            .await?
            .ok_or(NotChanged::SessionOver)?;
        self.note(&mut tx, user, Event::AddressChanged, Some(visitor)).await?;
        self.tell(&mut tx, visitor, &owner, queue::Purpose::EmailChanged).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::info!(event = "address_changed", user = %user, client = %visitor.address, "address changed");
        Ok(ticket)
    }

    /// Keeps the address that an account leaves, for its owner. Who goes back to one of a few days ago leaves nothing
    /// behind: what came in between may have been a thief's, and must not be had back by the thief's mailbox. The link
    /// of the address gone back to still counts, for the thief may have gone back to quiet the owner.
    async fn keep_old_address(&self, tx: &mut Transaction, user: &UserId, old: &str, new: &str) -> sqlx::Result<()> {
        // What went to the old address goes with the account, when that goes.
        const MAILS: &str = "
            UPDATE mails
            SET user_id = $1
            WHERE recipient = $2
              AND user_id IS NULL";
        const KEEP: &str = "
            INSERT INTO address_changes (id, user_id, old_email, changed_at)
            VALUES ($1, $2, $3, $4)";
        let now = self.clock.now();
        sqlx::query(MAILS).bind(user.as_str()).bind(old).execute(&mut **tx).await?;
        if may_go_back(&mut **tx, user.as_str(), new, now).await? {
            return forget_changes_after(tx, user, new, now).await;
        }
        sqlx::query(KEEP)
            .bind(new_id())
            .bind(user.as_str())
            .bind(old)
            .bind(now)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}
