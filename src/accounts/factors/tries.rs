//! Limits of the second factor, apart from those of the password: a right password gives no try back. Whoever tries codes knows
//! the password already, so the owner is told.
//!
//! Wrong codes in a row are counted in the database, for all nodes: those of browsers that the account knows apart from all
//! others, so that a stranger never shuts the owner out. After the hundredth, no code of the app is right any more with other
//! browsers (NIST SP 800-63B-4 section 3.2.2). A recovery code still is: nobody guesses 120 bits.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::mail::queue::MailKind;
use crate::time::{DAY, Millis};

/// The maximum of wrong codes in a row, with browsers that the account does not know.
const MAX_FAILURES: i64 = 100;

/// After how many wrong codes in a row the owner is told.
const TELL_AT: [i64; 2] = [10, MAX_FAILURES];

/// How long wrong codes are counted after the last one.
const MEMORY: Millis = 30 * DAY;

/// A try, counted as wrong until it is known to be right.
pub(in crate::accounts) struct Try {
    known_browser: bool,
    failures: i64,
}

impl Try {
    /// Whether no code of an authenticator app is accepted any more.
    pub(in crate::accounts) fn too_many(&self) -> bool {
        !self.known_browser && self.failures > MAX_FAILURES
    }
}

/// Counts a try against the limits, before it is verified.
///
/// # Errors
/// When a limit is exceeded, or the database is unavailable.
pub(in crate::accounts) async fn count(
    app: &App,
    client: &Client,
    user: &UserId,
    known_browser: bool,
) -> Result<Try, ServiceError> {
    const COUNT: &str = "
        INSERT INTO second_factor_failures (user_id, known, failures, last_at)
        SELECT id, $2, 1, $3
        FROM users
        WHERE id = $1
        ON CONFLICT (user_id, known) DO UPDATE
        SET failures = second_factor_failures.failures + 1, last_at = $3
        RETURNING failures";
    match client.device_cookie.as_ref().filter(|_| known_browser) {
        Some(browser) => {
            let key = (browser.clone(), user.as_str().to_owned());
            app.limits.second_factor_by_known_browser.check(key)?;
        }
        None => app.limits.second_factor_by_account.check(user.as_str().to_owned())?,
    }
    let count = || {
        sqlx::query_scalar(COUNT)
            .bind(user.as_str())
            .bind(i64::from(known_browser))
            .bind(app.clock.now())
            .fetch_optional(app.pool.writing())
    };
    let failures: Option<i64> = retry(count).await?;
    Ok(Try {
        known_browser,
        failures: failures.ok_or(ServiceError::AccountGone)?,
    })
}

/// Ends a row of wrong codes: the code was right.
pub(in crate::accounts) async fn forgive(tx: &mut Tx<'_>, user: &UserId, tried: &Try) -> sqlx::Result<()> {
    const FORGIVE: &str = "
        DELETE FROM second_factor_failures
        WHERE user_id = $1
          AND known = $2";
    sqlx::query(FORGIVE)
        .bind(user.as_str())
        .bind(i64::from(tried.known_browser))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Records a wrong code in the activity, and tells the owner when there were many.
pub(in crate::accounts) async fn record_wrong(
    app: &App,
    client: &Client,
    user: &UserId,
    tried: &Try,
) -> Result<(), ServiceError> {
    retry(|| record_wrong_once(app, client, user, tried)).await
}

async fn record_wrong_once(app: &App, client: &Client, user: &UserId, tried: &Try) -> Result<(), ServiceError> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    let Some(owner) = LockedAccount::lock_confirmed(&mut tx, user.as_str()).await? else {
        return Ok(());
    };
    tx.record(&owner.id, Event::SecondFactorFailed).await?;
    if TELL_AT.contains(&tried.failures) {
        owner.notify(&mut tx, MailKind::SecondFactorGuessed).await?;
    }
    Ok(tx.commit().await?)
}

/// Deletes counts without a wrong code for a while.
pub(in crate::accounts) async fn purge(app: &App, due: Millis) -> sqlx::Result<()> {
    const PURGE: &str = "
        DELETE FROM second_factor_failures
        WHERE last_at < $1";
    sqlx::query(PURGE).bind(due - MEMORY).execute(app.pool.writing()).await?;
    Ok(())
}
