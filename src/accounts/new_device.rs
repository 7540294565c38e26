//! Telling an account's owner of a sign-in from a browser that was never signed in with before (ASVS 6.3.5).

use super::owner::Owner;
use super::{Accounts, Visitor};
use crate::db::Transaction;
use crate::mail::queue::Purpose;
use crate::time::{MINUTE, Millis};

/// For how long a notice stands for further sign-ins from the same place and kind of browser: somebody who presses the
/// button many times is told of once.
const ONE_NOTICE: Millis = MINUTE;

impl Accounts {
    /// Queues the notice of a sign-in with a browser that the account did not know, but for an account's very first.
    /// Returns whether there is one.
    pub(super) async fn tell_of_new_device(
        &self,
        tx: &mut Transaction,
        visitor: &Visitor,
        owner: &Owner,
    ) -> sqlx::Result<bool> {
        const TOLD: &str = "
            SELECT id
            FROM mails
            WHERE user_id = $1
              AND created_at > $2
              AND created_at < $6
              AND purpose = $3
              AND COALESCE(device, '') = $4
              AND COALESCE(place, '') = $5";
        let now = self.clock.now();
        let requester = visitor.requester();
        if owner.last_seen_at == 0 {
            return Ok(false);
        }
        let told = sqlx::query(TOLD)
            .bind(owner.id.as_str())
            .bind(now - ONE_NOTICE)
            .bind(Purpose::NewDevice.as_str())
            .bind(requester.device.as_deref().unwrap_or_default())
            .bind(requester.place.as_deref().unwrap_or_default())
            .bind(now + ONE_NOTICE)
            .fetch_optional(&mut **tx)
            .await?;
        if told.is_some() {
            return Ok(false);
        }
        self.tell(tx, visitor, owner, Purpose::NewDevice).await?;
        Ok(true)
    }
}
