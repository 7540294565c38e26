//! "That was not me": the answer to a notice. Whoever reads the account's mail throws everybody out, and is sent the way to
//! a new password.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::links;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::sign_in::access;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::mail::queue;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// What the link of a notice leads to. Changes nothing.
pub async fn notice(app: &App, token: &str) -> Result<LinkState, ServiceError> {
    const THERE: &str = "
        SELECT id
        FROM users
        WHERE id = $1
          AND email = $2
          AND status <> 'pending'";
    let Some(mailed) = email_tokens::find(&app.pool, TokenPurpose::NotMe, token).await? else {
        return Ok(LinkState::Unknown);
    };
    let there = sqlx::query(THERE)
        .bind(&mailed.user_id)
        .bind(&mailed.email)
        .fetch_optional(app.pool.reading())
        .await?;
    let stands = there.is_some() && !mailed.expired(app.clock.now());
    Ok(LinkState::of(mailed, stands))
}

/// Throws everybody out of an account: ends all its sessions, voids its password, forgets all its known browsers,
/// stops a change of address that waits, and mails a link to a new password. Signs nobody in. Returns
/// the address.
///
/// # Errors
/// When the link cannot be used, or it cannot be tried.
pub async fn not_me(app: &App, client: &Client, token: &str) -> Result<String, Failure<LinkError>> {
    let mailed = links::usable(app, client, TokenPurpose::NotMe, token).await?;
    let mailed = mailed.ok_or(Failure::Refused(LinkError::Link))?;
    let user = UserId::from(mailed.user_id.clone());
    retry(|| not_me_once(app, client, &user, &mailed)).await
}

async fn not_me_once(
    app: &App,
    client: &Client,
    user: &UserId,
    mailed: &EmailToken,
) -> Result<String, Failure<LinkError>> {
    let mut tx = Tx::begin(app, client).await?;
    // A mailbox that the account has left says nothing any more, and one that it was taken from has a link to have it
    // back.
    let owner = LockedAccount::lock_confirmed(&mut tx, &mailed.user_id).await?;
    let owner = owner
        .filter(|owner| owner.email == mailed.email)
        .ok_or(Failure::Refused(LinkError::Link))?;
    if !email_tokens::consume(&mut tx, TokenPurpose::NotMe, mailed, app.clock.now()).await? {
        return refused(LinkError::Link);
    }
    let ended = access::revoke_all_access(&mut tx, user, Event::NotMe).await?;
    owner.notify(&mut tx, queue::MailKind::PasswordReset).await?;
    tx.record(user, Event::NotMe).await?;
    tx.commit().await?;
    tracing::warn!(event = Event::NotMe.as_str(), user = %user, client = %client.ip, sessions = ended, "somebody was thrown out");
    Ok(mailed.email.clone())
}
