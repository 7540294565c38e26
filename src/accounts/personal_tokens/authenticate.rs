//! Who a token stands for.
//!
//! A token is looked up at every use, together with its account and the groups of this moment, so that it is worth nothing
//! once it is revoked or the account is not active. Wrong tokens are limited by client: beyond the limit the database is not
//! asked, and the program is told to come back. Nobody can guess a token; the limit saves the database and the log. Tokens
//! that this process has found valid before are not counted, so that a wrong token at one program does not stop the others
//! behind the same address.

use std::net::IpAddr;
use std::sync::Arc;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::Role;
use crate::accounts::lookup::token_owner::{TokenOwner, load};
use crate::accounts::lookup::token_scope::ApiScopes;
use crate::tokens::personal_token::PersonalToken;

/// The owner of a token that opens an app. None: it is no token, unknown, revoked, expired, for something else, or its account
/// is not active. Who may enter the app is another question ([`crate::accounts::apps::access`]).
///
/// # Errors
/// When the database is unavailable, or too many wrong tokens came from this client. Nobody is let in then.
pub async fn authenticate_for_app(
    app: &App,
    client: IpAddr,
    text: &str,
    app_id: &str,
) -> Result<Option<Arc<TokenOwner>>, ServiceError> {
    let owner = authenticate(app, client, text).await?;
    Ok(owner.filter(|owner| {
        let opens = owner.scope.opens_app(app_id);
        if !opens {
            log_refusal(client, "it is not for this app");
        }
        opens
    }))
}

/// The owner of a token that opens the API, and what it may do besides what concerns the own account, with the role of this
/// moment. None: as for apps.
///
/// # Errors
/// When the database is unavailable, or too many wrong tokens came from this client. Nobody is let in then.
pub async fn authenticate_for_api(
    app: &App,
    client: IpAddr,
    text: &str,
) -> Result<Option<(Arc<TokenOwner>, ApiScopes)>, ServiceError> {
    let Some(owner) = authenticate(app, client, text).await? else {
        return Ok(None);
    };
    let Some(scopes) = owner.scope.api() else {
        log_refusal(client, "it is not for the API");
        return Ok(None);
    };
    let scopes = if owner.standing.role == Role::Admin {
        scopes
    } else {
        ApiScopes::default()
    };
    Ok(Some((owner, scopes)))
}

async fn authenticate(app: &App, client: IpAddr, text: &str) -> Result<Option<Arc<TokenOwner>>, ServiceError> {
    let Some(token) = PersonalToken::parse(text) else {
        if app.limits.wrong_token_by_client.check(client).is_ok() {
            log_refusal(client, "its checksum is wrong");
        }
        return Ok(None);
    };
    let now = app.clock.now();
    let look_up = look_up(app, client, &token);
    match &app.token_cache {
        Some(cache) => cache.get_or_load(token.expose(), |owner| owner.is_live(now), look_up).await,
        None => look_up.await,
    }
}

async fn look_up(app: &App, client: IpAddr, token: &PersonalToken) -> Result<Option<Arc<TokenOwner>>, ServiceError> {
    let hash = token.hash();
    if !app.known_tokens.contains(&hash) {
        app.limits.wrong_token_by_client.check(client)?;
    }
    // A proxy may wait for ever.
    let load = load(&app.pool, &app.standing_rules, &hash, app.clock.now());
    let owner = app.pool.with_timeout(load).await?;
    if owner.is_some() {
        app.known_tokens.insert(hash);
    } else {
        app.known_tokens.remove(&hash);
        log_refusal(client, "it is unknown, revoked or expired, or its account is not active");
    }
    Ok(owner.map(Arc::new))
}

fn log_refusal(client: IpAddr, why: &str) {
    tracing::warn!(event = "personal_token_refused", %client, why, "a personal token was refused");
}
