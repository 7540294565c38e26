//! The key pairs of an installation: generated when they are first needed, published a day before they sign, and rotated
//! with an overlap.

use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use parking_lot::RwLock;
use sqlx::FromRow;
use strum::IntoEnumIterator as _;
use tokio::sync::Mutex;

use super::key_look_up::KeyLookUp;
use super::key_pair::{KeyPair, PairAlgorithm, PrivateKey};
use super::keys::{Deriver, SigningKey};
use crate::config::MasterSecret;
use crate::db::{self, Pool, Transaction, begin, retry};
use crate::time::{Clock, DAY, Millis};

/// How long a new key is published before it signs, but for the first one. Some clients look again for an unknown key only
/// after a while.
const PUBLISHED_AHEAD: Millis = DAY;

/// Why there is no key pair.
#[derive(Debug, thiserror::Error)]
pub enum KeyPairError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The operating system gives no random bytes, or a bug.
    #[error("no key pair can be generated")]
    Generation,
}

/// A key pair as stored.
#[derive(FromRow)]
struct StoredKeyPair {
    id: String,
    algorithm: String,
    secret_id: String,
    sealed: Vec<u8>,
    signs_from: Millis,
    expires_at: Option<Millis>,
}

/// A new key pair that is not stored yet.
struct Generated {
    id: String,
    algorithm: PairAlgorithm,
    sealed: Vec<u8>,
}

/// All key pairs.
pub struct KeyPairs {
    pool: Pool,
    clock: Clock,
    /// How long a replaced key verifies.
    overlap: Millis,
    derivers: Arc<Vec<Deriver>>,
    pairs: RwLock<Arc<Vec<Arc<KeyPair>>>>,
    look_up: KeyLookUp,
    reading: Mutex<()>,
    generating: Mutex<()>,
}

impl KeyPairs {
    /// Loads them. Generates the one of access tokens, if there is none; the others wait until they are needed.
    pub async fn load(
        pool: Pool,
        clock: Clock,
        secrets: &[MasterSecret],
        overlap: Millis,
    ) -> Result<Self, KeyPairError> {
        let pairs = Self {
            pool,
            clock,
            overlap,
            derivers: Arc::new(secrets.iter().map(Deriver::new).collect()),
            pairs: RwLock::default(),
            look_up: KeyLookUp::default(),
            reading: Mutex::default(),
            generating: Mutex::default(),
        };
        pairs.seal_anew().await?;
        pairs.refresh().await?;
        pairs.needed(PairAlgorithm::EdDsa).await?;
        Ok(pairs)
    }

    /// The key that signs access tokens. None only if its row was deleted by hand.
    #[must_use]
    pub fn of_access_tokens(&self) -> Option<Arc<SigningKey>> {
        self.signing(PairAlgorithm::EdDsa).map(|pair| Arc::clone(&pair.key))
    }

    /// The key pair that signs. It is generated, if there is none: of RSA that takes a moment.
    ///
    /// # Errors
    /// When there is none and the database is unavailable.
    pub async fn needed(&self, algorithm: PairAlgorithm) -> Result<Arc<KeyPair>, KeyPairError> {
        if let Some(pair) = self.signing(algorithm) {
            return Ok(pair);
        }
        let _alone = self.generating.lock().await;
        // Another request, or another node.
        self.refresh().await?;
        if self.signing(algorithm).is_none() {
            let new = self.generate(algorithm).await?;
            retry(|| self.store_first(&new)).await?;
            self.refresh().await?;
        }
        self.signing(algorithm).ok_or(KeyPairError::Generation)
    }

    /// The key of a `kid`, if its signatures are still accepted. An unknown one is looked up in the database, at most once
    /// a second.
    ///
    /// # Errors
    /// When the database is unavailable: whether there is such a key is then unknown.
    pub async fn verifying(&self, algorithm: PairAlgorithm, id: &str) -> sqlx::Result<Option<Arc<SigningKey>>> {
        if let Some(key) = self.find(algorithm, id) {
            return Ok(Some(key));
        }
        self.look_up.run(&self.clock, self.refresh()).await?;
        Ok(self.find(algorithm, id))
    }

