//! Where a sign-in leads: to the page that was wanted, or to its second step.

use super::context::SiteContext;
use super::cookie_check::{CookieCheck, marked};
use super::cookies::{Jar, Name};
use super::flash::Flash;
use super::redirect::Redirect;
use super::return_to::{ReturnTo, after_login};
use crate::accounts::event::Event;
use crate::accounts::factors::{half_sign_in, remembered_browsers};
use crate::accounts::sessions::session::SessionCookie;
use crate::time::SECOND;

/// After a complete sign-in. A browser that sent no cookie is redirected to the sign-in page once more. If it then sends the
/// session cookie, it goes on; otherwise the page says that cookies are needed.
#[must_use]
pub fn complete(
    jar: Jar<'_>,
    cookies: CookieCheck,
    session: SessionCookie,
    next: Option<&ReturnTo>,
    site: &SiteContext,
) -> Redirect {
    jar.remove_if_there(Name::Pending);
    jar.set_session(session);
    let to = if cookies.is_open() {
        marked(&ReturnTo::with_next(next, "/login"))
    } else {
        after_login(next, site)
    };
    Redirect::to(to).with_flash(Flash::Event(Event::SignedIn))
}

/// Stores the secret of a browser that is remembered from now on.
pub fn remember(jar: Jar<'_>, secret: Option<String>) {
    if let Some(secret) = secret {
        jar.set(Name::Remembered, secret, Some(remembered_browsers::LASTS / SECOND));
    }
}

/// After a right password that is not enough. The cookie stays longer than what it stands for, so that who comes late is told
/// so.
#[must_use]
pub fn half(jar: Jar<'_>, cookies: CookieCheck, secret: String, next: Option<&ReturnTo>) -> Redirect {
    jar.set(Name::Pending, secret, Some(3 * half_sign_in::LASTS / SECOND));
    let to = ReturnTo::with_next(next, "/login/two-factor");
    Redirect::to(if cookies.is_open() { marked(&to) } else { to })
}
