//! The page of a link in a mail: whichever it is, it is ready, used or expired, and nothing else.

use rocket::http::Status;

use super::error::Error;
use super::page::Page;
use crate::accounts::address::shown;
use crate::accounts::links::Link;

/// The page of a template that shows where a link leads; a link that is nobody's is not found.
///
/// # Errors
/// When nothing is known of the link.
pub fn link_page(template: &'static str, link: Link) -> Result<Page, Error> {
    let page = Page::new(template);
    match link {
        Link::Unknown => Err(Error::NotFound),
        Link::Used => Ok(page.with("state", "used")),
        Link::Expired { email } => Ok(page.with("state", "expired").with("email", shown(&email)).status(Status::Gone)),
        Link::Ready { email } => Ok(page.with("state", "ready").with("email", shown(&email))),
    }
}
