//! Confirming the address of a sign-up: the attempt becomes the account, and the address's other attempts die.
//!
//! Whoever reads the mailbox owns the address, but did not necessarily sign up: a stranger may have, with a password of
//! the stranger's. So only the browser that signed up confirms as it is; in any other a new password is asked for and
//! replaces everything that was given (the "pre-hijack" of CVE-2024-38351 and its kin).

use sqlx::Row as _;
use subtle::ConstantTimeEq as _;

use super::activity::Event;
use super::addresses::{attempts_die, is_taken};
use super::hashing::{Lane, PasswordHash};
use super::housekeeping::ATTEMPTS_WAIT;
use super::owner::{Owner, store_password};
use super::password::{Password, PasswordProblem};
use super::session::{NewSession, Present, Ticket};
use super::{Accounts, Trouble, UserId, Visitor};
use crate::db::{Transaction, retry};
use crate::i18n::Language;
use crate::time::Millis;
use crate::tokens::mailed::{self, CODE_TRIES, Mailed, Purpose, Typed};

/// What a confirmation link leads to.
#[derive(Debug)]
pub enum Link {
    /// Nothing that we know.
    Unknown,
    /// The address is confirmed already.
    Already,
    /// The link's time is over.
    Expired {
        /// Whom a new one would go to.
        email: String,
    },
    /// It can be confirmed.
    Ready {
        /// The address.
        email: String,
        /// This is not the browser that signed up: a password has to be chosen.
        asks_password: bool,
    },
}

/// An address was confirmed.
#[derive(Debug)]
pub enum Confirmed {
    /// In the browser that signed up: it is signed in now.
    SignedIn {
        /// The session's token.
        ticket: Ticket,
        /// The page that was asked for before signing up.
        next: Option<String>,
    },
    /// In another browser.
    Elsewhere {
        /// The address, to be filled in at the sign-in.
        email: String,
    },
}

