//! Forms and buttons of signed-in users. What was typed is saved while the user is asked for the password.

use crate::accounts::sessions::reauthentication;
use std::sync::Arc;

use rocket::data::{self, Data, FromData, ToByteUnit};
use rocket::form::FromForm;
use rocket::http::{Method, Status};
use rocket::outcome::Outcome::{Error as Refused, Forward, Success};
use rocket::request::{FromRequest, Outcome, Request};
use url::form_urlencoded;

use super::forms::Form;
use super::guards::{AnyUser, Reauthenticated};
use super::login_redirect::{LoginRedirect, login_redirect};
use super::request_info::RequestInfo;
use super::return_to::form_of;
use super::security::form_token::{FormWithToken, SAVED_FIELDS, is_deferred};
use super::security::form_token_check::settle;
use crate::accounts::app::App;
use crate::accounts::sessions::reauthentication::SavedForm;

/// A form and the user who posted it, as one of the guards in `guards.rs`. If the guard is [`Reauthenticated`] and asks
/// for the password first, the form is saved; afterwards its page shows it filled in.
pub struct UserForm<U, T> {
    pub user: U,
    pub fields: T,
}

/// A user who authenticated recently and pressed a button that has no fields. Others are asked for the password; the page
/// that holds the button can then say that it was not pressed yet. The guard is [`Reauthenticated`] or that of admins.
pub struct SudoAction<U = Reauthenticated>(pub U);

#[rocket::async_trait]
impl<'r, U> FromRequest<'r> for SudoAction<U>
where
    U: FromRequest<'r, Error = ()> + Send,
{
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let user = U::from_request(request).await;
        if matches!(user, Refused(_)) && login_redirect(request) == LoginRedirect::Confirm {
            keep(request, String::new()).await;
        }
        user.map(Self)
    }
}

/// The saved form of the requested page, once the user has given the password. It is shown once.
pub struct Kept(pub Option<SavedForm>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Kept {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let nothing = Success(Self(None));
        // A `HEAD` shows nothing, so it must not take the saved form. A refused form came from a page of another
        // account.
        if RequestInfo::of(request).method != Method::Get {
            return nothing;
        }
        let (Success(user), Some(app)) = (AnyUser::from_request(request).await, request.rocket().state::<Arc<App>>())
        else {
            return nothing;
        };
        if !reauthentication::is_reauthenticated(app, &user) {
            return nothing;
        }
        match reauthentication::take_saved_form(app, &user, request.uri().path().as_str()).await {
            Ok(form) => Success(Self(form)),
            Err(trouble) => {
                tracing::error!(%trouble, "what was kept of a form cannot be read");
                Refused((Status::ServiceUnavailable, ()))
            }
        }
    }
}

#[rocket::async_trait]
impl<'r, U, T> FromData<'r> for UserForm<U, T>
where
    U: FromRequest<'r, Error = ()> + Send,
    T: FromForm<'r>,
{
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        if is_deferred(request) {
            return whole(request, data).await;
        }
        let user = match U::from_request(request).await {
            Success(user) => user,
            Refused((status, ())) => {
                if asks_for_proof(request)
                    && let Some(fields) = saved_fields(data).await
                {
                    keep(request, fields).await;
                }
                return Refused((status, ()));
            }
            Forward(status) => return Refused((status, ())),
        };
        match Form::<T>::from_data(request, data).await {
            Success(form) => Success(Self {
                user,
                fields: form.into_inner().into_inner(),
            }),
            Refused((status, _)) => Refused((status, ())),
            Forward(forward) => Forward(forward),
        }
    }
}

/// Parses a form whose token is not among its first bytes. No browser sends one of our forms like this.
async fn whole<'r, U, T>(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, UserForm<U, T>>
where
    U: FromRequest<'r, Error = ()> + Send,
    T: FromForm<'r>,
{
    let form = match Form::<FormWithToken<'r, T>>::from_data(request, data).await {
        Success(form) => form.into_inner().into_inner(),
        Refused((status, _)) => return Refused((status, ())),
        Forward(forward) => return Forward(forward),
    };
    settle(request, form.token).await;
    match U::from_request(request).await {
        Success(user) => Success(UserForm {
            user,
            fields: form.fields,
        }),
        Refused((status, ())) => {
            if asks_for_proof(request) {
                keep(request, encoded(form.kept)).await;
            }
            Refused((status, ()))
        }
        Forward(status) => Refused((status, ())),
    }
}

fn asks_for_proof(request: &Request<'_>) -> bool {
    login_redirect(request) == LoginRedirect::Confirm
}

/// The fields to save, URL-encoded.
async fn saved_fields(data: Data<'_>) -> Option<String> {
    let body = data.open(8.kibibytes()).into_string().await.ok()?;
    let fields = form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| SAVED_FIELDS.contains(&&**name));
    Some(encoded(fields))
}

fn encoded<K: AsRef<str>, V: AsRef<str>>(fields: impl IntoIterator<Item = (K, V)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Saves the fields. If that fails, the user must type them again.
async fn keep(request: &Request<'_>, fields: String) {
    let Success(user) = AnyUser::from_request(request).await else {
        return;
    };
    let Some(app) = request.rocket().state::<Arc<App>>() else {
        return;
    };
    let form = SavedForm {
        page: form_of(request.uri().path().as_str()).to_owned(),
        fields,
    };
    if let Err(trouble) = reauthentication::save_form(app, &user, &form).await {
        tracing::warn!(%trouble, "a form cannot be kept");
    }
}
