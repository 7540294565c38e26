//! What all links in mails have in common: what somebody who follows one is told, and when it can be used.

use super::{Accounts, Trouble, Visitor};
use crate::tokens::mailed::{self, Mailed, Purpose};

/// What a link leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Link {
    /// Nothing that we know.
    Unknown,
    /// It was used, or another one for the same thing was.
    Used,
    /// Its time is over, or what it was made for is no longer so.
    Expired {
        /// The address that it went to.
        email: String,
    },
    /// It can be used.
    Ready {
        /// The address that it went to.
        email: String,
    },
}

/// Why nothing was done by a link.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// It cannot be used (any more).
    #[error("the link is used, expired or unknown")]
    Link,
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NotDone {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

impl Link {
    /// What a token leads to that is still what it was made for, or not.
    pub(super) fn of(mailed: Mailed, stands: bool) -> Self {
        let email = mailed.email;
        match (mailed.used, stands) {
            (true, _) => Self::Used,
            (false, true) => Self::Ready { email },
            (false, false) => Self::Expired { email },
        }
    }
}

impl Accounts {
    /// A token that somebody wants to use now, as far as the token itself says; none when it cannot be used. Each try
    /// counts against the client.
    pub(super) async fn usable(
        &self,
        visitor: &Visitor,
        purpose: Purpose,
        token: &str,
    ) -> Result<Option<Mailed>, Trouble> {
        self.limits.confirm_by_client.check(visitor.address)?;
        let now = self.clock.now();
        let mailed = mailed::find(&self.pool, purpose, token).await?;
        let usable = mailed.filter(|mailed| !mailed.used && !mailed.expired(now));
        if usable.is_none() {
            tracing::warn!(event = "link_refused", client = %visitor.address, "an unknown or old link was refused");
        }
        Ok(usable)
    }
}
