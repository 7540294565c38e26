//! What all mailed links have in common: their states, and the check before they are used.

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::identity::client::Client;
use crate::tokens::email_tokens::{self, EmailToken, TokenPurpose};

/// The state of a mailed link.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LinkState {
    /// It is unknown.
    Unknown,
    /// It was used, or another link for the same purpose was.
    Used,
    /// It has expired, or its account has changed since.
    Expired {
        email: String,
    },
    Ready {
        email: String,
    },
}

/// Why a link had no effect.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It cannot be used, or not any more.
    #[error("the link is used, expired or unknown")]
    Link,
}

impl LinkState {
    /// The state of a known token. `stands`: the account is still in the state for which the token was issued.
    pub(in crate::accounts) fn of(mailed: EmailToken, stands: bool) -> Self {
        let email = mailed.email;
        match (mailed.used, stands) {
            (true, _) => Self::Used,
            (false, true) => Self::Ready { email },
            (false, false) => Self::Expired { email },
        }
    }
}

/// The token of a link that is about to be used; none if it cannot be used. Each try counts against the client's limit.
/// The caller checks the account.
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
