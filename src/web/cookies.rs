//! The cookies: all `HttpOnly`, `SameSite=Lax`, `Path=/` and without `Domain`; in release `Secure` and `__Host-` as well,
//! so that no other host, not even a sibling, can set them (ASVS 3.3.1 to 3.3.4).

use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::time::Duration;

use crate::accounts::sessions::session::SessionCookie;
use crate::config::Config;

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
    /// The address that a link to a new password was sent to.
    SentTo,
    /// The key of a message that is shown once.
    Flash,
    /// The chosen language.
    Language,
}

impl Name {
    const ALL: [Self; 7] = [
        Self::Session,
        Self::Device,
        Self::Signup,
        Self::Reset,
        Self::SentTo,
        Self::Flash,
        Self::Language,
    ];

    fn plain(self) -> &'static str {
        match self {
            Self::Session => "vestibule_session",
            Self::Device => "vestibule_device",
            Self::Signup => "vestibule_signup",
            Self::Reset => "vestibule_reset",
            Self::SentTo => "vestibule_sent_to",
            Self::Flash => "vestibule_flash",
            Self::Language => "vestibule_language",
        }
    }
}

/// The cookies' names as browsers know them.
pub struct CookieNames {
    secure: bool,
    names: [String; Name::ALL.len()],
}

impl CookieNames {
    /// Those of a site. Where people reach it at another port than its scheme's own, they end in it: browsers do not keep
    /// ports apart (RFC 6265 section 8.5), so two servers on one host would sign each other's people out.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let secure = config.in_production();
        let prefix = if secure { "__Host-" } else { "" };
        let port = config.public_url.port().map(|port| format!("_{port}")).unwrap_or_default();
        Self {
            secure,
            names: Name::ALL.map(|name| format!("{prefix}{}{port}", name.plain())),
        }
    }

    fn get(&self, name: Name) -> &str {
        &self.names[name as usize]
    }
}

/// The visitor's cookies.
#[derive(Clone, Copy)]
pub struct Jar<'r> {
    jar: &'r CookieJar<'r>,
    names: Option<&'r CookieNames>,
}

impl<'r> Jar<'r> {
    /// The cookies of a request.
    #[must_use]
    pub fn of(request: &'r Request<'_>) -> Self {
        Self {
            jar: request.cookies(),
            names: request.rocket().state::<CookieNames>(),
        }
    }

    /// What a cookie holds. Something impossibly long is nothing of ours.
    #[must_use]
    pub fn get(&self, name: Name) -> Option<&'r str> {
        self.jar
            .get(self.names?.get(name))
            .map(Cookie::value)
            .filter(|value| value.len() <= 4096)
    }

    /// Whether there is none of ours.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Name::ALL.into_iter().all(|name| self.get(name).is_none())
    }

    /// Sets a cookie, for so many seconds, or until the browser is closed.
    pub fn set(&self, name: Name, value: impl Into<String>, seconds: Option<i64>) {
        self.add(name, value.into(), |cookie| {
            if let Some(seconds) = seconds {
                cookie.set_max_age(Duration::seconds(seconds));
            }
        });
    }

    /// Sets the session's cookie; at a sign-in, also the one by which this browser is known from now on.
    pub fn set_session(&self, ticket: SessionCookie) {
        if let Some(browser) = ticket.browser {
            self.set(Name::Device, browser.secret, Some(browser.max_age));
        }
        let seconds = ticket.remember.then_some(ticket.max_age);
        self.set(Name::Session, ticket.token, seconds);
    }

    /// Takes a cookie away.
    pub fn remove(&self, name: Name) {
        self.add(name, String::new(), |cookie| {
            cookie.set_max_age(Duration::ZERO);
            cookie.set_expires(rocket::time::OffsetDateTime::UNIX_EPOCH);
        });
    }

    fn add(&self, name: Name, value: String, lasting: impl FnOnce(&mut Cookie<'static>)) {
        let Some(names) = self.names else {
            return;
        };
        let mut cookie = Cookie::build((names.get(name).to_owned(), value))
            .path("/")
            .http_only(true)
            .secure(names.secure)
            .same_site(SameSite::Lax)
            .build();
        lasting(&mut cookie);
        self.jar.add(cookie);
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Jar<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self::of(request))
    }
}
