//! Passwords: the policy, the hashes.

mod hashes;
mod policy;
