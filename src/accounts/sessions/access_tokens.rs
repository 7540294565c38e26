//! Access tokens of the API. A token names a session and is looked up at every use, so that it is worth nothing as soon as
//! the session has ended or the account is disabled.

use std::sync::Arc;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::Status;
use crate::accounts::lookup::batch::NamedBy;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session::StartedSession;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::id::new_id;
use crate::time::{Millis, SECOND};
use crate::tokens::blacklist;
use crate::tokens::jwt::{Claims, Purpose, seconds};

/// An access token.
#[derive(Debug)]
pub struct AccessToken {
    pub token: String,
    /// Seconds until it expires.
    pub expires_in: Millis,
}

/// A new token for a session.
///
/// # Errors
/// When there is no key to sign with.
pub(in crate::accounts) fn issue(app: &App, session: &StartedSession) -> Result<AccessToken, ServiceError> {
    let now = app.clock.now();
    let expires_at = (now + app.lifetimes.access_token).min(session.expires_at);
    let claims = Claims {
        iss: String::new(),
        aud: String::new(),
        sub: session.user_id.as_str().to_owned(),
        sid: session.id.as_str().to_owned(),
        jti: new_id(),
        iat: seconds(now),
        nbf: seconds(now),
        exp: seconds(expires_at),
        auth_time: seconds(session.authenticated_at),
        amr: session.methods.split(' ').map(str::to_owned).collect(),
        client_id: None,
    };
    let token = app
        .tokens
        .sign(Purpose::Access, claims)
        .ok_or(ServiceError::Internal("no key to sign access tokens with"))?;
    Ok(AccessToken {
        token,
        expires_in: (expires_at - now) / SECOND,
    })
}

/// The session of a token, if it is valid, by the same look-up as for pages. None also if the account is about to be
/// deleted.
///
/// # Errors
/// When the database is unavailable. No one is let in then.
pub async fn authenticate(app: &App, token: &str) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    let now = app.clock.now();
    let look_up = look_up(app, token, now);
    let session = match &app.access_token_cache {
        Some(cache) => {
            cache
                .get_or_load(token, |session| session.is_live(&app.lifetimes, now), look_up)
                .await?
        }
        None => look_up.await?,
    };
    Ok(session.filter(|session| session.status == Status::Active))
}

async fn look_up(app: &App, token: &str, now: Millis) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    let token = match app.tokens.check(Purpose::Access, token, now).await? {
        Ok(token) => token,
        Err(refused) => {
            tracing::warn!(event = "token_refused", why = %refused, "an access token was refused");
            return Ok(None);
        }
    };
    if let Some(loaded) = app.session_loader.load(&token.claims, NamedBy::Session).await? {
        Ok(Some(loaded.into_session(token, &app.pool, &app.standing_rules, now).await?))
    } else {
        tracing::info!(event = "session_over", session = %token.claims.sid, "the session of an access token is over");
        Ok(None)
    }
}

/// Revokes one access token. The session goes on: its refresh token gives another one.
pub async fn revoke(app: &App, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
    retry(|| revoke_once(app, client, session)).await
}

async fn revoke_once(app: &App, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    let now = tx.now();
    let (id, expires_at) = (&session.token_id, session.token_expires_at);
    blacklist::revoke(&mut tx, id, expires_at, now, Event::SignedOut.as_str()).await?;
    tx.commit().await?;
    tracing::info!(event = "access_token_revoked", user = %session.user_id, session = %session.id, client = %client.ip, "revoked");
    Ok(())
}
