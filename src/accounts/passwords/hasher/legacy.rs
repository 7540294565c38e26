//! Password hashes that other programs wrote, brought along with their accounts.
//!
//! To add one (Django's, bcrypt, scrypt): a variant in [`LegacyHash`], a line in [`LegacyHash::of`], a line in
//! [`LegacyHash::matches`], and vectors made by the other program in the tests. All of them are compared with the bytes as
//! typed, because that is what the other program hashed, and are replaced by ours at the first right password. (Argon2
//! of other programs needs nothing here: `argon2id` reads it.)

use data_encoding::BASE64_NOPAD;
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// A stored hash with more rounds is not computed: it would hold a thread for seconds. The OWASP sheet asks for
/// 600,000.
const MAX_ROUNDS: u32 = 5_000_000;

/// Longer salts are nobody's: passlib allows 1,024 bytes.
const MAX_SALT_BYTES: usize = 1024;

/// Which program's hash it is, with what it says.
pub enum LegacyHash {
    /// passlib's `pbkdf2_sha256`: `$pbkdf2-sha256$rounds$salt$hash`, as the first Flask version stored it.
    Pbkdf2Sha256(Pbkdf2Sha256),
}

impl LegacyHash {
    /// Reads a stored hash. `None` when no scheme here has written it.
    pub fn of(stored: &str) -> Option<Self> {
        let (name, rest) = stored.strip_prefix('$')?.split_once('$')?;
        match name {
            "pbkdf2-sha256" => Pbkdf2Sha256::read(rest).map(Self::Pbkdf2Sha256),
            _ => None,
        }
    }

    /// Whether these bytes, as they were typed, are the password. Compares in constant time (ASVS 11.2.4).
    pub fn matches(&self, typed: &[u8]) -> bool {
        match self {
            Self::Pbkdf2Sha256(hash) => hash.matches(typed),
        }
    }
}

/// PBKDF2 (RFC 8018) with HMAC-SHA-256 in passlib's writing.
///
/// Read by hand: the `mcf` reader of the `pbkdf2` crate wants 1,000 rounds at least, takes fewer for the salt, and
/// holds an empty hash for equal to any.
pub struct Pbkdf2Sha256 {
    rounds: u32,
    salt: Vec<u8>,
    hash: [u8; 32],
}

impl Pbkdf2Sha256 {
    fn read(rest: &str) -> Option<Self> {
        let mut fields = rest.split('$');
        let (rounds, salt, hash) = (fields.next()?, fields.next()?, fields.next()?);
        // passlib itself refuses zero-padded rounds; `parse` would also take a sign.
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

/// passlib's "adapted" Base64: `.` for `+`, no padding.
fn adapted_base64(text: &str) -> Option<Vec<u8>> {
    if text.contains('+') {
        return None;
    }
    BASE64_NOPAD.decode(text.replace('.', "+").as_bytes()).ok()
}
