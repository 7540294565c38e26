//! The cookies. All are `HttpOnly`, `SameSite=Lax`, `Path=/` and without `Domain`. In release they are also `Secure`
//! with the prefix `__Host-`, so that no other host can set them, not even a sibling domain (ASVS 3.3.1 to 3.3.4).

use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::time::Duration;

use crate::accounts::sessions::session::SessionCookie;
use crate::config::Config;

/// Our cookies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Name {
    /// The session token.
    Session,
    /// The device cookie: the secret of a browser that was signed in before.
    Device,
    /// The secret of a half sign-in: the password was right, the second factor is still missing.
    Pending,
    /// The secret of a browser where the second factor was given.
    Remembered,
    /// The secret of the browser that sent a sign-up.
    Signup,
    /// The secret of a browser that asked for a code to sign in.
    Code,
    /// The token of a link to a new password, so that it is not in the URL.
    Reset,
    /// The address that such a link was sent to.
    SentTo,
    /// The key of the flash message.
    Flash,
    /// A personal token that was just made, until its owner has seen it.
    NewToken,
    /// Recovery codes that were just made, sealed, until their owner has seen them.
    NewCodes,
    /// The secret of a browser that was asked for a passkey.
    Passkey,
    Language,
}

impl Name {
    const ALL: [Self; 13] = [
        Self::Session,
        Self::Device,
        Self::Pending,
        Self::Remembered,
        Self::Signup,
        Self::Code,
        Self::Reset,
        Self::SentTo,
        Self::Flash,
        Self::NewToken,
        Self::NewCodes,
        Self::Passkey,
        Self::Language,
    ];

    fn plain(self) -> &'static str {
        match self {
            Self::Session => "vestibule_session",
            Self::Device => "vestibule_device",
            Self::Pending => "vestibule_pending",
            Self::Remembered => "vestibule_remembered",
            Self::Signup => "vestibule_signup",
            Self::Code => "vestibule_code",
            Self::Reset => "vestibule_reset",
            Self::SentTo => "vestibule_sent_to",
            Self::Flash => "vestibule_flash",
            Self::NewToken => "vestibule_new_token",
            Self::NewCodes => "vestibule_new_codes",
            Self::Passkey => "vestibule_passkey",
            Self::Language => "vestibule_language",
        }
    }
}

/// The names of the cookies as sent to browsers.
pub struct CookieNames {
    secure: bool,
    names: [String; Name::ALL.len()],
}

impl CookieNames {
    /// If `public_url` has a port, the names end with it. Browsers send cookies to all ports of a host (RFC 6265
    /// section 8.5), so two servers on one host would overwrite each other's sessions.
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

/// The cookies of a request, and those that its answer sets.
#[derive(Clone, Copy)]
pub struct Jar<'r> {
    jar: &'r CookieJar<'r>,
    names: Option<&'r CookieNames>,
}

impl<'r> Jar<'r> {
    #[must_use]
    pub fn of(request: &'r Request<'_>) -> Self {
        Self {
            jar: request.cookies(),
            names: request.rocket().state::<CookieNames>(),
        }
    }

    /// The value of a cookie. One that is longer than any that we set is ignored.
    #[must_use]
    pub fn get(&self, name: Name) -> Option<&'r str> {
        self.jar
            .get(self.names?.get(name))
            .map(Cookie::value)
            .filter(|value| value.len() <= 4096)
    }

    /// Whether the request sent none of our cookies.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Name::ALL.into_iter().all(|name| self.get(name).is_none())
    }

    /// Sets a cookie for this many seconds, or until the browser is closed.
    pub fn set(&self, name: Name, value: impl Into<String>, seconds: Option<i64>) {
        self.add(name, value.into(), |cookie| {
            if let Some(seconds) = seconds {
                cookie.set_max_age(Duration::seconds(seconds));
            }
        });
    }

    /// Sets the session cookie and, after signing in, the device cookie.
    pub fn set_session(&self, ticket: SessionCookie) {
        if let Some(browser) = ticket.browser {
            self.set(Name::Device, browser.secret, Some(browser.max_age));
        }
        let seconds = ticket.remember.then_some(ticket.max_age);
        self.set(Name::Session, ticket.token, seconds);
    }

    /// Removes a cookie that the request sent.
    pub fn remove_if_there(&self, name: Name) {
        if self.get(name).is_some() {
            self.remove(name);
        }
    }

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
