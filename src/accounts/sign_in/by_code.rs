//! Signing in by a code or a link that is mailed, where the settings permit it: the mailbox is one factor, so the session is of
//! level 1, and the second factor is asked for where there is one.
//!
//! A request is bound to the browser that asked, by a secret in a cookie, and code and link work nowhere else. It is stored for
//! every address alike. Whether the address has an account is decided when the mail is composed ([`super::code_requests`]), long after the
//! answer: so neither the answer nor its time reveals it (ASVS 6.3.8).

use sqlx::FromRow;
use subtle::ConstantTimeEq as _;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::factors::half_sign_in::{self, SignInBy};
use crate::accounts::factors::{level, remembered_browsers, second_factor};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::sessions::session::{self, NewSession};
use crate::accounts::sign_in::code_requests::{content, may_sign_in};
use crate::accounts::sign_in::{SignInOutcome, attempts, new_device};
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::id::new_id;
use crate::time::{CLOCKS_DIFFER, Millis};
use crate::tokens::email_tokens::{CODE_TRIES, bare_code, hash};
use crate::tokens::keys::keyed_hash;

/// The length of a token in a link.
const TOKEN_LENGTH: usize = 43;

/// What was given of the mail.
#[derive(Clone, Copy)]
pub enum Given<'a> {
    /// The code, as typed.
    Code(&'a str),
    /// The token of the link.
    Link(&'a str),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CodeError {
    /// It is wrong, used, expired, tried too often, or from another browser.
    #[error("wrong code")]
    Wrong,
}

/// The state of a mailed link.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SignInLink {
    Unknown,
    Used,
    Expired,
    /// Another browser has asked for it.
    Elsewhere,
    Ready {
        email: String,
    },
}

/// A sign-in, and the page that was requested before.
pub struct SignedInByCode {
    pub signed_in: SignInOutcome,
    pub next: Option<String>,
}

/// A request as stored.
#[derive(FromRow)]
struct StoredRequest {
    id: String,
    browser_hash: Vec<u8>,
    email: String,
    user_id: Option<String>,
    password_changed_at: Option<Millis>,
    code_hash: Option<Vec<u8>>,
    link_hash: Option<Vec<u8>>,
    expires_at: Option<Millis>,
    used_at: Option<Millis>,
    remember: i64,
    next: Option<String>,
    tries: i64,
    asked_at: Millis,
}

impl StoredRequest {
    /// Whether what was mailed can be used. A request that was stored while the clock was ahead is not valid before its time.
    fn is_open(&self, now: Millis) -> bool {
        self.used_at.is_none()
            && self.expires_at.is_some_and(|until| now < until)
            && self.asked_at <= now.saturating_add(CLOCKS_DIFFER)
    }

    /// Compares hashes. The work is the same without a mail.
    fn is_right(&self, app: &App, given: Given<'_>) -> bool {
        let (stored, given) = match given {
            Given::Code(typed) => (&self.code_hash, keyed_hash(&app.code_key, &content(&self.id, &bare_code(typed)))),
            Given::Link(token) => (&self.link_hash, hash(token)),
        };
        stored.as_ref().is_some_and(|stored| stored.ct_eq(&given).into())
    }
}

/// The state of a link in this browser. Changes nothing.
///
/// # Errors
/// When the database is unavailable.
pub async fn sign_in_link(app: &App, token: &str, secret: Option<&str>) -> Result<SignInLink, ServiceError> {
    const FIND: &str = "
        SELECT id, browser_hash, email, user_id, password_changed_at, code_hash, link_hash, expires_at, used_at, remember, next,
               tries, asked_at
        FROM sign_in_codes
        WHERE link_hash = $1";
    if token.len() != TOKEN_LENGTH {
        return Ok(SignInLink::Unknown);
    }
    let stored: Option<StoredRequest> = sqlx::query_as(FIND)
        .bind(hash(token))
        .fetch_optional(app.pool.reading())
        .await?;
    let Some(stored) = stored else {
        return Ok(SignInLink::Unknown);
    };
    let is_here = secret.is_some_and(|secret| hash(secret).ct_eq(&stored.browser_hash).into());
    Ok(if stored.used_at.is_some() {
        SignInLink::Used
    } else if !stored.is_open(app.clock.now()) || stored.tries >= CODE_TRIES {
        SignInLink::Expired
    } else if is_here {
        SignInLink::Ready { email: stored.email }
    } else {
        SignInLink::Elsewhere
    })
}

