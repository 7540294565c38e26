//! Creating and deleting accounts, by the operator or an admin.

use crate::accounts::app::App;
use crate::accounts::erasure;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::UserId;
use crate::accounts::identity::user_name::UserName;
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::{delete_pending_sign_ups, is_taken};
use crate::accounts::locking::last_admin::{has_active_admin, is_active_admin};
use crate::accounts::locking::named_account::named_account;
use crate::accounts::locking::user_names::{give_user_name, set_user_name};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passwords::hasher::{PasswordHash, Priority};
use crate::accounts::passwords::password::{Password, PasswordError};
use crate::accounts::tx::Tx;
use crate::db::{self, retry};
use crate::id::new_id;

#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("no account has this address (a sign-up that waits to be confirmed is none yet)")]
    Unknown,
    /// It is neither an address nor the id of an account.
    #[error("this is no address, and no account has it as its id")]
    NoAddress,
    #[error("an account has this address already")]
    Taken,
    #[error("this user name belongs or belonged to another account")]
    UserNameTaken,
    /// The change would leave no active admin.
    #[error("this is the last active admin: make somebody else admin first")]
    LastAdmin,
    #[error("the password is refused: {0:?}")]
    Password(PasswordError),
}

/// Locks an account's row until the transaction ends: a sign-in that has begun is awaited, so that its session ends
/// too, and a later sign-in waits and then sees the change.
const ACCOUNT: &str = "
    UPDATE users
    SET status = status
    WHERE id = $1
      AND email = $2
      AND status <> 'pending'
    RETURNING id";

/// An account to be created.
pub struct NewUser {
    /// It counts as confirmed.
    pub email: EmailAddress,
    pub display_name: DisplayName,
    pub password: Password,
}

/// Creates an account.
///
/// # Errors
/// When the address is taken or the password is refused.
pub async fn add(app: &App, by: Option<&UserId>, new: NewUser) -> Result<UserId, Failure<AdminError>> {
    let personal = vec![new.email.as_str().to_owned(), new.display_name.as_str().to_owned()];
    let hash = app
        .hasher
        .check_and_hash(app.password_policy.clone(), personal, new.password, Priority::Stranger)
        .await
        .map_err(ServiceError::from)?
        .map_err(|why| Failure::Refused(AdminError::Password(why)))?;
    let id = retry(|| add_once(app, &new.email, &new.display_name, &hash)).await?;
    let by = by.map(UserId::as_str);
    tracing::info!(event = "user_created", user = %id, email = %new.email.masked(), by, "account made");
    Ok(id)
}

async fn add_once(
    app: &App,
    email: &EmailAddress,
    name: &DisplayName,
    hash: &PasswordHash,
) -> Result<UserId, Failure<AdminError>> {
    const ADD: &str = "
        INSERT INTO users
            (id, email, display_name, sort_name, role, status, password_hash, created_at, confirmed_at, last_seen_at)
        VALUES ($1, $2, $5, $6, 'user', 'active', $3, $4, $4, 0)";
    let id = UserId::from(new_id());
    let mut tx = Tx::begin(app, None).await?;
    address_claims::lock_address(&mut tx, email.as_str()).await?;
    if is_taken(app, &mut *tx, email.as_str(), id.as_str()).await? {
        return refused(AdminError::Taken);
    }
    let added = sqlx::query(ADD)
        .bind(id.as_str())
        .bind(email.as_str())
        .bind(hash.as_str())
        .bind(app.clock.now())
        .bind(name.as_str())
        .bind(name.sorted_as(email.as_str()))
        .execute(&mut *tx)
        .await;
    if let Err(sqlx::Error::Database(error)) = &added
        && error.is_unique_violation()
    {
        return refused(AdminError::Taken);
    }
    added?;
    give_user_name(&mut tx, &id, email.as_str()).await?;
    delete_pending_sign_ups(&mut tx, email.as_str()).await?;
    tx.record(&id, Event::Created).await?;
    tx.commit().await?;
    Ok(id)
}

