//! Remembered browsers: the second factor was given there, and is not asked for again at sign-in for a while. It is asked for
//! before sensitive actions all the same.

use sqlx::FromRow;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::{Client, mask_ip};
use crate::accounts::identity::device::Device;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::id::new_id;
use crate::time::{DAY, Millis};
use crate::tokens::email_tokens::{browser_secret, hash};

/// How long a browser is remembered.
pub const LASTS: Millis = 30 * DAY;

/// The maximum number of an account. A further one replaces the oldest.
const MAX_BROWSERS: i64 = 20;

/// A remembered browser, as its owner sees it.
#[derive(Clone, Debug)]
pub struct RememberedBrowser {
    pub id: String,
    pub device: Option<Device>,
    /// The masked client address of the sign-in.
    pub masked_ip: String,
    pub since: Millis,
    pub until: Millis,
    /// Whether it is the browser that asks.
    pub is_this: bool,
}

#[derive(FromRow)]
struct StoredBrowser {
    id: String,
    hash: Vec<u8>,
    device: Option<String>,
    masked_ip: String,
    created_at: Millis,
    expires_at: Millis,
}

/// Remembers the browser of a sign-in in place of what it had before. Returns the secret for its cookie.
pub(in crate::accounts) async fn remember(tx: &mut Tx<'_>, client: &Client, user: &UserId) -> sqlx::Result<String> {
    const REMEMBER: &str = "
        INSERT INTO remembered_browsers (id, hash, user_id, device, masked_ip, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    const KEEP_THE_NEWEST: &str = "
        DELETE FROM remembered_browsers
        WHERE user_id = $1
          AND id NOT IN (
            SELECT id
            FROM remembered_browsers
            WHERE user_id = $1
            ORDER BY created_at DESC, id
            LIMIT $2)";
    if let Some(before) = &client.remembered_cookie {
        forget_this(tx, user, before).await?;
    }
    let (secret, stored) = browser_secret();
    let now = tx.now();
    sqlx::query(REMEMBER)
        .bind(new_id())
        .bind(stored)
        .bind(user.as_str())
        .bind(client.origin().device)
        .bind(mask_ip(client.ip))
        .bind(now)
        .bind(now + LASTS)
        .execute(&mut **tx)
        .await?;
    sqlx::query(KEEP_THE_NEWEST)
        .bind(user.as_str())
        .bind(MAX_BROWSERS)
        .execute(&mut **tx)
        .await?;
    Ok(secret)
}

/// Whether the account remembers this browser, and the operator permits that.
pub(in crate::accounts) async fn is_remembered(tx: &mut Tx<'_>, client: &Client, user: &UserId) -> sqlx::Result<bool> {
    // A row that a wrong clock has stored in the future does not count.
    const REMEMBERED: &str = "
        SELECT id
        FROM remembered_browsers
        WHERE hash = $1
          AND user_id = $2
          AND expires_at > $3
          AND expires_at <= $4";
    let Some(secret) = client.remembered_cookie.as_deref().filter(|_| tx.app.may_remember_browsers) else {
        return Ok(false);
    };
    let now = tx.now();
    let found = sqlx::query(REMEMBERED)
        .bind(hash(secret))
        .bind(user.as_str())
        .bind(now)
        .bind(now + LASTS + DAY)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.is_some())
}

/// The remembered browsers of an account, the newest first.
///
/// # Errors
/// When the database is unavailable.
pub async fn list(app: &App, client: &Client, user: &UserId) -> Result<Vec<RememberedBrowser>, ServiceError> {
    const ALL: &str = "
        SELECT id, hash, device, masked_ip, created_at, expires_at
        FROM remembered_browsers
        WHERE user_id = $1
          AND expires_at > $2
        ORDER BY created_at DESC, id";
    if !app.may_remember_browsers {
        return Ok(Vec::new());
    }
    let stored: Vec<StoredBrowser> = sqlx::query_as(ALL)
        .bind(user.as_str())
        .bind(app.clock.now())
        .fetch_all(app.pool.reading())
        .await?;
    let this = client.remembered_cookie.as_deref().map(hash);
    let browsers = stored.into_iter().map(|stored| RememberedBrowser {
        is_this: this.as_deref() == Some(&*stored.hash),
        id: stored.id,
        device: stored.device.as_deref().and_then(Device::from_stored),
        masked_ip: stored.masked_ip,
        since: stored.created_at,
        until: stored.expires_at,
    });
    Ok(browsers.collect())
}

/// Forgets one browser of an account, by its id. `false`: there is no such.
pub(in crate::accounts) async fn forget(tx: &mut Tx<'_>, user: &UserId, id: &str) -> sqlx::Result<bool> {
    const FORGET: &str = "
        DELETE FROM remembered_browsers
        WHERE id = $1
          AND user_id = $2";
    let forgotten = sqlx::query(FORGET).bind(id).bind(user.as_str()).execute(&mut **tx).await?;
    Ok(forgotten.rows_affected() == 1)
}

async fn forget_this(tx: &mut Tx<'_>, user: &UserId, secret: &str) -> sqlx::Result<()> {
    const FORGET: &str = "
        DELETE FROM remembered_browsers
        WHERE hash = $1
          AND user_id = $2";
    sqlx::query(FORGET)
        .bind(hash(secret))
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets all browsers of an account, except that of the client, if one is given.
pub(in crate::accounts) async fn forget_all(tx: &mut Tx<'_>, user: &UserId, but: Option<&Client>) -> sqlx::Result<()> {
    const FORGET: &str = "
        DELETE FROM remembered_browsers
        WHERE user_id = $1
          AND hash <> $2";
    let but = but.and_then(|client| client.remembered_cookie.as_deref());
    sqlx::query(FORGET)
        .bind(user.as_str())
        .bind(but.map(hash).unwrap_or_default())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes those that were over at that time.
pub(in crate::accounts) async fn purge(app: &App, before: Millis) -> sqlx::Result<()> {
    const PURGE: &str = "
        DELETE FROM remembered_browsers
        WHERE expires_at < $1";
    sqlx::query(PURGE).bind(before).execute(app.pool.writing()).await?;
    Ok(())
}