/// Signs in by what was mailed, in the browser that asked. The previous session of the browser ends, if no second factor is
/// needed.
///
/// # Errors
/// When it is refused, or the service fails.
pub async fn sign_in(
    app: &App,
    client: &Client,
    secret: Option<&str>,
    given: Given<'_>,
    before: Option<&CurrentSession>,
) -> Result<SignedInByCode, Failure<CodeError>> {
    app.limits.confirm_by_client.check(client.ip).map_err(ServiceError::from)?;
    let stored = retry(|| count_try(app, secret)).await?;
    let stored = stored.filter(|stored| stored.is_right(app, given) && stored.tries <= CODE_TRIES);
    let admitted = match &stored {
        Some(stored) if stored.is_open(app.clock.now()) => retry(|| admit(app, client, stored, before)).await?,
        _ => None,
    };
    let (Some(stored), Some(signed_in)) = (stored, admitted) else {
        tracing::warn!(event = "code_refused", client = %client.ip, "a code or link to sign in was refused");
        return refused(CodeError::Wrong);
    };
    let masked = EmailAddress::parse(&stored.email)
        .map(|email| email.masked())
        .unwrap_or_default();
    match signed_in {
        SignInOutcome::Complete(_) => {
            tracing::info!(event = "sign_in", email = masked, client = %client.ip, "signed in by a mailed code");
        }
        SignInOutcome::Half(_) => {
            tracing::info!(event = "second_factor_asked", email = masked, client = %client.ip, "a mailed code was right, and the second factor is asked for");
        }
    }
    Ok(SignedInByCode {
        signed_in,
        next: stored.next,
    })
}

/// Counts a try before anything is compared, so that concurrent ones gain nothing. It is one write, whatever the address.
async fn count_try(app: &App, secret: Option<&str>) -> sqlx::Result<Option<StoredRequest>> {
    const COUNT: &str = "
        UPDATE sign_in_codes
        SET tries = tries + 1
        WHERE browser_hash = $1
        RETURNING id, browser_hash, email, user_id, password_changed_at, code_hash, link_hash, expires_at, used_at, remember,
                  next, tries, asked_at";
    sqlx::query_as(COUNT)
        .bind(secret.map(hash).unwrap_or_default())
        .fetch_optional(app.pool.writing())
        .await
}

/// Uses the code up, and starts the session or a half sign-in, unless the account has changed meanwhile.
async fn admit(
    app: &App,
    client: &Client,
    stored: &StoredRequest,
    before: Option<&CurrentSession>,
) -> Result<Option<SignInOutcome>, ServiceError> {
    let mut tx = match before {
        Some(_) => Tx::begin(app, client).await?,
        None => Tx::begin_uncached(app, client).await?,
    };
    let owner = LockedAccount::lock(&mut tx, stored.user_id.as_deref().unwrap_or_default()).await?;
    let is_as_mailed = |owner: &LockedAccount| {
        may_sign_in(owner, &stored.email) && Some(owner.password_changed_at) == stored.password_changed_at
    };
    let Some(owner) = owner.filter(is_as_mailed) else {
        return Ok(None);
    };
    if !consume(&mut tx, stored, &owner).await? {
        return Ok(None);
    }
    tx.record(&owner.id, Event::MailedCodeUsed).await?;
    let methods = if !second_factor::is_needed(&mut *tx, &owner.id).await? {
        level::MAILED_CODE
    } else if remembered_browsers::is_remembered(&mut tx, client, &owner.id).await? {
        level::MAILED_CODE_AND_REMEMBERED_BROWSER
    } else {
        // No entry of an attempt waits for it.
        let secret = half_sign_in::begin(
            &mut tx,
            &owner,
            SignInBy::Browser,
            stored.remember == 1,
            &new_id(),
            level::MAILED_CODE,
        )
        .await?;
        tx.commit().await?;
        return Ok(Some(SignInOutcome::Half(secret)));
    };
    let session = NewSession {
        user_id: &owner.id,
        authenticated_at: tx.now(),
        methods,
        remember: stored.remember == 1,
        verified: None,
        before: before.map(|before| &before.id),
    };
    let Some(cookie) = session::start_session(&mut tx, client, &session).await? else {
        return Ok(None);
    };
    if cookie.new_browser {
        new_device::notify_of_new_device(&mut tx, client, &owner).await?;
    }
    attempts::reset_failures(&mut tx, &owner.email).await?;
    tx.record(&owner.id, Event::SignedIn).await?;
    tx.commit().await?;
    Ok(Some(SignInOutcome::Complete(cookie)))
}

/// Uses up what was mailed for a request, and for the other requests of the account. `false`: it was used, or a newer mail has
/// replaced it.
async fn consume(tx: &mut Tx<'_>, stored: &StoredRequest, owner: &LockedAccount) -> sqlx::Result<bool> {
    const USE: &str = "
        UPDATE sign_in_codes
        SET used_at = $3
        WHERE id = $1
          AND code_hash = $2
          AND used_at IS NULL";
    const USE_OTHERS: &str = "
        UPDATE sign_in_codes
        SET used_at = $2
        WHERE user_id = $1
          AND used_at IS NULL";
    let now = tx.now();
    let used = sqlx::query(USE)
        .bind(&stored.id)
        .bind(&stored.code_hash)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    if used.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query(USE_OTHERS)
        .bind(owner.id.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}
