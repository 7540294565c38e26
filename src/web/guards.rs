//! Who may come in, readable in a route's signature.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rocket::http::Status;
use rocket::outcome::Outcome::{Error as Refused, Success};
use rocket::request::{FromRequest, Outcome, Request};

use super::cookies::{Jar, Name};
use super::requests::client_address;
use crate::accounts::session::Present;
use crate::accounts::{Accounts, Role, Trouble, Visitor};
use crate::i18n::Language;

/// Somebody who is signed in. Others are sent to the sign-in page.
#[derive(Clone, Debug)]
pub struct CurrentUser(Arc<Present>);

/// Somebody who is signed in, or nobody.
#[derive(Clone, Debug)]
pub struct MaybeUser(Option<CurrentUser>);

/// Somebody who is signed in as an admin. Other users get a 403.
#[derive(Clone, Copy, Debug)]
pub struct Admin;

impl Deref for CurrentUser {
    type Target = Present;

    fn deref(&self) -> &Present {
        &self.0
    }
}

impl MaybeUser {
    /// The person, if there is one.
    #[must_use]
    pub fn present(&self) -> Option<&Present> {
        self.0.as_deref()
    }
}

/// Where the person of a request is remembered, once looked up.
#[derive(Default)]
struct Seat(OnceLock<Option<CurrentUser>>);

/// The person whom a guard has let in at this request, if one did.
#[must_use]
pub fn seated<'r>(request: &'r Request<'_>) -> Option<&'r CurrentUser> {
    request.local_cache(Seat::default).0.get().and_then(Option::as_ref)
}

/// Looks the cookie's token up, once per request. If that is not possible, nobody is let in (ASVS 16.5.3).
async fn look_up(request: &Request<'_>) -> Result<Option<CurrentUser>, Status> {
    let seat = request.local_cache(Seat::default);
    if let Some(known) = seat.0.get() {
        return Ok(known.clone());
    }
    let accounts = request.rocket().state::<Arc<Accounts>>().ok_or(Status::InternalServerError)?;
    let user = match Jar::of(request).get(Name::Session) {
        Some(token) => accounts.present(token).await.map_err(|trouble| {
            tracing::error!(%trouble, "who this is cannot be looked up");
            match trouble {
                Trouble::Database(_) => Status::ServiceUnavailable,
                _ => Status::InternalServerError,
            }
        })?,
        None => None,
    };
    let user = user.map(|present| CurrentUser(Arc::new(present)));
    if let Some(user) = &user {
        note_seen(accounts, user);
    }
    Ok(seat.0.get_or_init(|| user).clone())
}

/// "Last seen" is written beside the request, not in it: nobody waits for it.
fn note_seen(accounts: &Arc<Accounts>, user: &CurrentUser) {
    if accounts.is_seen_recently(user) {
        return;
    }
    let (accounts, user) = (Arc::clone(accounts), user.clone());
    tokio::spawn(async move {
        if let Err(trouble) = accounts.seen(&user).await {
            tracing::warn!(%trouble, "last seen cannot be noted");
        }
    });
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CurrentUser {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match look_up(request).await {
            Ok(Some(user)) => Success(user),
            Ok(None) => Refused((Status::Unauthorized, ())),
            Err(status) => Refused((status, ())),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for MaybeUser {
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
        match look_up(request).await {
            Ok(Some(user)) if user.role == Role::Admin => Success(Self),
            Ok(Some(user)) => {
                tracing::warn!(event = "not_allowed", user = %user.user_id, "a user asked for an admin's page");
                Refused((Status::Forbidden, ()))
            }
            Ok(None) => Refused((Status::Unauthorized, ())),
            Err(status) => Refused((status, ())),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visitor {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let address: IpAddr = client_address(request);
        Success(Self {
            address,
            browser: Jar::of(request).get(Name::Device).map(str::to_owned),
            user_agent: request.headers().get_one("User-Agent").map(str::to_owned),
            language: language(request),
        })
    }
}

/// The visitor's language: what a signed-in person chose, else this browser's choice, else what the browser asks for.
#[must_use]
pub fn language(request: &Request<'_>) -> Language {
    seated(request)
        .and_then(|user| user.language)
        .or_else(|| Jar::of(request).get(Name::Language).and_then(Language::from_code))
        .unwrap_or_else(|| {
            request
                .headers()
                .get_one("Accept-Language")
                .map(Language::accepted)
                .unwrap_or_default()
        })
}
