//! Forms that need a fresh proof of identity. What was typed into one is not lost while its owner gives it.

use std::sync::Arc;

use rocket::data::{self, Data, FromData, ToByteUnit};
use rocket::form::{Form, FromForm};
use rocket::outcome::Outcome::{Error as Refused, Forward, Success};
use rocket::request::{FromRequest, Request};
use url::form_urlencoded;

use super::guards::{CurrentUser, Detour, Fresh, detour};
use crate::accounts::Accounts;
use crate::accounts::proof::Draft;

/// What is never kept.
const SECRETS: [&str; 3] = ["password", "current_password", "code"];

/// A form posted by somebody who proved a short while ago who they are. Of others it is kept, and they are asked to
/// prove it; afterwards its page shows it filled in again.
pub struct FreshForm<T> {
    /// The person.
    pub user: Fresh,
    /// What was typed.
    pub fields: T,
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r>> FromData<'r> for FreshForm<T> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let user = match Fresh::from_request(request).await {
            Success(user) => user,
            Refused((status, ())) => {
                if detour(request) == Detour::Confirm {
                    keep(request, data).await;
                }
                return Refused((status, ()));
            }
            Forward(status) => return Refused((status, ())),
        };
        match Form::<T>::from_data(request, data).await {
            Success(form) => Success(Self {
                user,
                fields: form.into_inner(),
            }),
            Refused((status, _)) => Refused((status, ())),
            Forward(forward) => Forward(forward),
        }
    }
}

/// Keeps what was typed. If that fails, it has to be typed again, and nothing else is lost.
async fn keep(request: &Request<'_>, data: Data<'_>) {
    let Success(user) = CurrentUser::from_request(request).await else {
        return;
    };
    let Some(accounts) = request.rocket().state::<Arc<Accounts>>() else {
        return;
    };
    let Ok(body) = data.open(8.kibibytes()).into_string().await else {
        return;
    };
    let fields = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| !SECRETS.contains(&&**name)))
        .finish();
    let draft = Draft {
        page: request.uri().path().to_string(),
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
