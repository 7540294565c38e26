//! Who may come in, readable in a route's signature.

use crate::accounts::sessions::reauthentication;
use crate::accounts::sessions::session;
use crate::accounts::sessions::touch;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rocket::http::Status as Code;
use rocket::outcome::Outcome::{Error as Refused, Forward, Success};
use rocket::request::{FromRequest, Outcome, Request};

use super::client_address::client_address;
use super::cookies::{Jar, Name};
use super::security::form_token;
use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::{Role, Status};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::i18n::Language;

/// Somebody who is signed in, be it to an account that is about to be deleted.
#[derive(Clone, Debug)]
pub struct SignedIn(Arc<CurrentSession>);

/// Somebody who is signed in, or nobody.
#[derive(Clone, Debug)]
pub struct MaybeUser(Option<SignedIn>);

/// Somebody who is signed in to an account in use. Others are sent to the sign-in page; to an account that is about to be
/// deleted, where it can be kept.
#[derive(Clone, Debug)]
pub struct CurrentUser(SignedIn);

/// Somebody who proved a short while ago who they are. Others are asked to (ASVS 7.5.1).
#[derive(Clone, Debug)]
pub struct Reauthenticated(CurrentUser);

/// Somebody who proved a short while ago that they own this account, which is about to be deleted. Forwards when it is
/// not.
#[derive(Clone, Debug)]
pub struct PendingDeletion(SignedIn);

/// Somebody who is signed in as an admin. Other users get a 403.
#[derive(Clone, Copy, Debug)]
pub struct Admin;

impl Deref for SignedIn {
    type Target = CurrentSession;

    fn deref(&self) -> &CurrentSession {
        &self.0
    }
}

macro_rules! dereferences {
    ($($guard:ident),*) => {$(
        impl Deref for $guard {
            type Target = CurrentSession;

            fn deref(&self) -> &CurrentSession {
                &self.0
            }
        }
    )*};
}

dereferences!(CurrentUser, Reauthenticated, PendingDeletion);

impl MaybeUser {
    /// The person, if there is one.
    #[must_use]
    pub fn session(&self) -> Option<&CurrentSession> {
        self.0.as_deref()
    }

    /// Whether it is somebody whose account is about to be deleted.
    #[must_use]
    pub fn is_pending_deletion(&self) -> bool {
        self.session().is_some_and(|user| user.status == Status::Deleting)
    }
}

/// Where somebody is sent who may not come in as they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LoginRedirect {
    /// To the sign-in page.
    SignIn,
    /// To where they prove who they are.
    Confirm,
    /// To where the account can be kept.
    Keep,
}

/// Where the detour of a request is remembered, for the answer.
#[derive(Default)]
struct LoginRedirectCell(OnceLock<LoginRedirect>);

/// Where a request was sent.
#[must_use]
pub fn login_redirect(request: &Request<'_>) -> LoginRedirect {
    request
        .local_cache(LoginRedirectCell::default)
        .0
        .get()
        .copied()
        .unwrap_or(LoginRedirect::SignIn)
}

/// Sends a request elsewhere.
pub fn redirect_to<T>(request: &Request<'_>, to: LoginRedirect) -> Outcome<T, ()> {
    let _ = request.local_cache(LoginRedirectCell::default).0.set(to);
    Refused((Code::Unauthorized, ()))
}

/// Where the person of a request is remembered, once looked up.
#[derive(Default)]
struct SessionCell(OnceLock<Option<SignedIn>>);

/// The person whom a guard has let in at this request, if one did.
#[must_use]
pub fn current_session<'r>(request: &'r Request<'_>) -> Option<&'r SignedIn> {
    request.local_cache(SessionCell::default).0.get().and_then(Option::as_ref)
}

/// Who is signed in, for what does not act in their name: the form's token is not asked for. Nobody, if that cannot be
/// looked up.
pub async fn recognize(request: &Request<'_>) -> Option<SignedIn> {
    look_up(request).await.ok().flatten()
}

/// Who is signed in and may act: a post has to be from a page of theirs (`form_token.rs`).
async fn admitted(request: &Request<'_>) -> Result<Option<SignedIn>, Code> {
    let user = look_up(request).await?;
    if user.is_some() && !form_token::lets_in(request) {
        return Err(Code::Conflict);
    }
    Ok(user)
}

