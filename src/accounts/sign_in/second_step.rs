//! The second step of a sign-in: the code after the password.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::half_sign_in::{self, HalfSignIn, MAX_TRIES, SignInBy};
use crate::accounts::factors::tries::{self, Try};
use crate::accounts::factors::{level, remembered_browsers, second_factor};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::Status;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::refresh_tokens::TokenPair;
use crate::accounts::sessions::session::{self, NewSession, SessionCookie};
use crate::accounts::sign_in::{attempts, by_program, new_device};
use crate::accounts::tx::Tx;
use crate::db::retry;

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SecondStepError {
    /// The code is wrong, or was used before.
    #[error("wrong code")]
    Wrong,
    /// There is no such half sign-in, it is over, or this was its fifth wrong code: the password is asked for again.
    #[error("the half sign-in is over")]
    Over,
}

/// What a browser has typed.
pub struct SecondStep<'a> {
    /// The secret of the half sign-in.
    pub secret: &'a str,
    /// A code of the app, or a recovery code.
    pub code: &'a str,
    /// Whether to remember this browser.
    pub remember_browser: bool,
}

/// A completed sign-in.
pub struct Completed {
    pub session: SessionCookie,
    /// The secret for the cookie of a remembered browser.
    pub remembered: Option<String>,
}

/// Completes the sign-in of a browser. The previous session of the browser ends.
///
/// # Errors
/// When the code is wrong, the half sign-in is over, or the service fails.
pub async fn complete(
    app: &App,
    client: &Client,
    step: &SecondStep<'_>,
    before: Option<&CurrentSession>,
) -> Result<Completed, Failure<SecondStepError>> {
    let begun = begin_try(app, client, step.secret, SignInBy::Browser).await?;
    let done = retry(|| complete_once(app, client, step, &begun, before)).await;
    settled(app, client, &begun, done).await
}

/// Completes the sign-in of a program.
///
/// # Errors
/// When the code is wrong, the half sign-in is over, or the service fails.
pub async fn complete_by_program(
    app: &App,
    client: &Client,
    state: &str,
    code: &str,
) -> Result<TokenPair, Failure<SecondStepError>> {
    let begun = begin_try(app, client, state, SignInBy::Program).await?;
    let done = retry(|| complete_by_program_once(app, client, state, code, &begun)).await;
    settled(app, client, &begun, done).await
}

/// A try that is counted.
pub(super) struct Begun {
    pub(super) half: HalfSignIn,
    pub(super) tried: Try,
    /// How many there were in this half sign-in.
    count: i64,
}

/// Counts a try in all limits, before the code or the passkey is looked at.
pub(super) async fn begin_try(
    app: &App,
    client: &Client,
    secret: &str,
    by: SignInBy,
) -> Result<Begun, Failure<SecondStepError>> {
    let half = half_sign_in::find(app, secret, by).await?;
    let half = half.ok_or(Failure::Refused(SecondStepError::Over))?;
    let known = known_browsers::is_known_browser(app, client, &half.email).await?;
    let tried = tries::count(app, client, &half.user_id, known).await?;
    let count = retry(|| half_sign_in::count_try(app, secret)).await?;
    let count = count.ok_or(Failure::Refused(SecondStepError::Over))?;
    Ok(Begun { half, tried, count })
}

/// Records how a try has ended.
pub(super) async fn settled<T>(
    app: &App,
    client: &Client,
    begun: &Begun,
    done: Result<T, Failure<SecondStepError>>,
) -> Result<T, Failure<SecondStepError>> {
    let user = &begun.half.user_id;
    match done {
        Ok(done) => {
            let email = EmailAddress::parse(&begun.half.email);
            let masked = email.as_ref().map(EmailAddress::masked).unwrap_or_default();
            tracing::info!(event = "sign_in", email = masked, client = %client.ip, "signed in with a second factor");
            Ok(done)
        }
        Err(Failure::Refused(SecondStepError::Wrong)) => {
            tries::record_wrong(app, client, user, &begun.tried).await?;
            // Nothing is deleted: an earlier try that is right may still be under way.
            refused(if begun.count < MAX_TRIES {
                SecondStepError::Wrong
            } else {
                SecondStepError::Over
            })
        }
        Err(failure) => Err(failure),
    }
}

