//! The cookies: all `HttpOnly`, `SameSite=Lax`, `Path=/` and without `Domain`; in release `Secure` and `__Host-` as well,
//! so that no other host, not even a sibling, can set them (ASVS 3.3.1 to 3.3.4).

use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::time::Duration;

use super::page::Frame;
use crate::accounts::known_browser::KNOWN_FOR;
use crate::accounts::session::Ticket;
use crate::db::SECOND;

/// The cookies we know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Name {
    /// The session's token.
    Session,
    /// The secret by which a browser is known that was signed in with before.
    Device,
    /// The secret of the browser that signed up.
    Signup,
    /// The token of a link to a new password, moved here from the address.
    Reset,
    /// The key of a message that is shown once.
    Flash,
    /// The chosen language.
    Language,
}

impl Name {
    fn plain(self) -> &'static str {
        match self {
            Self::Session => "vestibule_session",
            Self::Device => "vestibule_device",
            Self::Signup => "vestibule_signup",
            Self::Reset => "vestibule_reset",
            Self::Flash => "vestibule_flash",
            Self::Language => "vestibule_language",
        }
    }

    fn hosted(self) -> &'static str {
        match self {
            Self::Session => "__Host-vestibule_session",
            Self::Device => "__Host-vestibule_device",
            Self::Signup => "__Host-vestibule_signup",
            Self::Reset => "__Host-vestibule_reset",
            Self::Flash => "__Host-vestibule_flash",
            Self::Language => "__Host-vestibule_language",
        }
    }
}

/// The visitor's cookies.
#[derive(Clone, Copy)]
pub struct Jar<'r> {
    jar: &'r CookieJar<'r>,
    hosted: bool,
}

impl<'r> Jar<'r> {
    /// The cookies of a request.
    #[must_use]
    pub fn of(request: &'r Request<'_>) -> Self {
        let hosted = request
            .rocket()
            .state::<Frame>()
            .is_none_or(|frame| frame.config.in_production());
        Self {
            jar: request.cookies(),
            hosted,
        }
    }

    /// What a cookie holds. Something impossibly long is nothing of ours.
    #[must_use]
    pub fn get(&self, name: Name) -> Option<&'r str> {
        self.jar
            .get(self.name(name))
            .map(Cookie::value)
            .filter(|value| value.len() <= 4096)
    }

    /// Sets a cookie, for so many seconds, or until the browser is closed.
    pub fn set(&self, name: Name, value: impl Into<String>, seconds: Option<i64>) {
        let mut cookie = self.bare(name, value.into());
        if let Some(seconds) = seconds {
            cookie.set_max_age(Duration::seconds(seconds));
        }
        self.jar.add(cookie);
    }

    /// Sets the session's cookie; at a sign-in, also the one by which this browser is known from now on.
    pub fn set_session(&self, ticket: Ticket) {
        if let Some(browser) = ticket.browser {
            self.set(Name::Device, browser, Some(KNOWN_FOR / SECOND));
        }
        let seconds = ticket.remember.then_some(ticket.lives);
        self.set(Name::Session, ticket.token, seconds);
    }

    /// Takes a cookie away.
    pub fn remove(&self, name: Name) {
        let mut cookie = self.bare(name, String::new());
        cookie.set_max_age(Duration::ZERO);
        cookie.set_expires(rocket::time::OffsetDateTime::UNIX_EPOCH);
        self.jar.add(cookie);
    }

    fn name(&self, name: Name) -> &'static str {
        if self.hosted { name.hosted() } else { name.plain() }
    }

    fn bare(&self, name: Name, value: String) -> Cookie<'static> {
        Cookie::build((self.name(name), value))
            .path("/")
            .http_only(true)
            .secure(self.hosted)
            .same_site(SameSite::Lax)
            .build()
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Jar<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self::of(request))
    }
}
