//! A forgotten password: whoever reads the mailbox chooses a new one, by a mailed link.
//!
//! Asking for the link is the same work for every address. What the mail says is decided when it goes out
//! ([`super::letters`]): a link for an account, word for one that is disabled, nothing where there is nobody. For a
//! sign-up that waits, the link proves the address as well: then nothing that was given at sign-up remains, because a
//! stranger may have given it.

use super::activity::Event;
use super::address::EmailAddress;
use super::addresses::is_taken;
use super::confirm::{become_account, forget_what_was_given};
use super::hashing::{Lane, PasswordHash};
use super::links::Link;
use super::owner::{Owner, store_password};
use super::password::{Password, PasswordProblem};
use super::{Accounts, Status, Trouble, Visitor};
use crate::db::{Transaction, retry};
use crate::i18n::Language;
use crate::mail::queue::{self, Mail};
use crate::tokens::blacklist::Reason;
use crate::tokens::mailed::{self, Mailed, Purpose};

pub use crate::tokens::mailed::RESET_LIFETIME;

/// Why no password was set.
#[derive(Debug, thiserror::Error)]
pub enum NotReset {
    /// The link cannot be used (any more); [`Accounts::reset_link`] says why.
    #[error("the link is used, expired or unknown")]
    Link,
    /// The new password is not good enough. The link can still be used.
    #[error("password: {0:?}")]
    Password(PasswordProblem),
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NotReset {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

/// Why the operator gets no link.
#[derive(Debug, thiserror::Error)]
pub enum NoLink {
    /// No account has this address.
    #[error("no account has this address")]
    Unknown,
    /// Its sign-up waits for the confirmation.
    #[error("this address is not confirmed yet, so there is no account")]
    Pending,
    /// The account is disabled.
    #[error("the account is disabled: enable it first")]
    Disabled,
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NoLink {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

/// What a request for a new password comes to when its mail goes out, and the language that the owner chose.
pub(super) enum Outcome {
    /// The token of a link.
    Link(String, Option<Language>),
    /// The account is disabled.
    Disabled(Option<Language>),
    /// There is neither an account nor a sign-up of this address, or the request is older than the password.
    Nobody,
}

impl Accounts {
    /// Has a link to a new password sent, if there is somebody to send it to. Does the same for every address.
    ///
    /// # Errors
    /// When too many were asked for, or it cannot be tried.
    pub async fn ask_for_reset(&self, visitor: &Visitor, email: &EmailAddress) -> Result<(), Trouble> {
        self.limits.reset_by_client.check(visitor.address)?;
        self.limits
            .reset_cool_down
            .check((visitor.address, email.as_str().to_owned()))?;
        retry(|| self.ask_for_reset_once(visitor, email)).await
    }

    async fn ask_for_reset_once(&self, visitor: &Visitor, email: &EmailAddress) -> Result<(), Trouble> {
        let mut tx = self.pool.begin_uncached().await?;
        // For nobody in particular: whose it is must not show in how long this takes.
        self.queue_if_allowed(&mut tx, visitor, queue::Purpose::Reset, email, None)
            .await?;
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::info!(event = "reset_asked", email = %email.masked(), client = %visitor.address, "a new password was asked for");
        Ok(())
    }

    /// A link's token for the operator, who hands it on in another way than by mail.
    ///
    /// # Errors
    /// When there is no account that it would be good for, or it cannot be tried.
    pub async fn mint_reset_by_hand(&self, email: &EmailAddress) -> Result<String, NoLink> {
        retry(|| self.mint_reset_by_hand_once(email)).await
    }

    async fn mint_reset_by_hand_once(&self, email: &EmailAddress) -> Result<String, NoLink> {
        let mut tx = self.pool.begin().await?;
        self.lock_address(&mut tx, email.as_str()).await?;
        let kept = keep_newest(&mut tx, email.as_str()).await?.ok_or(NoLink::Unknown)?;
        match kept.status {
            Status::Pending => return Err(NoLink::Pending),
            Status::Disabled => return Err(NoLink::Disabled),
            Status::Active | Status::Deleting => {}
        }
        self.note(&mut tx, &kept.id, Event::ResetAsked, None).await?;
        let now = self.clock.now();
        let token = mailed::mint(&mut tx, Purpose::Reset, kept.id.as_str(), email.as_str(), now).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// A link's token for the account of a mail's recipient, or else for the newest sign-up of that address.
    pub(super) async fn mint_reset(&self, mail: &Mail) -> Result<Outcome, Trouble> {
        let mut tx = self.pool.begin_uncached().await?;
        self.lock_address(&mut tx, &mail.recipient).await?;
        let now = self.clock.now();
        let Some(kept) = keep_newest(&mut tx, &mail.recipient).await? else {
            return Ok(Outcome::Nobody);
        };
        if kept.password_changed_since(mail.created_at, now) {
            return Ok(Outcome::Nobody);
        }
        // Not when it was asked for: only an account would bring that write about. And once, however often it is tried; nor
        // where another button brought it about, which is noted itself.
        if kept.status != Status::Pending && mail.user_id.is_none() && mail.attempts <= 1 {
            self.note_by(&mut tx, &kept.id, Event::ResetAsked, &mail.requester).await?;
        }
        match kept.status {
            Status::Disabled => {
                tx.commit().await?;
                return Ok(Outcome::Disabled(kept.language));
            }
            // An address that is kept for the account which had it cannot be anybody else's.
            Status::Pending if is_taken(&mut *tx, &mail.recipient, kept.id.as_str(), now).await? => {
                return Ok(Outcome::Nobody);
            }
            _ => {}
        }
        let token = mailed::mint(&mut tx, Purpose::Reset, kept.id.as_str(), &mail.recipient, now).await?;
        tx.commit().await?;
        // What a stranger chose at sign-up is not the owner's language.
        let language = kept.language.filter(|_| kept.status != Status::Pending);
        Ok(Outcome::Link(token, language))
    }

    /// What a link leads to. Changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn reset_link(&self, token: &str) -> Result<Link, Trouble> {
        let Some(mailed) = mailed::find(&self.pool, Purpose::Reset, token).await? else {
            return Ok(Link::Unknown);
        };
        let stands = self.name_behind(&mailed).await?.is_some();
        Ok(Link::of(mailed, stands))
    }

    /// Sets a new password by the link, and ends everything that was open under the old one. Nobody is signed in, and a
    /// second factor stays as it is (ASVS 6.4.3). Returns the address.
    ///
    /// # Errors
    /// When the link cannot be used, the new password is refused, or it cannot be tried.
    pub async fn reset_password(
        &self,
        visitor: &Visitor,
        token: &str,
        new_password: Result<Password, PasswordProblem>,
    ) -> Result<String, NotReset> {
        let mailed = self.usable(visitor, Purpose::Reset, token).await?.ok_or(NotReset::Link)?;
        let name = self.name_behind(&mailed).await?.ok_or(NotReset::Link)?;
        let password = new_password.map_err(NotReset::Password)?;
        let known = self.knows(visitor, &mailed.email).await?;
        let lane = if known { Lane::KnownBrowser } else { Lane::Stranger };
        let hash = self
            .hasher
            .check_and_hash(self.policy.clone(), vec![mailed.email.clone(), name], password, lane)
            .await
            .map_err(Trouble::from)?
            .map_err(NotReset::Password)?;
        retry(|| self.set_password(visitor, &mailed, &hash)).await?;
        Ok(mailed.email)
    }

    /// Uses the link up and stores the hash, all in one.
    async fn set_password(&self, visitor: &Visitor, mailed: &Mailed, hash: &PasswordHash) -> Result<(), NotReset> {
        let mut tx = self.pool.begin().await?;
        self.lock_address(&mut tx, &mailed.email).await?;
        let owner = Owner::keep(&mut tx, &mailed.user_id).await?;
        let fits = |owner: &Owner| owner.email == mailed.email && owner.status != Status::Disabled;
        let owner = owner.filter(fits).ok_or(NotReset::Link)?;
        if !mailed::use_up(&mut tx, Purpose::Reset, mailed, self.clock.now()).await? {
            return Err(NotReset::Link);
        }
        if owner.status == Status::Pending {
            self.confirm_by_reset(&mut tx, visitor, &owner, hash).await?;
        } else {
            self.replace_password(&mut tx, visitor, &owner, hash).await?;
        }
        tx.commit().await?;
        self.mail_waits.notify_one();
        tracing::info!(event = "password_reset", user = %owner.id, client = %visitor.address, "password set by link");
        Ok(())
    }

    /// An account gets its new password, and whoever was in is out.
    async fn replace_password(
        &self,
        tx: &mut Transaction,
        visitor: &Visitor,
        owner: &Owner,
        hash: &PasswordHash,
    ) -> Result<(), Trouble> {
        store_password(tx, &owner.id, Some(hash), self.clock.now()).await?;
        self.end_sessions_of(tx, &owner.id, None, Reason::PasswordReset).await?;
        self.note(tx, &owner.id, Event::PasswordReset, Some(visitor)).await?;
        self.a_new_password_counts(tx, visitor, owner).await?;
        Ok(())
    }

    /// A sign-up becomes the account of whoever reads the mailbox: with the new password, and nothing else that was given.
    async fn confirm_by_reset(
        &self,
        tx: &mut Transaction,
        visitor: &Visitor,
        owner: &Owner,
        hash: &PasswordHash,
    ) -> Result<(), NotReset> {
        let now = self.clock.now();
        if is_taken(&mut **tx, &owner.email, owner.id.as_str(), now).await?
            || !become_account(tx, &owner.id, &owner.email, now).await?
        {
            return Err(NotReset::Link);
        }
        // The confirmation's links and code have done their work as well.
        mailed::use_all(tx, Purpose::Confirm, owner.id.as_str(), now).await?;
        forget_what_was_given(tx, &owner.id, visitor.language).await?;
        store_password(tx, &owner.id, Some(hash), now).await?;
        self.forgive_failures(tx, &owner.email).await?;
        self.note(tx, &owner.id, Event::Created, Some(visitor)).await?;
        Ok(())
    }

    /// The name of whom a link is for, which their password must not hold; none when the link is dead: its time is over,
    /// the account is gone or disabled, has another address now, or the address is another account's.
    async fn name_behind(&self, mailed: &Mailed) -> Result<Option<String>, Trouble> {
        const BEHIND: &str = "
            SELECT status, display_name
            FROM users
            WHERE id = $1
              AND email = $2
              AND status <> 'disabled'";
        if mailed.expired(self.clock.now()) {
            return Ok(None);
        }
        let behind: Option<(String, String)> = sqlx::query_as(BEHIND)
            .bind(&mailed.user_id)
            .bind(&mailed.email)
            .fetch_optional(self.pool.reading())
            .await?;
        match behind {
            // The name of a sign-up may be a stranger's, and does not remain.
            Some((status, _)) if Status::from_word(&status) == Some(Status::Pending) => {
                let taken = is_taken(self.pool.reading(), &mailed.email, &mailed.user_id, self.clock.now()).await?;
                Ok((!taken).then(String::new))
            }
            Some((_, name)) => Ok(Some(name)),
            None => Ok(None),
        }
    }
}

/// Finds the account of an address, or else its newest sign-up, and keeps its row. The transaction holds the address's lock.
async fn keep_newest(tx: &mut Transaction, email: &str) -> sqlx::Result<Option<Owner>> {
    const WHOSE: &str = "
        SELECT id
        FROM users
        WHERE email = $1
        ORDER BY CASE WHEN status = 'pending' THEN 1 ELSE 0 END, created_at DESC
        LIMIT 1";
    let id: Option<String> = sqlx::query_scalar(WHOSE).bind(email).fetch_optional(&mut **tx).await?;
    match id {
        Some(id) => Ok(Owner::keep(tx, &id).await?.filter(|owner| owner.email == email)),
        None => Ok(None),
    }
}
