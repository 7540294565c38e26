//! Answers the question of a proxy.
//!
//! An answer has no body and none of the headers of our own host: proxies hand a refusal on as it is, so they would count
//! for the host of the app.

use std::fmt::Display;
use std::io::Cursor;
use std::net::IpAddr;
use std::sync::Arc;

use rocket::http::{Method, Status};
use rocket::{Request, Response};
use secrecy::ExposeSecret as _;

use super::app_cookies::AppCookies;
use super::credentials::token_of;
use super::identity::{CallerIdentity, no_identity};
use super::question::Question;
use super::way_back::start_url;
use crate::accounts::app::App;
use crate::accounts::apps::access::may_enter;
use crate::accounts::apps::app_session;
use crate::accounts::error::ServiceError;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::accounts::personal_tokens::{authenticate, last_use};
use crate::config::is_public;
use crate::web::app_state::AppPath;
use crate::web::asked_host::{AT_APPS, AskedHost};
use crate::web::client_address::{client_address, forwarded_client, is_from_proxy};
use crate::web::guards::touch;

/// When to ask again while the database is away, in seconds.
const RETRY_AFTER: &str = "5";

/// `method`: that of the question, if Rocket knows it.
pub(super) async fn answer(request: &Request<'_>, method: Option<Method>) -> Response<'static> {
    if !is_from_proxy(request) {
        return refused(request, Status::Forbidden, &"the peer that asks is not among trusted_proxies");
    }
    let question = match Question::read(request, method) {
        Ok(question) => question,
        Err(why) => return refused(request, Status::Forbidden, &why),
    };
    if is_exempt(request, &question) {
        return allowed(no_identity());
    }
    match who(request, &question).await {
        Ok(Some(Caller::Session(session))) => entered(&question, &CallerIdentity::of_session(&session)),
        Ok(Some(Caller::Token(owner))) => entered(&question, &CallerIdentity::of_token(&owner)),
        Ok(None) => sign_in(request, &question),
        Err(trouble) => {
            tracing::error!(%trouble, "who asks for an app cannot be looked up");
            unavailable()
        }
    }
}

/// Lets somebody in who may enter.
fn entered(question: &Question<'_>, identity: &CallerIdentity<'_>) -> Response<'static> {
    let app = &question.app.app;
    if !may_enter(&app.access, identity.status, identity.groups) {
        tracing::info!(event = "app_entry_refused", app = app.id, user = %identity.user_id, "not allowed to enter an app");
        return bare(Status::Forbidden);
    }
    let Some(headers) = identity.headers(app.remote_user) else {
        tracing::error!(user = %identity.user_id, app = app.id, "an account has no user name yet");
        return unavailable();
    };
    allowed(headers)
}

/// Whether the page is open to everybody, or to the visitor's network.
fn is_exempt(request: &Request<'_>, question: &Question<'_>) -> bool {
    let app = &question.app.app;
    let in_open_network = || {
        let networks = &app.open_networks;
        !networks.is_empty()
            && forwarded_client(request).is_some_and(|client| networks.iter().any(|network| network.contains(&client)))
    };
    is_public(&app.public_paths, question.path()) || in_open_network()
}

/// Who asks: somebody who is signed in at the host of the app, or a program with a personal token.
enum Caller {
    Session(Arc<CurrentSession>),
    Token(Arc<TokenOwner>),
}

/// A cookie that counts has precedence: the `Authorization` beside it may be the app's own business.
async fn who(request: &Request<'_>, question: &Question<'_>) -> Result<Option<Caller>, ServiceError> {
    let app = request.rocket().state::<Arc<App>>().ok_or(ServiceError::Internal("no app"))?;
    let host = &question.app.host;
    if let Some(token) = AppCookies::of(request, host).token()
        && let Some(session) = app_session::authenticate(app, host.as_str(), token).await?
    {
        touch(app, &session).await;
        return Ok(Some(Caller::Session(session)));
    }
    let Some(token) = token_of(request) else {
        return Ok(None);
    };
    let client = client_address(request);
    let owner = authenticate::authenticate_for_app(app, client, token.expose_secret(), &question.app.app.id).await?;
    if let Some(owner) = &owner {
        record_use(app, owner, client);
    }
    Ok(owner.map(Caller::Token))
}

/// Writes when the token was last used. No request waits for it.
fn record_use(app: &Arc<App>, owner: &Arc<TokenOwner>, client: IpAddr) {
    if !last_use::should_record(app, owner) {
        return;
    }
    let (app, owner) = (Arc::clone(app), Arc::clone(owner));
    tokio::spawn(async move {
        if let Err(error) = last_use::record_use(&app, &owner, client).await {
            tracing::warn!(%error, "the last use of a token cannot be written");
        }
    });
}

fn allowed(headers: [(&'static str, String); 5]) -> Response<'static> {
    let mut response = Response::new();
    response.set_status(Status::Ok);
    for (name, value) in headers {
        response.set_raw_header(name, value);
    }
    response.set_sized_body(0, Cursor::new(""));
    response
}

/// To where a person signs in. A script is told that nobody is signed in.
fn sign_in(request: &Request<'_>, question: &Question<'_>) -> Response<'static> {
    let host = &question.app.host;
    if question.path().starts_with(AT_APPS) {
        // Leading there would be going in circles.
        let why = "the proxy asks about /.vestibule/ at the host of an app, and should pass that on without asking";
        return refused(request, Status::Unauthorized, &why);
    }
    if !question.navigates {
        return unauthorized(request, question);
    }
    let refuse_with_401 = matches!(AskedHost::of(request), AskedHost::ForwardAuth { refuse_with_401: true });
    let mut response = bare(if refuse_with_401 {
        Status::Unauthorized
    } else {
        Status::SeeOther
    });
    response.set_raw_header("Location", start_url(host, &AppPath::of(question.uri), 0));
    response
}

/// For scripts and programs. Many programs send their password only when they are asked for it (RFC 9110 section 11.6.1).
/// A browser would show a window for it, so those that say so are not asked.
fn unauthorized(request: &Request<'_>, question: &Question<'_>) -> Response<'static> {
    let app = &question.app.app;
    let mut response = bare(Status::Unauthorized);
    let is_browser = ["Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest"]
        .iter()
        .any(|name| request.headers().contains(name));
    if app.ask_for_token && !is_browser {
        response.set_raw_header("WWW-Authenticate", format!("Basic realm=\"{}\", charset=\"UTF-8\"", app.id));
    }
    response
}

/// Something is wrong with the proxy's settings, and only its operator can mend it.
fn refused(request: &Request<'_>, status: Status, why: &dyn Display) -> Response<'static> {
    tracing::warn!(
        event = "forward_auth_refused",
        client = %client_address(request),
        %why,
        "a proxy's question about an app was refused"
    );
    bare(status)
}

fn unavailable() -> Response<'static> {
    let mut response = bare(Status::ServiceUnavailable);
    response.set_raw_header("Retry-After", RETRY_AFTER);
    response
}

fn bare(status: Status) -> Response<'static> {
    let mut response = Response::new();
    response.set_status(status);
    response.set_raw_header("Cache-Control", "no-store");
    response.set_sized_body(0, Cursor::new(""));
    response
}
