//! Keys: derived from the master secret, and signing keys that are rotated with an overlap.
//!
//! No key is stored. A signing key is HKDF-SHA-256 (RFC 5869) of a master secret and the key's id, so nothing can be
//! signed or verified with a copy of the database alone (ASVS 11.1.1, 13.3.1).

use std::sync::Arc;

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{DecodingKey, EncodingKey};
use parking_lot::RwLock;
use sha2::Sha256;
use sqlx::{AnyConnection, Row as _};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::key_look_up::KeyLookUp;
use crate::config::MasterSecret;
use crate::db::{Pool, Row, begin, retry};
use crate::id::new_id;
use crate::time::{Clock, Millis};

/// A 256-bit key and the name of the master secret it comes from.
#[derive(Clone)]
pub struct DerivedKey {
    /// Names the master secret and reveals nothing about it.
    pub id: [u8; 6],
    pub bytes: Zeroizing<[u8; 32]>,
}

/// Derives one key per purpose from a master secret.
#[derive(Clone)]
pub struct Deriver {
    id: [u8; 6],
    hkdf: Hkdf<Sha256>,
}

impl Deriver {
    #[must_use]
    pub fn new(secret: &MasterSecret) -> Self {
        let hkdf = Hkdf::new(Some(b"vestibule"), secret.bytes());
        let mut id = [0; 6];
        expand(&hkdf, b"id of this secret", &mut id);
        Self { id, hkdf }
    }

    /// The key of a purpose, such as `password pepper`. Keys of different labels are independent.
    #[must_use]
    pub fn key(&self, label: &str) -> DerivedKey {
        let mut bytes = Zeroizing::new([0; 32]);
        expand(&self.hkdf, label.as_bytes(), &mut *bytes);
        DerivedKey { id: self.id, bytes }
    }

    /// The name of the master secret, in hexadecimal.
    #[must_use]
    pub fn name(&self) -> String {
        HEXLOWER.encode(&self.id)
    }
}

fn expand(hkdf: &Hkdf<Sha256>, label: &[u8], into: &mut [u8]) {
    hkdf.expand(label, into)
        .expect("HKDF-SHA-256 gives up to 8160 bytes, and 32 are the most asked for");
}

/// HMAC-SHA-256 of a text, to store a value that must be comparable but not readable: typed codes, addresses in
/// counters.
///
/// # Panics
/// Never: HMAC takes keys of any length.
#[must_use]
pub fn keyed_hash(key: &DerivedKey, text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*key.bytes).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether these bytes are the [`keyed_hash`] of a text, compared in constant time (ASVS 11.2.4).
///
/// # Panics
/// Never: HMAC takes keys of any length.
#[must_use]
pub fn is_keyed_hash(key: &DerivedKey, text: &str, hash: &[u8]) -> bool {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*key.bytes).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.verify_slice(hash).is_ok()
}

/// Whether the configured master secrets are those that a database was used with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretsFit {
    /// All secrets of its keys are configured, or it has no keys yet.
    Whole,
    /// One is missing: what was created with it is not valid any more.
    InPart,
    /// None of them is configured.
    NotAtAll,
}

/// Compares the configured master secrets with those that a database was used with.
pub async fn secrets_fit(pool: &Pool, secrets: &[MasterSecret]) -> sqlx::Result<SecretsFit> {
    const USED: &str = "
        SELECT DISTINCT secret_id
        FROM signing_keys";
    let used: Vec<String> = sqlx::query_scalar(USED).fetch_all(pool.reading()).await?;
    let ours: Vec<String> = secrets.iter().map(|secret| Deriver::new(secret).name()).collect();
    let known = used.iter().filter(|id| ours.contains(id)).count();
    Ok(match known {
        all if all == used.len() => SecretsFit::Whole,
        0 => SecretsFit::NotAtAll,
        _ => SecretsFit::InPart,
    })
}

/// One key that signs or verifies tokens.
pub struct SigningKey {
    /// The `kid` in the token's header.
    pub id: String,
    pub encoding: EncodingKey,
    pub decoding: DecodingKey,
    /// From this time on its signatures are not accepted.
    pub(super) expires_at: Option<Millis>,
}

/// The keys of session tokens: the one that signs, and earlier ones until their tokens have expired.
pub struct KeyRing {
    pool: Pool,
    clock: Clock,
    /// How long a retired key verifies: the maximum lifetime of a session, whose token it may have signed.
    overlap: Millis,
    derivers: Vec<Deriver>,
    keys: RwLock<Arc<Vec<Arc<SigningKey>>>>,
    look_up: KeyLookUp,
    reading: Mutex<()>,
}

impl KeyRing {
    /// Loads the keys. Creates one if there is none, or none of the current master secret.
    pub async fn load(pool: Pool, clock: Clock, secrets: &[MasterSecret], overlap: Millis) -> sqlx::Result<Self> {
        let ring = Self {
            pool,
            clock,
            overlap,
            derivers: secrets.iter().map(Deriver::new).collect(),
            keys: RwLock::default(),
            look_up: KeyLookUp::default(),
            reading: Mutex::default(),
        };
        ring.read().await?;
        if ring.signing().is_none() {
            ring.rotate().await?;
        }
        Ok(ring)
    }

    /// The maximum lifetime of a token.
    #[must_use]
    pub fn overlap(&self) -> Millis {
        self.overlap
    }

