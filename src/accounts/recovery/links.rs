//! What all links in mails have in common: what each leads to, and when it can be used.

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::identity::client::Client;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// What a link leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LinkState {
    /// No link of ours.
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
pub enum LinkError {
    /// It cannot be used (any more).
    #[error("the link is used, expired or unknown")]
    Link,
}

impl LinkState {
    /// What a token leads to that is still what it was made for, or not.
    pub(in crate::accounts) fn of(mailed: EmailToken, stands: bool) -> Self {
        let email = mailed.email;
        match (mailed.used, stands) {
            (true, _) => Self::Used,
            (false, true) => Self::Ready { email },
            (false, false) => Self::Expired { email },
        }
    }
}

/// The token of a link that is followed now, if by itself it can be used. Each try counts against the client.
pub(in crate::accounts) async fn usable(
    app: &App,
    client: &Client,
    purpose: TokenPurpose,
    token: &str,
) -> Result<EmailToken, Failure<LinkError>> {
    app.limits.confirm_by_client.check(client.ip)?;
    let now = app.clock.now();
    let mailed = email_tokens::find(&app.pool, purpose, token).await?;
    let usable = mailed.filter(|mailed| !mailed.used && !mailed.expired(now));
    usable.ok_or_else(|| {
        tracing::warn!(event = "link_refused", client = %client.ip, "an unknown or old link was refused");
        Failure::Refused(LinkError::Link)
    })
}
