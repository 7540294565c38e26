//! Giving an old address back: what its owner can do for a week when somebody else has changed it.
//!
//! Whoever reads the old mailbox may do it, signed in or not, and also after further changes: the oldest address wins.
//! The account is taken from whoever has it at that moment, and its owner comes back in by a link to a new password.

use super::activity::Event;
use super::addresses::{forget_changes_after, is_taken, may_go_back, set_address};
use super::links::{Link, NotDone};
use super::owner::Owner;
use super::{Accounts, Trouble, UserId, Visitor};
use crate::db::{Transaction, retry};
use crate::mail::queue;
use crate::time::Millis;
use crate::tokens::blacklist::Reason;
use crate::tokens::mailed::{self, Mailed, Purpose, UNDO_LIFETIME};

impl Accounts {
    /// What a link to an old address leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn undo_link(&self, token: &str) -> Result<Link, Trouble> {
        let Some(mailed) = mailed::find(&self.pool, Purpose::EmailUndo, token).await? else {
            return Ok(Link::Unknown);
        };
        let now = self.clock.now();
        let stands = !mailed.expired(now)
            && may_go_back(self.pool.reading(), &mailed.user_id, &mailed.email, now).await?
            && !is_taken(self.pool.reading(), &mailed.email, &mailed.user_id, now).await?;
        Ok(Link::of(mailed, stands))
    }

    /// Gives an old address back, to an account in whatever state, which stays in it. Whoever was in is out; a link to a
    /// new password goes to the address, which is returned.
    ///
    /// # Errors
    /// When the link cannot be used, or it cannot be tried.
    pub async fn undo_change(&self, visitor: &Visitor, token: &str) -> Result<String, NotDone> {
        let mailed = self.usable(visitor, Purpose::EmailUndo, token).await?;
        let mailed = mailed.ok_or(NotDone::Link)?;
        let user = UserId::from(mailed.user_id.clone());
        retry(|| self.undo_change_once(visitor, &user, &mailed)).await
    }

    async fn undo_change_once(&self, visitor: &Visitor, user: &UserId, mailed: &Mailed) -> Result<String, NotDone> {
        let mut tx = self.pool.begin().await?;
        self.lock_address(&mut tx, &mailed.email).await?;
        let owner = Owner::keep_confirmed(&mut tx, user.as_str()).await?;
        let owner = owner.ok_or(NotDone::Link)?;
        // Not a moment earlier: what somebody asks for while we wait is not to be newer than the password's end.
        let now = self.clock.now();
        if !mailed::use_alone(&mut tx, mailed, now).await? {
            return Err(NotDone::Link);
        }
        take_address_back(&mut tx, user, mailed, now).await?;
        self.shut_everybody_out(&mut tx, user, Reason::AddressRestored).await?;
        self.void_notices(&mut tx, user, now).await?;
        self.note(&mut tx, user, Event::AddressRestored, Some(visitor)).await?;
        // Whoever loses the account is told: it may have been the old mailbox that was stolen.
        self.tell(&mut tx, visitor, &owner, queue::Purpose::AddressRestored).await?;
        let owner = Owner {
            email: mailed.email.clone(),
            ..owner
        };
        self.tell(&mut tx, visitor, &owner, queue::Purpose::Reset).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::warn!(event = "address_restored", user = %user, client = %visitor.address, "an old address was given back");
        Ok(mailed.email.clone())
    }

    /// Voids what went to an address that is the account's no longer: notices hold a link, or still get one when they go
    /// out.
    async fn void_notices(&self, tx: &mut Transaction, user: &UserId, now: Millis) -> sqlx::Result<()> {
        mailed::void(tx, Purpose::NotMe, user.as_str(), now).await?;
        for purpose in [
            queue::Purpose::PasswordChanged,
            queue::Purpose::NewDevice,
            queue::Purpose::DeletionAsked,
            queue::Purpose::DeletionUndone,
        ] {
            queue::drop_waiting(tx, purpose, user.as_str()).await?;
        }
        Ok(())
    }
}

/// Undoes the oldest change away from an address, and all that came after it.
async fn take_address_back(tx: &mut Transaction, user: &UserId, mailed: &Mailed, now: Millis) -> Result<(), NotDone> {
    const UNDONE: &str = "
        DELETE FROM address_changes
        WHERE user_id = $1
          AND old_email = $2
          AND changed_at > $3";
    forget_changes_after(tx, user, &mailed.email, now).await?;
    let undone = sqlx::query(UNDONE)
        .bind(user.as_str())
        .bind(&mailed.email)
        .bind(now - UNDO_LIFETIME)
        .execute(&mut **tx)
        .await?;
    // Kept for its owner, it is nobody else's; looked up all the same, and the index on addresses would refuse.
    let free = undone.rows_affected() > 0 && !is_taken(&mut **tx, &mailed.email, user.as_str(), now).await?;
    if !free || !set_address(tx, user, &mailed.email).await? {
        return Err(NotDone::Link);
    }
    Ok(())
}
