//! Keys: derived from the master secret, named, rotated with overlap.
//!
//! No key is stored. A signing key is HKDF-SHA-256 (RFC 5869) of a master secret and the key's id, so the database alone
//! signs nothing, and a copy of it proves nothing (ASVS 11.1.1, 13.3.1).

use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{DecodingKey, EncodingKey};
use parking_lot::RwLock;
use sha2::Sha256;
use sqlx::{AnyConnection, Row as _};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::config::MasterSecret;
use crate::db::{Pool, Row, begin, retry};
use crate::id::new_id;
use crate::time::{Clock, Millis};

/// An unknown key is looked for in the database at most this often.
const LOOK_PAUSE: Duration = Duration::from_secs(1);

/// A 256-bit key and the name of the master secret it comes from.
#[derive(Clone)]
pub struct DerivedKey {
    /// Names the master secret, tells nothing about it.
    pub id: [u8; 6],
    /// The key.
    pub bytes: Zeroizing<[u8; 32]>,
}

/// Derives one key per purpose from a master secret.
#[derive(Clone)]
pub struct Deriver {
    id: [u8; 6],
    hkdf: Hkdf<Sha256>,
}

impl Deriver {
    /// A deriver over a master secret.
    #[must_use]
    pub fn new(secret: &MasterSecret) -> Self {
        let hkdf = Hkdf::new(Some(b"vestibule"), secret.bytes());
        let mut id = [0; 6];
        expand(&hkdf, b"id of this secret", &mut id);
        Self { id, hkdf }
    }

    /// The key of a purpose, as `password pepper`. Different labels give keys that say nothing about each other.
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

/// HMAC-SHA-256 of a text, for storing what must be found again but not read: typed codes, addresses in counters.
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

/// How the master secrets of the settings go with a database.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretsFit {
    /// Every secret that its keys were made with is among them, or it has no keys yet.
    Whole,
    /// One is missing: what was made with it is no longer valid.
    InPart,
    /// None is among them: it was used with other secrets alone.
    NotAtAll,
}

/// Compares the master secrets with those that a database was used with.
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

/// One key that signs or verifies session tokens.
pub struct SigningKey {
    /// The `kid` in the token's header.
    pub id: String,
    /// For signing.
    pub encoding: EncodingKey,
    /// For verifying.
    pub decoding: DecodingKey,
    /// From this time on, the tokens that it signed are not valid.
    pub(super) expires_at: Option<Millis>,
}

/// The keys of the session cookie: one that signs, and those before it for as long as their tokens live.
pub struct KeyRing {
    pool: Pool,
    clock: Clock,
    /// How long a retired key verifies: as long as the longest session, whose token it may have signed.
    overlap: Millis,
    derivers: Vec<Deriver>,
    keys: RwLock<Arc<Vec<Arc<SigningKey>>>>,
    looked: Mutex<Looked>,
    reading: Mutex<()>,
}

/// When keys were last looked for, and whether that failed.
#[derive(Default)]
struct Looked {
    at: Option<Duration>,
    failed: bool,
}

impl KeyRing {
    /// Loads the keys, and makes the first one, or a new one when the master secret has changed.
    pub async fn load(pool: Pool, clock: Clock, secrets: &[MasterSecret], overlap: Millis) -> sqlx::Result<Self> {
        let ring = Self {
            pool,
            clock,
            overlap,
            derivers: secrets.iter().map(Deriver::new).collect(),
            keys: RwLock::default(),
            looked: Mutex::default(),
            reading: Mutex::default(),
        };
        ring.read().await?;
        if ring.signing().is_none() {
            ring.rotate().await?;
        }
        Ok(ring)
    }

    /// The longest lifetime of a token.
    #[must_use]
    pub fn overlap(&self) -> Millis {
        self.overlap
    }

    /// The key that signs: the newest one made with the master secret of today.
    #[must_use]
    pub fn signing(&self) -> Option<Arc<SigningKey>> {
        self.snapshot().iter().find(|key| key.expires_at.is_none()).cloned()
    }

    /// The key of a `kid`, if its tokens still count. One that is not known is looked for in the database, at most once
    /// a second: another node may have made it a moment ago.
    ///
    /// # Errors
    /// When the database is away: whether there is such a key is not known then.
    pub async fn verifying(&self, id: &str) -> sqlx::Result<Option<Arc<SigningKey>>> {
        if let Some(key) = self.find(id) {
            return Ok(Some(key));
        }
        // Locked during the query: requests that arrive meanwhile wait for its result and do not ask again.
        let mut looked = self.looked.lock().await;
        let long_ago = |at| self.clock.monotonic().saturating_sub(at) >= LOOK_PAUSE;
        if looked.at.is_none_or(long_ago) {
            let outcome = self.refresh().await;
            *looked = Looked {
                at: Some(self.clock.monotonic()),
                failed: outcome.is_err(),
            };
            outcome?;
        } else if looked.failed {
            return Err(sqlx::Error::PoolTimedOut);
        }
        drop(looked);
        Ok(self.find(id))
    }

    /// Makes a new key that signs from now on. The others verify what they have signed for as long as a session lasts.
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

    /// Reads the keys again: another node or the command line may have rotated them. If a node with
    /// another master secret has done so, as the first node that has a new one, no key is left that this node can sign with.
    /// Then it makes one.
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
        // One reader at a time. Otherwise an older result could overwrite a newer one.
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
            // The cache may hold sessions whose tokens were verified with a key that is gone.
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

    /// The key of a row; none when its master secret is no longer among ours.
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
            // A key of an earlier secret signs nothing new, even if it is not retired yet.
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
