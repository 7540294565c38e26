//! Adding a passkey to an account.

use serde_json::Value;
use sqlx::AnyConnection;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::level;
use crate::accounts::factors::second_factor::{self, SecondFactors};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::{self, CeremonyBrowser, ChallengePurpose};
use crate::accounts::passkeys::makers;
use crate::accounts::passkeys::own_passkeys::descriptors_of;
use crate::accounts::passkeys::verify::methods_of;
use crate::accounts::sessions::session::{self, SessionCookie};
use crate::accounts::tx::Tx;
use crate::accounts::webauthn::relying_party::{Registrant, VerifiedCredential};
use crate::accounts::webauthn::response::Attestation;
use crate::db::retry;
use crate::id::new_id;

/// The maximum number of passkeys of an account.
pub const MAX_PASSKEYS: i64 = 25;

/// The length of a user handle, in bytes: the maximum is 64 (WebAuthn section 4).
const HANDLE_BYTES: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// There can be no passkeys here.
    #[error("there are no passkeys at this host")]
    Off,
    /// The answer is not what was asked for, or came too late, or a second time.
    #[error("the answer of the authenticator is refused")]
    Refused,
    /// An account has this passkey already.
    #[error("the passkey is there already")]
    Known,
    #[error("the account has as many passkeys as it may have")]
    TooMany,
    /// The session has ended, or the account is not active any more.
    #[error("the session is over")]
    SessionOver,
}

/// A passkey that was added.
pub struct AddedPasskey {
    /// The session goes on with a new token, as after every change of a factor.
    pub session: SessionCookie,
    /// The recovery codes that come with the first second factor, to be shown once.
    pub codes: Option<Vec<String>>,
}

/// What the browser is to ask the authenticator: `PublicKeyCredentialCreationOptions` in its JSON form.
///
/// # Errors
/// When the account has too many passkeys, or the session has ended.
pub async fn start(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    browser: CeremonyBrowser<'_>,
) -> Result<Value, Failure<RegistrationError>> {
    let Some(relying_party) = &app.relying_party else {
        return refused(RegistrationError::Off);
    };
    let handle = retry(|| handle_of(app, client, session)).await?;
    let known = descriptors_of(app, &session.user_id).await?;
    if i64::try_from(known.len()).unwrap_or(i64::MAX) >= MAX_PASSKEYS {
        return refused(RegistrationError::TooMany);
    }
    let email = display_email(&session.email);
    let who = Registrant {
        handle: &handle,
        name: &email,
        display_name: session.profile.name_or(&email),
    };
    let ceremony = relying_party
        .start_registration(&who, &known)
        .ok_or(ServiceError::Internal("no passkey can be asked for"))?;
    let user = Some(&session.user_id);
    challenges::store(app, client, browser, ChallengePurpose::Register, user, &ceremony).await?;
    Ok(ceremony.options)
}

/// The handle of the account. It is made when it is first needed, and stays: a passkey that was made with another one
/// would stand beside the older ones of its device instead of replacing them.
async fn handle_of(
    app: &App,
    client: &Client,
    session: &CurrentSession,
) -> Result<Vec<u8>, Failure<RegistrationError>> {
    const MAKE: &str = "
        INSERT INTO passkey_handles (handle, user_id)
        VALUES ($1, $2)";
    let mut tx = Tx::begin_uncached(app, client).await?;
    if session::lock_for(&mut tx, session).await?.is_none() {
        return refused(RegistrationError::SessionOver);
    }
    if let Some(handle) = stored_handle(&mut tx, &session.user_id).await? {
        return Ok(handle);
    }
    let mut handle = [0; HANDLE_BYTES];
    getrandom::fill(&mut handle).map_err(|_| ServiceError::Internal("no random bytes"))?;
    sqlx::query(MAKE)
        .bind(handle.to_vec())
        .bind(session.user_id.as_str())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(handle.to_vec())
}

async fn stored_handle(tx: &mut AnyConnection, user: &UserId) -> sqlx::Result<Option<Vec<u8>>> {
    const HANDLE: &str = "
        SELECT handle
        FROM passkey_handles
        WHERE user_id = $1";
    sqlx::query_scalar(HANDLE).bind(user.as_str()).fetch_optional(tx).await
}

