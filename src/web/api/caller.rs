//! Who calls, by the bearer token of the request (RFC 6750 section 2.1): guards, as those of pages.

use std::sync::Arc;

use rocket::Request;
use rocket::outcome::Outcome::Success;
use rocket::request::{FromRequest, Outcome};

use super::problem::{Problem, ProblemType, refuse};
use crate::accounts::app::App;
use crate::accounts::identity::user::{Role, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::{access_tokens, reauthentication};
use crate::web::guards;

/// By which kind of token the caller is known.
pub(super) enum Caller {
    /// An access token, which names a session.
    Session(Arc<CurrentSession>),
}

impl Caller {
    /// As of now.
    fn role(&self) -> Role {
        match self {
            Self::Session(session) => session.role,
        }
    }

    pub(super) fn user_id(&self) -> &UserId {
        match self {
            Self::Session(session) => &session.user_id,
        }
    }

    /// Whether it may change the accounts of others now (ASVS 7.5.3).
    fn is_fresh(&self, app: &App) -> bool {
        match self {
            Self::Session(session) => reauthentication::is_reauthenticated(app, session),
        }
    }
}

/// The session of an access token. Other kinds of tokens have none.
pub(super) struct ApiSession(pub Arc<CurrentSession>);

/// An admin.
pub(super) struct ApiAdmin;

/// An admin who signed in a short while ago.
pub(super) struct FreshApiAdmin(pub Caller);

/// The bearer token of a request.
pub(super) fn bearer<'r>(request: &'r Request<'_>) -> Result<Option<&'r str>, Problem> {
    let mut headers = request.headers().get("Authorization");
    let Some(header) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(Problem::of(ProblemType::TokenRefused));
    }
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(Some(token.trim())),
        _ => Ok(None),
    }
}

async fn caller(request: &Request<'_>) -> Result<Caller, Problem> {
    let token = bearer(request)?.ok_or_else(|| Problem::of(ProblemType::TokenMissing))?;
    let session = access_tokens::authenticate(app(request)?, token).await?;
    let session = session.ok_or_else(|| Problem::of(ProblemType::TokenRefused))?;
    guards::touch(app(request)?, &session).await;
    Ok(Caller::Session(session))
}

async fn admin(request: &Request<'_>) -> Result<Caller, Problem> {
    let caller = caller(request).await?;
    if caller.role() != Role::Admin {
        tracing::warn!(event = "not_allowed", user = %caller.user_id(), "a user asked for what is for admins");
        return Err(Problem::of(ProblemType::NotAllowed));
    }
    Ok(caller)
}

async fn fresh_admin(request: &Request<'_>) -> Result<Caller, Problem> {
    let caller = admin(request).await?;
    if !caller.is_fresh(app(request)?) {
        return Err(Problem::of(ProblemType::AuthenticationTooOld));
    }
    Ok(caller)
}

fn app<'r>(request: &'r Request<'_>) -> Result<&'r Arc<App>, Problem> {
    request.rocket().state().ok_or_else(|| Problem::of(ProblemType::InternalError))
}

fn guarded<T>(request: &Request<'_>, outcome: Result<T, Problem>) -> Outcome<T, ()> {
    match outcome {
        Ok(guard) => Success(guard),
        Err(problem) => refuse(request, problem),
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ApiSession {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session = caller(request).await.map(|Caller::Session(session)| Self(session));
        guarded(request, session)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ApiAdmin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        guarded(request, admin(request).await.map(|_| Self))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for FreshApiAdmin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        guarded(request, fresh_admin(request).await.map(Self))
    }
}
