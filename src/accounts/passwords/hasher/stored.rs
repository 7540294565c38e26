//! A stored hash, and what new ones are made with.

use std::fmt;

use zeroize::Zeroizing;

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

/// A key that goes into every hash and is not in the database (SP 800-63B-4 section 3.1.1.2): who steals the hashes
/// alone cannot try passwords on them.
pub struct Pepper {
    /// The key's name, which each hash made with it carries. It tells nothing of the key.
    pub id: [u8; 6],
    /// The key.
    pub key: Zeroizing<[u8; 32]>,
}

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
