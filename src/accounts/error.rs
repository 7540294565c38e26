//! The error types of verbs.

use std::time::Duration;

use crate::accounts::passwords::hasher::{HasherError, HashingQueueFull};
use crate::accounts::rate_limits::TooMany;
use crate::db::Explained;
use crate::tokens::key_pairs::KeyPairError;

/// Why a verb did nothing: a refusal with a reason of its own, or an error of the service.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R> {
    /// The reason, for the page.
    #[error("{0}")]
    Refused(R),
    #[error(transparent)]
    Service(ServiceError),
}

/// The only conversion: every error of the service ends a verb by `?`. A refusal is explicit, by [`refused`].
impl<R, E: Into<ServiceError>> From<E> for Failure<R> {
    fn from(error: E) -> Self {
        Self::Service(error.into())
    }
}

impl<R> Failure<R> {
    /// The reason of a refusal.
    ///
    /// # Errors
    /// An error of the service.
    pub fn reason(self) -> Result<R, ServiceError> {
        match self {
            Self::Refused(reason) => Ok(reason),
            Self::Service(error) => Err(error),
        }
    }

    /// The same failure with another type of reasons, for a verb that has more of them.
    pub fn map<O>(self, reason: impl FnOnce(R) -> O) -> Failure<O> {
        match self {
            Self::Refused(inner) => Failure::Refused(reason(inner)),
            Self::Service(error) => Failure::Service(error),
        }
    }
}

/// A refusal, for `?` and `return`.
pub fn refused<T, R>(reason: R) -> Result<T, Failure<R>> {
    Err(Failure::Refused(reason))
}

/// Why the service could not do it.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database is unavailable, or failed.
    #[error("database: {}", Explained(.0))]
    Database(#[from] sqlx::Error),
    /// The queue for password hashing is full.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// A rate limit; the next attempt is permitted after this time.
    #[error("too many attempts")]
    TooMany(Duration),
    /// The caller's account was just deleted.
    #[error("the account is gone")]
    AccountGone,
    /// A bug.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl From<HashingQueueFull> for ServiceError {
    fn from(_: HashingQueueFull) -> Self {
        Self::Busy
    }
}

impl From<TooMany> for ServiceError {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many.wait)
    }
}

impl From<KeyPairError> for ServiceError {
    fn from(error: KeyPairError) -> Self {
        match error {
            KeyPairError::Database(error) => Self::Database(error),
            KeyPairError::Generation => Self::Internal("no key pair can be generated"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum AppOpenError {
    /// The database is unavailable.
    #[error("the database: {}", Explained(.0))]
    Database(#[from] sqlx::Error),
    #[error("password hashing: {0}")]
    Hashing(#[from] HasherError),
    #[error("keys: {0}")]
    Keys(#[from] KeyPairError),
}