/// Deletes an account permanently.
///
/// # Errors
/// When there is no such account, or it is that of the last admin.
pub async fn delete(app: &App, by: Option<&UserId>, name: &str) -> Result<(), Failure<AdminError>> {
    while !retry(|| delete_once(app, by, name)).await? {}
    Ok(())
}

/// False: its address was changed before it was locked.
async fn delete_once(app: &App, by: Option<&UserId>, name: &str) -> Result<bool, Failure<AdminError>> {
    let (_, email) = named(app.pool.reading(), name).await?;
    let mut tx = Tx::begin(app, None).await?;
    address_claims::lock_address(&mut tx, &email).await?;
    let id = locked_account(&mut tx, name).await?;
    if named(&mut *tx, name).await?.1 != email {
        return Ok(false);
    }
    let was_admin = is_active_admin(&mut tx, &id).await?;
    erasure::erase(&mut tx, &id, &email).await?;
    if was_admin && !has_active_admin(&mut tx).await? {
        return refused(AdminError::LastAdmin);
    }
    tx.commit().await?;
    tracing::info!(event = "user_deleted", user = %id, by = by.map(UserId::as_str), "account deleted");
    Ok(true)
}

/// Gives an account, found by its address or id, another user name, from the next request. The earlier one stays reserved for
/// it. If it has this name already, nothing is recorded. `by`: an admin on a page, or none for the operator.
///
/// # Errors
/// When there is no such account, or the name is or was that of another one.
pub async fn rename(
    app: &App,
    by: Option<&CurrentSession>,
    account: &str,
    user_name: &UserName,
) -> Result<(), Failure<AdminError>> {
    retry(|| rename_once(app, by, account, user_name)).await
}

async fn rename_once(
    app: &App,
    by: Option<&CurrentSession>,
    account: &str,
    user_name: &UserName,
) -> Result<(), Failure<AdminError>> {
    const CURRENT: &str = "
        SELECT user_name
        FROM users
        WHERE id = $1";
    let mut tx = Tx::begin(app, None).await?;
    let id = locked_account(&mut tx, account).await?;
    let current: Option<String> = sqlx::query_scalar(CURRENT).bind(id.as_str()).fetch_one(&mut *tx).await?;
    if current.as_deref() == Some(user_name.as_str()) {
        return Ok(());
    }
    if !set_user_name(&mut tx, &id, user_name).await? {
        return refused(AdminError::UserNameTaken);
    }
    tx.record(&id, Event::UserNameChanged).await?;
    tx.commit().await?;
    let by = by.map(|session| session.user_id.as_str());
    tracing::info!(event = Event::UserNameChanged.as_str(), user = %id, by, "user name changed");
    Ok(())
}

/// Locks the account that the operator names. Until the transaction ends, no other transaction changes roles or states:
/// otherwise two admins could demote each other at once.
pub(super) async fn locked_account(tx: &mut Tx<'_>, name: &str) -> Result<UserId, Failure<AdminError>> {
    let app = tx.app;
    db::lock(tx, app.pool.backend(), "standing").await?;
    let (id, email) = named(&mut **tx, name).await?;
    let id: Option<String> = sqlx::query_scalar(ACCOUNT)
        .bind(id.as_str())
        .bind(email)
        .fetch_optional(&mut **tx)
        .await?;
    id.map(UserId::from).ok_or(Failure::Refused(AdminError::Unknown))
}

/// Id and address of an account, found by either of them.
async fn named<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    name: &str,
) -> Result<(UserId, String), Failure<AdminError>> {
    let named = named_account(database, name).await?;
    named.ok_or(Failure::Refused(if EmailAddress::parse(name).is_ok() {
        AdminError::Unknown
    } else {
        AdminError::NoAddress
    }))
}