/// Looks the cookie's token up, once per request. If that is not possible, nobody is let in (ASVS 16.5.3).
async fn look_up(request: &Request<'_>) -> Result<Option<SignedIn>, Code> {
    let seat = request.local_cache(SessionCell::default);
    if let Some(known) = seat.0.get() {
        return Ok(known.clone());
    }
    let app = request.rocket().state::<Arc<App>>().ok_or(Code::InternalServerError)?;
    let user = match Jar::of(request).get(Name::Session) {
        Some(token) => session::authenticate(app, token).await.map_err(|trouble| {
            tracing::error!(%trouble, "who this is cannot be looked up");
            match trouble {
                ServiceError::Database(_) => Code::ServiceUnavailable,
                _ => Code::InternalServerError,
            }
        })?,
        None => None,
    };
    let user = user.map(SignedIn);
    if let Some(user) = &user {
        touch(app, user).await;
    }
    Ok(seat.0.get_or_init(|| user).clone())
}

/// Writes when the session was last seen. No request waits for it, unless the session was idle for long.
async fn touch(app: &Arc<App>, user: &SignedIn) {
    if !touch::should_touch(app, user) {
        return;
    }
    let idle = touch::must_await_touch(app, user);
    let (app, user) = (Arc::clone(app), user.clone());
    let touched = async move {
        if let Err(error) = touch::touch(&app, &user).await {
            tracing::warn!(%error, "last_seen_at cannot be written");
        }
    };
    if idle {
        touched.await;
    } else {
        tokio::spawn(touched);
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for SignedIn {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match admitted(request).await {
            Ok(Some(user)) => Success(user),
            Ok(None) => redirect_to(request, LoginRedirect::SignIn),
            Err(status) => Refused((status, ())),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CurrentUser {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match SignedIn::from_request(request).await {
            Success(user) if user.status == Status::Active => Success(Self(user)),
            Success(_) => redirect_to(request, LoginRedirect::Keep),
            other => other.map(Self),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Reauthenticated {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match CurrentUser::from_request(request).await {
            Success(user) if is_reauthenticated(request, &user) => Success(Self(user)),
            Success(_) => redirect_to(request, LoginRedirect::Confirm),
            other => other.map(Self),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for PendingDeletion {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match SignedIn::from_request(request).await {
            Success(user) if user.status != Status::Deleting => Forward(Code::NotFound),
            Success(user) if is_reauthenticated(request, &user) => Success(Self(user)),
            Success(_) => redirect_to(request, LoginRedirect::Confirm),
            other => other.map(Self),
        }
    }
}

fn is_reauthenticated(request: &Request<'_>, user: &CurrentSession) -> bool {
    let app = request.rocket().state::<Arc<App>>();
    app.is_some_and(|app| reauthentication::is_reauthenticated(app, user))
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for MaybeUser {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match admitted(request).await {
            Ok(user) => Success(Self(user)),
            Err(status) => Refused((status, ())),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match CurrentUser::from_request(request).await {
            Success(user) if user.role == Role::Admin => Success(Self),
            Success(user) => {
                tracing::warn!(event = "not_allowed", user = %user.user_id, "a user asked for an admin's page");
                Refused((Code::Forbidden, ()))
            }
            other => other.map(|_| Self),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Client {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Success(Self {
            ip: client_address(request),
            device_cookie: Jar::of(request).get(Name::Device).map(str::to_owned),
            user_agent: request.headers().get_one("User-Agent").map(str::to_owned),
            language: language(request),
        })
    }
}

/// The visitor's language: what a signed-in person chose, else this browser's choice, else what the browser asks for.
#[must_use]
pub fn language(request: &Request<'_>) -> Language {
    current_session(request)
        .and_then(|user| user.profile.language())
        .or_else(|| Jar::of(request).get(Name::Language).and_then(Language::from_code))
        .unwrap_or_else(|| {
            request
                .headers()
                .get_one("Accept-Language")
                .map(Language::accepted)
                .unwrap_or_default()
        })
}
