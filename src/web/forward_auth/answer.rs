//! Answers the question of a proxy.
//!
//! An answer has no body and none of the headers of our own host: proxies hand a refusal on as it is, so they would count
//! for the host of the app.

use std::fmt::Display;
use std::io::Cursor;
use std::sync::Arc;

use rocket::http::{Method, Status};
use rocket::{Request, Response};
use secrecy::ExposeSecret as _;

use super::app_cookies::AppCookies;
use super::check::is_asked_by_check;
use super::credentials::token_of;
use super::identity::{CallerIdentity, no_identity};
use super::question::{NoQuestion, Question};
use super::way_back::start_url;
use crate::accounts::app::App;
use crate::accounts::apps::access::{Admission, admission};
use crate::accounts::apps::app_session;
use crate::accounts::error::ServiceError;
use crate::accounts::lookup::app_registry::HostedApp;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::accounts::personal_tokens::authenticate;
use crate::config::is_public;
use crate::web::app_state::AppPath;
use crate::web::asked_host::{AT_APPS, AskedHost};
use crate::web::client_address::{client_address, forwarded_client, is_from_proxy};
use crate::web::guards;

/// When to ask again, in seconds.
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
    match decide(request, &question).await {
        Ok(response) => response,
        // Not a refusal: programs forget a token that is refused.
        Err(ServiceError::TooMany(_)) => unavailable(),
        Err(trouble) => {
            tracing::error!(%trouble, "who asks for an app cannot be looked up");
            unavailable()
        }
    }
}

/// The app of this moment decides who enters: `confirm` is called before each `allowed`.
async fn decide(request: &Request<'_>, question: &Question<'_>) -> Result<Response<'static>, ServiceError> {
    let app = request.rocket().state::<Arc<App>>().ok_or(ServiceError::Internal("no app"))?;
    let unknown = || refused(request, Status::Forbidden, &NoQuestion::UnknownHost(question.host_header));
    let Some(mut at) = app.apps.find(&app.pool, &question.host).await? else {
        return Ok(unknown());
    };
    if is_exempt(request, &at, question) {
        match app.apps.confirm(&app.pool, &at, None).await? {
            Some(now) => at = now,
            None => return Ok(unknown()),
        }
        if is_exempt(request, &at, question) {
            return Ok(allowed(no_identity()));
        }
    }
    let Some(caller) = who(request, app, &at).await? else {
        return Ok(sign_in(request, app, &at, question));
    };
    let Some(at) = app.apps.confirm(&app.pool, &at, Some(caller.apps_version())).await? else {
        return Ok(unknown());
    };
    if !caller.opens(&at.app.id) {
        return Ok(sign_in(request, app, &at, question));
    }
    let identity = caller.identity();
    match (admission(&at.app, identity.status, identity.standing), &caller) {
        (Admission::Allowed, _) => Ok(entered(&at, &identity)),
        // To where it is given.
        (Admission::NeedsFactor, Requester::Session(_)) => Ok(sign_in(request, app, &at, question)),
        // Programs forget a token that is refused with 401.
        (Admission::NeedsFactor, Requester::Token(_)) | (Admission::Refused, _) => {
            tracing::info!(event = "app_entry_refused", app = at.app.id, user = %identity.user_id, "not allowed to enter an app");
            Ok(bare(Status::Forbidden))
        }
    }
}

/// Lets a person or a program in.
fn entered(at: &HostedApp, identity: &CallerIdentity<'_>) -> Response<'static> {
    let app = &at.app;
    let Some(headers) = identity.headers(app.remote_user) else {
        tracing::error!(user = %identity.user_id, app = app.id, "an account has no user name yet");
        return unavailable();
    };
    allowed(headers)
}

/// Whether the page is open to everybody, or to the visitor's network.
fn is_exempt(request: &Request<'_>, at: &HostedApp, question: &Question<'_>) -> bool {
    let app = &at.app;
    let in_open_network = || {
        let networks = &app.open_networks;
        !networks.is_empty()
            && forwarded_client(request).is_some_and(|client| networks.iter().any(|network| network.contains(&client)))
    };
    is_public(&app.public_paths, question.path()) || in_open_network()
}

/// Whom the question is about: a person who is signed in at the host of the app, or a program with a personal token.
enum Requester {
    Session(Arc<CurrentSession>),
    Token(Arc<TokenOwner>),
}

impl Requester {
    /// The version of the apps at the moment of the look-up.
    fn apps_version(&self) -> i64 {
        match self {
            Self::Session(session) => session.apps_version,
            Self::Token(owner) => owner.apps_version,
        }
    }

    /// Whether it is for this app, which may have come to the host since the token was looked up.
    fn opens(&self, app_id: &str) -> bool {
        match self {
            Self::Session(_) => true,
            Self::Token(owner) => owner.scope.opens_app(app_id),
        }
    }

    fn identity(&self) -> CallerIdentity<'_> {
        match self {
            Self::Session(session) => CallerIdentity::of_session(session),
            Self::Token(owner) => CallerIdentity::of_token(owner),
        }
    }
}

/// A cookie that counts has precedence: the `Authorization` beside it may be the app's own business.
async fn who(request: &Request<'_>, app: &Arc<App>, at: &HostedApp) -> Result<Option<Requester>, ServiceError> {
    if let Some(token) = AppCookies::of(request, &at.host).token()
        && let Some(session) = app_session::authenticate(app, at.host.as_str(), token).await?
    {
        guards::touch(app, &session).await;
        return Ok(Some(Requester::Session(session)));
    }
    let Some(token) = token_of(request) else {
        return Ok(None);
    };
    let client = client_address(request);
    let owner = authenticate::authenticate_for_app(app, client, token.expose_secret(), &at.app.id).await?;
    if let Some(owner) = &owner {
        guards::touch_token(app, owner, client);
    }
    Ok(owner.map(Requester::Token))
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

/// To where a person signs in. A script is told that nobody is signed in, and so is a program with a wrong token, whatever it
/// accepts.
fn sign_in(request: &Request<'_>, app: &App, at: &HostedApp, question: &Question<'_>) -> Response<'static> {
    let host = &at.host;
    if question.path().starts_with(AT_APPS) {
        // Leading there would be going in circles.
        let why = "the proxy asks about /.vestibule/ at the host of an app, and should pass that on without asking";
        return refused(request, Status::Unauthorized, &why);
    }
    let is_program = || token_of(request).is_some() && !is_browser(request);
    if !question.navigates || is_program() {
        let mut response = bare(Status::Unauthorized);
        if at.app.basic_challenge && !is_browser(request) {
            // An id needs no escaping.
            response.set_raw_header("WWW-Authenticate", format!("Basic realm=\"{}\", charset=\"UTF-8\"", at.app.id));
        }
        return response;
    }
    let refuse_with_401 = matches!(AskedHost::of(request), AskedHost::ForwardAuth { refuse_with_401: true });
    let mut response = bare(if refuse_with_401 {
        Status::Unauthorized
    } else {
        Status::SeeOther
    });
    let mut start = start_url(host, &AppPath::of(question.uri), 0);
    if is_asked_by_check(app, host, question.query()) {
        start = format!("{start}&seen={}", client_address(request));
    }
    response.set_raw_header("Location", start);
    response
}

/// Whether the request has a Fetch Metadata header, as browsers send them. A browser would show the challenge as a window of
/// its own.
fn is_browser(request: &Request<'_>) -> bool {
    let headers = ["Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Fetch-User"];
    headers.iter().any(|name| request.headers().contains(name))
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
