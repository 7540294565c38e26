//! The page of a link in a mail: whichever it is, it is ready, used or expired, and nothing else.

use rocket::http::Status;

use super::error::Error;
use super::page::Page;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::recovery::links::LinkState;

/// The page of a template that shows where a link leads; a link that is nobody's is not found.
///
/// # Errors
/// When nothing is known of the link.
pub fn link_page(template: &'static str, link: LinkState) -> Result<Page, Error> {
    let page = Page::new(template);
    match link {
        LinkState::Unknown => Err(Error::NotFound),
        LinkState::Used => Ok(page.with("state", "used")),
        LinkState::Expired { email } => Ok(page
            .with("state", "expired")
            .with("email", display_email(&email))
            .status(Status::Gone)),
        LinkState::Ready { email } => Ok(page.with("state", "ready").with("email", display_email(&email))),
    }
}
