//! "That was not me", the link of a notice: it ends all access to the account, and mails a link to a new password to
//! its owner.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::recovery::links;
use crate::accounts::recovery::links::{LinkError, LinkState};
use crate::accounts::sign_in::access;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// The state of the link of a notice. Changes nothing.
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

/// Ends all access to an account: its sessions, its password and its known browsers, and a change of address that is
/// not confirmed. Mails a link to a new password, and signs no one in. Returns the address.
///
/// # Errors
/// When the link cannot be used, or the service fails.
pub async fn not_me(app: &App, client: &Client, token: &str) -> Result<String, Failure<LinkError>> {
    let mailed = links::usable(app, client, TokenPurpose::NotMe, token).await?;
    retry(|| not_me_once(app, client, &mailed)).await?;
    Ok(mailed.email)
}

async fn not_me_once(app: &App, client: &Client, mailed: &EmailToken) -> Result<(), Failure<LinkError>> {
    let mut tx = Tx::begin(app, client).await?;
    // A mailbox that the account has left has no rights; if the address was taken over, its owner has another link to
    // restore it.
    let owner = LockedAccount::lock_confirmed(&mut tx, &mailed.user_id).await?;
    let owner = owner
        .filter(|owner| owner.email == mailed.email)
        .ok_or(Failure::Refused(LinkError::Link))?;
    if !email_tokens::consume(&mut tx, TokenPurpose::NotMe, mailed, app.clock.now()).await? {
        return refused(LinkError::Link);
    }
    owner.record(&mut tx, Event::NotMe).await?;
    let ended = access::revoke_all_access(&mut tx, &owner, Event::NotMe).await?;
    tx.commit().await?;
    tracing::warn!(event = Event::NotMe.as_str(), user = %owner.id, client = %client.ip, sessions = ended, "all sessions were ended by \"That was not me\"");
    Ok(())
}
