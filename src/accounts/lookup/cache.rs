//! Caches sessions on SQLite, which this process owns. Every commit invalidates the whole cache, unless the transaction was
//! opened with `begin_uncached`. Forgetting that costs a cache miss, never a stale answer (decision 010).

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use sha2::{Digest as _, Sha256};

use crate::db::ChangeCounter;

/// The maximum number of sessions. When it is exceeded, the cache is cleared.
const CAPACITY: usize = 8192;

/// The sessions that were looked up since the last commit (decision 016 says why this is not a library).
pub(in crate::accounts) struct SessionCache<S> {
    changes: ChangeCounter,
    entries: RwLock<Entries<S>>,
}

struct Entries<S> {
    /// The generation of the database in which all entries were read.
    generation: u64,
    /// Keys are the SHA-256 of tokens.
    sessions: HashMap<[u8; 32], Arc<S>>,
}

impl<S> SessionCache<S> {
    /// `changes` counts the commits of the database.
    pub(in crate::accounts) fn new(changes: ChangeCounter) -> Self {
        let entries = Entries {
            generation: 0,
            sessions: HashMap::new(),
        };
        Self {
            changes,
            entries: RwLock::new(entries),
        }
    }

    /// The session of a token: from the cache if nothing was committed since and it `is_live`, otherwise the result of
    /// `load`.
    pub(in crate::accounts) async fn get_or_load<E>(
        &self,
        token: &str,
        is_live: impl FnOnce(&S) -> bool,
        load: impl Future<Output = Result<Option<Arc<S>>, E>>,
    ) -> Result<Option<Arc<S>>, E> {
        let key = Sha256::digest(token).into();
        // Read before the load: if a commit happens meanwhile, the loaded session may be older, and this generation is
        // over.
        let generation = self.changes.generation();
        if let Some(session) = self.get(generation, &key).filter(|session| is_live(session))
            // Checked after the entry was found, so that the answer is true at this moment.
            && self.changes.is_current(generation)
        {
            return Ok(Some(session));
        }
        let loaded = load.await?;
        if let Some(session) = &loaded {
            self.insert(generation, key, session);
        }
        Ok(loaded)
    }

    fn get(&self, generation: u64, key: &[u8; 32]) -> Option<Arc<S>> {
        let entries = self.entries.read();
        let same = entries.generation == generation;
        same.then(|| entries.sessions.get(key).cloned()).flatten()
    }

    fn insert(&self, generation: u64, key: [u8; 32], session: &Arc<S>) {
        let mut entries = self.entries.write();
        if entries.generation < generation || entries.sessions.len() >= CAPACITY {
            entries.sessions.clear();
            entries.generation = entries.generation.max(generation);
        }
        if entries.generation == generation {
            entries.sessions.insert(key, Arc::clone(session));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Sessions are letters here; the rest of a token tells the tokens of one session apart.
    struct Cached {
        changes: ChangeCounter,
        cache: SessionCache<char>,
    }

    impl Cached {
        fn new() -> Self {
            let changes = ChangeCounter::default();
            changes.assume_watched();
            Self {
                cache: SessionCache::new(changes.clone()),
                changes,
            }
        }

        /// Whether the session is in the cache. If not, `meanwhile` runs after the database was read.
        async fn hits(&self, token: &str, meanwhile: impl FnOnce()) -> bool {
            let mut hit = true;
            let load = async {
                hit = false;
                meanwhile();
                Ok::<_, Infallible>(token.chars().next().map(Arc::new))
            };
            let Ok(found) = self.cache.get_or_load(token, |_| true, load).await;
            assert_eq!(found.map(|session| *session), token.chars().next());
            hit
        }
    }

    #[tokio::test]
    async fn a_session_is_cached_until_the_next_commit() {
        let cached = Cached::new();
        assert!(!cached.hits("a1", || ()).await);
        assert!(cached.hits("a1", || ()).await);
        assert!(!cached.hits("a2", || ()).await, "another token of the same session");
        cached.changes.bump();
        assert!(!cached.hits("b1", || ()).await);
        assert!(cached.hits("b1", || ()).await);
        assert!(!cached.hits("a1", || ()).await, "it comes back with the next one");
    }

    #[tokio::test]
    async fn what_was_read_before_a_commit_is_not_cached_after_it() {
        let cached = Cached::new();
        assert!(!cached.hits("a1", || cached.changes.bump()).await);
        assert!(!cached.hits("a1", || ()).await);
        assert!(cached.hits("a1", || ()).await);
    }

    #[tokio::test]
    async fn a_session_that_is_not_live_is_loaded_again() {
        let cached = Cached::new();
        assert!(!cached.hits("a1", || ()).await);
        let none = async { Ok::<_, Infallible>(None) };
        let Ok(found) = cached.cache.get_or_load("a1", |_| false, none).await;
        assert_eq!(found, None);
    }

    /// Without a poll another process may have committed.
    #[tokio::test]
    async fn without_a_watcher_nothing_is_found() {
        let cached = Cached {
            changes: ChangeCounter::default(),
            cache: SessionCache::new(ChangeCounter::default()),
        };
        assert!(!cached.hits("a1", || ()).await);
        assert!(!cached.hits("a1", || ()).await);
    }

    #[tokio::test]
    async fn the_cache_is_bounded() {
        let cached = Cached::new();
        for n in 0..=CAPACITY {
            assert!(!cached.hits(&n.to_string(), || ()).await);
        }
        assert_eq!(cached.cache.entries.read().sessions.len(), 1);
        assert!(cached.hits(&CAPACITY.to_string(), || ()).await);
    }

    /// A slow look-up must not replace the current generation by an earlier one.
    #[tokio::test]
    async fn a_late_look_up_does_not_displace_what_is_current() {
        let cached = Cached::new();
        cached.cache.insert(7, [7; 32], &Arc::new('b'));
        cached.cache.insert(6, [6; 32], &Arc::new('a'));
        assert_eq!(cached.cache.get(7, &[7; 32]).as_deref(), Some(&'b'));
        assert_eq!(cached.cache.get(6, &[6; 32]), None);
    }
}
