//! Recovery codes on their way from the request that made them to the page that shows them, once: sealed, in a cookie.

use rocket::Request;
use rocket::http::Method;
use rocket::request::{FromRequest, Outcome};

use super::cookies::{Jar, Name};
use super::request_info::RequestInfo;
use crate::accounts::app::App;
use crate::accounts::factors::setup;
use crate::accounts::lookup::current_session::CurrentSession;

/// The page that shows them.
pub const SHOWN_AT: &str = "/account/two-factor";

/// How long they wait for that, in seconds.
const SHOWN_WITHIN: i64 = 600;

/// Sends them to the page.
pub fn show_once(jar: Jar<'_>, app: &App, user: &CurrentSession, codes: &[String]) {
    jar.set(Name::NewCodes, setup::seal_codes(app, user, codes), Some(SHOWN_WITHIN));
}

/// The cookie, which this request uses up.
pub struct NewCodes<'r>(Option<&'r str>);

impl NewCodes<'_> {
    /// The codes. None: there are none, or of another account or sign-in, because a stranger may have set the cookie.
    #[must_use]
    pub fn of(&self, app: &App, user: &CurrentSession) -> Option<Vec<String>> {
        setup::open_codes(app, user, self.0?)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for NewCodes<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let jar = Jar::of(request);
        let sealed = jar.get(Name::NewCodes);
        // A `HEAD` shows nothing.
        if sealed.is_some() && RequestInfo::of(request).method != Method::Head {
            jar.remove(Name::NewCodes);
        }
        Outcome::Success(Self(sealed))
    }
}
