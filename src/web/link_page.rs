//! The page of a link in a mail.

use rocket::http::Status;
use schemars::JsonSchema;
use serde::Serialize;

use super::error::Error;
use super::page::{Page, PageContext};
use crate::accounts::identity::email_address::display_email;
use crate::accounts::recovery::links::LinkState;

/// What a link leads to.
#[derive(Serialize, JsonSchema)]
pub struct LinkContext {
    /// `ready`, `used` or `expired`; `lost`, of a new password alone: this browser has no link.
    state: &'static str,
    /// The address of the account that it is about; nothing for a used link.
    email: Option<String>,
}

impl LinkContext {
    #[must_use]
    pub fn lost() -> Self {
        Self {
            state: "lost",
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

/// The page that says where a link leads.
///
/// # Errors
/// When the link is not known.
pub fn link_page<C: PageContext>(context: impl FnOnce(LinkContext) -> C, link: LinkState) -> Result<Page, Error> {
    let (state, email, status) = match link {
        LinkState::Unknown => return Err(Error::NotFound),
        LinkState::Used => ("used", None, Status::Ok),
        LinkState::Expired { email } => ("expired", Some(display_email(&email)), Status::Gone),
        LinkState::Ready { email } => ("ready", Some(display_email(&email)), Status::Ok),
    };
    Ok(Page::of(&context(LinkContext { state, email })).status(status))
}
