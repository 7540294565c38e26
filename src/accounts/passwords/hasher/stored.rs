//! Stored hashes, parameters and peppers.

use std::fmt;

use zeroize::Zeroizing;

/// The cost of Argon2id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parameters {
    /// Memory, in KiB; at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over that memory; at least 1.
    pub iterations: u32,
    /// Lanes; at least 1. They are computed one after the other: parallelism comes from the worker pool.
    pub parallelism: u32,
}

impl Default for Parameters {
    /// The minimum of the OWASP Password Storage cheat sheet and of ASVS 11.4.2 (appendix C): 19 MiB, two passes, one
    /// lane.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

/// A secret key of every hash, which is not in the database (SP 800-63B-4 section 3.1.1.2): with the hashes alone,
/// passwords cannot be guessed.
pub struct Pepper {
    /// The name of the key, which is a part of each hash. It reveals nothing about the key.
    pub id: [u8; 6],
    pub key: Zeroizing<[u8; 32]>,
}

/// A stored hash: a text with its algorithm, parameters and salt. `Debug` does not print it.
#[derive(Clone, Eq, PartialEq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash from the database. It is not checked: no password matches a hash that cannot be parsed.
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
