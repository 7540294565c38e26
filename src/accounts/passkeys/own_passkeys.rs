//! The passkeys of an account, as their owner sees them: listing, renaming, removing.

use data_encoding::BASE64URL_NOPAD;
use sqlx::{FromRow, Row as _};

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::factors::{level, second_factor};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::user::UserId;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session::{self, SessionCookie};
use crate::accounts::tx::Tx;
use crate::accounts::webauthn::relying_party::Descriptor;
use crate::db::{Row, retry};
use crate::mail::queue::MailKind;
use crate::time::Millis;

/// A passkey without its key.
#[derive(Clone, Debug, FromRow)]
pub struct OwnPasskey {
    pub id: String,
    pub name: String,
    credential_id: Vec<u8>,
    backup_eligible: i64,
    synced: i64,
    pub created_at: Millis,
    last_used_at: Millis,
}

impl OwnPasskey {
    /// None: never.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Millis> {
        (self.last_used_at > 0).then_some(self.last_used_at)
    }

    /// Whether other devices of the owner have it too.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.synced == 1
    }

    /// Whether it can never leave its device.
    #[must_use]
    pub fn is_device_bound(&self) -> bool {
        self.backup_eligible == 0
    }

    /// As browsers name it.
    #[must_use]
    pub fn credential_id(&self) -> String {
        BASE64URL_NOPAD.encode(&self.credential_id)
    }
}

/// The caller's passkeys.
#[derive(Clone, Debug)]
pub struct OwnPasskeys {
    /// The newest first.
    pub passkeys: Vec<OwnPasskey>,
    /// By it authenticators know the account, as browsers write it. None: no passkey was ever asked for.
    pub handle: Option<String>,
    has_password: bool,
    has_app: bool,
}

impl OwnPasskeys {
    /// Whether there is a passkey and no other way to sign in.
    #[must_use]
    pub fn is_last_way_in(&self) -> bool {
        !self.has_password && self.passkeys.len() == 1
    }

    /// Whether there is a single passkey, and it is the only second factor beside a password.
    #[must_use]
    pub fn is_only_factor(&self) -> bool {
        self.has_password && !self.has_app && self.passkeys.len() == 1
    }
}

/// What became of a change of a passkey.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Changed {
    Done,
    /// The caller has no such passkey.
    Unknown,
    /// The session of the caller has ended meanwhile, and nothing was changed.
    SessionOver,
}

/// What became of the removal of a passkey.
#[derive(Debug)]
pub enum Removed {
    /// The session goes on with a new token, as after every change of a factor.
    Done(SessionCookie),
    /// The caller has no such passkey.
    Unknown,
    /// Without it nobody could sign in to the account any more.
    LastWayIn,
    /// The session of the caller has ended meanwhile, and nothing was changed.
    SessionOver,
}

/// The caller's passkeys.
pub async fn own_passkeys(app: &App, session: &CurrentSession) -> Result<OwnPasskeys, ServiceError> {
    const OWN: &str = "
        SELECT id, name, credential_id, backup_eligible, synced, created_at, last_used_at
        FROM passkeys
        WHERE user_id = $1
        ORDER BY created_at DESC, id";
    const ACCOUNT: &str = "
        SELECT h.handle, CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS has_password
        FROM users u
        LEFT JOIN passkey_handles h ON h.user_id = u.id
        WHERE u.id = $1";
    let user = session.user_id.as_str();
    let passkeys = sqlx::query_as(OWN).bind(user).fetch_all(app.pool.reading()).await?;
    let account = sqlx::query(ACCOUNT).bind(user).fetch_optional(app.pool.reading()).await?;
    let account = account.ok_or(ServiceError::AccountGone)?;
    let handle: Option<Vec<u8>> = account.try_get("handle")?;
    Ok(OwnPasskeys {
        passkeys,
        handle: handle.map(|handle| BASE64URL_NOPAD.encode(&handle)),
        has_password: account.try_get::<i64, _>("has_password")? == 1,
        has_app: second_factor::of(app.pool.reading(), &session.user_id).await?.app(),
    })
}

/// The passkeys of an account as browsers are asked for them.
pub(in crate::accounts) async fn descriptors_of(app: &App, user: &UserId) -> sqlx::Result<Vec<Descriptor>> {
    const OF_USER: &str = "
        SELECT credential_id, transports
        FROM passkeys
        WHERE user_id = $1
        ORDER BY created_at DESC, id";
    let rows = sqlx::query(OF_USER).bind(user.as_str()).fetch_all(app.pool.reading()).await?;
    let descriptor = |row: &Row| {
        Ok(Descriptor {
            credential_id: row.try_get("credential_id")?,
            transports: row.try_get("transports")?,
        })
    };
    rows.iter().map(descriptor).collect()
}

