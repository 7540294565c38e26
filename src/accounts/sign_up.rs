//! Signing up: one row per sign-up, and the same work whether or not the address has an account.
//!
//! Whether it has one is checked when the mail is composed ([`crate::accounts::mails::compose`]), long after the
//! answer: so neither the answer nor its time reveals it (ASVS 6.3.8).

pub mod confirm;

use crate::accounts::locking::address_claims;
use crate::accounts::tx::Tx;
use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::identity::display_name::DisplayName;
use super::identity::email_address::EmailAddress;
use super::passwords::hasher::Priority;
use super::passwords::password::{Password, PasswordError};
use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::identity::client::Client;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::UserId;
use crate::db::retry;
use crate::id::new_id;
use crate::mail::queue::{self, MailKind, NewMail};
use crate::time::{MINUTE, Millis};
use crate::tokens::email_tokens;
use crate::tokens::keys::keyed_hash;

/// The input of the sign-up form.
pub struct Registration {
    pub email: EmailAddress,
    pub display_name: DisplayName,
    pub password: Password,
    /// The page that was requested before.
    pub next: Option<String>,
    /// The random value of the form, by which the same form sent twice is one sign-up.
    pub form: Option<String>,
    /// The secret of a program, which keeps no cookie: that of [`program_secret`].
    pub secret: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error("sign-up is closed")]
    Closed,
    #[error("password: {0:?}")]
    Password(PasswordError),
}

/// A pending sign-up, as its browser may see it.
pub struct SentConfirmation {
    /// The address as typed.
    pub email: String,
    /// Milliseconds until another mail can be requested; 0: now.
    pub cool_down: Millis,
}

/// Signs up: stores the sign-up, its binding to this browser and the mail in one transaction. Returns the secret for
/// the browser's cookie; it is new at every sign-up, so a planted cookie is worthless. The same form sent again, by a
/// double click or a reload, is the same sign-up: within the pause nothing more is sent, and afterwards it counts as a
/// request for another mail.
///
/// # Errors
/// When sign-up is closed, the password is refused, or the service fails.
pub async fn sign_up(app: &App, client: &Client, newcomer: Registration) -> Result<String, Failure<SignUpError>> {
    if !app.signup_is_open {
        return refused(SignUpError::Closed);
    }
    app.limits.sign_up_by_client.check(client.ip).map_err(ServiceError::from)?;
    let secret = newcomer
        .secret
        .clone()
        .unwrap_or_else(|| browser_secret_for(app, client, &newcomer));
    let email = newcomer.email;
    let personal = vec![email.as_str().to_owned(), newcomer.display_name.as_str().to_owned()];
    let hash = app
        .hasher
        .check_and_hash(app.password_policy.clone(), personal, newcomer.password, Priority::Stranger)
        .await
        .map_err(ServiceError::from)?
        .map_err(|why| Failure::Refused(SignUpError::Password(why)))?;
    let stored = email_tokens::hash(&secret);
    let id = UserId::from(new_id());
    let attempt = NewSignUp {
        id: &id,
        email: &email,
        profile: Profile {
            display_name: newcomer.display_name,
            ..Profile::empty(client)
        },
        hash: hash.as_str(),
        browser: &stored,
        next: newcomer.next.as_deref(),
    };
    if let Some(asked_at) = retry(|| store_sign_up(app, client, &attempt)).await? {
        // Later it is a request for another mail; also if the clock was far ahead at the first time.
        let same_press = asked_at - MINUTE..asked_at + app.limits.resend_pause.max(MINUTE);
        if !same_press.contains(&app.clock.now()) {
            retry(|| resend_confirmation_once(app, client, &email, Some(&secret))).await?;
        }
        return Ok(secret);
    }
    // The first mail starts the pause before the next one.
    let _ = app.limits.resend_cool_down.check((client.ip, email.as_str().to_owned()));
    tracing::info!(event = "sign_up", user = %id, email = %email.masked(), client = %client.ip, "signed up");
    Ok(secret)
}

