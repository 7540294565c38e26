//! Hashes and verifies passwords, on a limited number of threads of its own.
//!
//! New hashes are Argon2id (RFC 9106) with a pepper; see `argon2id`. Hashes of other programs are verified by `legacy`
//! and replaced at their owner's next sign-in. `worker_pool` has the threads and their queue.
//!
//! Worst-case memory: `threads` times `memory_kib`, plus what stored hashes of a higher cost need, which is limited
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

/// The cost of hashing, and the limits of its queue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HashingSettings {
    pub parameters: Parameters,
    /// Hashes that are computed at once, each with `memory_kib` of memory; at least 1.
    pub threads: usize,
    /// Hashes that may wait; at least 1.
    pub queue: usize,
    /// Places of the queue that are reserved for [`Priority::KnownBrowser`]; at least one place is never reserved.
    pub reserved: usize,
}

impl Default for HashingSettings {
    /// As many threads as cores, 64 places, of which 16 are reserved.
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

/// Why the hasher cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum HasherError {
    /// Argon2id does not permit these parameters.
    #[error("argon2 cannot work with these parameters: {0}")]
    Parameters(argon2::Error),
    /// The operating system cannot start the threads.
    #[error("the hashing threads cannot be started: {0}")]
    Threads(std::io::Error),
}

/// The result of a verification.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verification {
    /// The password is wrong, or there is no hash, or it cannot be parsed.
    Wrong,
    Right {
        /// A new hash of the same password, if the stored hash comes from another program, is weaker than the current
        /// parameters, or has an earlier pepper. It may only replace the hash that was verified.
        renewed: Option<PasswordHash>,
    },
}

/// Hashes and verifies passwords. The threads end when it is dropped.
pub struct Hasher {
    config: Arc<Argon2Config>,
    workers: WorkerPool,
}

impl Hasher {
    /// Starts the threads. New hashes have the `current` pepper; hashes with one of the `previous` peppers are still
    /// accepted, and renewed when next used.
    ///
    /// # Errors
    /// When the parameters are invalid for Argon2id, or threads cannot be started.
    pub fn new(settings: HashingSettings, current: Pepper, previous: Vec<Pepper>) -> Result<Self, HasherError> {
        let config = Argon2Config::new(settings.parameters, current, previous).map_err(HasherError::Parameters)?;
        let workers =
            WorkerPool::start(settings.threads, settings.queue, settings.reserved).map_err(HasherError::Threads)?;
        Ok(Self {
            config: Arc::new(config),
            workers,
        })
    }

    /// Hashes a password that was already checked.
    ///
    /// # Errors
    /// [`HashingQueueFull`] at once if the queue is full.
    pub async fn hash(&self, password: Password, priority: Priority) -> Result<PasswordHash, HashingQueueFull> {
        let config = Arc::clone(&self.config);
        self.workers.run(priority, move |memory| config.hash(&password, memory)).await
    }

    /// Checks a new password against the policy, and hashes it if it is accepted. Both run on the hashing threads,
    /// because the check may take as long as the hash.
    ///
    /// # Errors
    /// [`HashingQueueFull`] at once if the queue is full; otherwise the reason for which the password is refused.
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

    /// Verifies a password against a stored hash.
    ///
    /// Without a hash (an unknown address, an account without a password), or with one that cannot be parsed, a hash of
    /// the current cost is computed nevertheless, so that the time reveals nothing (ASVS 6.3.8). A hash of another cost
    /// takes another time, until a sign-in renews it.
    ///
    /// # Errors
    /// [`HashingQueueFull`] at once if the queue is full.
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
