//! The answer to a request that ended its own session.

use rocket::Responder;
use rocket::http::Header;

use super::redirect::Redirect;

/// A redirect that also deletes what the browser has stored.
#[derive(Responder)]
pub struct SignedOut {
    done: Redirect,
    clear: ClearSiteData,
}

impl SignedOut {
    #[must_use]
    pub fn and(done: Redirect) -> Self {
        Self {
            done,
            clear: ClearSiteData,
        }
    }
}

/// Deletes what the browser has stored (ASVS 14.3.1). Not `"cookies"`, because it would delete those of the whole
/// registrable domain. Not `"cache"`, because it blocks browsers for seconds and nothing personal is cached.
struct ClearSiteData;

impl From<ClearSiteData> for Header<'static> {
    fn from(_: ClearSiteData) -> Self {
        Self::new("Clear-Site-Data", "\"storage\"")
    }
}