    /// The key that signs: the newest one of the current master secret.
    #[must_use]
    pub fn signing(&self) -> Option<Arc<SigningKey>> {
        self.snapshot().iter().find(|key| key.expires_at.is_none()).cloned()
    }

    /// The key of a `kid`, if its tokens are still accepted. An unknown key is looked up in the database, at most once
    /// a second: another node may have just created it.
    ///
    /// # Errors
    /// When the database is unavailable: whether there is such a key is then unknown.
    pub async fn verifying(&self, id: &str) -> sqlx::Result<Option<Arc<SigningKey>>> {
        if let Some(key) = self.find(id) {
            return Ok(Some(key));
        }
        self.look_up.run(&self.clock, self.refresh()).await?;
        Ok(self.find(id))
    }

    /// Creates a new key that signs from now on. The others verify their signatures for the maximum lifetime of a
    /// session.
    pub async fn rotate(&self) -> sqlx::Result<String> {
        let id = retry(|| self.rotate_once()).await?;
        self.read().await?;
        Ok(id)
    }

    async fn rotate_once(&self) -> sqlx::Result<String> {
        const RETIRE: &str = "
            UPDATE signing_keys
            SET retired_at = $1, expires_at = $2
            WHERE retired_at IS NULL";
        let now = self.clock.now();
        let mut tx = begin(&self.pool).await?;
        sqlx::query(RETIRE).bind(now).bind(now + self.overlap).execute(&mut *tx).await?;
        let id = self.add(&mut tx).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Reads the keys again: another node or the command line may have rotated them. If that was done with another
    /// master secret, as by the first node that has a new one, this node has no key left to sign with, and creates one.
    pub async fn refresh(&self) -> sqlx::Result<()> {
        self.read().await?;
        if self.signing().is_none() {
            let mut tx = begin(&self.pool).await?;
            self.add(&mut tx).await?;
            tx.commit().await?;
            self.read().await?;
        }
        Ok(())
    }

    async fn add(&self, tx: &mut AnyConnection) -> sqlx::Result<String> {
        const ADD: &str = "
            INSERT INTO signing_keys (id, secret_id, created_at)
            VALUES ($1, $2, $3)";
        let id = new_id();
        sqlx::query(ADD)
            .bind(&id)
            .bind(self.derivers[0].name())
            .bind(self.clock.now())
            .execute(&mut *tx)
            .await?;
        Ok(id)
    }

    async fn read(&self) -> sqlx::Result<()> {
        const ALL: &str = "
            SELECT id, secret_id, expires_at
            FROM signing_keys
            ORDER BY created_at DESC, id";
        // Otherwise the result of an earlier read could overwrite that of a later one.
        let _alone = self.reading.lock().await;
        let rows = sqlx::query(ALL).fetch_all(self.pool.reading()).await?;
        let keys = rows
            .iter()
            .filter_map(|row| self.key(row).transpose())
            .collect::<sqlx::Result<Vec<Arc<SigningKey>>>>()?;
        let told =
            |keys: &[Arc<SigningKey>]| keys.iter().map(|key| (key.id.clone(), key.expires_at)).collect::<Vec<_>>();
        let same = told(&keys) == told(&self.snapshot());
        *self.keys.write() = Arc::new(keys);
        if !same {
            // A session may be cached whose token was verified with one of them.
            self.pool.changes().bump();
        }
        Ok(())
    }

    /// Deletes the keys whose last token had expired at that time.
    pub async fn purge(&self, now: Millis) -> sqlx::Result<()> {
        const PURGE: &str = "
            DELETE FROM signing_keys
            WHERE expires_at < $1";
        sqlx::query(PURGE).bind(now).execute(self.pool.writing()).await?;
        self.refresh().await
    }

    fn snapshot(&self) -> Arc<Vec<Arc<SigningKey>>> {
        Arc::clone(&self.keys.read())
    }

    fn find(&self, id: &str) -> Option<Arc<SigningKey>> {
        let now = self.clock.now();
        self.snapshot()
            .iter()
            .find(|key| key.id == id && key.expires_at.is_none_or(|at| now < at))
            .cloned()
    }

    /// The key of a row; none if its master secret is not configured.
    fn key(&self, row: &Row) -> sqlx::Result<Option<Arc<SigningKey>>> {
        let id: String = row.try_get("id")?;
        let secret: String = row.try_get("secret_id")?;
        let expires_at: Option<Millis> = row.try_get("expires_at")?;
        let Some(place) = self.derivers.iter().position(|deriver| deriver.name() == secret) else {
            return Ok(None);
        };
        let derived = self.derivers[place].key(&format!("session cookie {id}"));
        Ok(Some(Arc::new(SigningKey {
            encoding: EncodingKey::from_secret(&*derived.bytes),
            decoding: DecodingKey::from_secret(&*derived.bytes),
            id,
            // A key of an earlier secret signs nothing new, even before it is retired.
            expires_at: if place == 0 {
                expires_at
            } else {
                Some(expires_at.unwrap_or(Millis::MAX))
            },
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_label_and_each_secret_has_a_key_of_its_own() {
        let secret = || MasterSecret::parse(&MasterSecret::generate().unwrap()).unwrap();
        let (one, other) = (Deriver::new(&secret()), Deriver::new(&secret()));
        assert_eq!(one.key("a").bytes, one.key("a").bytes);
        assert_ne!(one.key("a").bytes, one.key("b").bytes);
        assert_ne!(one.key("a").bytes, other.key("a").bytes);
        assert_ne!(one.name(), other.name());
    }
}
