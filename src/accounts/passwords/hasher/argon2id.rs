//! Vestibule's own hashes: Argon2id (RFC 9106) with a random salt and a pepper, as a PHC string:
//! `$argon2id$v=19$m=19456,t=2,p=1,keyid=…$salt$hash`.

use ::argon2::{Algorithm, Argon2, Error, KeyId, Params, ParamsBuilder, Version};
use password_hash::phc::{self, Output, ParamsString, Salt};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::stored::{Parameters, PasswordHash, Pepper};
use super::worker_pool::Memory;
use crate::accounts::passwords::password::Password;

/// The recommendation of RFC 9106 section 3.1.
const SALT_BYTES: usize = 16;

const HASH_BYTES: usize = 32;

/// The maximum memory of a stored hash, unless the current parameters ask for more: a person who can write one row must
/// not be able to use up the machine's memory. Four times the second recommendation of RFC 9106 section 4.
pub const MAX_STORED_MEMORY_KIB: u32 = 256 * 1024;

/// The maximum work of a stored hash: KiB times passes. Some seconds on one core.
const MAX_STORED_WORK: u64 = 4 * 1024 * 1024;

/// The maximum length of a stored hash.
const MAX_STORED_BYTES: usize = 512;

/// Why a hash could not be computed. This does not happen on a healthy machine.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    #[error("argon2: {0}")]
    Argon2(#[from] Error),
    #[error("PHC string: {0}")]
    Phc(#[from] phc::Error),
    #[error("PHC string: {0}")]
    Parameters(#[from] password_hash::Error),
}

/// The result of comparing a password with a stored hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    Wrong,
    Right,
    /// The password is right, and the hash should be renewed.
    RightButOld,
}

/// The current parameters, and the peppers of stored hashes.
pub struct Argon2Config {
    today: Params,
    current: Pepper,
    previous: Vec<Pepper>,
}

impl Argon2Config {
    pub fn new(parameters: Parameters, current: Pepper, previous: Vec<Pepper>) -> Result<Self, Error> {
        let Parameters {
            memory_kib,
            iterations,
            parallelism,
        } = parameters;
        // Checked before the crate multiplies: eight blocks for each lane (RFC 9106 section 3.1).
        if parallelism > memory_kib / 8 {
            return Err(Error::MemoryTooLittle);
        }
        let today = ParamsBuilder::new()
            .m_cost(memory_kib)
            .t_cost(iterations)
            .p_cost(parallelism)
            .keyid(KeyId::new(&current.id)?)
            .output_len(HASH_BYTES)
            .build()?;
        Ok(Self {
            today,
            current,
            previous,
        })
    }

    /// A new hash of the password after NFKC.
    pub fn hash(&self, password: &Password, memory: &mut Memory) -> Result<PasswordHash, HashingError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        let argon2 = keyed(Some(&self.current), Algorithm::Argon2id, Version::V0x13, self.today.clone())?;
        let mut output = Zeroizing::new([0; HASH_BYTES]);
        let blocks = memory.blocks(self.today.block_count());
        argon2.hash_password_into_with_memory(password.normal(), &salt, output.as_mut_slice(), blocks)?;
        let hash = phc::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.today)?,
            salt: Some(Salt::new(&salt)?),
            hash: Some(Output::new(output.as_slice())?),
        };
        Ok(PasswordHash::from_stored(hash.to_string()))
    }

    /// Compares with any stored Argon2 hash. If it cannot be parsed, a hash of the current cost is computed and the
    /// result is wrong.
    pub fn check(&self, password: &Password, stored: &str, memory: &mut Memory) -> Result<Comparison, HashingError> {
        let Some(stored) = Stored::read(stored, self) else {
            // The same work as for an existing account; the result is discarded.
            std::hint::black_box(self.hash(password, memory)?);
            return Ok(Comparison::Wrong);
        };
        // A hash without a pepper comes from another program, which has hashed the bytes as typed.
        let bytes = if stored.pepper.is_some() {
            password.normal()
        } else {
            password.as_typed()
        };
        let argon2 = keyed(stored.pepper, stored.algorithm, stored.version, stored.params.clone())?;
        let mut output = Zeroizing::new(vec![0; stored.output.len()]);
        let blocks = memory.blocks(stored.params.block_count());
        argon2.hash_password_into_with_memory(bytes, &stored.salt, &mut output, blocks)?;
        memory.shrink_to(self.today.block_count());
        // Constant time (ASVS 11.2.4).
        if !bool::from(output.as_slice().ct_eq(stored.output.as_bytes())) {
            return Ok(Comparison::Wrong);
        }
        Ok(if stored.is_as_good_as_today(self) {
            Comparison::Right
        } else {
            Comparison::RightButOld
        })
    }

    fn pepper(&self, id: &[u8]) -> Option<&Pepper> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .find(|pepper| pepper.id == id)
    }
}

fn keyed(pepper: Option<&Pepper>, algorithm: Algorithm, version: Version, params: Params) -> Result<Argon2<'_>, Error> {
    match pepper {
        Some(pepper) => Argon2::new_with_secret(pepper.key.as_slice(), algorithm, version, params),
        None => Ok(Argon2::new(algorithm, version, params)),
    }
}

/// A stored hash that was parsed and can be computed.
struct Stored<'a> {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
    pepper: Option<&'a Pepper>,
}

impl<'a> Stored<'a> {
    /// `None` if the text is no Argon2 hash, exceeds the limits, or has an unknown pepper.
    fn read(stored: &str, config: &'a Argon2Config) -> Option<Self> {
        if stored.len() > MAX_STORED_BYTES {
            return None;
        }
        let hash = phc::PasswordHash::new(stored).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let pepper = match params.keyid() {
            [] => None,
            id => Some(config.pepper(id).or_else(|| {
                tracing::warn!("a stored password hash names a secret key that is not configured");
                None
            })?),
        };
        let most_memory = MAX_STORED_MEMORY_KIB.max(config.today.m_cost());
        if params.m_cost() > most_memory || work(&params) > MAX_STORED_WORK.max(work(&config.today)) {
            tracing::warn!("a stored password hash asks for more memory or work than is given");
            return None;
        }
        Some(Self {
            algorithm: Algorithm::try_from(hash.algorithm.as_str()).ok()?,
            // A hash without a version has the first one (the Argon2 reference encoder omitted it then).
            version: hash.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?,
            params,
            salt: hash.salt.filter(|salt| salt.len() >= ::argon2::MIN_SALT_LEN)?,
            output: hash.hash?,
            pepper,
        })
    }

    /// The number of lanes is not compared, because it is no measure of strength.
    fn is_as_good_as_today(&self, config: &Argon2Config) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= config.today.m_cost()
            && self.params.t_cost() >= config.today.t_cost()
            && self.salt.len() >= SALT_BYTES
            && self.output.len() >= HASH_BYTES
            && self.pepper.is_some_and(|pepper| pepper.id == config.current.id)
    }
}

fn work(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}
