//! A change of address that waits for its confirmation: showing it, and withdrawing it.

use super::activity::Event;
use super::session::Present;
use super::{Accounts, Trouble, Visitor};
use crate::mail::queue;
use crate::tokens::mailed::{self, CHANGE_LIFETIME};

/// What became of a change that somebody withdrew.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Withdrawn {
    /// It is withdrawn.
    Done,
    /// None was waiting.
    Nothing,
    /// The session is over.
    SessionOver,
}

impl Accounts {
    /// The address that was asked for last and can still be confirmed. It is read from the mail to it, not from the link in
    /// that: to an address that is somebody else's there goes a mail as well, and nothing here may tell the two apart.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn waiting_address(&self, present: &Present) -> Result<Option<String>, Trouble> {
        const WAITING: &str = "
            SELECT m.recipient
            FROM mails m
            JOIN users u ON u.id = m.user_id
            WHERE m.user_id = $1
              AND m.purpose = $2
              AND m.status <> 'dead'
              AND COALESCE(m.finished_at, m.created_at) > $3
              AND m.created_at >= u.password_changed_at
              AND m.recipient <> u.email
              AND NOT EXISTS (
                  SELECT 1
                  FROM activity a
                  WHERE a.user_id = m.user_id
                    AND a.at >= m.created_at
                    AND a.event IN ($4, $5, $6))
            ORDER BY m.created_at DESC, m.id DESC
            LIMIT 1";
        let waiting = sqlx::query_scalar(WAITING)
            .bind(present.user_id.as_str())
            .bind(queue::Purpose::EmailChange.as_str())
            .bind(self.clock.now() - CHANGE_LIFETIME)
            .bind(Event::AddressChanged.as_str())
            .bind(Event::AddressRestored.as_str())
            .bind(Event::AddressChangeWithdrawn.as_str())
            .fetch_optional(self.pool.reading())
            .await?;
        Ok(waiting)
    }

    /// Withdraws whatever change of address waits: its links are void, and mails that would bring one are dropped.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn withdraw_address(&self, visitor: &Visitor, present: &Present) -> Result<Withdrawn, Trouble> {
        if self.waiting_address(present).await?.is_none() {
            return Ok(Withdrawn::Nothing);
        }
        let user = &present.user_id;
        let mut tx = self.pool.begin().await?;
        if self.keep_own(&mut tx, present).await?.is_none() {
            return Ok(Withdrawn::SessionOver);
        }
        mailed::void(&mut tx, mailed::Purpose::EmailChange, user.as_str(), self.clock.now()).await?;
        queue::drop_waiting(&mut tx, queue::Purpose::EmailChange, user.as_str()).await?;
        self.note(&mut tx, user, Event::AddressChangeWithdrawn, Some(visitor)).await?;
        tx.commit().await?;
        tracing::info!(event = "address_change_withdrawn", user = %user, client = %visitor.address, "a change of address was withdrawn");
        Ok(Withdrawn::Done)
    }
}
