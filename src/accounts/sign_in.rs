//! Signing in with address and password.

pub mod attempts;
pub mod new_device;

use super::identity::email_address::EmailAddress;
use super::locking::locked_account::LockedAccount;
use super::lookup::current_session::CurrentSession;
use super::passwords::hasher::{PasswordHash, Priority, Verification};
use super::passwords::password::Password;
use super::sessions::session::{NewSession, SessionCookie};
use super::sign_in::attempts::LoginAttempt;
use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::sessions::known_browsers;
use crate::accounts::sessions::session;
use crate::db::{Transaction, retry};

/// What somebody typed to get in. Either part may be impossible, which is as wrong as any other and takes as long.
pub struct Credentials {
    /// The address, if it can be one.
    pub email: Option<EmailAddress>,
    /// The password.
    pub password: Password,
    /// Whether to stay signed in when the browser is closed.
    pub remember: bool,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address or password are wrong, or the account is not in use: nobody is told which (ASVS 6.3.8).
    #[error("refused")]
    Refused,
    /// It could not be tried.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Service(error.into())
    }
}

/// Signs somebody in. The session that their browser had before ends.
///
/// # Errors
/// When they are refused, or it cannot be tried.
pub async fn sign_in(
    app: &App,
    client: &Client,
    credentials: Credentials,
    before: Option<&CurrentSession>,
) -> Result<SessionCookie, SignInError> {
    const ACCOUNT: &str = "
        SELECT id, password_hash
        FROM users
        WHERE email = $1
          AND status IN ('active', 'deleting')";
    let email = credentials.email.as_ref().map_or("", EmailAddress::as_str);
    let known = known_browsers::is_known_browser(app, client, email).await?;
    let priority = if known {
        Priority::KnownBrowser
    } else {
        Priority::Stranger
    };
    check_rate_limits(app, client, email, known)?;
    let tried = retry(|| attempts::record_attempt(app, client, email, known)).await?;
    let account: Option<(String, Option<String>)> =
        sqlx::query_as(ACCOUNT).bind(email).fetch_optional(app.pool.reading()).await?;
    let (user_id, stored) = account.unzip();
    // After too many failures no hash is the right one, and that takes as long as for an address that nobody has.
    let stored = stored.flatten().filter(|_| !tried.too_many).map(PasswordHash::from_stored);
    let verdict = match app.hasher.verify(credentials.password, stored.as_ref(), priority).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            retry(|| attempts::cancel_attempt(app, &tried)).await?;
            return Err(ServiceError::from(busy).into());
        }
    };
    let ticket = match (verdict, user_id, &stored) {
        (Verification::Right { renewed }, Some(user_id), Some(stored)) => {
            let proof = VerifiedPassword {
                user_id: UserId::from(user_id),
                verified: stored.clone(),
                renewed,
            };
            retry(|| admit(app, client, &proof, &tried, credentials.remember, before)).await?
        }
        _ => None,
    };
    let masked = credentials.email.as_ref().map(EmailAddress::masked).unwrap_or_default();
    if ticket.is_some() {
        tracing::info!(event = "sign_in", email = masked, client = %client.ip, "signed in");
    } else {
        tracing::warn!(event = "sign_in_refused", email = masked, too_many = tried.too_many, client = %client.ip, "sign-in refused");
    }
    ticket.ok_or(SignInError::Refused)
}

/// Counts a try: of a browser that was signed in with before against its own allowance, and what all known browsers
/// of the account, and of the client, have together; of any other against the client's and the account's. A right
/// password gives nothing back.
pub(super) fn check_rate_limits(app: &App, client: &Client, email: &str, known: bool) -> Result<(), ServiceError> {
    if let (true, Some(browser)) = (known, &client.device_cookie) {
        let key = (browser.clone(), email.to_owned());
        app.limits.sign_in_by_known_client.check(client.ip)?;
        app.limits.sign_in_by_known_browser.check(key)?;
        return Ok(app.limits.sign_in_by_known_account.check(email.to_owned())?);
    }
    app.limits.sign_in_by_client.check(client.ip)?;
    // What is no address is no account either.
    if !email.is_empty() {
        app.limits.sign_in_by_account.check(email.to_owned())?;
    }
    Ok(())
}

/// Starts the session of somebody whose password was right, unless account or password have changed meanwhile.
async fn admit(
    app: &App,
    client: &Client,
    proof: &VerifiedPassword,
    tried: &LoginAttempt,
    remember: bool,
    before: Option<&CurrentSession>,
) -> Result<Option<SessionCookie>, ServiceError> {
    // Whoever was signed in before is so no more; nobody else is concerned.
    let mut tx = match before {
        Some(_) => app.pool.begin().await?,
        None => app.pool.begin_uncached().await?,
    };
    let session = NewSession {
        user_id: &proof.user_id,
        authenticated_at: app.clock.now(),
        methods: "pwd",
        remember,
        verified: Some(proof.verified.as_str()),
        before: before.map(|before| &before.id),
    };
    let Some(owner) = LockedAccount::lock(&mut tx, proof.user_id.as_str()).await? else {
        return Ok(None);
    };
    let Some(ticket) = session::start_session(app, &mut tx, client, &session).await? else {
        return Ok(None);
    };
    let told = ticket.new_browser && new_device::notify_of_new_device(app, &mut tx, client, &owner).await?;
    proof.renew_hash(&mut tx).await?;
    attempts::confirm_success(app, &mut tx, tried, &proof.user_id, client).await?;
    tx.commit().await?;
    if told {
        app.mail_queued.notify_one();
    }
    Ok(Some(ticket))
}

/// A password that was right.
pub(super) struct VerifiedPassword {
    pub(super) user_id: UserId,
    /// The hash that it was verified against.
    pub(super) verified: PasswordHash,
    /// The hash to be stored in its place.
    pub(super) renewed: Option<PasswordHash>,
}

impl VerifiedPassword {
    /// Whether the password is still the one that was verified. Until the transaction ends, it then stays so.
    pub(super) async fn lock_if_current(&self, tx: &mut Transaction) -> sqlx::Result<bool> {
        const KEEP: &str = "
            UPDATE users
            SET status = status
            WHERE id = $1
              AND status IN ('active', 'deleting')
              AND password_hash = $2";
        let kept = sqlx::query(KEEP)
            .bind(self.user_id.as_str())
            .bind(self.verified.as_str())
            .execute(&mut **tx)
            .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Replaces a hash that is weaker than today's, but never one that came meanwhile.
    pub(super) async fn renew_hash(&self, tx: &mut Transaction) -> sqlx::Result<()> {
        const RENEW: &str = "
            UPDATE users
            SET password_hash = $3
            WHERE id = $1
              AND password_hash = $2";
        let Some(renewed) = &self.renewed else { return Ok(()) };
        sqlx::query(RENEW)
            .bind(self.user_id.as_str())
            .bind(self.verified.as_str())
            .bind(renewed.as_str())
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}
