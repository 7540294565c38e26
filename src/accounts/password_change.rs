//! Changing one's password while signed in.

use super::activity::Event;
use super::hashing::{Lane, PasswordHash};
use super::owner::Owner;
use super::password::{Password, PasswordProblem};
use super::proof::NotProved;
use super::session::{Present, Ticket};
use super::sign_in::Proof;
use super::{Accounts, Trouble, Visitor};
use crate::db::{Transaction, retry};
use crate::time::Millis;
use crate::tokens::blacklist::Reason;

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The current password is wrong, or the session is over.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// The new one is the one that is in use.
    #[error("the new password is the current one")]
    Same,
    /// The new one is not good enough.
    #[error("password: {0:?}")]
    Password(PasswordProblem),
}

impl<T: Into<Trouble>> From<T> for NotChanged {
    fn from(trouble: T) -> Self {
        Self::NotProved(NotProved::Trouble(trouble.into()))
    }
}

impl Accounts {
    /// Changes the password of somebody who knows the current one. All their other sessions end; this one gets a new
    /// token, and its old ones are dead.
    ///
    /// # Errors
    /// When the current password is wrong, the session is over, the new password is refused, or it cannot be tried.
    pub async fn change_password(
        &self,
        visitor: &Visitor,
        present: &Present,
        current: Password,
        new: Password,
    ) -> Result<Ticket, NotChanged> {
        if current.normal() == new.normal() {
            return Err(NotChanged::Same);
        }
        let proof = self.prove(visitor, present, current).await?;
        let personal = vec![present.email.clone(), present.display_name.clone()];
        let hash = self
            .hasher
            .check_and_hash(self.policy.clone(), personal, new, Lane::KnownBrowser)
            .await?
            .map_err(NotChanged::Password)?;
        retry(|| self.change_password_once(visitor, present, &proof, &hash)).await
    }

    async fn change_password_once(
        &self,
        visitor: &Visitor,
        present: &Present,
        proof: &Proof,
        hash: &PasswordHash,
    ) -> Result<Ticket, NotChanged> {
        let mut tx = self.pool.begin().await?;
        let now = self.clock.now();
        // Whoever set another password meanwhile has proved as much, and came first.
        let owner = Owner::keep(&mut tx, proof.user_id.as_str()).await?;
        let owner = owner.ok_or(NotProved::SessionOver)?;
        if !replace_hash(&mut tx, proof, hash, now).await? {
            return Err(NotProved::Wrong.into());
        }
        self.end_sessions_of(&mut tx, &owner.id, Some(&present.session), Reason::PasswordChanged)
            .await?;
        let ticket = self
            .replace_session(&mut tx, present, now)
            .await?
            .ok_or(NotProved::SessionOver)?;
        self.note(&mut tx, &owner.id, Event::PasswordChanged, Some(visitor)).await?;
        self.a_new_password_counts(&mut tx, visitor, &owner).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::info!(event = "password_changed", user = %owner.id, client = %visitor.address, "password changed");
        Ok(ticket)
    }
}

/// Stores a new hash in the place of the one that was verified. `false`: that is no longer there.
async fn replace_hash(tx: &mut Transaction, proof: &Proof, hash: &PasswordHash, now: Millis) -> sqlx::Result<bool> {
    const REPLACE: &str = "
        UPDATE users
        SET password_hash = $3, password_changed_at = $4
        WHERE id = $1
          AND status = 'active'
          AND password_hash = $2";
    let replaced = sqlx::query(REPLACE)
        .bind(proof.user_id.as_str())
        .bind(proof.verified.as_str())
        .bind(hash.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(replaced.rows_affected() == 1)
}
