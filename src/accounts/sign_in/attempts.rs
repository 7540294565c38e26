//! Counts failed sign-ins in a row, by the typed address. Unknown addresses are counted as well, so that the count
//! reveals nothing. After the hundredth failure only known browsers can sign in, until the password is reset (NIST SP
//! 800-63B-4 section 3.2.2).
//!
//! An attempt is counted as failed before it is verified, and corrected if the password was right. So concurrent
//! attempts gain nothing, and an interrupted attempt counts as failed.

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::id::new_id;
use crate::time::{CLOCKS_DIFFER, DAY, Millis};
use crate::tokens::keys::keyed_hash;

/// The maximum of failed sign-ins in a row, with browsers that the account does not know.
const MAX_FAILURES: i64 = 100;
/// How long failures are counted after the last one.
pub(in crate::accounts) const FAILURE_MEMORY: Millis = 30 * DAY;

/// An attempt to sign in, recorded as failed until it is confirmed.
pub(in crate::accounts) struct LoginAttempt {
    /// The address at which it is counted; none for a known browser.
    counted: Option<String>,
    /// The id of its activity entry, if the address has an account.
    note: String,
    /// Whether there were too many failures: then the attempt fails, whatever the password.
    pub(in crate::accounts) too_many: bool,
}

impl LoginAttempt {
    /// The id of its activity entry.
    pub(in crate::accounts) fn note(&self) -> &str {
        &self.note
    }
}

/// Counts and records an attempt as failed: with the same statements for every address, of which one always writes.
pub(in crate::accounts) async fn record_attempt(
    app: &App,
    client: &Client,
    email: &str,
    known_browser: bool,
) -> sqlx::Result<LoginAttempt> {
    const INCREMENT_FAILURES: &str = "
        INSERT INTO sign_in_failures (email_hash, failures, last_at)
        VALUES ($1, 1, $2)
        ON CONFLICT (email_hash) DO UPDATE
        SET failures = sign_in_failures.failures + 1, last_at = $2
        RETURNING failures";
    const NOTE: &str = "
        INSERT INTO activity (id, user_id, at, event, device, masked_ip)
        SELECT $1, id, $3, $4, $5, $6
        FROM users
        WHERE email = $2
          AND status <> 'pending'";
    let now = app.clock.now();
    let who = client.origin();
    let note = new_id();
    let counted = (!known_browser).then(|| email.to_owned());
    let mut failures = 0;
    let mut tx = Tx::begin_uncached(app, client).await?;
    if let Some(email) = &counted {
        let count = sqlx::query_scalar(INCREMENT_FAILURES).bind(email_hash(app, email)).bind(now);
        failures = count.fetch_one(&mut *tx).await?;
    }
    sqlx::query(NOTE)
        .bind(&note)
        .bind(email)
        .bind(now)
        .bind(Event::SignInFailed.as_str())
        .bind(who.device)
        .bind(who.masked_ip)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(LoginAttempt {
        counted,
        note,
        too_many: failures > MAX_FAILURES,
    })
}

/// Corrects a successful attempt: its activity entry becomes a sign-in, and the count of failures is reset, unless the
/// browser is known, because its sign-ins say nothing about the attempts of others.
pub(in crate::accounts) async fn confirm_success(
    tx: &mut Tx<'_>,
    tried: &LoginAttempt,
    user: &UserId,
    _client: &Client,
) -> sqlx::Result<()> {
    if let Some(email) = &tried.counted {
        reset_failures(tx, email).await?;
    }
    turn(tx, &tried.note, user, Event::SignedIn).await
}

/// Corrects an attempt with a right password whose second factor is still missing. It was no failure, but earlier ones stay
/// counted.
pub(in crate::accounts) async fn confirm_password(
    tx: &mut Tx<'_>,
    tried: &LoginAttempt,
    user: &UserId,
) -> sqlx::Result<()> {
    if let Some(email) = &tried.counted {
        give_back(tx, email).await?;
    }
    turn(tx, &tried.note, user, Event::SecondFactorAsked).await
}

/// Corrects it once more when the second factor was given: it becomes a sign-in, and the count of failures is reset.
pub(in crate::accounts) async fn complete(tx: &mut Tx<'_>, owner: &LockedAccount, note: &str) -> sqlx::Result<()> {
    reset_failures(tx, &owner.email).await?;
    turn(tx, note, &owner.id, Event::SignedIn).await
}

/// Turns the activity entry of an attempt into another event.
async fn turn(tx: &mut Tx<'_>, note: &str, user: &UserId, event: Event) -> sqlx::Result<()> {
    const TURN: &str = "
        UPDATE activity
        SET event = $3, at = $4
        WHERE id = $1
          AND user_id = $2";
    let now = tx.now();
    let turned = sqlx::query(TURN)
        .bind(note)
        .bind(user.as_str())
        .bind(event.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    if turned.rows_affected() == 0 {
        // The address moved to another account meanwhile.
        forget_note(tx, note).await?;
        tx.record(user, event).await?;
    }
    Ok(())
}

/// Removes an attempt that could not be verified: it was no failure.
pub(in crate::accounts) async fn cancel_attempt(app: &App, tried: &LoginAttempt) -> sqlx::Result<()> {
    let mut tx = Tx::begin_uncached(app, None).await?;
    if let Some(email) = &tried.counted {
        give_back(&mut tx, email).await?;
    }
    forget_note(&mut tx, &tried.note).await?;
    tx.commit().await
}

async fn give_back(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    const GIVE_BACK: &str = "
        UPDATE sign_in_failures
        SET failures = failures - 1
        WHERE email_hash = $1
          AND failures > 0";
    let hash = email_hash(tx.app, email);
    sqlx::query(GIVE_BACK).bind(hash).execute(&mut **tx).await?;
    Ok(())
}

/// Resets the failures at an address, after its owner has signed in or used a mailed link.
pub(in crate::accounts) async fn reset_failures(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    const FORGIVE: &str = "
        DELETE FROM sign_in_failures
        WHERE email_hash = $1";
    let app = tx.app;
    sqlx::query(FORGIVE).bind(email_hash(app, email)).execute(&mut **tx).await?;
    Ok(())
}

/// Deletes counts without a failure for a while. A time in the future was stored by a wrong clock, and is replaced by
/// the present, so that no one is locked out for longer.
pub(in crate::accounts) async fn purge_failures(app: &App, due: Millis) -> sqlx::Result<()> {
    const PURGE: &str = "
        DELETE FROM sign_in_failures
        WHERE last_at < $1";
    const AHEAD: &str = "
        UPDATE sign_in_failures
        SET last_at = $1
        WHERE last_at > $2";
    let now = app.clock.now();
    sqlx::query(PURGE)
        .bind(due - FAILURE_MEMORY)
        .execute(app.pool.writing())
        .await?;
    sqlx::query(AHEAD)
        .bind(now)
        .bind(now + CLOCKS_DIFFER)
        .execute(app.pool.writing())
        .await?;
    Ok(())
}

/// The key of an address in the count. It is an HMAC, because most addresses that strangers type belong to a person.
fn email_hash(app: &App, email: &str) -> Vec<u8> {
    keyed_hash(&app.failures_key, email)
}

async fn forget_note(tx: &mut Tx<'_>, note: &str) -> sqlx::Result<()> {
    const FORGET: &str = "
        DELETE FROM activity
        WHERE id = $1";
    sqlx::query(FORGET).bind(note).execute(&mut **tx).await?;
    Ok(())
}
