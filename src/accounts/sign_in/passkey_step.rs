//! The second step of a sign-in by a passkey. The challenge belongs to the half sign-in and to its account; limits, notices and
//! what follows are those of a code. As nobody can guess a passkey, it is right also after too many wrong codes.

use serde_json::Value;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, refused};
use crate::accounts::factors::half_sign_in::{self, SignInBy};
use crate::accounts::factors::{level, tries};
use crate::accounts::identity::client::Client;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::{CeremonyBrowser, ChallengePurpose};
use crate::accounts::passkeys::verify::{self, PasskeyAnswer, PasskeyError, ProvenPasskey, UseOutcome};
use crate::accounts::sign_in::second_step::{self, Begun, Completed, Proven, SecondStepError};
use crate::accounts::tx::Tx;
use crate::db::retry;

#[derive(Debug, thiserror::Error)]
pub enum PasskeyStepError {
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// There is no such half sign-in, it is over, or this was its fifth failure: the password is asked for again.
    #[error("the half sign-in is over")]
    Over,
}

/// What a browser has sent.
pub struct PasskeyStep<'a> {
    /// The secret of the half sign-in.
    pub secret: &'a str,
    /// `PublicKeyCredential` in its JSON form.
    pub json: &'a str,
    /// Whether to remember this browser.
    pub remember_browser: bool,
}

/// A completed sign-in, and who it is.
pub struct CompletedByPasskey {
    pub completed: Completed,
    pub passkey: ProvenPasskey,
}

/// What the browser is to ask the authenticator: for a passkey of the account that is half signed in.
///
/// # Errors
/// When the half sign-in is over, or there can be no passkeys here.
pub async fn start(app: &App, client: &Client, secret: &str) -> Result<Value, Failure<PasskeyStepError>> {
    let half = half_sign_in::find(app, secret, SignInBy::Browser).await?;
    let half = half.ok_or(Failure::Refused(PasskeyStepError::Over))?;
    let browser = CeremonyBrowser(secret);
    let asked = verify::start(app, client, browser, ChallengePurpose::SecondFactor, Some(&half.user_id)).await;
    asked.map_err(|failure| failure.map(PasskeyStepError::Passkey))
}

/// Completes the sign-in. The previous session of the browser ends.
///
/// # Errors
/// When the passkey is refused, the half sign-in is over, or the service fails.
pub async fn complete(
    app: &App,
    client: &Client,
    step: &PasskeyStep<'_>,
    before: Option<&CurrentSession>,
) -> Result<CompletedByPasskey, Failure<PasskeyStepError>> {
    let begun = second_step::begin_try(app, client, step.secret, SignInBy::Browser).await;
    let begun = begun.map_err(|failure| failure.map(|_| PasskeyStepError::Over))?;
    let mut why = PasskeyError::Refused;
    let done = match verified(app, client, step, &begun, before).await {
        Err(Failure::Refused(PasskeyStepError::Passkey(reason))) => {
            why = reason;
            refused(SecondStepError::Wrong)
        }
        done => done.map_err(|failure| failure.map(|_| SecondStepError::Over)),
    };
    let settled = second_step::settled(app, client, &begun, done).await;
    settled.map_err(|failure| {
        failure.map(|reason| match reason {
            SecondStepError::Wrong => PasskeyStepError::Passkey(why),
            SecondStepError::Over => PasskeyStepError::Over,
        })
    })
}

async fn verified(
    app: &App,
    client: &Client,
    step: &PasskeyStep<'_>,
    begun: &Begun,
    before: Option<&CurrentSession>,
) -> Result<CompletedByPasskey, Failure<PasskeyStepError>> {
    let answer = PasskeyAnswer {
        browser: CeremonyBrowser(step.secret),
        json: step.json,
    };
    let wrong = |failure: Failure<PasskeyError>| failure.map(PasskeyStepError::Passkey);
    let identified =
        verify::identify(app, client, answer, ChallengePurpose::SecondFactor, Some(&begun.half.user_id)).await;
    let passkey = identified.map_err(wrong)?.prove(app, client).await.map_err(wrong)?;
    match retry(|| complete_once(app, client, step, begun, &passkey, before)).await? {
        Ok(completed) => Ok(CompletedByPasskey { completed, passkey }),
        Err(used) => {
            if used == UseOutcome::CounterWentBack {
                passkey.report_counter(app, client).await?;
            }
            refused(PasskeyError::Refused.into())
        }
    }
}

/// Uses up the half sign-in and the signature. Neither is used up if the other cannot be.
async fn complete_once(
    app: &App,
    client: &Client,
    step: &PasskeyStep<'_>,
    begun: &Begun,
    passkey: &ProvenPasskey,
    before: Option<&CurrentSession>,
) -> Result<Result<Completed, UseOutcome>, Failure<PasskeyStepError>> {
    let over = |failure: Failure<SecondStepError>| failure.map(|_| PasskeyStepError::Over);
    let mut tx = match before {
        Some(_) => Tx::begin(app, client).await?,
        None => Tx::begin_uncached(app, client).await?,
    };
    let owner = second_step::locked(&mut tx, step.secret, &begun.half, SignInBy::Browser).await;
    let owner = owner.map_err(over)?;
    let used = passkey.record_use(&mut tx).await?;
    if used != UseOutcome::Recorded {
        return Ok(Err(used));
    }
    if !half_sign_in::take(&mut tx, step.secret).await? {
        return refused(PasskeyStepError::Over);
    }
    tries::forgive(&mut tx, &owner.id, &begun.tried).await?;
    let proven = Proven {
        owner: &owner,
        methods: &level::password_and(passkey.methods()),
        remember_browser: step.remember_browser,
    };
    let completed = second_step::start_session(&mut tx, client, &proven, &begun.half, before).await;
    let completed = completed.map_err(over)?;
    tx.commit().await?;
    Ok(Ok(completed))
}
