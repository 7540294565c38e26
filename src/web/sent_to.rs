//! The address that a link to a new password was sent to, for the page that says so. It is stored in a cookie, so that
//! it is not in a URL, and shown whether or not it has an account.

use data_encoding::BASE64URL_NOPAD;

use super::cookie_check::{CookieCheck, marked};
use super::cookies::{Jar, Name};
use super::redirect::Redirect;
use crate::accounts::identity::email_address::EmailAddress;

const PAGE: &str = "/forgot-password";
/// Ten minutes, in seconds.
const SAVED_FIELDS: i64 = 600;

/// Redirects to the page "Check your inbox", which shows the address. A browser that sent no cookie gets the marker of
/// [`CookieCheck`], so that the page at least says that the mail was sent.
#[must_use]
pub fn check_inbox(jar: Jar<'_>, cookies: CookieCheck, email: &str) -> Redirect {
    jar.set(Name::SentTo, BASE64URL_NOPAD.encode(email.as_bytes()), Some(SAVED_FIELDS));
    if cookies.is_open() {
        Redirect::to(marked(PAGE))
    } else {
        Redirect::to(PAGE)
    }
}

/// The address, if this browser requested the link.
#[must_use]
pub fn address(jar: Jar<'_>) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(jar.get(Name::SentTo)?.as_bytes()).ok()?;
    let email = EmailAddress::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    Some(email.display())
}
