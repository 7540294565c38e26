//! Changing one's password while signed in, and what every new password brings with it.

use super::activity::Event;
use super::hashing::{Lane, PasswordHash};
use super::password::{Password, PasswordProblem};
use super::proof::NotProved;
use super::session::{Present, Ticket};
use super::sign_in::Proof;
use super::{Accounts, Trouble, UserId, Visitor};
use crate::db::{Millis, Write};
use crate::i18n::Language;
use crate::mail::queue::{self, Order};
use crate::tokens::blacklist::Reason;
use crate::tokens::mailed;

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

/// Whom the word of a new password goes to.
pub(super) struct Owner {
    pub(super) id: UserId,
    pub(super) email: String,
    /// The language that they chose.
    pub(super) language: Option<Language>,
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
        let mut tx = self.pool.begin().await?;
        let now = self.clock.now();
        // Whoever set another password meanwhile has proved as much, and came first.
        let owner = replace_hash(&mut tx, &proof, &hash, now).await?.ok_or(NotProved::Wrong)?;
        self.end_sessions_of(&mut tx, &owner.id, Some(&present.session), Reason::PasswordChanged)
            .await?;
        let ticket = self
            .replace_session(&mut tx, present, now)
            .await?
            .ok_or(NotProved::SessionOver)?;
        self.void_what_was_asked(&mut tx, &owner.id).await?;
        self.note(&mut tx, &owner.id, Event::PasswordChanged, Some(visitor)).await?;
        self.queue_password_notice(&mut tx, visitor, &owner).await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::info!(event = "password_changed", user = %owner.id, client = %visitor.address, "password changed");
        Ok(ticket)
    }

    /// What was asked for under the old password does not outlive it: links to a new password, and to another address.
    /// Requests for a link that wait in the queue are dropped when their turn comes, because they are older.
    pub(super) async fn void_what_was_asked(&self, tx: &mut Write, user: &UserId) -> sqlx::Result<()> {
        for purpose in [mailed::Purpose::Reset, mailed::Purpose::EmailChange] {
            mailed::void(tx, purpose, user.as_str(), self.clock.now()).await?;
        }
        queue::drop_waiting(tx, queue::Purpose::EmailChange, user.as_str()).await
    }

    /// Tells the owner that there is a new password: in their language, at their address.
    pub(super) async fn queue_password_notice(
        &self,
        tx: &mut Write,
        visitor: &Visitor,
        owner: &Owner,
    ) -> sqlx::Result<()> {
        let order = Order {
            purpose: queue::Purpose::PasswordChanged,
            recipient: &owner.email,
            language: owner.language.unwrap_or(visitor.language),
            user_id: Some(owner.id.as_str()),
            requester: &visitor.requester(),
        };
        queue::enqueue(tx, &order, self.clock.now()).await?;
        Ok(())
    }
}

/// Stores a new hash in the place of the one that was verified; none when that is no longer there.
async fn replace_hash(tx: &mut Write, proof: &Proof, hash: &PasswordHash, now: Millis) -> sqlx::Result<Option<Owner>> {
    const REPLACE: &str = "
        UPDATE users
        SET password_hash = $3, password_changed_at = $4
        WHERE id = $1
          AND status = 'active'
          AND password_hash = $2
        RETURNING email, locale";
    let owner: Option<(String, Option<String>)> = sqlx::query_as(REPLACE)
        .bind(proof.user_id.as_str())
        .bind(proof.verified.as_str())
        .bind(hash.as_str())
        .bind(now)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(owner.map(|(email, locale)| Owner {
        id: proof.user_id.clone(),
        email,
        language: locale.as_deref().and_then(Language::from_code),
    }))
}
