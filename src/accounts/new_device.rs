//! Telling an account's owner of a sign-in from a browser that was never signed in with before (ASVS 6.3.5).

use sqlx::Row as _;

use super::{Accounts, UserId, Visitor};
use crate::db::{MINUTE, Millis, Write};
use crate::i18n::Language;
use crate::mail::queue::{self, Order, Purpose};

/// For how long a notice stands for further sign-ins from the same place and kind of browser: somebody who presses the
/// button many times is told of once.
const ONE_NOTICE: Millis = MINUTE;

/// An account's owner, as a sign-in begins.
pub(super) struct Owner {
    email: String,
    language: Option<Language>,
    /// Whether anybody was ever signed in to the account.
    seen: bool,
}

impl Owner {
    /// The owner of an account. Until the transaction ends, nobody else changes it or signs in to it.
    pub(super) async fn of(tx: &mut Write, user: &UserId) -> sqlx::Result<Option<Self>> {
        const OWNER: &str = "
            UPDATE users
            SET status = status
            WHERE id = $1
            RETURNING email, locale, last_seen_at";
        let row = sqlx::query(OWNER).bind(user.as_str()).fetch_optional(&mut **tx).await?;
        row.map(|row| {
            let locale: Option<String> = row.try_get("locale")?;
            Ok(Self {
                email: row.try_get("email")?,
                language: locale.as_deref().and_then(Language::from_code),
                seen: row.try_get::<Millis, _>("last_seen_at")? > 0,
            })
        })
        .transpose()
    }
}

impl Accounts {
    /// Queues the notice of a sign-in with a browser that the account did not know, but for an account's very first.
    /// Returns whether there is one.
    pub(super) async fn tell_of_new_device(
        &self,
        tx: &mut Write,
        visitor: &Visitor,
        user: &UserId,
        owner: &Owner,
    ) -> sqlx::Result<bool> {
        const TOLD: &str = "
            SELECT id
            FROM mails
            WHERE user_id = $1
              AND created_at > $2
              AND purpose = $3
              AND COALESCE(device, '') = $4
              AND COALESCE(place, '') = $5";
        let now = self.clock.now();
        let requester = visitor.requester();
        if !owner.seen {
            return Ok(false);
        }
        let told = sqlx::query(TOLD)
            .bind(user.as_str())
            .bind(now - ONE_NOTICE)
            .bind(Purpose::NewDevice.as_str())
            .bind(requester.device.as_deref().unwrap_or_default())
            .bind(requester.place.as_deref().unwrap_or_default())
            .fetch_optional(&mut **tx)
            .await?;
        if told.is_some() {
            return Ok(false);
        }
        let order = Order {
            purpose: Purpose::NewDevice,
            recipient: &owner.email,
            language: owner.language.unwrap_or(visitor.language),
            user_id: Some(user.as_str()),
            requester: &requester,
        };
        queue::enqueue(tx, &order, now).await?;
        Ok(true)
    }
}
