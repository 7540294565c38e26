//! The sign-in at the host of an app: a token that names the sign-in at Vestibule. It is looked up at every use, so it is
//! worth nothing as soon as the session there has ended.

use std::sync::Arc;

use crate::accounts::app::App;
use crate::accounts::apps::one_time_code::RedeemedSession;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::Status;
use crate::accounts::lookup::batch::NamedBy;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::id::new_id;
use crate::time::{Millis, SECOND};
use crate::tokens::jwt::{Claims, Purpose, seconds};

/// The token of a host, and how it is stored in the cookie.
#[derive(Debug)]
pub struct HostCookie {
    pub token: String,
    /// Seconds until it expires.
    pub max_age: Millis,
    /// Whether the cookie outlives the browser session.
    pub remember: bool,
}

/// The token for a host. It names the sign-in, which re-authentication does not change, and lives as long as the session at
/// most.
///
/// # Errors
/// When there is no key to sign with.
pub fn start(app: &App, host: &str, session: &RedeemedSession) -> Result<HostCookie, ServiceError> {
    let now = app.clock.now();
    let claims = Claims {
        iss: String::new(),
        aud: String::new(),
        sub: session.user_id.as_str().to_owned(),
        sid: session.login_id.clone(),
        jti: new_id(),
        iat: seconds(now),
        nbf: seconds(now),
        exp: seconds(session.expires_at),
        auth_time: seconds(session.authenticated_at),
        amr: session.methods.split(' ').map(str::to_owned).collect(),
        client_id: None,
    };
    let token = app
        .tokens
        .sign(Purpose::App { host }, claims)
        .ok_or(ServiceError::Internal("no key to sign tokens with"))?;
    Ok(HostCookie {
        token,
        max_age: (session.expires_at - now) / SECOND,
        remember: session.remember == 1,
    })
}

/// The session of a token at a host, if it is valid there: signature, audience and times, and, as for Vestibule's own
/// token, blacklist, session, account and groups of this moment.
///
/// # Errors
/// When the database is unavailable. No one is let in then.
pub async fn authenticate(app: &App, host: &str, token: &str) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    let now = app.clock.now();
    let look_up = look_up(app, host, token, now);
    let session = match &app.host_session_cache {
        Some(cache) => {
            // A host has no blanks. So a token of one host is never found for another.
            let key = format!("{host} {token}");
            cache
                .get_or_load(&key, |session| session.is_live(&app.lifetimes, now), look_up)
                .await?
        }
        None => look_up.await?,
    };
    Ok(session.filter(|session| session.status == Status::Active))
}

async fn look_up(app: &App, host: &str, token: &str, now: Millis) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
    let token = match app.tokens.check(Purpose::App { host }, token, now).await? {
        Ok(token) => token,
        Err(refused) => {
            tracing::warn!(event = "token_refused", why = %refused, "the token of an app's host was refused");
            return Ok(None);
        }
    };
    if let Some(loaded) = app.session_loader.load(&token.claims, NamedBy::Login).await? {
        Ok(Some(loaded.into_session(token, &app.pool, &app.standing_rules, now).await?))
    } else {
        tracing::info!(event = "session_over", session = %token.claims.sid, "the session of an app's token is over");
        Ok(None)
    }
}
