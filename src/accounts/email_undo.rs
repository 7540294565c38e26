//! Giving an old address back: what its owner can do for a week when somebody else has changed it.
//!
//! Whoever reads the old mailbox may do it, signed in or not, and also after further changes: the oldest address wins.
//! The account is taken from whoever has it at that moment, and its owner comes back in by a link to a new password.

use super::activity::Event;
use super::email_change::{forget_changes_after, is_taken, may_go_back, set_address};
use super::owner::Owner;
use super::{Accounts, Trouble, UserId, Visitor};
use crate::db::{Millis, Write};
use crate::mail::queue;
use crate::tokens::blacklist::Reason;
use crate::tokens::mailed::{self, Mailed, Purpose, UNDO_LIFETIME};

/// What a link to an old address leads to.
#[derive(Debug)]
pub enum UndoLink {
    /// Nothing that we know.
    Unknown,
    /// The address was given back.
    Already,
    /// Its time is over, or an older address was given back.
    Expired,
    /// The address can be given back.
    Ready {
        /// The old address.
        email: String,
    },
}

/// Why no address was given back.
#[derive(Debug, thiserror::Error)]
pub enum NotUndone {
    /// The link cannot be used (any more); [`Accounts::undo_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NotUndone {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

impl Accounts {
    /// What a link to an old address leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn undo_link(&self, token: &str) -> Result<UndoLink, Trouble> {
        let Some(mailed) = mailed::find(&self.pool, Purpose::EmailUndo, token).await? else {
            return Ok(UndoLink::Unknown);
        };
        if mailed.used {
            return Ok(UndoLink::Already);
        }
        let now = self.clock.now();
        let ready = !mailed.expired(now)
            && may_go_back(self.pool.reading(), &mailed.user_id, &mailed.email, now).await?
            && !self.is_taken(&mailed.email, &mailed.user_id).await?;
        Ok(if ready {
            UndoLink::Ready { email: mailed.email }
        } else {
            UndoLink::Expired
        })
    }

    /// Gives an old address back, to an account in whatever state, which stays in it. Whoever was in is out; a link to a
    /// new password goes to the address.
    ///
    /// # Errors
    /// When the link cannot be used, or it cannot be tried.
    pub async fn undo_change(&self, visitor: &Visitor, token: &str) -> Result<(), NotUndone> {
        self.limits.confirm_by_client.check(visitor.address).map_err(Trouble::from)?;
        let asked_at = self.clock.now();
        let mailed = mailed::find(&self.pool, Purpose::EmailUndo, token).await?;
        let Some(mailed) = mailed.filter(|mailed| !mailed.used && !mailed.expired(asked_at)) else {
            tracing::warn!(event = "link_refused", client = %visitor.address, "an unknown or old link was refused");
            return Err(NotUndone::Link);
        };
        let user = UserId::from(mailed.user_id.clone());
        let mut tx = self.pool.begin().await?;
        self.lock_address(&mut tx, &mailed.email).await?;
        let owner = Owner::keep_confirmed(&mut tx, user.as_str()).await?;
        let owner = owner.ok_or(NotUndone::Link)?;
        // Not a moment earlier: what somebody asks for while we wait is not to be newer than the password's end.
        let now = self.clock.now();
        if !mailed::use_alone(&mut tx, &mailed, now).await? {
            return Err(NotUndone::Link);
        }
        take_address_back(&mut tx, &user, &mailed, now).await?;
        self.shut_everybody_out(&mut tx, visitor, &user, now).await?;
        self.note(&mut tx, &user, Event::AddressRestored, Some(visitor)).await?;
        let owner = Owner {
            email: mailed.email,
            ..owner
        };
        self.tell(&mut tx, visitor, &owner, queue::Purpose::Reset).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::warn!(event = "address_restored", user = %user, client = %visitor.address, "an old address was given back");
        Ok(())
    }

    /// Takes an account from whoever has it: sessions, password, links and the browsers that are known all end, but for
    /// the browser that does this. Whatever else is added to accounts as a way in or to stay in (second factors, passkeys,
    /// API tokens) ends here, too, unless it was there before the address that is given back was changed.
    async fn shut_everybody_out(
        &self,
        tx: &mut Write,
        visitor: &Visitor,
        user: &UserId,
        now: Millis,
    ) -> Result<(), Trouble> {
        const NO_PASSWORD: &str = "
            UPDATE users
            SET password_hash = NULL, password_changed_at = $2
            WHERE id = $1";
        sqlx::query(NO_PASSWORD)
            .bind(user.as_str())
            .bind(now)
            .execute(&mut **tx)
            .await?;
        self.end_sessions_of(tx, user, None, Reason::AddressRestored).await?;
        for purpose in [Purpose::Reset, Purpose::EmailChange, Purpose::NotMe] {
            mailed::void(tx, purpose, user.as_str(), now).await?;
        }
        // Notices still hold a link when they go out, and these go to an address that is the account's no longer.
        for purpose in [
            queue::Purpose::EmailChange,
            queue::Purpose::PasswordChanged,
            queue::Purpose::NewDevice,
            queue::Purpose::DeletionAsked,
        ] {
            queue::drop_waiting(tx, purpose, user.as_str()).await?;
        }
        self.forget_other_browsers(tx, visitor, user).await?;
        Ok(())
    }
}

/// Undoes the oldest change away from an address, and all that came after it.
async fn take_address_back(tx: &mut Write, user: &UserId, mailed: &Mailed, now: Millis) -> Result<(), NotUndone> {
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
    let free = undone.rows_affected() > 0 && !is_taken(tx, &mailed.email, user.as_str(), now).await?;
    if !free || !set_address(tx, user, &mailed.email).await? {
        return Err(NotUndone::Link);
    }
    Ok(())
}
