//! Changing the password while signed in.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::level;
use crate::accounts::identity::client::Client;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::locking::verified_password::VerifiedPassword;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passwords::hasher::{PasswordHash, Priority};
use crate::accounts::passwords::password::{Password, PasswordError};
use crate::accounts::sessions::reauthentication;
use crate::accounts::sessions::reauthentication::ReauthError;
use crate::accounts::sessions::session;
use crate::accounts::sessions::session::SessionCookie;
use crate::accounts::sign_in::access;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::time::Millis;

#[derive(Debug, thiserror::Error)]
pub enum PasswordChangeError {
    /// The current password is wrong, or the session has ended.
    #[error(transparent)]
    Reauth(ReauthError),
    #[error("the new password is the current one")]
    Same,
    /// The new password is refused.
    #[error("password: {0:?}")]
    Password(PasswordError),
}

/// Changes the password of a user who knows the current one. All other sessions end; this one gets a new token, and its
/// old ones become invalid.
///
/// # Errors
/// When the current password is wrong, the session has ended, the new password is refused, or the service fails.
pub async fn change_password(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    current: Password,
    new: Password,
) -> Result<SessionCookie, Failure<PasswordChangeError>> {
    if current.normal() == new.normal() {
        return refused(PasswordChangeError::Same);
    }
    let proof = reauthentication::verify_password(app, client, session, current).await;
    let proof = proof.map_err(|failure| failure.map(PasswordChangeError::Reauth))?;
    let personal = vec![session.email.clone(), session.profile.display_name.as_str().to_owned()];
    let hash = app
        .hasher
        .check_and_hash(app.password_policy.clone(), personal, new, Priority::KnownBrowser)
        .await?
        .map_err(|why| Failure::Refused(PasswordChangeError::Password(why)))?;
    retry(|| change_password_once(app, client, session, &proof, &hash)).await
}

async fn change_password_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    proof: &VerifiedPassword,
    hash: &PasswordHash,
) -> Result<SessionCookie, Failure<PasswordChangeError>> {
    let mut tx = Tx::begin(app, client).await?;
    let now = app.clock.now();
    // A password that was set meanwhile was set by a person who proved as much, and it has precedence.
    let owner = LockedAccount::lock(&mut tx, proof.user_id.as_str()).await?;
    let owner = owner.ok_or(Failure::Refused(PasswordChangeError::Reauth(ReauthError::SessionOver)))?;
    if !replace_hash(&mut tx, proof, hash, now).await? {
        return refused(PasswordChangeError::Reauth(ReauthError::Wrong));
    }
    session::end_sessions_of(&mut tx, &owner.id, Some(&session.id), Event::PasswordChanged).await?;
    // With a second factor the password alone is no fresh proof of identity.
    let authenticated_at = if level::is_multi_factor(&session.methods) {
        session.authenticated_at
    } else {
        now
    };
    let ticket = session::replace_session(&mut tx, session, authenticated_at, &session.methods)
        .await?
        .ok_or(Failure::Refused(PasswordChangeError::Reauth(ReauthError::SessionOver)))?;
    access::after_password_change(&mut tx, client, &owner, Event::PasswordChanged).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// Replaces the hash that was verified. `false`: it was replaced meanwhile.
async fn replace_hash(
    tx: &mut Tx<'_>,
    proof: &VerifiedPassword,
    hash: &PasswordHash,
    now: Millis,
) -> sqlx::Result<bool> {
    const REPLACE: &str = "
        UPDATE users
        SET password_hash = $3, password_changed_at = $4
        WHERE id = $1
          AND status = 'active'
          AND password_hash = $2";
    let replaced = sqlx::query(REPLACE)
        .bind(proof.user_id.as_str())
        .bind(proof.verified.as_str())
        .bind(hash.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(replaced.rows_affected() == 1)
}
