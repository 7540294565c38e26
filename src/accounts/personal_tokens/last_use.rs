//! When and from where a token was last used.

use std::net::IpAddr;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::mask_ip;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::time::{MINUTE, Millis};

/// The minimum time between two writes.
const INTERVAL: Millis = MINUTE;

/// Whether this use is written: at most one is per minute.
#[must_use]
pub fn should_record(app: &App, owner: &TokenOwner) -> bool {
    (app.clock.now() - owner.last_used.at()).abs() >= INTERVAL && owner.last_used.begin_touch()
}

/// Records a use, unless another node has recorded one less than a minute ago. A time in the future was stored by a wrong
/// clock, and is overwritten.
pub async fn record_use(app: &App, owner: &TokenOwner, client: IpAddr) -> Result<(), ServiceError> {
    const RECORD: &str = "
        UPDATE personal_tokens
        SET last_used_at = $2, last_used_ip = $3
        WHERE id = $1
          AND (last_used_at <= $4 OR last_used_at >= $5)";
    let now = app.clock.now();
    let recorded = sqlx::query(RECORD)
        .bind(&owner.token_id)
        .bind(now)
        .bind(mask_ip(client))
        .bind(now - INTERVAL)
        .bind(now + INTERVAL)
        .execute(app.pool.writing())
        .await;
    owner.last_used.end_touch(recorded.is_ok().then_some(now));
    recorded?;
    Ok(())
}