    /// The public halves of all keys that sign, will sign, or have signed what is still accepted. Generates those that
    /// were not needed yet, so that each is published before it is used.
    pub async fn published(&self) -> Result<JwkSet, KeyPairError> {
        for algorithm in PairAlgorithm::iter() {
            self.needed(algorithm).await?;
        }
        let now = self.clock.now();
        let pairs = self.snapshot();
        let keys: Vec<Jwk> = pairs
            .iter()
            .filter(|pair| pair.is_valid(now))
            .map(|pair| pair.public.clone())
            .collect();
        Ok(JwkSet { keys })
    }

    /// Makes a new key pair of each kind that there is. It signs from a day later on; the earlier one verifies for the
    /// overlap after that. Returns when the new ones sign.
    pub async fn rotate(&self) -> Result<Millis, KeyPairError> {
        let mut new = Vec::new();
        for algorithm in PairAlgorithm::iter().filter(|algorithm| self.signing(*algorithm).is_some()) {
            new.push(self.generate(algorithm).await?);
        }
        let signs_from = retry(|| self.store_next(&new)).await?;
        self.refresh().await?;
        Ok(signs_from)
    }

    /// Reads the key pairs again: another node or the command line may have changed them.
    pub async fn refresh(&self) -> sqlx::Result<()> {
        // Otherwise the result of an earlier read could overwrite that of a later one.
        let _alone = self.reading.lock().await;
        let before = self.snapshot();
        let pairs: Vec<Arc<KeyPair>> = self
            .stored()
            .await?
            .into_iter()
            .filter_map(|row| self.opened(&before, &row))
            .collect();
        let told = |pairs: &[Arc<KeyPair>]| {
            let times = |pair: &Arc<KeyPair>| (pair.key.id.clone(), pair.signs_from, pair.key.expires_at);
            pairs.iter().map(times).collect::<Vec<_>>()
        };
        let same = told(&pairs) == told(&before);
        *self.pairs.write() = Arc::new(pairs);
        if !same {
            // A session may be cached whose token was verified with one of them.
            self.pool.changes().bump();
        }
        Ok(())
    }

    /// Deletes those whose signatures were not accepted any more at that time.
    pub async fn purge(&self, now: Millis) -> sqlx::Result<()> {
        const PURGE: &str = "
            DELETE FROM key_pairs
            WHERE expires_at < $1";
        sqlx::query(PURGE).bind(now).execute(self.pool.writing()).await?;
        self.refresh().await
    }

    async fn stored(&self) -> sqlx::Result<Vec<StoredKeyPair>> {
        const ALL: &str = "
            SELECT id, algorithm, secret_id, sealed, signs_from, expires_at
            FROM key_pairs
            ORDER BY signs_from DESC, id";
        sqlx::query_as(ALL).fetch_all(self.pool.reading()).await
    }

    /// The key pair of a row. One that this node cannot open any more, because another one has sealed it with a newer
    /// secret, is the one that it opened before.
    fn opened(&self, before: &[Arc<KeyPair>], row: &StoredKeyPair) -> Option<Arc<KeyPair>> {
        let known = before.iter().find(|pair| pair.key.id == row.id);
        if let Some(pair) = known
            && (pair.signs_from, pair.key.expires_at) == (row.signs_from, row.expires_at)
        {
            return Some(Arc::clone(pair));
        }
        let private = open(&self.derivers, row)?;
        KeyPair::new(&private, row.signs_from, row.expires_at).ok().map(Arc::new)
    }

    /// Generates off the async workers, and outside of any transaction: on SQLite all other writes would wait.
    async fn generate(&self, algorithm: PairAlgorithm) -> Result<Generated, KeyPairError> {
        let derivers = Arc::clone(&self.derivers);
        let generated = tokio::task::spawn_blocking(move || {
            let private = PrivateKey::generate(algorithm).ok()?;
            let id = private.public().ok()?.common.key_id?;
            let sealed = private.seal(&derivers[0].key(&label(&id))).ok()?;
            Some(Generated { id, algorithm, sealed })
        });
        generated.await.ok().flatten().ok_or(KeyPairError::Generation)
    }

