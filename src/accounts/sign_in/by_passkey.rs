//! Signing in by a passkey alone: the key, and what unlocks it, are two factors.
//!
//! The session starts as after a password. The limits by account do not count here: nobody can guess a passkey, and a stranger
//! who guesses passwords must not keep the owner out. Nor does it reset the count of wrong passwords, of which it says nothing.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::ChallengePurpose;
use crate::accounts::passkeys::verify::{PasskeyAnswer, PasskeyError, ProvenPasskey, UseOutcome, identify};
use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::session::{self, NewSession, SessionCookie};
use crate::accounts::sign_in::new_device;
use crate::accounts::tx::Tx;
use crate::db::retry;

/// A sign-in, and who it is.
pub struct SignedInByPasskey {
    pub cookie: SessionCookie,
    pub passkey: ProvenPasskey,
}

/// Signs in. The previous session of the browser ends.
///
/// # Errors
/// When the sign-in is refused, or the service fails.
pub async fn sign_in(
    app: &App,
    client: &Client,
    answer: PasskeyAnswer<'_>,
    remember: bool,
    before: Option<&CurrentSession>,
) -> Result<SignedInByPasskey, Failure<PasskeyError>> {
    let identified = match identify(app, client, answer, ChallengePurpose::SignIn, None).await {
        Ok(identified) => identified,
        Err(failure) => {
            app.limits.sign_in_by_client.check(client.ip).map_err(ServiceError::from)?;
            return Err(failure);
        }
    };
    check_rate_limits(app, client, identified.email()).await?;
    let passkey = identified.prove(app, client).await?;
    match retry(|| admit(app, client, &passkey, remember, before)).await? {
        Ok(cookie) => {
            tracing::info!(event = "sign_in", email = masked(&passkey.email), client = %client.ip, "signed in by a passkey");
            Ok(SignedInByPasskey { cookie, passkey })
        }
        Err(why) => {
            if why == UseOutcome::CounterWentBack {
                passkey.report_counter(app, client).await?;
            }
            tracing::warn!(event = "sign_in_refused", email = masked(&passkey.email), too_many = false, client = %client.ip, "sign-in refused");
            refused(PasskeyError::Refused)
        }
    }
}

fn masked(email: &str) -> String {
    EmailAddress::parse(email).map(|email| email.masked()).unwrap_or_default()
}

async fn check_rate_limits(app: &App, client: &Client, email: &str) -> Result<(), ServiceError> {
    let limit = if known_browsers::is_known_browser(app, client, email).await? {
        &app.limits.sign_in_by_known_client
    } else {
        &app.limits.sign_in_by_client
    };
    Ok(limit.check(client.ip)?)
}

/// Starts the session, unless passkey or account have changed meanwhile.
async fn admit(
    app: &App,
    client: &Client,
    passkey: &ProvenPasskey,
    remember: bool,
    before: Option<&CurrentSession>,
) -> Result<Result<SessionCookie, UseOutcome>, ServiceError> {
    let mut tx = match before {
        Some(_) => Tx::begin(app, client).await?,
        None => Tx::begin_uncached(app, client).await?,
    };
    let Some(owner) = LockedAccount::lock(&mut tx, passkey.user_id.as_str()).await? else {
        return Ok(Err(UseOutcome::Gone));
    };
    let used = passkey.record_use(&mut tx).await?;
    if used != UseOutcome::Recorded {
        return Ok(Err(used));
    }
    let session = NewSession {
        user_id: &owner.id,
        authenticated_at: app.clock.now(),
        methods: passkey.methods(),
        remember,
        verified: None,
        before: before.map(|before| &before.id),
    };
    let Some(cookie) = session::start_session(&mut tx, client, &session).await? else {
        return Ok(Err(UseOutcome::Gone));
    };
    if cookie.new_browser {
        new_device::notify_of_new_device(&mut tx, client, &owner).await?;
    }
    tx.record(&owner.id, Event::SignedIn).await?;
    tx.commit().await?;
    Ok(Ok(cookie))
}
