//! Browsers that an account was signed in to with before. They have an allowance of their own, so that an attacker who tries
//! passwords from elsewhere never locks the owner out (ASVS 6.1.1).

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::tokens::email_tokens;

/// How many browsers an account knows. The one seen longest ago makes room.
const MAX_BROWSERS: i64 = 20;

/// A browser that is known from now on.
pub(in crate::accounts) struct KnownBrowser {
    /// The secret that it is to keep.
    pub(in crate::accounts) secret: String,
    /// Whether the account did not know it before.
    pub(in crate::accounts) anew: bool,
}

/// Whether the account of an address was signed in to with this browser before.
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
/// A secret that the account does not know is replaced. An attacker may have planted it, and would otherwise be known to the
/// account afterwards. The allowances of the old secret move to the new one, and the old one is worth nothing. Otherwise each
/// account of an attacker would give fresh tries at other accounts.
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

/// Forgets the browsers that an account was signed in to with, except the visitor's own where one is given.
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

/// Counts a try: of a browser that was signed in with before against its own allowance, and what all known browsers
/// of the account, and of the client, have together; of any other against the client's and the account's. A right
/// password gives nothing back.
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
    // What is no address is no account either.
    if !email.is_empty() {
        app.limits.sign_in_by_account.check(email.to_owned())?;
    }
    Ok(())
}
