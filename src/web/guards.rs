//! Guards: a route's signature says who may call it.

use crate::accounts::sessions::reauthentication;
use crate::accounts::sessions::session;
use crate::accounts::sessions::touch;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rocket::http::Status as Code;
use rocket::outcome::Outcome::{Error as Refused, Forward, Success};
use rocket::request::{FromRequest, Outcome, Request};

use super::client_address::client_address;
use super::cookies::{Jar, Name};
use super::login_redirect::{LoginRedirect, redirect_to};
use super::security::form_token;
use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::{Role, Status};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::standing::Demand;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::accounts::personal_tokens::last_use;
use crate::i18n::Language;

/// A signed-in user. The account may be scheduled for deletion.
#[derive(Clone, Debug)]
pub struct SignedIn(Arc<CurrentSession>);

/// A signed-in user, or nobody.
#[derive(Clone, Debug)]
pub struct MaybeUser(Option<SignedIn>);

/// The session that the browser has, for a sign-in, which replaces it. Nothing may be done in its user's name: no form token
/// was asked for.
#[derive(Clone, Debug)]
pub struct PreviousSession(Option<SignedIn>);

/// A signed-in user whose account is not scheduled for deletion. Others are redirected to the sign-in page, or to the
/// page that can undo the deletion. A second factor that is demanded may be missing.
#[derive(Clone, Debug)]
pub struct AnyUser(SignedIn);

/// The same with every second factor that is demanded. Others are redirected to where it is set up or given.
#[derive(Clone, Debug)]
pub struct CurrentUser(AnyUser);

/// [`AnyUser`], who signed in or confirmed the password a short time ago. Others are asked for the password (ASVS 7.5.1).
#[derive(Clone, Debug)]
pub struct AnyReauthenticated(AnyUser);

/// A user who signed in or confirmed the password a short time ago. Others are asked for the password (ASVS 7.5.1).
#[derive(Clone, Debug)]
pub struct Reauthenticated(CurrentUser);

/// A recently authenticated user whose account is scheduled for deletion. If it is not, the guard forwards.
#[derive(Clone, Debug)]
pub struct PendingDeletion(SignedIn);

/// A signed-in admin. Other users get a 403.
#[derive(Clone, Copy, Debug)]
pub struct Admin;

/// An admin who proved a short while ago who they are. Other admins are asked to (ASVS 7.5.3).
#[derive(Clone, Debug)]
pub struct ReauthenticatedAdmin(CurrentUser);

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

dereferences!(AnyUser, AnyReauthenticated, CurrentUser, Reauthenticated, ReauthenticatedAdmin, PendingDeletion);

impl MaybeUser {
    #[must_use]
    pub fn session(&self) -> Option<&CurrentSession> {
        self.0.as_deref()
    }

    #[must_use]
    pub fn is_pending_deletion(&self) -> bool {
        self.session().is_some_and(|user| user.status == Status::Deleting)
    }

    /// Whether a second factor is demanded that is missing.
    #[must_use]
    pub fn lacks_factor(&self) -> bool {
        self.session().is_some_and(|user| user.standing.demand == Demand::Due)
    }
}

impl PreviousSession {
    #[must_use]
    pub fn session(&self) -> Option<&CurrentSession> {
        self.0.as_deref()
    }
}

/// Stores the result of the session look-up, so that a request makes only one.
#[derive(Default)]
struct SessionCell(OnceLock<Option<SignedIn>>);

/// The user whom a guard has already looked up for this request.
#[must_use]
pub fn current_session<'r>(request: &'r Request<'_>) -> Option<&'r SignedIn> {
    request.local_cache(SessionCell::default).0.get().and_then(Option::as_ref)
}

/// The signed-in user, for purposes that need no form token because nothing is done in the user's name. Nobody, if the
/// look-up fails.
pub async fn recognize(request: &Request<'_>) -> Option<SignedIn> {
    look_up(request).await.ok().flatten()
}

/// The signed-in user, if the request may act in the user's name: a post needs the form token (`form_token.rs`).
async fn admitted(request: &Request<'_>) -> Result<Option<SignedIn>, Code> {
    let user = look_up(request).await?;
    if user.is_some() && !form_token::lets_in(request) {
        return Err(Code::Conflict);
    }
    Ok(user)
}

/// Looks up the session token, once per request. If the look-up fails, the request is refused (ASVS 16.5.3).
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
        touch(app, &user.0).await;
    }
    Ok(seat.0.get_or_init(|| user).clone())
}

/// Writes when the session was last seen. No request waits for it, unless the session was idle for long.
pub async fn touch(app: &Arc<App>, user: &Arc<CurrentSession>) {
    if !touch::should_touch(app, user) {
        return;
    }
    let idle = touch::must_await_touch(app, user);
    let (app, user) = (Arc::clone(app), Arc::clone(user));
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

/// Writes when a personal token was last used. No request waits for it.
pub fn touch_token(app: &Arc<App>, owner: &Arc<TokenOwner>, client: IpAddr) {
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
impl<'r> FromRequest<'r> for AnyUser {
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
impl<'r> FromRequest<'r> for CurrentUser {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match AnyUser::from_request(request).await {
            Success(user) if user.standing.demand != Demand::Due => Success(Self(user)),
            Success(user) => redirect_to(request, way_to_factor(&user)),
            other => other.map(Self),
        }
    }
}

/// Where a second factor is given, or set up if there is none.
#[must_use]
pub fn way_to_factor(user: &CurrentSession) -> LoginRedirect {
    if user.standing.has_factor {
        LoginRedirect::Confirm
    } else {
        LoginRedirect::Security
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AnyReauthenticated {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match AnyUser::from_request(request).await {
            Success(user) if is_reauthenticated(request, &user) => Success(Self(user)),
            Success(_) => redirect_to(request, LoginRedirect::Confirm),
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
impl<'r> FromRequest<'r> for PreviousSession {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match look_up(request).await {
            Ok(user) => Success(Self(user)),
            Err(status) => Refused((status, ())),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        admin(request).await.map(|_| Self)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ReauthenticatedAdmin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match admin(request).await {
            Success(user) if is_reauthenticated(request, &user) => Success(Self(user)),
            Success(_) => redirect_to(request, LoginRedirect::Confirm),
            other => other.map(Self),
        }
    }
}

async fn admin(request: &Request<'_>) -> Outcome<CurrentUser, ()> {
    match CurrentUser::from_request(request).await {
        Success(user) if user.standing.role == Role::Admin => Success(user),
        Success(user) => {
            tracing::warn!(event = "not_allowed", user = %user.user_id, "a user asked for an admin's page");
            Refused((Code::Forbidden, ()))
        }
        other => other,
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Client {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Success(Self {
            ip: client_address(request),
            device_cookie: Jar::of(request).get(Name::Device).map(str::to_owned),
            remembered_cookie: Jar::of(request).get(Name::Remembered).map(str::to_owned),
            user_agent: request.headers().get_one("User-Agent").map(str::to_owned),
            language: language(request),
        })
    }
}

/// The language: that of the user's account, else this browser's choice, else the best of `Accept-Language`.
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
