//! The client of a request of the API: as for pages, but without anything of its cookies.

use rocket::Request;
use rocket::outcome::Outcome::Success;
use rocket::request::{FromRequest, Outcome};

use crate::accounts::identity::client::Client;
use crate::i18n::Language;
use crate::web::client_address::client_address;

pub(super) struct ApiClient(pub Client);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ApiClient {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let header = |name| request.headers().get_one(name);
        Success(Self(Client {
            ip: client_address(request),
            device_cookie: None,
            remembered_cookie: None,
            user_agent: header("User-Agent").map(str::to_owned),
            language: header("Accept-Language").map(Language::accepted).unwrap_or_default(),
        }))
    }
}