/// Stores the passkey that an authenticator has made. Its owner gets a notice. The first second factor of an account comes with
/// recovery codes, and ends all other sessions.
///
/// # Errors
/// When the answer is refused, the passkey is known, there are too many, or the session has ended.
pub async fn finish(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    browser: CeremonyBrowser<'_>,
    answer: &str,
) -> Result<AddedPasskey, Failure<RegistrationError>> {
    // Each causes a mail.
    app.limits
        .profile_by_account
        .check(session.user_id.as_str().to_owned())
        .map_err(ServiceError::from)?;
    let Some(relying_party) = &app.relying_party else {
        return refused(RegistrationError::Off);
    };
    let Some(answer) = Attestation::parse(answer) else {
        return log_refusal(client, session, "it is no answer of an authenticator");
    };
    let waiting = challenges::take(app, browser, ChallengePurpose::Register, &answer.challenge).await?;
    let Some(waiting) = waiting.filter(|waiting| waiting.user_id.as_deref() == Some(session.user_id.as_str())) else {
        return log_refusal(client, session, "nobody waits for it");
    };
    let credential = match relying_party.finish_registration(&waiting.state, &answer) {
        Ok(credential) => credential,
        Err(why) => return log_refusal(client, session, &why.to_string()),
    };
    retry(|| store(app, client, session, &credential, &answer)).await
}

async fn store(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    credential: &VerifiedCredential,
    answer: &Attestation,
) -> Result<AddedPasskey, Failure<RegistrationError>> {
    const STORE: &str = "
        INSERT INTO passkeys
            (id, user_id, credential_id, credential, transports, name, aaguid, counter, backup_eligible, synced, created_at,
             last_used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)
        ON CONFLICT (credential_id) DO NOTHING";
    const NAMES: &str = "
        SELECT name
        FROM passkeys
        WHERE user_id = $1";
    let mut tx = Tx::begin(app, client).await?;
    let owner = session::lock_for(&mut tx, session).await?;
    let owner = owner
        .filter(|owner| owner.status == Status::Active)
        .ok_or(Failure::Refused(RegistrationError::SessionOver))?;
    // Under the lock of the account, so that many at once are counted one after the other.
    let names: Vec<String> = sqlx::query_scalar(NAMES).bind(owner.id.as_str()).fetch_all(&mut *tx).await?;
    if i64::try_from(names.len()).unwrap_or(i64::MAX) >= MAX_PASSKEYS {
        return refused(RegistrationError::TooMany);
    }
    let before = second_factor::of(&mut *tx, &owner.id).await?;
    let stored = sqlx::query(STORE)
        .bind(new_id())
        .bind(owner.id.as_str())
        .bind(&credential.credential_id)
        .bind(&credential.json)
        .bind(&answer.transports)
        .bind(makers::first_name(client.language, &answer.aaguid, &answer.transports, &names))
        .bind(&answer.aaguid)
        .bind(credential.counter)
        .bind(i64::from(credential.flags.backup_eligible))
        .bind(i64::from(credential.flags.backed_up))
        .bind(tx.now())
        .execute(&mut *tx)
        .await?;
    if stored.rows_affected() != 1 {
        return refused(RegistrationError::Known);
    }
    let added = become_factor(&mut tx, session, &owner.id, before, credential.flags.backup_eligible).await?;
    owner.record(&mut tx, Event::PasskeyAdded).await?;
    tx.commit().await?;
    Ok(added)
}

/// What a new passkey does as a second factor: the first one ends the sessions that began without it, except the caller's, who
/// has just shown it.
async fn become_factor(
    tx: &mut Tx<'_>,
    session: &CurrentSession,
    user: &UserId,
    before: SecondFactors,
    backup_eligible: bool,
) -> Result<AddedPasskey, Failure<RegistrationError>> {
    let codes = second_factor::after_addition(tx, user, before).await?;
    let mut methods = session.methods.clone();
    if codes.is_some() {
        session::end_sessions_of(tx, user, Some(&session.id), Event::PasskeyAdded).await?;
        methods = level::raised(&methods, methods_of(backup_eligible));
    }
    let session = session::replace_session(tx, session, session.authenticated_at, &methods)
        .await?
        .ok_or(Failure::Refused(RegistrationError::SessionOver))?;
    Ok(AddedPasskey { session, codes })
}

fn log_refusal<T>(client: &Client, session: &CurrentSession, why: &str) -> Result<T, Failure<RegistrationError>> {
    tracing::warn!(event = "passkey_refused", user = %session.user_id, client = %client.ip, why, "a new passkey was refused");
    refused(RegistrationError::Refused)
}
