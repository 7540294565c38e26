//! The two cookies at the host of an app: the token, and the state of a sign-in that is under way. Both are for that host
//! alone.

use data_encoding::BASE64URL_NOPAD;
use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome};
use rocket::time::{Duration, OffsetDateTime};

use crate::accounts::apps::app_session::HostCookie;
use crate::accounts::lookup::app_registry::HostedApp;
use crate::config::AppHost;
use crate::tokens::email_tokens::browser_secret;
use crate::web::asked_host::AtApp;
use crate::web::context::SiteContext;

/// How long a sign-in may be under way, in seconds. When it takes longer, it begins again.
const STATE_LIFETIME: i64 = 600;

/// The browser's secret, the same for all of its tabs, and how often it arrived at the app with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct StateCookie {
    pub secret: String,
    pub arrivals: u8,
}

impl StateCookie {
    pub(super) fn new() -> Self {
        Self {
            secret: browser_secret().0,
            arrivals: 0,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (secret, arrivals) = text.split_once('.')?;
        let sound = secret.len() == 43 && BASE64URL_NOPAD.decode(secret.as_bytes()).is_ok();
        Some(Self {
            arrivals: arrivals.parse().ok().filter(|_| sound)?,
            secret: secret.to_owned(),
        })
    }
}

/// The cookies of a request at the host of an app.
pub(super) struct AppCookies<'r> {
    jar: &'r CookieJar<'r>,
    secure: bool,
    port: Option<u16>,
}

impl<'r> AppCookies<'r> {
    pub(super) fn of(request: &'r Request<'_>, host: &AppHost) -> Self {
        let site = request.rocket().state::<SiteContext>();
        Self {
            jar: request.cookies(),
            secure: site.is_none_or(|site| site.config.in_production()),
            port: host.port(),
        }
    }

    /// Browsers do not keep ports apart (RFC 6265 section 8.5).
    fn name(&self, plain: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        let port = self.port.map(|port| format!("_{port}")).unwrap_or_default();
        format!("{prefix}{plain}{port}")
    }

    fn get(&self, plain: &str) -> Option<&'r str> {
        self.jar.get(&self.name(plain)).map(Cookie::value)
    }

    pub(super) fn token(&self) -> Option<&'r str> {
        self.get("vestibule_app")
    }

    pub(super) fn set_token(&self, cookie: HostCookie) {
        let seconds = cookie.remember.then_some(cookie.max_age);
        self.set("vestibule_app", cookie.token, seconds);
    }

    pub(super) fn state(&self) -> Option<StateCookie> {
        StateCookie::parse(self.get("vestibule_app_state")?)
    }

    pub(super) fn set_state(&self, state: &StateCookie) {
        let value = format!("{}.{}", state.secret, state.arrivals);
        self.set("vestibule_app_state", value, Some(STATE_LIFETIME));
    }

    pub(super) fn remove_all(&self) {
        for name in ["vestibule_app", "vestibule_app_state"] {
            self.set(name, String::new(), Some(0));
        }
    }

    fn set(&self, plain: &str, value: String, seconds: Option<i64>) {
        let mut cookie = Cookie::build((self.name(plain), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build();
        if let Some(seconds) = seconds {
            cookie.set_max_age(Duration::seconds(seconds));
        }
        if seconds == Some(0) {
            cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
        }
        self.jar.add(cookie);
    }
}

/// A visitor at the host of an app.
pub(super) struct AppVisitor<'r> {
    pub at: &'r HostedApp,
    pub cookies: AppCookies<'r>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AppVisitor<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        AtApp::from_request(request).await.map(|AtApp(at)| Self {
            at,
            cookies: AppCookies::of(request, &at.host),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_cookie_has_one_form() {
        let state = StateCookie::new();
        let text = format!("{}.{}", state.secret, state.arrivals);
        assert_eq!(StateCookie::parse(&text), Some(state));
        let secret = "A".repeat(43);
        for text in [
            "",
            &secret,
            &format!("{secret}."),
            &format!("{secret}.256"),
            &format!("{secret}A.1"),
            "A.1",
        ] {
            assert_eq!(StateCookie::parse(text), None, "{text}");
        }
    }
}
