//! Password hashes of other programs, imported with their accounts.
//!
//! To add a format (Django's, bcrypt, scrypt): a variant of [`LegacyHash`], a line in [`LegacyHash::of`], a line in
//! [`LegacyHash::matches`], and test vectors made by the other program. All of them are compared with the bytes as
//! typed, because the other program hashed those, and are renewed at the first right password. (`argon2id` parses
//! Argon2 hashes of other programs.)

use data_encoding::BASE64_NOPAD;
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The maximum of rounds: more would occupy a thread for seconds. The OWASP cheat sheet recommends 600,000.
const MAX_ROUNDS: u32 = 5_000_000;

/// The maximum length of a salt, which is passlib's.
const MAX_SALT_BYTES: usize = 1024;

/// A legacy hash, by format.
pub enum LegacyHash {
    /// passlib's `pbkdf2_sha256`: `$pbkdf2-sha256$rounds$salt$hash`.
    Pbkdf2Sha256(Pbkdf2Sha256),
}

impl LegacyHash {
    /// Parses a stored hash. `None` if it has none of these formats.
    pub fn of(stored: &str) -> Option<Self> {
        let (name, rest) = stored.strip_prefix('$')?.split_once('$')?;
        match name {
            "pbkdf2-sha256" => Pbkdf2Sha256::read(rest).map(Self::Pbkdf2Sha256),
            _ => None,
        }
    }

    /// Whether these bytes, as typed, are the password. Compares in constant time (ASVS 11.2.4).
    pub fn matches(&self, typed: &[u8]) -> bool {
        match self {
            Self::Pbkdf2Sha256(hash) => hash.matches(typed),
        }
    }
}

/// PBKDF2 (RFC 8018) with HMAC-SHA-256, in passlib's format.
///
/// Parsed by hand: the parser `mcf` of the `pbkdf2` crate requires at least 1,000 rounds, accepts fewer salts, and
/// treats an empty hash as equal to any other (decision 005).
pub struct Pbkdf2Sha256 {
    rounds: u32,
    salt: Vec<u8>,
    hash: [u8; 32],
}

impl Pbkdf2Sha256 {
    fn read(rest: &str) -> Option<Self> {
        let mut fields = rest.split('$');
        let (rounds, salt, hash) = (fields.next()?, fields.next()?, fields.next()?);
        // passlib refuses rounds with leading zeros; `parse` would also accept a sign.
        let plain = rounds.bytes().all(|byte| byte.is_ascii_digit()) && !rounds.starts_with('0');
        let rounds = rounds
            .parse()
            .ok()
            .filter(|rounds| plain && (1..=MAX_ROUNDS).contains(rounds))?;
        let salt = adapted_base64(salt).filter(|salt| salt.len() <= MAX_SALT_BYTES)?;
        let hash = adapted_base64(hash)?.try_into().ok()?;
        fields.next().is_none().then_some(Self { rounds, salt, hash })
    }

    fn matches(&self, typed: &[u8]) -> bool {
        let mut output = zeroize::Zeroizing::new([0; 32]);
        pbkdf2_hmac::<Sha256>(typed, &self.salt, self.rounds, output.as_mut_slice());
        output.as_slice().ct_eq(&self.hash).into()
    }
}

/// passlib's "adapted" Base64: `.` instead of `+`, no padding.
fn adapted_base64(text: &str) -> Option<Vec<u8>> {
    if text.contains('+') {
        return None;
    }
    BASE64_NOPAD.decode(text.replace('.', "+").as_bytes()).ok()
}
