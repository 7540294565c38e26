//! Who calls, by the bearer token of the request (RFC 6750 section 2.1): guards, as those of pages.

use std::sync::Arc;

use rocket::Request;
use rocket::outcome::Outcome::Success;
use rocket::request::{FromRequest, Outcome};

use super::problem::{ApiProblem, ProblemType, refuse};
use crate::accounts::app::App;
use crate::accounts::identity::user::{Role, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::accounts::lookup::token_scope::ApiScopes;
use crate::accounts::personal_tokens::authenticate;
use crate::accounts::sessions::{access_tokens, reauthentication};
use crate::tokens::personal_token::PersonalToken;
use crate::web::client_address::client_address;
use crate::web::guards;

/// By which kind of token the caller is known.
pub(super) enum Caller {
    /// An access token, which names a session.
    Session(Arc<CurrentSession>),
    /// A personal token, with what it may do besides reading the own account.
    Token(Arc<TokenOwner>, ApiScopes),
}

impl Caller {
    /// As of now.
    fn role(&self) -> Role {
        match self {
            Self::Session(session) => session.standing.role,
            Self::Token(owner, _) => owner.standing.role,
        }
    }

    pub(super) fn user_id(&self) -> &UserId {
        match self {
            Self::Session(session) => &session.user_id,
            Self::Token(owner, _) => &owner.user_id,
        }
    }

    /// Why it may not read what is for admins, if so.
    fn read_problem(&self) -> Option<ProblemType> {
        match self {
            _ if self.role() != Role::Admin => Some(ProblemType::NotAllowed),
            Self::Token(_, scopes) if !scopes.are_for_admins() => Some(ProblemType::InsufficientScope),
            _ => None,
        }
    }

    /// Why it may not change the accounts of others now, if so (ASVS 7.5.3). A personal token with that scope was made after
    /// a recent authentication.
    fn change_problem(&self, app: &App) -> Option<ProblemType> {
        match self {
            Self::Session(session) => {
                let old = !reauthentication::is_reauthenticated(app, session);
                old.then_some(ProblemType::AuthenticationTooOld)
            }
            Self::Token(_, scopes) => (!scopes.write_users).then_some(ProblemType::InsufficientScope),
        }
    }
}

/// Anybody with an account.
pub(super) struct ApiUser(pub Caller);

/// The session of an access token. Other kinds of tokens have none.
pub(super) struct ApiSession(pub Arc<CurrentSession>);

/// An admin.
pub(super) struct ApiAdmin;

/// An admin who may change accounts now: by a recent sign-in, or by a personal token for it.
pub(super) struct FreshApiAdmin(pub Caller);

/// The bearer token of a request.
pub(super) fn bearer<'r>(request: &'r Request<'_>) -> Result<Option<&'r str>, ApiProblem> {
    let mut headers = request.headers().get("Authorization");
    let Some(header) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(ApiProblem::of(ProblemType::TokenRefused));
    }
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(Some(token.trim())),
        _ => Ok(None),
    }
}

async fn caller(request: &Request<'_>) -> Result<Caller, ApiProblem> {
    let token = bearer(request)?.ok_or_else(|| ApiProblem::of(ProblemType::TokenMissing))?;
    if PersonalToken::is_meant_by(token) {
        return token_owner(request, token).await;
    }
    let session = access_tokens::authenticate(app(request)?, token).await?;
    let session = session.ok_or_else(|| ApiProblem::of(ProblemType::TokenRefused))?;
    guards::touch(app(request)?, &session).await;
    Ok(Caller::Session(session))
}

async fn token_owner(request: &Request<'_>, token: &str) -> Result<Caller, ApiProblem> {
    let (app, client) = (app(request)?, client_address(request));
    let owner = authenticate::authenticate_for_api(app, client, token).await?;
    let (owner, scopes) = owner.ok_or_else(|| ApiProblem::of(ProblemType::TokenRefused))?;
    guards::touch_token(app, &owner, client);
    Ok(Caller::Token(owner, scopes))
}

async fn admin(request: &Request<'_>) -> Result<Caller, ApiProblem> {
    let caller = caller(request).await?;
    if let Some(problem) = caller.read_problem() {
        tracing::warn!(event = "not_allowed", user = %caller.user_id(), "a caller asked for what is for admins");
        return Err(ApiProblem::of(problem));
    }
    Ok(caller)
}

async fn fresh_admin(request: &Request<'_>) -> Result<Caller, ApiProblem> {
    let caller = admin(request).await?;
    match caller.change_problem(app(request)?) {
        Some(problem) => Err(ApiProblem::of(problem)),
        None => Ok(caller),
    }
}

fn app<'r>(request: &'r Request<'_>) -> Result<&'r Arc<App>, ApiProblem> {
    request
        .rocket()
        .state()
        .ok_or_else(|| ApiProblem::of(ProblemType::InternalError))
}

fn guarded<T>(request: &Request<'_>, outcome: Result<T, ApiProblem>) -> Outcome<T, ()> {
    match outcome {
        Ok(guard) => Success(guard),
        Err(problem) => refuse(request, problem),
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ApiSession {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session = caller(request).await.and_then(|caller| match caller {
            Caller::Session(session) => Ok(Self(session)),
            Caller::Token(..) => Err(ApiProblem::of(ProblemType::InsufficientScope)),
        });
        guarded(request, session)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ApiUser {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        guarded(request, caller(request).await.map(Self))
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
