//! Half sign-ins: the password or a mailed code was right, the second factor is still missing. The browser has a secret in a cookie, a program
//! has it as `state`; it is good for giving the second factor and for nothing else.

use sqlx::FromRow;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::time::{MINUTE, Millis};
use crate::tokens::email_tokens::{browser_secret, hash};

/// How long the second factor may take.
pub const LASTS: Millis = 10 * MINUTE;

/// The number of wrong codes that ends a half sign-in.
pub const MAX_TRIES: i64 = 5;

/// Who is signing in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignInBy {
    Browser,
    Program,
}

/// A half sign-in that is not over.
#[derive(FromRow)]
pub struct HalfSignIn {
    #[sqlx(try_from = "String")]
    pub(in crate::accounts) user_id: UserId,
    /// The address of the account.
    pub email: String,
    remember: i64,
    pub(in crate::accounts) activity_id: String,
    apps: i64,
    passkeys: i64,
    /// The method of its first factor.
    pub(in crate::accounts) first_factor: String,
}

impl HalfSignIn {
    /// Whether to stay signed in after the browser is closed.
    pub(in crate::accounts) fn remember(&self) -> bool {
        self.remember == 1
    }

    /// Whether a code of an authenticator app may follow.
    #[must_use]
    pub fn by_app(&self) -> bool {
        self.apps > 0
    }

    /// Whether a passkey may follow.
    #[must_use]
    pub fn by_passkey(&self) -> bool {
        self.passkeys > 0
    }
}

macro_rules! open_sql {
    () => {
        "h.hash = $1
          AND h.by_program = $2
          AND h.expires_at > $3
          AND h.tries < $4
          AND u.password_changed_at = h.password_changed_at
          AND u.status IN ('active', 'deleting')"
    };
}

/// Begins one. Returns its secret.
pub(in crate::accounts) async fn begin(
    tx: &mut Tx<'_>,
    owner: &LockedAccount,
    by: SignInBy,
    remember: bool,
    activity_id: &str,
    first_factor: &str,
) -> sqlx::Result<String> {
    const BEGIN: &str = "
        INSERT INTO half_sign_ins
            (hash, user_id, password_changed_at, by_program, remember, activity_id, tries, expires_at, first_factor)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
    let (secret, hash) = browser_secret();
    sqlx::query(BEGIN)
        .bind(hash)
        .bind(owner.id.as_str())
        .bind(owner.password_changed_at)
        .bind(i64::from(by == SignInBy::Program))
        .bind(i64::from(remember))
        .bind(activity_id)
        .bind(tx.now() + LASTS)
        .bind(first_factor)
        .execute(&mut **tx)
        .await?;
    Ok(secret)
}

/// The half sign-in of a secret. None: there is none, or it is over.
///
/// # Errors
/// When the database is unavailable.
pub async fn find(app: &App, secret: &str, by: SignInBy) -> Result<Option<HalfSignIn>, ServiceError> {
    Ok(select(app.pool.reading(), app, secret, by, MAX_TRIES).await?)
}

/// The same in a transaction that holds the lock of its account.
pub(in crate::accounts) async fn find_locked(
    tx: &mut Tx<'_>,
    secret: &str,
    by: SignInBy,
) -> sqlx::Result<Option<HalfSignIn>> {
    let app = tx.app;
    // The try in hand is counted already.
    select(&mut **tx, app, secret, by, MAX_TRIES + 1).await
}

async fn select<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    app: &App,
    secret: &str,
    by: SignInBy,
    tries_below: i64,
) -> sqlx::Result<Option<HalfSignIn>> {
    const FIND: &str = concat!(
        "
        SELECT h.user_id, u.email, h.remember, h.activity_id, h.first_factor,
               (SELECT COUNT(*) FROM totp_secrets t WHERE t.user_id = u.id) AS apps,
               (SELECT COUNT(*) FROM passkeys p WHERE p.user_id = u.id) AS passkeys
        FROM half_sign_ins h
        JOIN users u ON u.id = h.user_id
        WHERE ",
        open_sql!()
    );
    sqlx::query_as(FIND)
        .bind(hash(secret))
        .bind(i64::from(by == SignInBy::Program))
        .bind(app.clock.now())
        .bind(tries_below)
        .fetch_optional(database)
        .await
}

/// Counts a try before it is verified, so that concurrent ones gain nothing. Returns how many there are; none when there were
/// too many.
pub(in crate::accounts) async fn count_try(app: &App, secret: &str) -> sqlx::Result<Option<i64>> {
    const COUNT: &str = "
        UPDATE half_sign_ins
        SET tries = tries + 1
        WHERE hash = $1
          AND tries < $2
        RETURNING tries";
    sqlx::query_scalar(COUNT)
        .bind(hash(secret))
        .bind(MAX_TRIES)
        .fetch_optional(app.pool.writing())
        .await
}

/// Ends a half sign-in. `false`: it has ended before, so that it was used once.
pub(in crate::accounts) async fn take(tx: &mut Tx<'_>, secret: &str) -> sqlx::Result<bool> {
    const TAKE: &str = "
        DELETE FROM half_sign_ins
        WHERE hash = $1";
    let taken = sqlx::query(TAKE).bind(hash(secret)).execute(&mut **tx).await?;
    Ok(taken.rows_affected() == 1)
}

/// Signs out who is half signed in.
///
/// # Errors
/// When the database is unavailable.
pub async fn abandon(app: &App, secret: &str) -> Result<(), ServiceError> {
    let mut tx = Tx::begin_uncached(app, None).await?;
    take(&mut tx, secret).await?;
    Ok(tx.commit().await?)
}

/// Ends all of an account.
pub(in crate::accounts) async fn end_all_of(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<()> {
    const END: &str = "
        DELETE FROM half_sign_ins
        WHERE user_id = $1";
    sqlx::query(END).bind(user.as_str()).execute(&mut **tx).await?;
    Ok(())
}

/// Deletes those that were over at that time.
pub(in crate::accounts) async fn purge(app: &App, before: Millis) -> sqlx::Result<()> {
    const PURGE: &str = "
        DELETE FROM half_sign_ins
        WHERE expires_at < $1";
    sqlx::query(PURGE).bind(before).execute(app.pool.writing()).await?;
    Ok(())
}
