//! The answer to a post that worked.

use rocket::Request;
use rocket::response::{self, Responder};

use super::cookies::{Jar, Name};
use super::flash::Flash;

/// How long a flash message waits for its page, in seconds.
const FLASH_LIFETIME: i64 = 60;

/// To a page of ours, with or without a message (`303`, so that reloading does not post again).
#[derive(Debug)]
pub struct Redirect {
    to: String,
    flash: Option<Flash>,
}

impl Redirect {
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self {
            to: path.into(),
            flash: None,
        }
    }

    #[must_use]
    pub fn with_flash(mut self, flash: Flash) -> Self {
        self.flash = Some(flash);
        self
    }
}

impl<'r> Responder<'r, 'static> for Redirect {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        if let Some(flash) = self.flash {
            Jar::of(request).set(Name::Flash, flash.key(), Some(FLASH_LIFETIME));
        }
        response::Redirect::to(self.to).respond_to(request)
    }
}
