//! Notifies the owner of a sign-in with a browser that the account does not know (ASVS 6.3.5).

use crate::accounts::identity::client::Client;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::mail::queue::MailKind;
use crate::time::{MINUTE, Millis};

/// For this time after a notice, further sign-ins from the same masked address and kind of browser cause none: pressing
/// the button many times sends one notice.
const ONE_NOTICE: Millis = MINUTE;

/// Queues the notice of a sign-in with an unknown browser, except at the first sign-in of an account.
pub(in crate::accounts) async fn notify_of_new_device(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
) -> sqlx::Result<()> {
    const TOLD: &str = "
        SELECT id
        FROM mails
        WHERE user_id = $1
          AND created_at > $2
          AND created_at < $6
          AND kind = $3
          AND COALESCE(device, '') = $4
          AND COALESCE(masked_ip, '') = $5";
    let app = tx.app;
    let now = app.clock.now();
    let requester = client.origin();
    if owner.last_seen_at == 0 {
        return Ok(());
    }
    let told = sqlx::query(TOLD)
        .bind(owner.id.as_str())
        .bind(now - ONE_NOTICE)
        .bind(MailKind::NewDevice.as_str())
        .bind(requester.device.as_deref().unwrap_or_default())
        .bind(requester.masked_ip.as_deref().unwrap_or_default())
        .bind(now + ONE_NOTICE)
        .fetch_optional(&mut **tx)
        .await?;
    if told.is_some() {
        return Ok(());
    }
    owner.notify(tx, MailKind::NewDevice).await
}
