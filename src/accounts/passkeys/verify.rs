//! Proving who one is by a passkey: for signing in, for re-authentication, and after a password.
//!
//! First [`identify`] takes the challenge out and finds the passkey; then `IdentifiedPasskey::prove` verifies the
//! signature; then, in the transaction of what the proof is for, `ProvenPasskey::record_use` stores counter and flags. A
//! proof is worth nothing before that.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use sqlx::FromRow;
use subtle::ConstantTimeEq as _;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::passkeys::challenges::{self, CeremonyBrowser, ChallengePurpose, Waiting};
use crate::accounts::passkeys::own_passkeys::descriptors_of;
use crate::accounts::tx::Tx;
use crate::accounts::webauthn::response::Assertion;
use crate::db::retry;
use crate::mail::queue::MailKind;

/// The methods of a sign-in by a passkey with user verification (RFC 8176): a key in hardware, or one that may be synced and
/// so is software somewhere; and two factors, the key and what unlocks it.
const HARDWARE: &str = "hwk mfa";
const SOFTWARE: &str = "swk mfa";

/// The methods of whoever has shown such a passkey.
pub(in crate::accounts) fn methods_of(backup_eligible: bool) -> &'static str {
    if backup_eligible { SOFTWARE } else { HARDWARE }
}

/// An answer of a browser.
#[derive(Clone, Copy)]
pub struct PasskeyAnswer<'a> {
    pub browser: CeremonyBrowser<'a>,
    /// `PublicKeyCredential` in its JSON form.
    pub json: &'a str,
}

/// Why a passkey proves nothing. The answer to the visitor does not say which, except that browsers are told of a passkey
/// that is not known here, so that they offer it no more.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    #[error("the passkey is not known")]
    Unknown { credential_id: String },
    #[error("refused")]
    Refused,
}

/// A passkey and its account, as they are stored.
#[derive(FromRow)]
struct StoredPasskey {
    id: String,
    credential: String,
    backup_eligible: i64,
    #[sqlx(try_from = "String")]
    user_id: UserId,
    email: String,
    display_name: String,
    handle: Vec<u8>,
}

/// The passkey of an answer that is not verified yet.
pub struct IdentifiedPasskey {
    stored: StoredPasskey,
    answer: Assertion,
    waiting: Waiting,
}

/// A passkey whose answer is right.
pub struct ProvenPasskey {
    id: String,
    pub user_id: UserId,
    pub email: String,
    pub display_name: String,
    /// By it authenticators know the account.
    pub handle: Vec<u8>,
    counter: i64,
    backup_eligible: bool,
    backed_up: bool,
}

/// What became of storing a use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::accounts) enum UseOutcome {
    Recorded,
    /// The passkey was removed meanwhile.
    Gone,
    /// A later signature is known already: two devices may have the key (WebAuthn section 6.1.1).
    CounterWentBack,
}

/// What the browser is to ask the authenticator: `PublicKeyCredentialRequestOptions` in its JSON form. With a user, one of
/// the user's passkeys must answer.
///
/// # Errors
/// [`PasskeyError::Refused`] if there can be no passkeys here.
pub async fn start(
    app: &App,
    client: &Client,
    browser: CeremonyBrowser<'_>,
    purpose: ChallengePurpose,
    user: Option<&UserId>,
) -> Result<Value, Failure<PasskeyError>> {
    let Some(relying_party) = &app.relying_party else {
        return refused(PasskeyError::Refused);
    };
    let allowed = match user {
        Some(user) => descriptors_of(app, user).await?,
        None => Vec::new(),
    };
    let ceremony = relying_party
        .start_authentication(&allowed)
        .ok_or(ServiceError::Internal("no passkey can be asked for"))?;
    challenges::store(app, client, browser, purpose, user, &ceremony).await?;
    Ok(ceremony.options)
}

/// Takes the challenge of an answer out, and finds the passkey. With a user, it must be one of the user's.
///
/// # Errors
/// When nobody waits for the answer, or the passkey is unknown or another user's.
pub async fn identify(
    app: &App,
    client: &Client,
    answer: PasskeyAnswer<'_>,
    purpose: ChallengePurpose,
    user: Option<&UserId>,
) -> Result<IdentifiedPasskey, Failure<PasskeyError>> {
    const STORED: &str = "
        SELECT p.id, p.credential, p.backup_eligible, p.user_id, u.email, u.display_name, h.handle
        FROM passkeys p
        JOIN users u ON u.id = p.user_id
        JOIN passkey_handles h ON h.user_id = p.user_id
        WHERE p.credential_id = $1";
    let browser = answer.browser;
    let Some(answer) = Assertion::parse(answer.json) else {
        return log_refusal(client, None, "it is no answer of an authenticator");
    };
    let waiting = challenges::take(app, browser, purpose, &answer.challenge).await?;
    let Some(waiting) = waiting.filter(|waiting| waiting.user_id.as_deref() == user.map(UserId::as_str)) else {
        return log_refusal(client, None, "nobody waits for it");
    };
    let stored: Option<StoredPasskey> = sqlx::query_as(STORED)
        .bind(answer.credential_id())
        .fetch_optional(app.pool.reading())
        .await?;
    let Some(stored) = stored else {
        return refused(PasskeyError::Unknown {
            credential_id: BASE64URL_NOPAD.encode(answer.credential_id()),
        });
    };
    // Only who was asked for one of some passkeys may leave the handle out (WebAuthn section 7.2, step 6).
    let is_theirs = match answer.user_handle() {
        Some(handle) => bool::from(handle.ct_eq(&stored.handle)),
        None => user.is_some(),
    };
    if !is_theirs || user.is_some_and(|user| *user != stored.user_id) {
        return log_refusal(client, Some(&stored.user_id), "the passkey is another user's");
    }
    Ok(IdentifiedPasskey {
        stored,
        answer,
        waiting,
    })
}