/// Stores a sign-up and queues its mail. If the same form was stored before, only returns when.
async fn store_sign_up(app: &App, client: &Client, attempt: &NewSignUp<'_>) -> Result<Option<Millis>, ServiceError> {
    let now = app.clock.now();
    let mut tx = Tx::begin_uncached(app, client).await?;
    // The same form may arrive twice at once: the second request waits here for the first.
    address_claims::lock_address(&mut tx, attempt.email.as_str()).await?;
    let asked_at = requested_before(&mut tx, attempt.browser, attempt.email, now).await?;
    if asked_at.is_none() {
        attempt.insert(&mut tx, now).await?;
        queue_if_allowed(&mut tx, client, MailKind::ConfirmEmail, attempt.email, Some(attempt.id)).await?;
    }
    tx.commit().await?;
    Ok(asked_at)
}

/// Sends the confirmation mail again: for the sign-up of this browser, or else the newest one of that address. Does the
/// same for every address.
///
/// # Errors
/// When a rate limit is exceeded, or the service fails.
pub async fn resend_confirmation(
    app: &App,
    client: &Client,
    email: &EmailAddress,
    browser_secret: Option<&str>,
) -> Result<(), ServiceError> {
    app.limits.resend_by_client.check(client.ip)?;
    app.limits.resend_cool_down.check((client.ip, email.as_str().to_owned()))?;
    retry(|| resend_confirmation_once(app, client, email, browser_secret)).await
}

async fn resend_confirmation_once(
    app: &App,
    client: &Client,
    email: &EmailAddress,
    browser_secret: Option<&str>,
) -> Result<(), ServiceError> {
    const WAITING: &str = "
        SELECT u.id
        FROM users u
        JOIN sign_ups s ON s.user_id = u.id
        WHERE u.email = $1
          AND u.status = 'pending'
        ORDER BY CASE WHEN s.browser_hash = $2 THEN 0 ELSE 1 END, u.created_at DESC
        LIMIT 1";
    // Only the sign-up of this browser: whether another browser has one must show neither on its page nor in the time
    // that this takes.
    const ASKED: &str = "
        UPDATE sign_ups
        SET asked_at = $3
        WHERE browser_hash = $1
          AND email = $2";
    let mut tx = Tx::begin_uncached(app, client).await?;
    let waiting: Option<String> = sqlx::query_scalar(WAITING)
        .bind(email.as_str())
        .bind(browser_secret.map(email_tokens::hash).unwrap_or_default())
        .fetch_optional(&mut *tx)
        .await?;
    sqlx::query(ASKED)
        .bind(browser_secret.map(email_tokens::hash).unwrap_or_default())
        .bind(email.as_str())
        .bind(app.clock.now())
        .execute(&mut *tx)
        .await?;
    let waiting = waiting.map(UserId::from);
    queue_if_allowed(&mut tx, client, MailKind::ConfirmEmail, email, waiting.as_ref()).await?;
    tx.commit().await?;
    Ok(())
}

/// The secret for the sign-up cookie: an HMAC over the form's random value and all its fields. The same form sent twice
/// gets the same secret; any changed field gives another one. Without a random value, a random value of this process
/// and the client's address are used.
fn browser_secret_for(app: &App, client: &Client, newcomer: &Registration) -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| email_tokens::browser_secret().0);
    let form = newcomer.form.clone().unwrap_or_else(|| format!("{} {}", *PROCESS, client.ip));
    let password = BASE64URL_NOPAD.encode(newcomer.password.as_typed());
    let text = Zeroizing::new(
        [
            "sign-up",
            &form,
            newcomer.email.as_str(),
            &password,
            newcomer.display_name.as_str(),
            newcomer.next.as_deref().unwrap_or_default(),
        ]
        .join("\n"),
    );
    BASE64URL_NOPAD.encode(&keyed_hash(&app.code_key, &text))
}

/// The secret of a sign-up by the API, which binds it to address and password instead of a browser: only who knows both can
/// confirm it by code. So a code that a stranger's sign-up has caused confirms nothing for the owner of the address.
#[must_use]
pub fn program_secret(app: &App, email: &EmailAddress, password: &Password) -> String {
    let password = Zeroizing::new(BASE64URL_NOPAD.encode(password.as_typed()));
    let text = Zeroizing::new(["sign-up by a program", email.as_str(), &password].join("\n"));
    BASE64URL_NOPAD.encode(&keyed_hash(&app.code_key, &text))
}

