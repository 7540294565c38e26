//! The settings of passwords: their length, and the cost of a hash.

use super::problem::Check;
use super::raw;
use super::run_mode::RunMode;

/// The minimum cost of Argon2id in release: KiB and passes (RFC 9106, OWASP's equivalent choices, ASVS 11.4.2).
const MIN_ARGON2: [(u32, u32); 4] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4)];

/// Cost of one Argon2id hash (RFC 9106).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Argon2Cost {
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
}

pub(super) fn argon2(check: &mut Check, raw: &raw::Argon2, mode: RunMode) -> Argon2Cost {
    let enough = MIN_ARGON2
        .iter()
        .any(|(memory, passes)| raw.memory_kib >= *memory && raw.iterations >= *passes);
    if mode == RunMode::Production && !enough {
        check.problem("argon2.memory_kib", "with argon2.iterations is weaker than 19456 KiB twice");
    }
    if raw.parallelism <= 255 && raw.memory_kib < 8 * raw.parallelism {
        check.problem("argon2.memory_kib", "must be at least 8 for each lane (argon2.parallelism)");
    }
    Argon2Cost {
        memory_kib: raw.memory_kib,
        iterations: raw.iterations,
        parallelism: raw.parallelism,
    }
}

/// Minimum and maximum, in characters.
pub(super) fn length(check: &mut Check, raw: &raw::Passwords) -> (usize, usize) {
    if raw.max_length < raw.min_length {
        check.problem("passwords.max_length", "must not be less than passwords.min_length");
    }
    (raw.min_length, raw.max_length)
}
