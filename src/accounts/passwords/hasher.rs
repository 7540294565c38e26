//! Hashing passwords and checking them, on threads of its own and never more at once than the machine was given for it.
//!
//! Ours is Argon2id (RFC 9106) with a pepper; see `argon2id`. What other programs wrote is checked in `foreign` and
//! becomes ours when its owner next signs in. `workers` holds the threads and the queue before them.
//!
//! Worst-case memory: `threads` times `memory_kib`, plus what stored hashes ask for beyond that, which is bounded
//! (`argon2id::MAX_STORED_MEMORY_KIB`, 256 MiB each).

mod argon2id;
mod legacy;
mod worker_pool;

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use self::argon2id::{Argon2Config, Comparison, HashingError};
use self::worker_pool::WorkerPool;
use crate::accounts::passwords::password::{Password, PasswordError, PasswordPolicy};

/// What Argon2id is told to cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parameters {
    /// Memory, in KiB; at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over that memory; at least 1.
    pub iterations: u32,
    /// Lanes; at least 1. They are computed one after the other: the threads of this module are the parallelism.
    pub parallelism: u32,
}

impl Default for Parameters {
    /// The least that the OWASP Password Storage sheet and ASVS 11.4.2 (appendix C) take: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

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

/// A key that goes into every hash and is not in the database (SP 800-63B-4 section 3.1.1.2): who steals the hashes
/// alone cannot try passwords on them.
pub struct Pepper {
    /// The key's name, which each hash made with it carries. It tells nothing of the key.
    pub id: [u8; 6],
    /// The key.
    pub key: Zeroizing<[u8; 32]>,
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

/// Who asks, for the queue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Priority {
    /// Anybody.
    Stranger,
    /// A browser with a device cookie: its waiting places are kept from strangers, so that a flood of them locks nobody
    /// out.
    KnownBrowser,
}

/// Too many are waiting, or the machine failed at it (which is in the log). To be answered with 503.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no more passwords can be hashed right now")]
pub struct HashingQueueFull;

/// A stored hash: a text that names its scheme, parameters and salt. `Debug` does not write it.
#[derive(Clone, Eq, PartialEq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash as the database holds it. Nothing is checked: what nobody can read belongs to no password.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text for the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
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