impl IdentifiedPasskey {
    /// The address of the account. It is not proven yet that it is the visitor's.
    pub(in crate::accounts) fn email(&self) -> &str {
        &self.stored.email
    }

    /// Verifies the signature, the origin, the host, and that the authenticator has verified the user.
    pub(in crate::accounts) async fn prove(
        self,
        app: &App,
        client: &Client,
    ) -> Result<ProvenPasskey, Failure<PasskeyError>> {
        let Some(relying_party) = &app.relying_party else {
            return refused(PasskeyError::Refused);
        };
        let Self {
            stored,
            answer,
            waiting,
        } = self;
        let eligible = stored.backup_eligible == 1;
        match relying_party.finish_authentication(&waiting.state, &answer, &stored.credential, eligible) {
            Ok(counter) => Ok(ProvenPasskey {
                id: stored.id,
                user_id: stored.user_id,
                email: stored.email,
                display_name: stored.display_name,
                handle: stored.handle,
                counter,
                backup_eligible: answer.flags.backup_eligible,
                backed_up: answer.flags.backed_up,
            }),
            Err(why) => {
                retry(|| record(app, client, &stored.user_id, Event::PasskeyRefused)).await?;
                log_refusal(client, Some(&stored.user_id), &why.to_string())
            }
        }
    }
}

impl ProvenPasskey {
    /// The methods of the session that it starts.
    pub(in crate::accounts) fn methods(&self) -> &'static str {
        methods_of(self.backup_eligible)
    }

    /// Stores counter and flags, in the transaction of what the proof is for, which holds the lock of the account.
    ///
    /// The condition of the statement is the only rule about counters: one that does not go on is refused, and authenticators
    /// that do not count send 0 for ever. So of two answers with the same number one counts, also on two nodes, and of two
    /// that end in the wrong order the later.
    pub(in crate::accounts) async fn record_use(&self, tx: &mut Tx<'_>) -> sqlx::Result<UseOutcome> {
        const USE: &str = "
            UPDATE passkeys
            SET counter = $3, backup_eligible = $4, synced = $5, last_used_at = $6
            WHERE id = $1
              AND user_id = $2
              AND (counter < $3 OR (counter = 0 AND $3 = 0))
              AND backup_eligible <= $4";
        const BEGIN_TO_SYNC: &str = "
            UPDATE passkeys
            SET backup_eligible = 1
            WHERE id = $1
              AND user_id = $2
              AND backup_eligible = 0";
        if self.backup_eligible {
            let begun = sqlx::query(BEGIN_TO_SYNC)
                .bind(&self.id)
                .bind(self.user_id.as_str())
                .execute(&mut **tx)
                .await?;
            if begun.rows_affected() == 1 {
                tx.record(&self.user_id, Event::PasskeyBecameSyncable).await?;
            }
        }
        let used = sqlx::query(USE)
            .bind(&self.id)
            .bind(self.user_id.as_str())
            .bind(self.counter)
            .bind(i64::from(self.backup_eligible))
            .bind(i64::from(self.backed_up))
            .bind(tx.now())
            .execute(&mut **tx)
            .await?;
        if used.rows_affected() == 1 {
            return Ok(UseOutcome::Recorded);
        }
        self.why_not(tx).await
    }

    async fn why_not(&self, tx: &mut Tx<'_>) -> sqlx::Result<UseOutcome> {
        const COUNTER: &str = "
            SELECT counter
            FROM passkeys
            WHERE id = $1
              AND user_id = $2";
        let counter: Option<i64> = sqlx::query_scalar(COUNTER)
            .bind(&self.id)
            .bind(self.user_id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        Ok(match counter {
            Some(counter) if counter > 0 && counter >= self.counter => UseOutcome::CounterWentBack,
            _ => UseOutcome::Gone,
        })
    }

    /// Tells the owner of a counter that went back. The transaction of [`record_use`](Self::record_use) must have ended.
    pub(in crate::accounts) async fn report_counter(&self, app: &App, client: &Client) -> Result<(), ServiceError> {
        tracing::warn!(event = Event::PasskeyCounterWentBack.as_str(), user = %self.user_id, client = %client.ip, "the counter of a passkey went back: its key may have been copied");
        // Who has a copy of the key could otherwise fill the mailbox.
        let tells = app.limits.mail_by_recipient.check(&*self.email).is_ok();
        retry(|| self.report_once(app, client, tells)).await
    }

    async fn report_once(&self, app: &App, client: &Client, tells: bool) -> Result<(), ServiceError> {
        let mut tx = Tx::begin_uncached(app, client).await?;
        if let Some(owner) = LockedAccount::lock_confirmed(&mut tx, self.user_id.as_str()).await? {
            tx.record(&owner.id, Event::PasskeyCounterWentBack).await?;
            if tells {
                owner.notify(&mut tx, MailKind::PasskeyCounterWentBack).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}

async fn record(app: &App, client: &Client, user: &UserId, event: Event) -> Result<(), ServiceError> {
    let mut tx = Tx::begin_uncached(app, client).await?;
    tx.record(user, event).await?;
    Ok(tx.commit().await?)
}

fn log_refusal<T>(client: &Client, user: Option<&UserId>, why: &str) -> Result<T, Failure<PasskeyError>> {
    let user = user.map(UserId::as_str);
    tracing::warn!(event = "passkey_refused", user, client = %client.ip, why, "the answer of a passkey was refused");
    refused(PasskeyError::Refused)
}
