//! What a browser is told when its session is over by its owner's will.

use rocket::Responder;
use rocket::http::Header;

use super::redirect::Redirect;

/// On to a page, and what the browser kept of us goes.
#[derive(Responder)]
pub struct SignedOut {
    done: Redirect,
    clear: ClearSiteData,
}

impl SignedOut {
    /// That, and on.
    #[must_use]
    pub fn and(done: Redirect) -> Self {
        Self {
            done,
            clear: ClearSiteData,
        }
    }
}

/// What the browser kept of us goes (ASVS 14.3.1). Not `"cookies"`: that would wipe the whole registrable domain. Not
/// `"cache"`: it stalls browsers for seconds, and nothing of ours is cached that depends on who asks.
struct ClearSiteData;

impl From<ClearSiteData> for Header<'static> {
    fn from(_: ClearSiteData) -> Self {
        Self::new("Clear-Site-Data", "\"storage\"")
    }
}