/// Why nothing was confirmed.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    /// The link cannot be used (any more); [`Accounts::confirmation_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// The code is wrong, too old, tried too often, or from another browser.
    #[error("wrong code")]
    Code,
    /// The new password is not good enough.
    #[error("password: {0:?}")]
    Password(PasswordProblem),
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NotConfirmed {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

/// A sign-up that waits.
struct Pending {
    id: UserId,
    email: String,
    created_at: Millis,
    browser_hash: Vec<u8>,
    next: Option<String>,
}

impl Accounts {
    /// What a link leads to, for this browser. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn confirmation_link(&self, token: &str, browser_secret: Option<&str>) -> Result<Link, Trouble> {
        let Some(mailed) = mailed::find(&self.pool, Purpose::Confirm, token).await? else {
            return Ok(Link::Unknown);
        };
        let pending = self.pending(&mailed.user_id).await?;
        if mailed.used || is_taken(self.pool.reading(), &mailed.email, &mailed.user_id, self.clock.now()).await? {
            return Ok(Link::Already);
        }
        Ok(match pending {
            Some(pending) if !mailed.expired(self.clock.now()) => Link::Ready {
                asks_password: !bound_to(&pending, browser_secret),
                email: mailed.email,
            },
            _ => Link::Expired { email: mailed.email },
        })
    }

    /// Confirms by the link.
    ///
    /// # Errors
    /// When the link cannot be used, the new password is refused, or it cannot be tried.
    pub async fn confirm_by_link(
        &self,
        visitor: &Visitor,
        token: &str,
        browser_secret: Option<&str>,
        new_password: Result<Password, PasswordProblem>,
        before: Option<&Present>,
    ) -> Result<Confirmed, NotConfirmed> {
        self.limits.confirm_by_client.check(visitor.address).map_err(Trouble::from)?;
        let now = self.clock.now();
        let mailed = mailed::find(&self.pool, Purpose::Confirm, token).await?;
        let Some(mailed) = mailed.filter(|mailed| !mailed.used && !mailed.expired(now)) else {
            tracing::warn!(event = "link_refused", client = %visitor.address, "an unknown or old link was refused");
            return Err(NotConfirmed::Link);
        };
        let pending = self.pending(&mailed.user_id).await?.ok_or(NotConfirmed::Link)?;
        if bound_to(&pending, browser_secret) {
            return retry(|| self.confirm_here(visitor, &mailed, &pending, before)).await;
        }
        let password = new_password.map_err(NotConfirmed::Password)?;
        let hash = self
            .hasher
            .check_and_hash(self.policy.clone(), vec![mailed.email.clone()], password, Lane::Stranger)
            .await
            .map_err(Trouble::from)?
            .map_err(NotConfirmed::Password)?;
        retry(|| self.confirm_elsewhere(visitor, &mailed, &pending, &hash)).await
    }

    /// In another browser, with the password that was chosen there.
    async fn confirm_elsewhere(
        &self,
        visitor: &Visitor,
        mailed: &Mailed,
        pending: &Pending,
        hash: &PasswordHash,
    ) -> Result<Confirmed, NotConfirmed> {
        let mut tx = self.pool.begin().await?;
        self.activate(&mut tx, mailed, pending).await?;
        forget_what_was_given(&mut tx, &pending.id, visitor.language).await?;
        store_password(&mut tx, &pending.id, Some(hash), self.clock.now()).await?;
        self.note(&mut tx, &pending.id, Event::Created, Some(visitor)).await?;
        tx.commit().await?;
        tracing::info!(event = "address_confirmed", user = %pending.id, client = %visitor.address, here = false, "confirmed");
        Ok(Confirmed::Elsewhere {
            email: pending.email.clone(),
        })
    }

    /// Confirms by the code, in the browser that signed up.
    ///
    /// # Errors
    /// When the code is not right, or it cannot be tried.
    pub async fn confirm_by_code(
        &self,
        visitor: &Visitor,
        code: &str,
        browser_secret: Option<&str>,
        before: Option<&Present>,
    ) -> Result<Confirmed, NotConfirmed> {
        self.limits.confirm_by_client.check(visitor.address).map_err(Trouble::from)?;
        let (user_id, tries, typed) = retry(|| self.try_code(code, browser_secret)).await?;
        let (Typed::Right(mailed), ..=CODE_TRIES) = (typed, tries) else {
            tracing::warn!(event = "code_refused", client = %visitor.address, "a typed code was refused");
            return Err(NotConfirmed::Code);
        };
        let pending = self.pending(&user_id).await?.ok_or(NotConfirmed::Code)?;
        match retry(|| self.confirm_here(visitor, &mailed, &pending, before)).await {
            Err(NotConfirmed::Link) => Err(NotConfirmed::Code),
            other => other,
        }
    }

    /// Counts a try, and checks the code: one transaction, so the try counts for the code that it is checked against,
    /// whatever is mailed meanwhile.
    async fn try_code(&self, code: &str, browser_secret: Option<&str>) -> Result<(String, i64, Typed), NotConfirmed> {
        let mut tx = self.pool.begin_uncached().await?;
        let now = self.clock.now();
        let (user_id, tries) = count_code_try(&mut tx, browser_secret, now).await?;
        let typed = mailed::check_code(&mut tx, Purpose::Confirm, &user_id, code, now, &self.code_key).await?;
        tx.commit().await?;
        Ok((user_id, tries, typed))
    }

    /// In the browser that signed up, with the password chosen there: confirming also signs in. The password was proven
    /// when it was chosen, and that is the time the session states.
    async fn confirm_here(
        &self,
        visitor: &Visitor,
        mailed: &Mailed,
        pending: &Pending,
        before: Option<&Present>,
    ) -> Result<Confirmed, NotConfirmed> {
        let mut tx = self.pool.begin().await?;
        self.activate(&mut tx, mailed, pending).await?;
        self.note(&mut tx, &pending.id, Event::Created, Some(visitor)).await?;
        let session = NewSession {
            user_id: &pending.id,
            proved_at: pending.created_at,
            methods: "pwd",
            remember: false,
            verified: None,
            before: before.map(|before| &before.session),
        };
        let ticket = self
            .start_session(&mut tx, visitor, &session)
            .await?
            .ok_or(NotConfirmed::Link)?;
        tx.commit().await?;
        tracing::info!(event = "address_confirmed", user = %pending.id, client = %visitor.address, here = true, "confirmed");
        Ok(Confirmed::SignedIn {
            ticket,
            next: pending.next.clone(),
        })
    }

    /// Uses the token up and makes the attempt the account.
    async fn activate(&self, tx: &mut Transaction, mailed: &Mailed, pending: &Pending) -> Result<(), NotConfirmed> {
        let now = self.clock.now();
        self.lock_address(tx, &pending.email).await?;
        if Owner::keep(tx, pending.id.as_str()).await?.is_none() {
            return Err(NotConfirmed::Link);
        }
        if is_taken(&mut **tx, &pending.email, pending.id.as_str(), now).await? {
            return Err(NotConfirmed::Link);
        }
        if !mailed::use_up(tx, Purpose::Confirm, mailed, now).await? {
            return Err(NotConfirmed::Link);
        }
        if !become_account(tx, &pending.id, &pending.email, now).await? {
            return Err(NotConfirmed::Link);
        }
        // What others tried at the address before it was anybody's.
        self.forgive_failures(tx, &pending.email).await?;
        Ok(())
    }

    async fn pending(&self, user_id: &str) -> sqlx::Result<Option<Pending>> {
        const PENDING: &str = "
            SELECT u.id, u.email, u.created_at, s.browser_hash, s.next
            FROM users u
            JOIN sign_ups s ON s.user_id = u.id
            WHERE u.id = $1
              AND u.status = 'pending'";
        let row = sqlx::query(PENDING).bind(user_id).fetch_optional(self.pool.reading()).await?;
        row.map(|row| {
            Ok(Pending {
                id: UserId::from(row.try_get::<String, _>("id")?),
                email: row.try_get("email")?,
                created_at: row.try_get("created_at")?,
                browser_hash: row.try_get("browser_hash")?,
                next: row.try_get("next")?,
            })
        })
        .transpose()
    }
}

