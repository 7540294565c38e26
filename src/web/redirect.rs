//! The answer to a successful post.

use rocket::Request;
use rocket::response::{self, Responder};

use super::cookies::{Jar, Name};
use super::flash::Flash;

/// How long the cookie of a flash message is valid, in seconds.
const FLASH_LIFETIME: i64 = 60;

/// A redirect to one of our pages, with or without a message. Its status is 303, so that reloading the page does not
/// post again.
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

/// Leaves a message for the next page, where the answer is no redirect.
pub fn set_flash(jar: &Jar<'_>, flash: Flash) {
    jar.set(Name::Flash, flash.key(), Some(FLASH_LIFETIME));
}

impl<'r> Responder<'r, 'static> for Redirect {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        if let Some(flash) = self.flash {
            set_flash(&Jar::of(request), flash);
        }
        response::Redirect::to(self.to).respond_to(request)
    }
}
