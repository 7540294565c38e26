//! Sign-ins that fail, counted in a row by the address typed: whether or not it has an account, so that the count tells
//! nothing. After the hundredth only a reset, or a browser that was signed in with before, gets in (NIST SP 800-63B-4
//! section 3.2.2).
//!
//! A try counts as failed before it is made, and is taken back when it turns out right: so twenty at once are no more than
//! twenty, and one that breaks off was a failure.

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::id::new_id;
use crate::time::{CLOCKS_DIFFER, DAY, Millis};
use crate::tokens::keys::keyed_hash;

/// How many sign-ins may fail in a row, from browsers that the account does not know.
const MAX_FAILURES: i64 = 100;
/// How long failures count after the last one.
pub(in crate::accounts) const FAILURE_MEMORY: Millis = 30 * DAY;

/// A try to sign in: failed, as long as nothing else is known of it.
pub(in crate::accounts) struct LoginAttempt {
    /// The address it is counted at; a browser that is known is not.
    counted: Option<String>,
    /// What is noted of it, if the address has an account.
    note: String,
    /// Whether it is one too many: then it fails, whatever the password.
    pub(in crate::accounts) too_many: bool,
}

/// Counts and notes a try as failed: the same statements for every address, one of which writes in any case.
pub(in crate::accounts) async fn record_attempt(
    app: &App,
    client: &Client,
    email: &str,
    known: bool,
) -> sqlx::Result<LoginAttempt> {
    const COUNT: &str = "
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
    let counted = (!known).then(|| email.to_owned());
    let mut failures = 0;
    let mut tx = Tx::begin_uncached(app, client).await?;
    if let Some(email) = &counted {
        let count = sqlx::query_scalar(COUNT).bind(email_hash(app, email)).bind(now);
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

/// It did not fail: what was noted of it was a sign-in, and all failures before are forgiven, unless the browser is
/// known: its sign-ins say nothing of what others try elsewhere.
pub(in crate::accounts) async fn confirm_success(
    tx: &mut Tx<'_>,
    tried: &LoginAttempt,
    user: &UserId,
    _client: &Client,
) -> sqlx::Result<()> {
    let app = tx.app;
    const TURN: &str = "
        UPDATE activity
        SET event = $3, at = $4
        WHERE id = $1
          AND user_id = $2";
    if let Some(email) = &tried.counted {
        reset_failures(tx, email).await?;
    }
    let turned = sqlx::query(TURN)
        .bind(&tried.note)
        .bind(user.as_str())
        .bind(Event::SignedIn.as_str())
        .bind(app.clock.now())
        .execute(&mut **tx)
        .await?;
    if turned.rows_affected() == 0 {
        // The address became another account's since.
        forget_note(tx, &tried.note).await?;
        tx.record(user, Event::SignedIn).await?;
    }
    Ok(())
}

/// It could not be tried at all, so it was no failure either.
pub(in crate::accounts) async fn cancel_attempt(app: &App, tried: &LoginAttempt) -> sqlx::Result<()> {
    const GIVE_BACK: &str = "
        UPDATE sign_in_failures
        SET failures = failures - 1
        WHERE email_hash = $1
          AND failures > 0";
    let mut tx = Tx::begin_uncached(app, None).await?;
    if let Some(email) = &tried.counted {
        sqlx::query(GIVE_BACK).bind(email_hash(app, email)).execute(&mut *tx).await?;
    }
    forget_note(&mut tx, &tried.note).await?;
    tx.commit().await
}

/// Forgets the failures at an address: whoever owns it has shown so, by the right password or by a mailed link.
pub(in crate::accounts) async fn reset_failures(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    let app = tx.app;
    const FORGIVE: &str = "
        DELETE FROM sign_in_failures
        WHERE email_hash = $1";
    sqlx::query(FORGIVE).bind(email_hash(app, email)).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets failures that were followed by none for a while. A time that lies ahead was noted while the clock was wrong:
/// from then on it counts as now, so that nobody is kept out for longer.
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

/// The name of an address in the count: keyed, for most addresses that strangers type are somebody's.
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
