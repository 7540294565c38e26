//! Hashing passwords and checking them, on threads of its own and never more at once than the machine was given for it.
//!
//! Ours is Argon2id (RFC 9106) with a pepper; see `argon2id`. What other programs wrote is checked in `foreign` and
//! becomes ours when its owner next signs in. `workers` holds the threads and the queue before them.
//!
//! Worst-case memory: `threads` times `memory_kib`, plus what stored hashes ask for beyond that, which is bounded
//! (`argon2id::MAX_STORED_MEMORY_KIB`, 256 MiB each).

mod argon2id;
mod legacy;
mod stored;
mod worker_pool;

use std::sync::Arc;

use self::argon2id::{Argon2Config, Comparison, HashingError};
pub use self::stored::{Parameters, PasswordHash, Pepper};
use self::worker_pool::WorkerPool;
pub use self::worker_pool::{HashingQueueFull, Priority};
use crate::accounts::passwords::password::{Password, PasswordError, PasswordPolicy};

/// How much hashing costs, and how much of it may wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HashingSettings {
    /// The cost of a new hash.
    pub parameters: Parameters,
    /// How many hashes are computed at once, each with `memory_kib` of memory; at least 1.
    pub threads: usize,
    /// How many may wait; at least 1.
    pub queue: usize,
    /// How many of the waiting places are kept for [`Priority::KnownBrowser`]; one place is always left to strangers.
    pub reserved: usize,
}

impl Default for HashingSettings {
    /// As many threads as cores, 64 places, 16 of them kept.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            parameters: Parameters::default(),
            threads,
            queue: 64,
            reserved: 16,
        }
    }
}

/// Why hashing cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum HasherError {
    /// Argon2id is not defined for these parameters.
    #[error("argon2 cannot work with these parameters: {0}")]
    Parameters(argon2::Error),
    /// The operating system gives no threads.
    #[error("the hashing threads cannot be started: {0}")]
    Threads(std::io::Error),
}

/// Whether a password is the one of a hash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verification {
    /// It is not, or there is no hash, or the hash cannot be read.
    Wrong,
    /// It is.
    Right {
        /// The same password hashed anew, when the stored hash is another program's, weaker than today's parameters, or
        /// made with a pepper that is not today's. Store it only over the hash that was verified.
        renewed: Option<PasswordHash>,
    },
}

/// Hashes and checks passwords. The threads end when it is dropped.
pub struct Hasher {
    config: Arc<Argon2Config>,
    workers: WorkerPool,
}

impl Hasher {
    /// Starts the threads. New hashes are made with the `current` pepper; those of the `previous` ones still count, and
    /// are renewed when next used.
    ///
    /// # Errors
    /// When Argon2id is not defined for the parameters, or threads cannot be started.
    pub fn new(settings: HashingSettings, current: Pepper, previous: Vec<Pepper>) -> Result<Self, HasherError> {
        let config = Argon2Config::new(settings.parameters, current, previous).map_err(HasherError::Parameters)?;
        let workers =
            WorkerPool::start(settings.threads, settings.queue, settings.reserved).map_err(HasherError::Threads)?;
        Ok(Self {
            config: Arc::new(config),
            workers,
        })
    }

    /// Hashes a password that is already known to be good.
    ///
    /// # Errors
    /// [`HashingQueueFull`] at once when too many are waiting.
    pub async fn hash(&self, password: Password, priority: Priority) -> Result<PasswordHash, HashingQueueFull> {
        let config = Arc::clone(&self.config);
        self.workers.run(priority, move |memory| config.hash(&password, memory)).await
    }

    /// Checks a newly chosen password against the policy, and hashes it when it may be taken. Both are done by the
    /// hashing threads, because the check may take as long as the hash.
    ///
    /// # Errors
    /// [`HashingQueueFull`] at once when too many are waiting; within, why the password is not taken.
    pub async fn check_and_hash(
        &self,
        policy: Arc<PasswordPolicy>,
        personal: Vec<String>,
        password: Password,
        priority: Priority,
    ) -> Result<Result<PasswordHash, PasswordError>, HashingQueueFull> {
        let config = Arc::clone(&self.config);
        self.workers
            .run(priority, move |memory| {
                let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
                match policy.check(&password, &personal) {
                    Ok(()) => config.hash(&password, memory).map(Ok),
                    Err(problem) => Ok(Err(problem)),
                }
            })
            .await
    }

    /// Checks a password against a stored hash.
    ///
    /// Without a hash (an unknown address, an account without a password), or with one that nobody can read, a hash of
    /// today's cost is computed all the same, so that the time tells nothing (ASVS 6.3.8). A hash of another cost does
    /// take another time; a sign-in brings it to today's.
    ///
    /// # Errors
    /// [`HashingQueueFull`] at once when too many are waiting.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<&PasswordHash>,
        priority: Priority,
    ) -> Result<Verification, HashingQueueFull> {
        let config = Arc::clone(&self.config);
        let stored = stored.cloned();
        self.workers
            .run(priority, move |memory| {
                let stored = stored.as_ref().map_or("", PasswordHash::as_str);
                let checked = match legacy::LegacyHash::of(stored) {
                    Some(scheme) if scheme.matches(password.as_typed()) => Comparison::RightButOld,
                    Some(_) => Comparison::Wrong,
                    None => config.check(&password, stored, memory)?,
                };
                Ok::<_, HashingError>(match checked {
                    Comparison::Wrong => Verification::Wrong,
                    Comparison::Right => Verification::Right { renewed: None },
                    Comparison::RightButOld => Verification::Right {
                        renewed: Some(config.hash(&password, memory)?),
                    },
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests;
