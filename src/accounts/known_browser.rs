//! Browsers that somebody has signed in with before. They keep an allowance of their own: so whoever tries passwords from
//! elsewhere never shuts the owner out (ASVS 6.1.1).

use super::{Accounts, UserId, Visitor};
use crate::db::{DAY, Millis, Write};
use crate::tokens::mailed;

/// How long a browser is known after its last sign-in: as long as browsers keep a cookie at most.
pub const KNOWN_FOR: Millis = 400 * DAY;

impl Accounts {
    /// Whether the account of an address was signed in to with this browser before.
    pub(super) async fn knows(&self, visitor: &Visitor, email: &str) -> sqlx::Result<bool> {
        const KNOWN: &str = "
            SELECT k.user_id
            FROM known_browsers k
            JOIN users u ON u.id = k.user_id
            WHERE k.browser_hash = $1
              AND u.email = $2
              AND u.status IN ('active', 'deleting')
              AND k.last_seen_at > $3";
        let Some(browser) = &visitor.browser else {
            return Ok(false);
        };
        let known = sqlx::query(KNOWN)
            .bind(mailed::hash(browser))
            .bind(email)
            .bind(self.clock.now() - KNOWN_FOR)
            .fetch_optional(self.pool.reading())
            .await?;
        Ok(known.is_some())
    }

    /// Remembers a browser that somebody has just signed in with. Returns the secret that it is to keep.
    ///
    /// A secret that the account does not know is replaced, along with what it was good for: or somebody who plants his own
    /// in another's browser would be known for that account afterwards.
    pub(super) async fn remember_browser(
        &self,
        tx: &mut Write,
        visitor: &Visitor,
        user: &UserId,
    ) -> sqlx::Result<String> {
        const SEEN: &str = "
            UPDATE known_browsers
            SET last_seen_at = $3
            WHERE browser_hash = $1
              AND user_id = $2";
        const TAKE_ALONG: &str = "
            INSERT INTO known_browsers (browser_hash, user_id, last_seen_at)
            SELECT $2, user_id, last_seen_at
            FROM known_browsers
            WHERE browser_hash = $1";
        const REMEMBER: &str = "
            INSERT INTO known_browsers (browser_hash, user_id, last_seen_at)
            VALUES ($1, $2, $3)";
        let now = self.clock.now();
        let before = visitor.browser.as_deref().map(mailed::hash);
        if let (Some(hash), Some(secret)) = (&before, &visitor.browser) {
            let seen = sqlx::query(SEEN)
                .bind(hash)
                .bind(user.as_str())
                .bind(now)
                .execute(&mut **tx)
                .await?;
            if seen.rows_affected() > 0 {
                return Ok(secret.clone());
            }
        }
        let (secret, hash) = mailed::browser_secret();
        if let Some(before) = before {
            sqlx::query(TAKE_ALONG).bind(before).bind(&hash).execute(&mut **tx).await?;
        }
        sqlx::query(REMEMBER)
            .bind(&hash)
            .bind(user.as_str())
            .bind(now)
            .execute(&mut **tx)
            .await?;
        Ok(secret)
    }
}
