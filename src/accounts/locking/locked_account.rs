//! The owner of an account, as a transaction holds it, and what they are told.

use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::list;
use crate::accounts::sessions::session;
use crate::accounts::sign_in::attempts;
use sqlx::Row as _;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passwords::hasher::PasswordHash;
use crate::db::Transaction;
use crate::i18n::Language;
use crate::mail::queue::{self, NewMail};
use crate::time::{CLOCKS_DIFFER, Millis};
use crate::tokens::blacklist::Reason;
use crate::tokens::email_tokens;

/// An account, or a sign-up that waits. Until the transaction ends, nobody else changes it or signs in to it: whatever is
/// decided by what stands here is still right when it happens.
pub(in crate::accounts) struct LockedAccount {
    pub(in crate::accounts) id: UserId,
    pub(in crate::accounts) email: String,
    pub(in crate::accounts) status: Status,
    /// The language that they chose.
    pub(in crate::accounts) language: Option<Language>,
    pub(in crate::accounts) password_changed_at: Millis,
    /// When they were last signed in; 0 for never.
    pub(in crate::accounts) last_seen_at: Millis,
}

impl LockedAccount {
    /// Waits for whoever is changing the account, and keeps it.
    pub(in crate::accounts) async fn lock(tx: &mut Transaction, id: &str) -> sqlx::Result<Option<Self>> {
        const KEEP: &str = "
            UPDATE users
            SET status = status
            WHERE id = $1
            RETURNING email, status, locale, password_changed_at, last_seen_at";
        let Some(row) = sqlx::query(KEEP).bind(id).fetch_optional(&mut **tx).await? else {
            return Ok(None);
        };
        let locale: Option<String> = row.try_get("locale")?;
        let Some(status) = Status::parse(row.try_get("status")?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            id: UserId::from(id.to_owned()),
            email: row.try_get("email")?,
            status,
            language: locale.as_deref().and_then(Language::from_code),
            password_changed_at: row.try_get("password_changed_at")?,
            last_seen_at: row.try_get("last_seen_at")?,
        }))
    }

    /// The same, but for sign-ups that wait: they are nobody's account.
    pub(in crate::accounts) async fn lock_confirmed(tx: &mut Transaction, id: &str) -> sqlx::Result<Option<Self>> {
        let owner = Self::lock(tx, id).await?;
        Ok(owner.filter(|owner| owner.status != Status::Pending))
    }

    /// Whether the password was changed after something was asked for. One that seems to change in the future was changed
    /// while the clock was wrong: it keeps nobody from a link.
    pub(in crate::accounts) fn password_changed_since(&self, asked_at: Millis, now: Millis) -> bool {
        self.password_changed_at > asked_at && self.password_changed_at <= now.saturating_add(CLOCKS_DIFFER)
    }
}

/// Keeps the account of somebody who is signed in; none when their session was ended a moment ago: they do nothing
/// with it any more.
pub(in crate::accounts) async fn lock_for(
    app: &App,
    tx: &mut Transaction,
    session: &CurrentSession,
) -> Result<Option<LockedAccount>, ServiceError> {
    let owner = LockedAccount::lock(tx, session.user_id.as_str()).await?;
    let still_in = list::has_session(app, tx, session, &session.id).await?;
    Ok(owner.filter(|_| still_in))
}

/// Writes to an account's owner: in their language, at their address.
pub(in crate::accounts) async fn notify(
    app: &App,
    tx: &mut Transaction,
    client: &Client,
    owner: &LockedAccount,
    kind: queue::MailKind,
) -> sqlx::Result<()> {
    let order = NewMail {
        kind,
        recipient: &owner.email,
        language: owner.language.unwrap_or(client.language),
        user_id: Some(owner.id.as_str()),
        requester: &client.origin(),
    };
    queue::enqueue(tx, &order, app.clock.now()).await?;
    Ok(())
}

/// Takes an account from whoever is in it: sessions, password, links and the browsers that are known all end. Whatever else is added to accounts as a way in or to stay in (second factors, passkeys,
/// API tokens) ends here, too, unless its owner is known to have put it there. Returns how many sessions there were.
pub(in crate::accounts) async fn revoke_all_access(
    app: &App,
    tx: &mut Transaction,
    user: &UserId,
    reason: Reason,
) -> Result<u64, ServiceError> {
    store_password(tx, user, None, app.clock.now()).await?;
    let ended = session::end_sessions_of(app, tx, user, None, reason).await?;
    revoke_pending_links(app, tx, user).await?;
    known_browsers::forget_browsers(app, tx, user, None).await?;
    Ok(ended)
}

/// What every new password brings with it, whoever sets it in whatever way: what was asked for under the old one is
/// void, other browsers are strangers again, failures are forgiven, and the owner is told.
pub(in crate::accounts) async fn after_password_change(
    app: &App,
    tx: &mut Transaction,
    client: &Client,
    owner: &LockedAccount,
) -> Result<(), ServiceError> {
    revoke_pending_links(app, tx, &owner.id).await?;
    known_browsers::forget_browsers(app, tx, &owner.id, Some(client)).await?;
    attempts::reset_failures(app, tx, &owner.email).await?;
    notify(app, tx, client, owner, queue::MailKind::PasswordChanged).await?;
    Ok(())
}

/// Voids what was asked for in a state of the account that is no more: links to a new password and to another
/// address, and mails that would bring one. Those to a new password are nobody's while they wait; when their turn
/// comes, they are dropped where the password is newer than they are.
pub(in crate::accounts) async fn revoke_pending_links(
    app: &App,
    tx: &mut Transaction,
    user: &UserId,
) -> sqlx::Result<()> {
    for purpose in [
        email_tokens::TokenPurpose::PasswordReset,
        email_tokens::TokenPurpose::EmailChange,
    ] {
        email_tokens::revoke(tx, purpose, user.as_str(), app.clock.now()).await?;
    }
    queue::delete_queued(tx, queue::MailKind::EmailChange, user.as_str()).await
}

/// Gives an account a password, or none. What was asked for under the one before is older from now on.
pub(in crate::accounts) async fn store_password(
    tx: &mut Transaction,
    user: &UserId,
    hash: Option<&PasswordHash>,
    now: Millis,
) -> sqlx::Result<()> {
    const STORE: &str = "
        UPDATE users
        SET password_hash = $2, password_changed_at = $3
        WHERE id = $1";
    sqlx::query(STORE)
        .bind(user.as_str())
        .bind(hash.map(PasswordHash::as_str))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