/// Gives one of the caller's passkeys another name.
pub async fn rename(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    id: &str,
    name: &DisplayName,
) -> Result<Changed, ServiceError> {
    // PostgreSQL refuses a text with a NUL.
    if id.contains('\0') {
        return Ok(Changed::Unknown);
    }
    retry(|| rename_once(app, client, session, id, name)).await
}

async fn rename_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    id: &str,
    name: &DisplayName,
) -> Result<Changed, ServiceError> {
    const RENAME: &str = "
        UPDATE passkeys
        SET name = $3
        WHERE id = $1
          AND user_id = $2";
    let mut tx = Tx::begin_uncached(app, client).await?;
    if session::lock_for(&mut tx, session).await?.is_none() {
        return Ok(Changed::SessionOver);
    }
    let renamed = sqlx::query(RENAME)
        .bind(id)
        .bind(session.user_id.as_str())
        .bind(name.as_str())
        .execute(&mut *tx)
        .await?;
    if renamed.rows_affected() == 0 {
        return Ok(Changed::Unknown);
    }
    tx.record(&session.user_id, Event::PasskeyRenamed).await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

/// Removes one of the caller's passkeys, unless it is the last way in. Its owner gets a notice. If no second factor is left, the
/// recovery codes end too.
pub async fn remove(app: &App, client: &Client, session: &CurrentSession, id: &str) -> Result<Removed, ServiceError> {
    if id.contains('\0') {
        return Ok(Removed::Unknown);
    }
    retry(|| remove_once(app, client, session, id)).await
}

async fn remove_once(app: &App, client: &Client, session: &CurrentSession, id: &str) -> Result<Removed, ServiceError> {
    const REMOVE: &str = "
        DELETE FROM passkeys
        WHERE id = $1
          AND user_id = $2";
    const WAYS_IN: &str = "
        SELECT COUNT(*)
        FROM users u
        WHERE u.id = $1
          AND (u.password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id))";
    let mut tx = Tx::begin(app, client).await?;
    let Some(owner) = session::lock_for(&mut tx, session).await? else {
        return Ok(Removed::SessionOver);
    };
    let removed = sqlx::query(REMOVE).bind(id).bind(owner.id.as_str()).execute(&mut *tx).await?;
    if removed.rows_affected() == 0 {
        return Ok(Removed::Unknown);
    }
    // Under the lock of the account: two at once cannot both leave the other's.
    let ways: i64 = sqlx::query_scalar(WAYS_IN).bind(owner.id.as_str()).fetch_one(&mut *tx).await?;
    if ways == 0 {
        return Ok(Removed::LastWayIn);
    }
    let left = second_factor::after_removal(&mut tx, &owner.id).await?;
    let methods = if left.any() {
        session.methods.clone()
    } else {
        level::lowered(&session.methods)
    };
    let replaced = session::replace_session(&mut tx, session, session.authenticated_at, &methods).await?;
    let Some(cookie) = replaced else {
        return Ok(Removed::SessionOver);
    };
    if left.any() {
        owner.record(&mut tx, Event::PasskeyRemoved).await?;
    } else {
        tx.record(&owner.id, Event::PasskeyRemoved).await?;
        owner.notify(&mut tx, MailKind::TwoFactorDisabled).await?;
    }
    tx.commit().await?;
    Ok(Removed::Done(cookie))
}

/// Removes the passkeys that were added to an account since a time, and what waits for new ones. Returns how many there were.
/// What follows the removal of a factor is left to the caller.
pub(in crate::accounts) async fn end_passkeys_since(
    tx: &mut Tx<'_>,
    user: &UserId,
    since: Millis,
) -> sqlx::Result<u64> {
    const PASSKEYS: &str = "
        DELETE FROM passkeys
        WHERE user_id = $1
          AND created_at >= $2";
    const CHALLENGES: &str = "
        DELETE FROM passkey_challenges
        WHERE user_id = $1";
    let removed = sqlx::query(PASSKEYS).bind(user.as_str()).bind(since);
    let removed = removed.execute(&mut **tx).await?;
    sqlx::query(CHALLENGES).bind(user.as_str()).execute(&mut **tx).await?;
    Ok(removed.rows_affected())
}
