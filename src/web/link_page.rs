//! The page that a link in a mail leads to.

use rocket::http::Status;
use schemars::JsonSchema;
use serde::Serialize;

use super::error::Error;
use super::page::{Page, PageContext};
use crate::accounts::identity::email_address::display_email;
use crate::accounts::recovery::links::LinkState;

/// Whether a link can be used, and for which account.
#[derive(Serialize, JsonSchema)]
pub struct LinkContext {
    /// `ready`, `used` or `expired`. `pages/reset_password.html` may also have `missing`: this browser does not know the
    /// link.
    state: &'static str,
    /// The address of the account; nothing if the link was used or is lost.
    email: Option<String>,
}

impl LinkContext {
    #[must_use]
    pub fn missing() -> Self {
        Self {
            state: "missing",
            email: None,
        }
    }

    #[must_use]
    pub fn examples() -> Vec<Self> {
        let example = |state, email: Option<&str>| Self {
            state,
            email: email.map(str::to_owned),
        };
        vec![
            example("ready", Some("ada@example.org")),
            example("used", None),
            example("expired", Some("ada@example.org")),
        ]
    }
}

/// The page of a link in this state.
///
/// # Errors
/// When there is no such link.
pub fn link_page<C: PageContext>(context: impl FnOnce(LinkContext) -> C, link: LinkState) -> Result<Page, Error> {
    let (state, email, status) = match link {
        LinkState::Unknown => return Err(Error::NotFound),
        LinkState::Used => ("used", None, Status::Ok),
        LinkState::Expired { email } => ("expired", Some(display_email(&email)), Status::Gone),
        LinkState::Ready { email } => ("ready", Some(display_email(&email)), Status::Ok),
    };
    Ok(Page::of(&context(LinkContext { state, email })).status(status))
}
