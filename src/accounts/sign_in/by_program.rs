//! Signing in by the API: the same verification as on the page, and tokens instead of a cookie.
//!
//! A program keeps no device cookie. So it has the limits of strangers, no browser of the owner is forgotten for it, and the
//! owner is told of it once for each masked address and kind of program.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError};
use crate::accounts::event::Event;
use crate::accounts::factors::half_sign_in::SignInBy;
use crate::accounts::factors::{level, second_factor};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::locking::verified_password::VerifiedPassword;
use crate::accounts::sessions::refresh_tokens::{self, TokenPair};
use crate::accounts::sessions::session::{self, NewSession};
use crate::accounts::sign_in::attempts::LoginAttempt;
use crate::accounts::sign_in::new_device;
use crate::accounts::sign_in::{Credentials, SignInError, check_password, finish, half, outcome};
use crate::accounts::tx::Tx;
use crate::db::retry;

/// The result of a right password.
pub enum SignedInProgram {
    Complete(TokenPair),
    /// The account has a second factor, which is asked for next: the `state` of the half sign-in.
    Half(String),
}

/// Signs in. An account that is about to be deleted is refused like a wrong password: it can only be kept on its page.
///
/// # Errors
/// When the sign-in is refused, or the service fails.
pub async fn sign_in(
    app: &App,
    client: &Client,
    credentials: Credentials,
) -> Result<SignedInProgram, Failure<SignInError>> {
    let email = credentials.email.clone();
    let checked = check_password(app, client, credentials).await?;
    let signed_in = match &checked.proof {
        Some(proof) => retry(|| admit(app, client, proof, &checked.tried)).await?,
        None => None,
    };
    let half = matches!(signed_in, Some(SignedInProgram::Half(_)));
    outcome(client, email.as_ref(), &checked.tried, signed_in, half)
}

async fn admit(
    app: &App,
    client: &Client,
    proof: &VerifiedPassword,
    tried: &LoginAttempt,
) -> Result<Option<SignedInProgram>, ServiceError> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    let owner = LockedAccount::lock(&mut tx, proof.user_id.as_str()).await?;
    let Some(owner) = owner.filter(|owner| owner.status == Status::Active) else {
        return Ok(None);
    };
    if second_factor::is_needed(&mut *tx, &owner.id).await? {
        let state = half(tx, proof, tried, &owner, SignInBy::Program, true).await?;
        return Ok(state.map(SignedInProgram::Half));
    }
    let session = NewSession {
        user_id: &proof.user_id,
        authenticated_at: app.clock.now(),
        methods: level::PASSWORD,
        remember: true,
        verified: Some(proof.verified.as_str()),
        before: None,
    };
    let Some(tokens) = start(&mut tx, client, &owner, &session).await? else {
        return Ok(None);
    };
    finish(tx, proof, tried, client).await?;
    Ok(Some(SignedInProgram::Complete(tokens)))
}

/// Starts the session of a program, and tells the owner of a new one.
pub(super) async fn start(
    tx: &mut Tx<'_>,
    client: &Client,
    owner: &LockedAccount,
    session: &NewSession<'_>,
) -> Result<Option<TokenPair>, ServiceError> {
    let Some(started) = session::insert_session(tx, client, session).await? else {
        return Ok(None);
    };
    let tokens = refresh_tokens::issue(tx, &started).await?;
    if !has_signed_in_from_here(tx, &owner.id).await? {
        new_device::notify_of_new_device(tx, client, owner).await?;
    }
    Ok(Some(tokens))
}

/// Whether the account was signed in to before from the same masked address, with the same kind of program.
async fn has_signed_in_from_here(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<bool> {
    const BEFORE: &str = "
        SELECT id
        FROM activity
        WHERE user_id = $1
          AND event = $2
          AND COALESCE(device, '') = $3
          AND COALESCE(masked_ip, '') = $4
        LIMIT 1";
    let origin = tx.origin();
    let before = sqlx::query(BEFORE)
        .bind(user.as_str())
        .bind(Event::SignedIn.as_str())
        .bind(origin.device.unwrap_or_default())
        .bind(origin.masked_ip.unwrap_or_default())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(before.is_some())
}
