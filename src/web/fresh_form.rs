//! Forms and buttons that need a fresh proof of identity. What was typed into one is not lost while its owner gives it.

use std::sync::Arc;

use rocket::data::{self, Data, FromData, ToByteUnit};
use rocket::form::FromForm;
use rocket::http::{Method, Status};
use rocket::outcome::Outcome::{Error as Refused, Forward, Success};
use rocket::request::{FromRequest, Outcome, Request};
use url::form_urlencoded;

use super::forms::Form;
use super::guards::{CurrentUser, Detour, Fresh, detour};
use super::next::form_page;
use super::requests::Story;
use crate::accounts::Accounts;
use crate::accounts::proof::Draft;

/// The fields that are kept. None of them holds a secret.
const KEPT: [&str; 1] = ["email"];

/// A form posted by somebody who proved a short while ago who they are. Of others it is kept, and they are asked to
/// prove it; afterwards its page shows it filled in again.
pub struct FreshForm<T> {
    /// The person.
    pub user: Fresh,
    /// What was typed.
    pub fields: T,
}

/// Somebody who proved a short while ago who they are, and pressed a button that has no fields. Others are asked to prove
/// it; the page that holds the button can then say that it was not pressed yet.
pub struct FreshPress(pub Fresh);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for FreshPress {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let user = Fresh::from_request(request).await;
        if matches!(user, Refused(_)) && detour(request) == Detour::Confirm {
            keep(request, String::new()).await;
        }
        user.map(Self)
    }
}

/// What was kept for the page that is asked for, once its owner has given the proof. It is shown once.
pub struct Kept(pub Option<Draft>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Kept {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let nothing = Success(Self(None));
        // A `HEAD` comes here as well, and shows nobody anything.
        if Story::of(request).method != Method::Get {
            return nothing;
        }
        let (Success(user), Some(accounts)) =
            (CurrentUser::from_request(request).await, request.rocket().state::<Arc<Accounts>>())
        else {
            return nothing;
        };
        if !accounts.is_fresh(&user) {
            return nothing;
        }
        match accounts.take_draft(&user, request.uri().path().as_str()).await {
            Ok(draft) => Success(Self(draft)),
            Err(trouble) => {
                tracing::error!(%trouble, "what was kept of a form cannot be read");
                Refused((Status::ServiceUnavailable, ()))
            }
        }
    }
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r>> FromData<'r> for FreshForm<T> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let user = match Fresh::from_request(request).await {
            Success(user) => user,
            Refused((status, ())) => {
                if detour(request) == Detour::Confirm
                    && let Some(fields) = typed(data).await
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

/// What is kept, as it travels.
async fn typed(data: Data<'_>) -> Option<String> {
    let body = data.open(8.kibibytes()).into_string().await.ok()?;
    let fields = form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| KEPT.contains(&&**name));
    Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// Keeps what was typed. If that fails, it has to be typed again, and nothing else is lost.
async fn keep(request: &Request<'_>, fields: String) {
    let Success(user) = CurrentUser::from_request(request).await else {
        return;
    };
    let Some(accounts) = request.rocket().state::<Arc<Accounts>>() else {
        return;
    };
    let draft = Draft {
        page: form_page(request.uri().path().as_str()).to_owned(),
        fields,
    };
    if let Err(trouble) = accounts.keep_draft(&user, &draft).await {
        tracing::warn!(%trouble, "a form cannot be kept");
    }
}

impl Draft {
    /// What was typed into a field.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        form_urlencoded::parse(self.fields.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    }
}
