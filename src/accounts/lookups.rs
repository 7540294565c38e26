//! Who was looked up a moment ago. On SQLite, which this process owns, that is as good as looking again: everything here
//! dies with the first change to the database, and the change is noted before whoever made it is answered.
//!
//! A token that was found good is so until then, letter for letter; that its time comes is asked at each request.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest as _, Sha256};

use crate::db::Changes;

/// How many people at most. One more, and all are looked up again.
const MAX_ENTRIES: usize = 8192;

/// Who was looked up since the last change.
pub(super) struct Lookups<Person> {
    changes: Changes,
    people: RwLock<People<Person>>,
}

struct People<Person> {
    /// The count of changes that all of these were looked up at.
    at: u64,
    /// How often somebody was forgotten alone.
    forgotten: u64,
    /// By the token's hash, which takes less room.
    known: HashMap<[u8; 32], Arc<Person>>,
}

/// How the database stood when a look-up began.
#[derive(Clone, Copy)]
struct Standing {
    at: u64,
    forgotten: u64,
}

impl<Person> Lookups<Person> {
    /// Of a database that counts its changes here.
    pub(super) fn new(changes: Changes) -> Self {
        Self {
            changes,
            people: RwLock::new(People {
                at: 0,
                forgotten: 0,
                known: HashMap::new(),
            }),
        }
    }

    /// Who a token belongs to: as it was found before, if nothing has changed since and it still `counts`; or else as
    /// `look_up` finds.
    pub(super) async fn recall_or<E>(
        &self,
        token: &str,
        counts: impl FnOnce(&Person) -> bool,
        look_up: impl Future<Output = Result<Option<Arc<Person>>, E>>,
    ) -> Result<Option<Arc<Person>>, E> {
        let key = Sha256::digest(token).into();
        if let Some(person) = self.recall(&key).filter(|person| counts(person)) {
            return Ok(Some(person));
        }
        // First: what is read is kept only if nothing has changed since before it was read.
        let before = self.standing();
        let found = look_up.await?;
        if let Some(person) = &found {
            self.keep(before, key, person);
        }
        Ok(found)
    }

    fn recall(&self, key: &[u8; 32]) -> Option<Arc<Person>> {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let person = people.known.get(key)?;
        // Asked last: a change that is noted by now came before this answer.
        self.changes.stand_at(people.at).then(|| Arc::clone(person))
    }

    fn standing(&self) -> Standing {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        Standing {
            at: self.changes.count(),
            forgotten: people.forgotten,
        }
    }

    fn keep(&self, before: Standing, key: [u8; 32], person: &Arc<Person>) {
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes.count() != before.at || people.forgotten != before.forgotten {
            return;
        }
        if people.at != before.at || people.known.len() >= MAX_ENTRIES {
            people.known.clear();
            people.at = before.at;
        }
        people.known.insert(key, Arc::clone(person));
    }

    /// Forgets those by whose change nobody else is concerned.
    pub(super) fn forget(&self, whom: impl Fn(&Person) -> bool) {
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        people.known.retain(|_, person| !whom(person));
        people.forgotten += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Tokens of people, who are told apart by a letter, while somebody looks out for other processes.
    struct Door {
        changes: Changes,
        lookups: Lookups<char>,
    }

    impl Door {
        fn new() -> Self {
            let changes = Changes::default();
            changes.note_look_now();
            Self {
                lookups: Lookups::new(changes.clone()),
                changes,
            }
        }

        /// Whether somebody who comes is known already; if not, `meanwhile` happens when the database was read.
        async fn is_known_browser(&self, token: &str, meanwhile: impl FnOnce()) -> bool {
            let mut known = true;
            let look_up = async {
                known = false;
                meanwhile();
                Ok::<_, Infallible>(token.chars().next().map(Arc::new))
            };
            let Ok(found) = self.lookups.recall_or(token, |_| true, look_up).await;
            assert_eq!(found.map(|person| *person), token.chars().next());
            known
        }
    }

    #[tokio::test]
    async fn what_was_found_counts_until_something_changes() {
        let door = Door::new();
        assert!(!door.is_known_browser("a1", || ()).await);
        assert!(door.is_known_browser("a1", || ()).await);
        assert!(!door.is_known_browser("a2", || ()).await, "another token of the same session");
        door.changes.note();
        assert!(!door.is_known_browser("b1", || ()).await);
        assert!(door.is_known_browser("b1", || ()).await);
        assert!(!door.is_known_browser("a1", || ()).await, "it comes back with the next one");
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_kept_after_it() {
        let door = Door::new();
        assert!(!door.is_known_browser("a1", || door.changes.note()).await);
        assert!(
            !door
                .is_known_browser("a1", || door.lookups.forget(|person| *person == 'a'))
                .await
        );
        assert!(!door.is_known_browser("a1", || ()).await);
        assert!(door.is_known_browser("a1", || ()).await);
    }

    #[tokio::test]
    async fn what_no_longer_counts_is_looked_up_again() {
        let door = Door::new();
        assert!(!door.is_known_browser("a1", || ()).await);
        let nobody = async { Ok::<_, Infallible>(None) };
        let Ok(found) = door.lookups.recall_or("a1", |_| false, nobody).await;
        assert_eq!(found, None);
    }

    /// Nobody has looked out: another process may have changed anything.
    #[tokio::test]
    async fn without_a_lookout_nothing_counts() {
        let door = Door {
            changes: Changes::default(),
            lookups: Lookups::new(Changes::default()),
        };
        assert!(!door.is_known_browser("a1", || ()).await);
        assert!(!door.is_known_browser("a1", || ()).await);
    }

    #[tokio::test]
    async fn a_session_is_forgotten_with_all_its_tokens() {
        let door = Door::new();
        for token in ["a1", "a2", "b1"] {
            assert!(!door.is_known_browser(token, || ()).await);
        }
        door.lookups.forget(|person| *person == 'a');
        assert!(door.is_known_browser("b1", || ()).await);
        assert!(!door.is_known_browser("a1", || ()).await && !door.is_known_browser("a2", || ()).await);
    }

    #[tokio::test]
    async fn there_is_an_end_to_what_is_kept() {
        let door = Door::new();
        for n in 0..=MAX_ENTRIES {
            assert!(!door.is_known_browser(&n.to_string(), || ()).await);
        }
        assert_eq!(door.lookups.people.read().unwrap().known.len(), 1);
    }
}
