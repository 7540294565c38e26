//! Known browsers: those that were used to sign in before. They have rate limits of their own, so a stranger who
//! guesses passwords elsewhere never locks the owner out (ASVS 6.1.1).

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::tokens::email_tokens;

/// The maximum number of known browsers of an account. A further one replaces the one that was used longest ago.
const MAX_BROWSERS: i64 = 20;

/// The result of remembering a browser.
pub(in crate::accounts) struct KnownBrowser {
    /// The value of its device cookie.
    pub(in crate::accounts) secret: String,
    pub(in crate::accounts) anew: bool,
}

/// Whether this browser was used before to sign in to the account of an address.
pub(in crate::accounts) async fn is_known_browser(app: &App, client: &Client, email: &str) -> sqlx::Result<bool> {
    const KNOWN: &str = "
        SELECT k.user_id
        FROM known_browsers k
        JOIN users u ON u.id = k.user_id
        WHERE k.browser_hash = $1
          AND u.email = $2
          AND u.status IN ('active', 'deleting')
          AND k.last_seen_at > $3";
    let Some(browser) = &client.device_cookie else {
        return Ok(false);
    };
    let known = sqlx::query(KNOWN)
        .bind(email_tokens::hash(browser))
        .bind(email)
        .bind(app.clock.now() - app.lifetimes.known_browser)
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(known.is_some())
}

/// Remembers the browser of a sign-in.
///
/// A device cookie that the account does not know is replaced: otherwise a person who plants his own cookie in another
/// person's browser would afterwards be known to that account. The other accounts that knew the old cookie know the new
/// one instead, and the old one becomes worthless: otherwise each own account would give further attempts at another
/// one.
pub(in crate::accounts) async fn remember_browser(
    tx: &mut Tx<'_>,
    client: &Client,
    user: &UserId,
) -> sqlx::Result<KnownBrowser> {
    const MOVE: &str = "
        UPDATE known_browsers
        SET browser_hash = $2
        WHERE browser_hash = $1";
    const REMEMBER: &str = "
        INSERT INTO known_browsers (browser_hash, user_id, last_seen_at)
        VALUES ($1, $2, $3)";
    let before = client.device_cookie.as_deref();
    if let Some(secret) = before
        && is_seen_again(tx, user, secret).await?
    {
        return Ok(KnownBrowser {
            secret: secret.to_owned(),
            anew: false,
        });
    }
    let (secret, hash) = email_tokens::browser_secret();
    if let Some(before) = before {
        sqlx::query(MOVE)
            .bind(email_tokens::hash(before))
            .bind(&hash)
            .execute(&mut **tx)
            .await?;
    }
    sqlx::query(REMEMBER)
        .bind(&hash)
        .bind(user.as_str())
        .bind(tx.now())
        .execute(&mut **tx)
        .await?;
    forget_oldest(tx, user, &hash).await?;
    Ok(KnownBrowser { secret, anew: true })
}

/// Updates when a browser that the account knows was last seen. `false`: the account does not know it.
async fn is_seen_again(tx: &mut Tx<'_>, user: &UserId, secret: &str) -> sqlx::Result<bool> {
    const SEEN: &str = "
        UPDATE known_browsers
        SET last_seen_at = $3
        WHERE browser_hash = $1
          AND user_id = $2";
    let seen = sqlx::query(SEEN)
        .bind(email_tokens::hash(secret))
        .bind(user.as_str())
        .bind(tx.now())
        .execute(&mut **tx)
        .await?;
    Ok(seen.rows_affected() > 0)
}

/// Forgets the browsers of an account beyond its newest ones, of which the one just remembered is the first.
async fn forget_oldest(tx: &mut Tx<'_>, user: &UserId, newest: &[u8]) -> sqlx::Result<()> {
    const KEEP_THE_NEWEST: &str = "
        DELETE FROM known_browsers
        WHERE user_id = $1
          AND browser_hash <> $2
          AND browser_hash NOT IN (
            SELECT browser_hash
            FROM known_browsers
            WHERE user_id = $1
              AND browser_hash <> $2
            ORDER BY last_seen_at DESC, browser_hash
            LIMIT $3)";
    sqlx::query(KEEP_THE_NEWEST)
        .bind(user.as_str())
        .bind(newest)
        .bind(MAX_BROWSERS - 1)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets the known browsers of an account, except the client's own if one is given.
pub(in crate::accounts) async fn forget_browsers(
    tx: &mut Tx<'_>,
    user: &UserId,
    but: Option<&Client>,
) -> sqlx::Result<()> {
    const FORGET: &str = "
        DELETE FROM known_browsers
        WHERE user_id = $1
          AND browser_hash <> $2";
    sqlx::query(FORGET)
        .bind(user.as_str())
        .bind(
            but.and_then(|client| client.device_cookie.as_deref())
                .map(email_tokens::hash)
                .unwrap_or_default(),
        )
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Counts an attempt. A known browser has a limit of its own, one that it shares with all known browsers of the
/// account, and one per client; any other browser has the limits of its client and of the account. A right password
/// restores nothing.
pub(in crate::accounts) fn check_rate_limits(
    app: &App,
    client: &Client,
    email: &str,
    known: bool,
) -> Result<(), ServiceError> {
    if let (true, Some(browser)) = (known, &client.device_cookie) {
        let key = (browser.clone(), email.to_owned());
        app.limits.sign_in_by_known_client.check(client.ip)?;
        app.limits.sign_in_by_known_browser.check(key)?;
        return Ok(app.limits.sign_in_by_known_account.check(email.to_owned())?);
    }
    app.limits.sign_in_by_client.check(client.ip)?;
    // An invalid address belongs to no account.
    if !email.is_empty() {
        app.limits.sign_in_by_account.check(email.to_owned())?;
    }
    Ok(())
}
