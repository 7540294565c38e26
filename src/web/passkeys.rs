//! What the pages share that use passkeys: where they work, the browser of a ceremony, and JSON bodies and answers.

use data_encoding::BASE64URL_NOPAD;
use rocket::data::{self, Data, FromData, ToByteUnit};
use rocket::http::Status;
use rocket::outcome::Outcome::{Error as Refused, Success};
use rocket::request::{FromRequest, Outcome};
use rocket::serde::json::{Json, Value, json};
use rocket::{Request, State};
use serde::de::DeserializeOwned;
use std::sync::Arc;

use super::context::SiteContext;
use super::cookies::{Jar, Name};
use crate::accounts::app::App;
use crate::accounts::passkeys::challenges::{CeremonyBrowser, LIFETIME};
use crate::time::SECOND;
use crate::tokens::email_tokens::browser_secret;

/// The length of the secret of a ceremony: 32 bytes in Base64.
const SECRET_LENGTH: usize = 43;

/// Whether passkeys work on the page that was asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PasskeysWork {
    Here,
    /// In development, if the page was asked for at another name of this machine: at this origin.
    At(String),
    /// The public URL has an IP address.
    Nowhere,
}

impl PasskeysWork {
    #[must_use]
    pub fn here(&self) -> bool {
        *self == Self::Here
    }

    #[must_use]
    pub fn of(request: &Request<'_>) -> Self {
        let Some(relying_party) = request.rocket().state::<Arc<App>>().and_then(|app| app.relying_party.as_ref())
        else {
            return Self::Nowhere;
        };
        let production = request
            .rocket()
            .state::<SiteContext>()
            .is_none_or(|site| site.config.in_production());
        // Behind a proxy the name that the browser shows is that of `public_url`, whatever `Host` says.
        let named = request.host().is_some_and(|host| host.domain() == relying_party.id());
        if production || named {
            Self::Here
        } else {
            Self::At(relying_party.origin().to_owned())
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for PasskeysWork {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Success(Self::of(request))
    }
}

/// The browser of a ceremony: the secret in its cookie, which binds the challenge to it.
pub struct Ceremony<'r> {
    jar: Jar<'r>,
    secret: Option<&'r str>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Ceremony<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let jar = Jar::of(request);
        let is_ours =
            |secret: &&str| secret.len() == SECRET_LENGTH && BASE64URL_NOPAD.decode(secret.as_bytes()).is_ok();
        Success(Self {
            jar,
            secret: jar.get(Name::Passkey).filter(is_ours),
        })
    }
}

impl Ceremony<'_> {
    /// The secret for a new challenge: that of the browser's other tabs, or a new one. The cookie lasts as long as the
    /// challenge.
    #[must_use]
    pub fn begin(&self) -> String {
        let secret = self.secret.map_or_else(|| browser_secret().0, str::to_owned);
        self.jar.set(Name::Passkey, secret.clone(), Some(LIFETIME / SECOND));
        secret
    }

    /// The browser that answers. One without the cookie has no challenge.
    #[must_use]
    pub fn browser(&self) -> CeremonyBrowser<'_> {
        CeremonyBrowser(self.secret.unwrap_or_default())
    }
}

/// The JSON body of a post by our own script, of at most 64 KiB.
///
/// Such a post is protected as forms are. The check of the origin runs before routing and asks of every method that may
/// change something that it comes from one of our own pages, whatever its body. The routes say `format = "json"`, so no form
/// of another site reaches them, and a browser asks before it sends JSON across sites, which is never answered. They have no
/// form token because they act on the account of the passkey, not on the one that is signed in: their guard gives no right
/// to act in anybody's name (`guards::PreviousSession`). All posts that do are forms with a token.
pub struct Posted<T>(pub T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Posted<T> {
    type Error = ();

    async fn from_data(_: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let Ok(body) = data.open(64.kibibytes()).into_bytes().await else {
            return Refused((Status::BadRequest, ()));
        };
        if !body.is_complete() {
            return Refused((Status::PayloadTooLarge, ()));
        }
        // `serde` would take the values of an array for members, in their order.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        match serde_json::from_slice(&body) {
            Ok(parsed) if is_object => Success(Self(parsed)),
            _ => Refused((Status::BadRequest, ())),
        }
    }
}

pub type JsonAnswer = (Status, Json<Value>);

/// An answer to our own script.
#[must_use]
pub fn answer(status: Status, value: Value) -> JsonAnswer {
    (status, Json(value))
}

/// Where the script goes on.
#[must_use]
pub fn go_on(location: &str, user: &Value) -> JsonAnswer {
    answer(Status::Ok, json!({ "location": location, "user": user }))
}

/// The arguments of `PublicKeyCredential.signalUnknownCredential()`.
#[must_use]
pub fn unknown_credential(app: &State<Arc<App>>, credential_id: &str) -> Option<Value> {
    let relying_party = app.relying_party.as_ref()?;
    Some(json!({ "rpId": relying_party.id(), "credentialId": credential_id }))
}

/// The arguments of `PublicKeyCredential.signalCurrentUserDetails()`. `name` is the address.
#[must_use]
pub fn user_details(app: &State<Arc<App>>, handle: &[u8], name: &str, display_name: &str) -> Option<Value> {
    let relying_party = app.relying_party.as_ref()?;
    let display_name = if display_name.is_empty() { name } else { display_name };
    Some(json!({
        "rpId": relying_party.id(),
        "userId": BASE64URL_NOPAD.encode(handle),
        "name": name,
        "displayName": display_name,
    }))
}
