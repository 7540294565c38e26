//! Who was looked up a moment ago. On SQLite, which this process owns, that is as good as looking again: everything here
//! dies with the first change to the database, and the change is noted before whoever made it is answered.
//!
//! A token that was found good is so until then, letter for letter; that its time comes is asked at each request.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::db::Changes;

/// How many people at most. One more, and all are looked up again.
const MOST: usize = 8192;

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
    /// By the token; with the session that it names.
    known: HashMap<String, (String, Arc<Person>)>,
}

/// How the database stood when a look-up began.
#[derive(Clone, Copy)]
pub(super) struct Standing {
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

    /// Who this token belonged to, if nothing has changed since.
    pub(super) fn recall(&self, token: &str) -> Option<Arc<Person>> {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let (_, person) = people.known.get(token)?;
        // Asked last: a change that is noted by now came before this answer.
        (people.at == self.changes.count()).then(|| Arc::clone(person))
    }

    /// To be asked before somebody is looked up.
    pub(super) fn standing(&self) -> Standing {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        Standing {
            at: self.changes.count(),
            forgotten: people.forgotten,
        }
    }

    /// Remembers what a look-up found, unless something has changed since it began: it may have read what was there
    /// before.
    pub(super) fn keep(&self, before: Standing, token: &str, session: &str, person: &Arc<Person>) {
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes.count() != before.at || people.forgotten != before.forgotten {
            return;
        }
        if people.at != before.at || people.known.len() >= MOST {
            people.known.clear();
            people.at = before.at;
        }
        people.known.insert(token.to_owned(), (session.to_owned(), Arc::clone(person)));
    }

    /// Forgets one session, by whose change nobody else is concerned.
    pub(super) fn forget(&self, session: &str) {
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        people.known.retain(|_, (named, _)| named != session);
        people.forgotten += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Arc<u8> {
        Arc::new(1)
    }

    #[test]
    fn what_was_found_counts_until_something_changes() {
        let changes = Changes::default();
        let lookups = Lookups::new(changes.clone());
        assert!(lookups.recall("a1").is_none());
        lookups.keep(lookups.standing(), "a1", "a", &ana());
        assert!(lookups.recall("a1").is_some());
        assert!(lookups.recall("a2").is_none(), "another token of the same session");
        changes.note();
        assert!(lookups.recall("a1").is_none());
        lookups.keep(lookups.standing(), "b1", "b", &ana());
        assert!(lookups.recall("b1").is_some());
        assert!(lookups.recall("a1").is_none(), "it comes back with the next one");
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let changes = Changes::default();
        let lookups = Lookups::new(changes.clone());
        let before = lookups.standing();
        changes.note();
        lookups.keep(before, "a1", "a", &ana());
        assert!(lookups.recall("a1").is_none());
        let before = lookups.standing();
        lookups.forget("a");
        lookups.keep(before, "a1", "a", &ana());
        assert!(lookups.recall("a1").is_none());
    }

    #[test]
    fn a_session_is_forgotten_with_all_its_tokens() {
        let lookups = Lookups::new(Changes::default());
        for token in ["a1", "a2", "b1"] {
            lookups.keep(lookups.standing(), token, &token[..1], &ana());
        }
        lookups.forget("a");
        assert!(lookups.recall("a1").is_none() && lookups.recall("a2").is_none());
        assert!(lookups.recall("b1").is_some());
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let lookups = Lookups::new(Changes::default());
        for n in 0..=MOST {
            lookups.keep(lookups.standing(), &n.to_string(), "a", &ana());
        }
        assert_eq!(lookups.people.read().unwrap().known.len(), 1);
    }
}
