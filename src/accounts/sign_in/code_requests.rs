//! Requests for a code to sign in ([`super::by_code`]): one is stored for every address alike, and whether the address has an
//! account is decided when the mail is composed.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::Status;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::i18n::Language;
use crate::id::new_id;
use crate::mail::queue::{MailKind, NewMail, QueuedMail};
use crate::time::{DAY, HOUR, Millis};
use crate::tokens::email_tokens::{browser_secret, grouped, hash, random_code};
use crate::tokens::keys::keyed_hash;

/// How long a browser waits for its mail. What is mailed later has no effect.
pub const LASTS: Millis = HOUR;

/// How long the address of a stranger is stored.
const UNKNOWN_KEPT: Millis = DAY;

/// What the form asks for.
pub struct CodeRequest {
    pub email: EmailAddress,
    /// Whether to stay signed in after the browser is closed.
    pub remember: bool,
    /// The page that was requested before.
    pub next: Option<String>,
}

/// Asks for a code. An earlier request of the same browser ends. Returns the secret for the browser's cookie.
///
/// # Errors
/// When a rate limit is exceeded, or the service fails.
pub async fn request(
    app: &App,
    client: &Client,
    wanted: &CodeRequest,
    earlier: Option<&str>,
) -> Result<String, ServiceError> {
    app.limits.resend_by_client.check(client.ip)?;
    app.limits
        .resend_cool_down
        .check((client.ip, wanted.email.as_str().to_owned()))?;
    let secret = retry(|| request_once(app, client, wanted, earlier)).await?;
    tracing::info!(event = "sign_in_code_requested", email = %wanted.email.masked(), client = %client.ip, "a code to sign in was asked for");
    Ok(secret)
}

async fn request_once(
    app: &App,
    client: &Client,
    wanted: &CodeRequest,
    earlier: Option<&str>,
) -> Result<String, ServiceError> {
    const FORGET: &str = "
        DELETE FROM sign_in_codes
        WHERE browser_hash = $1";
    const STORE: &str = "
        INSERT INTO sign_in_codes (id, browser_hash, email, remember, next, tries, asked_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6)";
    let (secret, browser) = browser_secret();
    let id = new_id();
    let mut tx = Tx::begin_uncached(app, client).await?;
    sqlx::query(FORGET)
        .bind(earlier.map(hash).unwrap_or_default())
        .execute(&mut *tx)
        .await?;
    sqlx::query(STORE)
        .bind(&id)
        .bind(browser)
        .bind(wanted.email.as_str())
        .bind(i64::from(wanted.remember))
        .bind(wanted.next.as_deref())
        .bind(tx.now())
        .execute(&mut *tx)
        .await?;
    if app.limits.mail_by_recipient.check(wanted.email.as_str()).is_ok() {
        let mail = NewMail {
            kind: MailKind::SignInCode,
            recipient: wanted.email.as_str(),
            language: client.language,
            // The request: looking up an account would show in the time that this takes.
            user_id: Some(&id),
            requester: &client.origin(),
        };
        tx.enqueue(&mail).await?;
    } else {
        tracing::warn!(event = "mail_dropped", email = %wanted.email.masked(), "the recipient's allowance is used up");
    }
    tx.commit().await?;
    Ok(secret)
}

/// Code and link for a mail, and the language of its reader.
pub(in crate::accounts) struct IssuedCode {
    pub(in crate::accounts) token: String,
    pub(in crate::accounts) code: String,
    pub(in crate::accounts) language: Option<Language>,
}

/// Code and link for the mail of a request. They are valid from now on. None: the address has no account that could sign in, or
/// the request is over.
pub(in crate::accounts) async fn issue(app: &App, mail: &QueuedMail) -> Result<Option<IssuedCode>, ServiceError> {
    const WHOSE: &str = "
        SELECT id
        FROM users
        WHERE email = $1
          AND status IN ('active', 'deleting')";
    // A new code has all its tries.
    const ISSUE: &str = "
        UPDATE sign_in_codes
        SET user_id = $2, password_changed_at = $3, code_hash = $4, link_hash = $5, expires_at = $6, tries = 0
        WHERE id = $1
          AND email = $7
          AND used_at IS NULL
          AND asked_at > $8";
    let request = mail.user_id.as_deref().unwrap_or_default();
    let mut tx = Tx::begin_uncached(app, None).await?;
    let now = tx.now();
    let id: Option<String> = sqlx::query_scalar(WHOSE).bind(&mail.recipient).fetch_optional(&mut *tx).await?;
    let Some(id) = id else { return Ok(None) };
    let owner = LockedAccount::lock(&mut tx, &id).await?;
    let Some(owner) = owner.filter(|owner| may_sign_in(owner, &mail.recipient)) else {
        return Ok(None);
    };
    if owner.password_changed_since(mail.created_at, now) {
        return Ok(None);
    }
    let code = random_code();
    let (token, link_hash) = browser_secret();
    let issued = sqlx::query(ISSUE)
        .bind(request)
        .bind(owner.id.as_str())
        .bind(owner.password_changed_at)
        .bind(keyed_hash(&app.code_key, &content(request, &code)))
        .bind(link_hash)
        .bind(now + app.lifetimes.confirmation_code)
        .bind(&mail.recipient)
        .bind(now - LASTS)
        .execute(&mut *tx)
        .await?;
    if issued.rows_affected() != 1 {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(IssuedCode {
        token,
        code: grouped(&code),
        language: owner.language,
    }))
}

pub(super) fn may_sign_in(owner: &LockedAccount, email: &str) -> bool {
    owner.email == email && matches!(owner.status, Status::Active | Status::Deleting)
}

/// What the hash of a code is made of.
pub(super) fn content(request: &str, code: &str) -> String {
    format!("sign-in {request} {code}")
}

/// The address that a browser waits for a mail at. None: it has not asked, or that is over.
///
/// # Errors
/// When the database is unavailable.
pub async fn awaited(app: &App, secret: &str) -> Result<Option<String>, ServiceError> {
    const AWAITED: &str = "
        SELECT email
        FROM sign_in_codes
        WHERE browser_hash = $1
          AND asked_at > $2
          AND used_at IS NULL";
    let email = sqlx::query_scalar(AWAITED)
        .bind(hash(secret))
        .bind(app.clock.now() - LASTS)
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(email)
}

/// Deletes requests that are older than that, and those for addresses without an account sooner.
pub(in crate::accounts) async fn purge(app: &App, now: Millis, kept: Millis) -> sqlx::Result<()> {
    const PURGE: &str = "
        DELETE FROM sign_in_codes
        WHERE asked_at < $1
           OR (user_id IS NULL AND asked_at < $2)";
    sqlx::query(PURGE)
        .bind(now - kept)
        .bind(now - UNKNOWN_KEPT)
        .execute(app.pool.writing())
        .await?;
    Ok(())
}