/// The sign-up that the browser may be reminded of. The result does not depend on what has become of it.
pub async fn pending_sign_up(app: &App, browser_secret: &str) -> Result<Option<SentConfirmation>, ServiceError> {
    const WAITING: &str = "
        SELECT email, asked_at
        FROM sign_ups
        WHERE browser_hash = $1
          AND asked_at > $2";
    let row: Option<(String, Millis)> = sqlx::query_as(WAITING)
        .bind(email_tokens::hash(browser_secret))
        .bind(app.clock.now() - app.lifetimes.sign_up)
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(row.map(|(email, asked_at)| SentConfirmation {
        email,
        cool_down: (asked_at + app.limits.resend_pause - app.clock.now()).clamp(0, app.limits.resend_pause),
    }))
}

/// Queues a mail that a stranger can cause. If the recipient's limit is exceeded, it is dropped without notice: no one
/// can flood a mailbox.
pub(super) async fn queue_if_allowed(
    tx: &mut Tx<'_>,
    client: &Client,
    kind: MailKind,
    email: &EmailAddress,
    user: Option<&UserId>,
) -> Result<(), ServiceError> {
    let app = tx.app;
    let allowed = match kind {
        MailKind::PasswordReset => app.limits.reset_by_recipient.check(email.as_str().to_owned()),
        _ => app.limits.mail_by_recipient.check(email.as_str()),
    };
    let order = NewMail {
        kind,
        recipient: email.as_str(),
        language: client.language,
        user_id: user.map(UserId::as_str),
        requester: &client.origin(),
    };
    if allowed.is_err() {
        tracing::warn!(event = "mail_dropped", email = %email.masked(), "the recipient's allowance is used up");
        // The page of the account that requested the change shows it, whatever became of the mail.
        if kind == MailKind::EmailChange {
            queue::record_dropped(tx, &order, app.clock.now()).await?;
        }
        return Ok(());
    }
    tx.enqueue(&order).await?;
    Ok(())
}

/// When the sign-up of this browser last requested a mail, whatever has become of it since.
async fn requested_before(
    tx: &mut Tx<'_>,
    browser_hash: &[u8],
    email: &EmailAddress,
    now: Millis,
) -> sqlx::Result<Option<Millis>> {
    const ASKED: &str = "
        SELECT asked_at
        FROM sign_ups
        WHERE browser_hash = $1
          AND email = $2
          AND asked_at > $3";
    sqlx::query_scalar(ASKED)
        .bind(browser_hash)
        .bind(email.as_str())
        .bind(now - tx.app.lifetimes.sign_up)
        .fetch_optional(&mut **tx)
        .await
}

/// A sign-up as stored.
struct NewSignUp<'a> {
    id: &'a UserId,
    email: &'a EmailAddress,
    profile: Profile,
    hash: &'a str,
    browser: &'a [u8],
    next: Option<&'a str>,
}

impl NewSignUp<'_> {
    async fn insert(&self, tx: &mut Tx<'_>, now: Millis) -> sqlx::Result<()> {
        const USER: &str = "
            INSERT INTO users
                (id, email, display_name, sort_name, role, status, password_hash, created_at, last_seen_at)
            VALUES ($1, $2, '', $2, 'user', 'pending', $3, $4, 0)";
        const BINDING: &str = "
            INSERT INTO sign_ups (user_id, email, browser_hash, next, asked_at)
            VALUES ($1, $2, $3, $4, $5)";
        sqlx::query(USER)
            .bind(self.id.as_str())
            .bind(self.email.as_str())
            .bind(self.hash)
            .bind(now)
            .execute(&mut **tx)
            .await?;
        self.profile.store(tx, self.id).await?;
        sqlx::query(BINDING)
            .bind(self.id.as_str())
            .bind(self.email.as_str())
            .bind(self.browser)
            .bind(self.next)
            .bind(now)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}
