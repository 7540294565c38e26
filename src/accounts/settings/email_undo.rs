//! Giving an old address back: what its owner can do for a week when somebody else has changed it.
//!
//! Whoever reads the old mailbox may do it, signed in or not, and also after further changes: the oldest address wins.
//! The account is taken from whoever has it at that moment, and its owner comes back in by a link to a new password.

use crate::accounts::activity::Event;
use crate::accounts::locking::address_claims::{
    forget_email_changes_after, is_reclaimable, is_taken, set_email_address,
};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::{Accounts, Client, ServiceError, UserId};
use crate::db::{Transaction, retry};
use crate::mail::queue;
use crate::time::Millis;
use crate::tokens::blacklist::Reason;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose, UNDO_LIFETIME};

impl Accounts {
    /// What a link to an old address leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn undo_link(&self, token: &str) -> Result<LinkState, ServiceError> {
        let Some(mailed) = email_tokens::find(&self.pool, TokenPurpose::EmailUndo, token).await? else {
            return Ok(LinkState::Unknown);
        };
        let now = self.clock.now();
        let stands = !mailed.expired(now)
            && is_reclaimable(self.pool.reading(), &mailed.user_id, &mailed.email, now).await?
            && !is_taken(self.pool.reading(), &mailed.email, &mailed.user_id, now).await?;
        Ok(LinkState::of(mailed, stands))
    }

    /// Gives an old address back, to an account in whatever state, which stays in it. Whoever was in is out; a link to a
    /// new password goes to the address, which is returned.
    ///
    /// # Errors
    /// When the link cannot be used, or it cannot be tried.
    pub async fn undo_change(&self, client: &Client, token: &str) -> Result<String, LinkError> {
        let mailed = self.usable(client, TokenPurpose::EmailUndo, token).await?;
        let mailed = mailed.ok_or(LinkError::Link)?;
        let user = UserId::from(mailed.user_id.clone());
        retry(|| self.undo_change_once(client, &user, &mailed)).await
    }

    async fn undo_change_once(&self, client: &Client, user: &UserId, mailed: &EmailToken) -> Result<String, LinkError> {
        let mut tx = self.pool.begin().await?;
        self.lock_address(&mut tx, &mailed.email).await?;
        let owner = LockedAccount::lock_confirmed(&mut tx, user.as_str()).await?;
        let owner = owner.ok_or(LinkError::Link)?;
        // Not a moment earlier: what somebody asks for while we wait is not to be newer than the password's end.
        let now = self.clock.now();
        if !email_tokens::consume_one(&mut tx, mailed, now).await? {
            return Err(LinkError::Link);
        }
        reclaim_address(&mut tx, user, mailed, now).await?;
        self.revoke_all_access(&mut tx, user, Reason::EmailRestored).await?;
        self.revoke_notices(&mut tx, user, now).await?;
        self.record(&mut tx, user, Event::EmailRestored, Some(client)).await?;
        // Whoever loses the account is told: it may have been the old mailbox that was stolen.
        self.notify(&mut tx, client, &owner, queue::MailKind::EmailRestored).await?;
        let owner = LockedAccount {
            email: mailed.email.clone(),
            ..owner
        };
        self.notify(&mut tx, client, &owner, queue::MailKind::PasswordReset).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::warn!(event = "email_restored", user = %user, client = %client.ip, "an old address was given back");
        Ok(mailed.email.clone())
    }

    /// Voids what went to an address that is the account's no longer: notices hold a link, or still get one when they go
    /// out.
    async fn revoke_notices(&self, tx: &mut Transaction, user: &UserId, now: Millis) -> sqlx::Result<()> {
        email_tokens::revoke(tx, TokenPurpose::NotMe, user.as_str(), now).await?;
        for purpose in [
            queue::MailKind::PasswordChanged,
            queue::MailKind::NewDevice,
            queue::MailKind::DeletionRequested,
            queue::MailKind::DeletionUndone,
        ] {
            queue::delete_queued(tx, purpose, user.as_str()).await?;
        }
        Ok(())
    }
}

/// Undoes the oldest change away from an address, and all that came after it.
async fn reclaim_address(
    tx: &mut Transaction,
    user: &UserId,
    mailed: &EmailToken,
    now: Millis,
) -> Result<(), LinkError> {
    const UNDONE: &str = "
        DELETE FROM email_changes
        WHERE user_id = $1
          AND old_email = $2
          AND changed_at > $3";
    forget_email_changes_after(tx, user, &mailed.email, now).await?;
    let undone = sqlx::query(UNDONE)
        .bind(user.as_str())
        .bind(&mailed.email)
        .bind(now - UNDO_LIFETIME)
        .execute(&mut **tx)
        .await?;
    // Kept for its owner, it is nobody else's; looked up all the same, and the index on addresses would refuse.
    let free = undone.rows_affected() > 0 && !is_taken(&mut **tx, &mailed.email, user.as_str(), now).await?;
    if !free || !set_email_address(tx, user, &mailed.email).await? {
        return Err(LinkError::Link);
    }
    Ok(())
}