    /// Stores the first key pair of its kind. If another node was faster, that one's counts.
    async fn store_first(&self, new: &Generated) -> sqlx::Result<()> {
        const CURRENT: &str = "
            SELECT secret_id
            FROM key_pairs
            WHERE algorithm = $1
              AND expires_at IS NULL";
        let mut tx = self.begin().await?;
        let current: Vec<String> = sqlx::query_scalar(CURRENT)
            .bind(new.algorithm.as_str())
            .fetch_all(&mut *tx)
            .await?;
        let ours = |secret: &String| self.derivers.iter().any(|deriver| deriver.name() == *secret);
        if !current.iter().any(ours) {
            let now = self.clock.now();
            self.insert(&mut tx, new, now, now).await?;
        }
        tx.commit().await
    }

    async fn store_next(&self, new: &[Generated]) -> sqlx::Result<Millis> {
        const RETIRE: &str = "
            UPDATE key_pairs
            SET expires_at = $1
            WHERE expires_at IS NULL";
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let signs_from = now + PUBLISHED_AHEAD;
        sqlx::query(RETIRE).bind(signs_from + self.overlap).execute(&mut *tx).await?;
        for pair in new {
            self.insert(&mut tx, pair, now, signs_from).await?;
        }
        tx.commit().await?;
        Ok(signs_from)
    }

    /// Until the transaction ends, no other node stores a key pair.
    async fn begin(&self) -> sqlx::Result<Transaction> {
        let mut tx = begin(&self.pool).await?;
        db::lock(&mut tx, self.pool.backend(), "key pairs").await?;
        Ok(tx)
    }

    async fn insert(&self, tx: &mut Transaction, new: &Generated, now: Millis, signs_from: Millis) -> sqlx::Result<()> {
        const ADD: &str = "
            INSERT INTO key_pairs (id, algorithm, secret_id, sealed, created_at, signs_from)
            VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(ADD)
            .bind(&new.id)
            .bind(new.algorithm.as_str())
            .bind(self.derivers[0].name())
            .bind(&new.sealed)
            .bind(now)
            .bind(signs_from)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    /// Seals with the current master secret what an earlier one has sealed.
    async fn seal_anew(&self) -> sqlx::Result<()> {
        const SEAL: &str = "
            UPDATE key_pairs
            SET secret_id = $3, sealed = $4
            WHERE id = $1
              AND secret_id = $2";
        let current = self.derivers[0].name();
        for row in self.stored().await? {
            let sealed = open(&self.derivers, &row)
                .filter(|_| row.secret_id != current)
                .and_then(|private| private.seal(&self.derivers[0].key(&label(&row.id))).ok());
            if let Some(sealed) = sealed {
                let seal = sqlx::query(SEAL)
                    .bind(&row.id)
                    .bind(&row.secret_id)
                    .bind(&current)
                    .bind(&sealed);
                seal.execute(self.pool.writing()).await?;
            }
        }
        Ok(())
    }

    /// The newest one whose time has come; if the clocks of two nodes differ, the one whose time comes first.
    fn signing(&self, algorithm: PairAlgorithm) -> Option<Arc<KeyPair>> {
        let now = self.clock.now();
        let pairs = self.snapshot();
        let mut ours = pairs.iter().filter(|pair| pair.algorithm == algorithm && pair.is_valid(now));
        let begun = ours.clone().find(|pair| pair.signs_from <= now);
        begun.or_else(|| ours.next_back()).cloned()
    }

    fn find(&self, algorithm: PairAlgorithm, id: &str) -> Option<Arc<SigningKey>> {
        let now = self.clock.now();
        let pairs = self.snapshot();
        let pair = pairs
            .iter()
            .find(|pair| pair.algorithm == algorithm && pair.key.id == id && pair.is_valid(now));
        pair.map(|pair| Arc::clone(&pair.key))
    }

    fn snapshot(&self) -> Arc<Vec<Arc<KeyPair>>> {
        Arc::clone(&self.pairs.read())
    }
}

/// What the key that seals a private key is derived for.
fn label(id: &str) -> String {
    format!("key pair {id}")
}

/// The private key of a row. None if its master secret is not configured.
fn open(derivers: &[Deriver], row: &StoredKeyPair) -> Option<PrivateKey> {
    let algorithm = row.algorithm.parse().ok()?;
    let deriver = derivers.iter().find(|deriver| deriver.name() == row.secret_id)?;
    PrivateKey::open(algorithm, &deriver.key(&label(&row.id)), &row.sealed).ok()
}
