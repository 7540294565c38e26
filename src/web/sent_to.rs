//! The address that a link to a new password goes to, kept for the page that says so. It was typed here, or stood on the page
//! of a link, and is shown whether or not it has an account. It lies in a cookie, so that no address stands in a URL.

use data_encoding::BASE64URL_NOPAD;

use super::cookie_check::{CookieCheck, marked};
use super::cookies::{Jar, Name};
use super::redirect::Redirect;
use crate::accounts::identity::email_address::EmailAddress;

const PAGE: &str = "/forgot-password";
/// Ten minutes, in seconds: as long as somebody looks at that page.
const SAVED_FIELDS: i64 = 600;

/// On to "Check your inbox", which names the address. A browser that brought no cookie goes there with the marker, so that
/// it is told at least that the mail is on its way.
#[must_use]
pub fn check_inbox(jar: Jar<'_>, cookies: CookieCheck, email: &str) -> Redirect {
    jar.set(Name::SentTo, BASE64URL_NOPAD.encode(email.as_bytes()), Some(SAVED_FIELDS));
    if cookies.is_open() {
        Redirect::to(marked(PAGE))
    } else {
        Redirect::to(PAGE)
    }
}

/// The address, where this browser asked.
#[must_use]
pub fn address(jar: Jar<'_>) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(jar.get(Name::SentTo)?.as_bytes()).ok()?;
    let email = EmailAddress::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    Some(email.display())
}