/// Whether a browser is the one that signed up. What is compared are hashes of 256 random bits.
fn bound_to(pending: &Pending, browser_secret: Option<&str>) -> bool {
    browser_secret.is_some_and(|secret| mailed::hash(secret).ct_eq(&pending.browser_hash).into())
}

/// Counts a typed code at the sign-up of a browser: with one write, whatever has become of the attempt and however many
/// were typed before, or the time it takes would tell whether the address has an account. Gives the attempt and the tries
/// at its newest code.
async fn count_code_try(
    tx: &mut Transaction,
    browser_secret: Option<&str>,
    now: Millis,
) -> sqlx::Result<(String, i64)> {
    const COUNT: &str = "
        UPDATE sign_ups
        SET code_tries = code_tries + 1
        WHERE browser_hash = $1
          AND asked_at > $2
        RETURNING user_id, code_tries";
    let counted = sqlx::query_as(COUNT)
        .bind(browser_secret.map(mailed::hash).unwrap_or_default())
        .bind(now - ATTEMPTS_WAIT)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(counted.unwrap_or_default())
}

/// A mail goes out to a sign-up: it waits on, whoever asked for the mail, and the new code can be tried as often as any.
pub(super) async fn note_mail(tx: &mut Transaction, attempt: &str, now: Millis) -> sqlx::Result<()> {
    const MAILED: &str = "
        UPDATE sign_ups
        SET code_tries = 0, mailed_at = $2
        WHERE user_id = $1";
    sqlx::query(MAILED).bind(attempt).bind(now).execute(&mut **tx).await?;
    Ok(())
}

/// Makes an attempt the account of its address; the address's other attempts die. `false`: it waits no longer, or another
/// one was quicker, and the transaction is to be given up.
pub(super) async fn become_account(tx: &mut Transaction, id: &UserId, email: &str, now: Millis) -> sqlx::Result<bool> {
    const ACTIVATE: &str = "
        UPDATE users
        SET status = 'active', confirmed_at = $2
        WHERE id = $1
          AND status = 'pending'";
    let activated = sqlx::query(ACTIVATE).bind(id.as_str()).bind(now).execute(&mut **tx).await;
    match activated {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => return Ok(false),
        // Another attempt of this address was confirmed a moment ago.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
        Err(error) => return Err(error),
    }
    attempts_die(tx, email).await?;
    Ok(true)
}

/// Nothing that was given at sign-up remains: who gave it is not known.
pub(super) async fn forget_what_was_given(tx: &mut Transaction, id: &UserId, language: Language) -> sqlx::Result<()> {
    const FORGET: &str = "
        UPDATE users
        SET password_hash = NULL, display_name = '', sort_name = email, locale = $2
        WHERE id = $1";
    sqlx::query(FORGET)
        .bind(id.as_str())
        .bind(language.code())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
