//! Changes of one account by the operator or an admin, as one unit: address, name, role, status, sessions.

use crate::accounts::admin::users::{AdminError, locked_account};
use crate::accounts::app::App;
use crate::accounts::error::{Failure, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::{Role, UserId};
use crate::accounts::locking::address_claims;
use crate::accounts::locking::address_claims::{is_taken, remember_old_email, set_email_address};
use crate::accounts::locking::last_admin::{has_active_admin, is_active_admin};
use crate::accounts::locking::locked_account::{self, LockedAccount};
use crate::accounts::personal_tokens::end::end_tokens_of;
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::db::retry;

/// What to change.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// It counts as confirmed. Sessions and tokens end, and mailed links are revoked.
    pub email: Option<EmailAddress>,
    pub display_name: Option<DisplayName>,
    /// It applies from the next request.
    pub role: Option<Role>,
    /// Whether the account is to be disabled. That ends its sessions and tokens at the next request.
    pub disabled: Option<bool>,
    pub end_sessions: bool,
}

/// Changes an account, named by its address or id: everything or nothing. What is so already is not recorded.
///
/// # Errors
/// When there is no such account, another one has the address, or no active admin would be left.
pub async fn change_user(
    app: &App,
    by: Option<&UserId>,
    name: &str,
    change: &UserChange,
) -> Result<(), Failure<AdminError>> {
    retry(|| change_once(app, by, name, change)).await
}

async fn change_once(
    app: &App,
    by: Option<&UserId>,
    name: &str,
    change: &UserChange,
) -> Result<(), Failure<AdminError>> {
    let mut tx = Tx::begin(app, None).await?;
    if let Some(email) = &change.email {
        address_claims::lock_address(&mut tx, email.as_str()).await?;
    }
    let id = locked_account(&mut tx, name).await?;
    let was_admin = is_active_admin(&mut tx, &id).await?;
    let mut events = Vec::new();
    if let Some(email) = &change.email {
        events.extend(set_email(&mut tx, by.is_some(), &id, email).await?);
    }
    if let Some(name) = &change.display_name {
        events.extend(set_name(&mut tx, &id, name).await?);
    }
    if let Some(role) = change.role {
        events.extend(set_role(&mut tx, &id, role).await?);
    }
    if let Some(disabled) = change.disabled {
        events.extend(set_disabled(&mut tx, &id, disabled).await?);
    }
    if change.end_sessions && session::end_sessions_of(&mut tx, &id, None, Event::SessionEnded).await? > 0 {
        events.push(Event::SessionEnded);
    }
    if events.is_empty() {
        return Ok(());
    }
    if was_admin && !has_active_admin(&mut tx).await? {
        return refused(AdminError::LastAdmin);
    }
    // Of a changed address its owner was told above, before it changed.
    let told = |event: &&Event| by.is_none() || **event != Event::EmailChanged;
    for event in events.iter().filter(told) {
        tx.record(&id, *event).await?;
    }
    tx.commit().await?;
    for event in events {
        log(&id, event, change, by);
    }
    Ok(())
}

fn log(id: &UserId, event: Event, change: &UserChange, by: Option<&UserId>) {
    let by = by.map(UserId::as_str);
    match event {
        Event::MadeAdmin | Event::MadeUser => {
            let role = change.role.map(Role::as_str);
            tracing::info!(event = "role_changed", user = %id, role, by, "role changed");
        }
        Event::Disabled | Event::Enabled => {
            tracing::info!(event = "status_changed", user = %id, disabled = event == Event::Disabled, by, "status changed");
        }
        Event::EmailChanged => {
            let email = change.email.as_ref().map(EmailAddress::masked);
            tracing::info!(event = "email_set", user = %id, email, by, "address changed by the operator");
        }
        other => tracing::info!(event = "user_changed", what = other.as_str(), user = %id, by, "account changed"),
    }
}

/// If an admin does it, and not the operator, the owner is told at the old address and can restore it, as after a change of
/// one's own: a stolen admin's token must not take an account over in silence.
async fn set_email(
    tx: &mut Tx<'_>,
    by_admin: bool,
    id: &UserId,
    email: &EmailAddress,
) -> Result<Option<Event>, Failure<AdminError>> {
    let owner = LockedAccount::lock(tx, id.as_str()).await?;
    let owner = owner.ok_or(Failure::Refused(AdminError::Unknown))?;
    let taken = is_taken(tx.app, &mut **tx, email.as_str(), id.as_str()).await?;
    if taken || !set_email_address(tx, id, email.as_str()).await? {
        return refused(AdminError::Taken);
    }
    session::end_sessions_of(tx, id, None, Event::EmailChanged).await?;
    end_tokens_of(tx, id).await?;
    locked_account::revoke_pending_links(tx, id).await?;
    if by_admin && owner.email != email.as_str() {
        remember_old_email(tx, id, &owner.email, email.as_str()).await?;
        owner.record(tx, Event::EmailChanged).await?;
    }
    Ok(Some(Event::EmailChanged))
}

async fn set_name(tx: &mut Tx<'_>, id: &UserId, name: &DisplayName) -> sqlx::Result<Option<Event>> {
    const SET: &str = "
        UPDATE users
        SET display_name = $2, sort_name = CASE WHEN $2 = '' THEN email ELSE $3 END
        WHERE id = $1
          AND display_name <> $2";
    let set = sqlx::query(SET)
        .bind(id.as_str())
        .bind(name.as_str())
        .bind(name.sorted_as(""))
        .execute(&mut **tx)
        .await?;
    Ok((set.rows_affected() > 0).then_some(Event::ProfileChanged))
}

async fn set_role(tx: &mut Tx<'_>, id: &UserId, role: Role) -> sqlx::Result<Option<Event>> {
    const SET: &str = "
        UPDATE users
        SET role = $2
        WHERE id = $1
          AND role <> $2";
    let set = sqlx::query(SET)
        .bind(id.as_str())
        .bind(role.as_str())
        .execute(&mut **tx)
        .await?;
    let event = match role {
        Role::Admin => Event::MadeAdmin,
        Role::User => Event::MadeUser,
    };
    Ok((set.rows_affected() > 0).then_some(event))
}

async fn set_disabled(tx: &mut Tx<'_>, id: &UserId, disabled: bool) -> Result<Option<Event>, Failure<AdminError>> {
    const SET: &str = "
        UPDATE users
        SET status = CASE
            WHEN $2 = 1 THEN 'disabled'
            WHEN deletion_at IS NOT NULL THEN 'deleting'
            ELSE 'active' END
        WHERE id = $1
          AND (status = 'disabled') <> ($2 = 1)";
    let set = sqlx::query(SET)
        .bind(id.as_str())
        .bind(i64::from(disabled))
        .execute(&mut **tx)
        .await?;
    if set.rows_affected() == 0 {
        return Ok(None);
    }
    if disabled {
        session::end_sessions_of(tx, id, None, Event::Disabled).await?;
        end_tokens_of(tx, id).await?;
        locked_account::revoke_pending_links(tx, id).await?;
    }
    Ok(Some(if disabled { Event::Disabled } else { Event::Enabled }))
}