async fn complete_once(
    app: &App,
    client: &Client,
    step: &SecondStep<'_>,
    begun: &Begun,
    before: Option<&CurrentSession>,
) -> Result<Completed, Failure<SecondStepError>> {
    let mut tx = match before {
        Some(_) => Tx::begin(app, client).await?,
        None => Tx::begin_uncached(app, client).await?,
    };
    let (owner, methods) = accepted(&mut tx, step.secret, step.code, begun, SignInBy::Browser).await?;
    let proven = Proven {
        owner: &owner,
        methods,
        remember_browser: step.remember_browser,
    };
    let completed = start_session(&mut tx, client, &proven, &begun.half, before).await?;
    tx.commit().await?;
    Ok(completed)
}

/// Who has given both factors.
pub(super) struct Proven<'a> {
    pub(super) owner: &'a LockedAccount,
    pub(super) methods: &'a str,
    pub(super) remember_browser: bool,
}

/// Starts the session of a browser, once its half sign-in is used up.
pub(super) async fn start_session(
    tx: &mut Tx<'_>,
    client: &Client,
    proven: &Proven<'_>,
    half: &HalfSignIn,
    before: Option<&CurrentSession>,
) -> Result<Completed, Failure<SecondStepError>> {
    let owner = proven.owner;
    let new = NewSession {
        user_id: &owner.id,
        authenticated_at: tx.now(),
        methods: &level::begun_with(&half.first_factor, proven.methods),
        remember: half.remember(),
        verified: None,
        before: before.map(|before| &before.id),
    };
    let session = session::start_session(tx, client, &new)
        .await?
        .ok_or(Failure::Refused(SecondStepError::Over))?;
    if session.new_browser {
        new_device::notify_of_new_device(tx, client, owner).await?;
    }
    let mut remembered = None;
    if proven.remember_browser && tx.app.may_remember_browsers {
        remembered = Some(remembered_browsers::remember(tx, client, &owner.id).await?);
        tx.record(&owner.id, Event::BrowserRemembered).await?;
    }
    attempts::complete(tx, owner, &half.activity_id).await?;
    Ok(Completed { session, remembered })
}

async fn complete_by_program_once(
    app: &App,
    client: &Client,
    state: &str,
    code: &str,
    begun: &Begun,
) -> Result<TokenPair, Failure<SecondStepError>> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    let (owner, methods) = accepted(&mut tx, state, code, begun, SignInBy::Program).await?;
    if owner.status != Status::Active {
        return refused(SecondStepError::Over);
    }
    let new = NewSession {
        user_id: &owner.id,
        authenticated_at: tx.now(),
        methods,
        remember: true,
        verified: None,
        before: None,
    };
    let tokens = by_program::start(&mut tx, client, &owner, &new).await?;
    let tokens = tokens.ok_or(Failure::Refused(SecondStepError::Over))?;
    attempts::complete(&mut tx, &owner, &begun.half.activity_id).await?;
    tx.commit().await?;
    Ok(tokens)
}

/// Uses up the code and the half sign-in, under the lock of the account. Neither is used up if the other cannot be.
async fn accepted(
    tx: &mut Tx<'_>,
    secret: &str,
    code: &str,
    begun: &Begun,
    by: SignInBy,
) -> Result<(LockedAccount, &'static str), Failure<SecondStepError>> {
    let owner = locked(tx, secret, &begun.half, by).await?;
    let methods = second_factor::accept(tx, &owner, code, &begun.tried).await?;
    let methods = methods.ok_or(Failure::Refused(SecondStepError::Wrong))?;
    if !half_sign_in::take(tx, secret).await? {
        return refused(SecondStepError::Over);
    }
    Ok((owner, methods))
}

/// Locks the account of a half sign-in that is not over.
pub(super) async fn locked(
    tx: &mut Tx<'_>,
    secret: &str,
    half: &HalfSignIn,
    by: SignInBy,
) -> Result<LockedAccount, Failure<SecondStepError>> {
    let owner = LockedAccount::lock(tx, half.user_id.as_str()).await?;
    let owner = owner.ok_or(Failure::Refused(SecondStepError::Over))?;
    // A new password, a disabled account, or another request with the same secret has ended it meanwhile.
    if half_sign_in::find_locked(tx, secret, by).await?.is_none() {
        return refused(SecondStepError::Over);
    }
    Ok(owner)
}
