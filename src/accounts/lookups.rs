//! Who was looked up a moment ago. On SQLite, which this process owns, that is as good as looking again: everything here
//! dies with the first change to the database, and the change is noted before whoever made it is answered.
//!
//! What is remembered is the outcome of the look-up alone. A token's signature and every time are checked at each request.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::db::Changes;
use crate::tokens::jwt::Claims;

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
    /// By the session's id.
    known: HashMap<String, (Claims, Arc<Person>)>,
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

    /// Who a token with these claims belonged to, if nothing has changed since.
    pub(super) fn recall(&self, claims: &Claims) -> Option<Arc<Person>> {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let (known, person) = people.known.get(&claims.sid)?;
        // Asked last: a change that is noted by now came before this answer.
        (known == claims && people.at == self.changes.count()).then(|| Arc::clone(person))
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
    pub(super) fn keep(&self, before: Standing, claims: Claims, person: &Arc<Person>) {
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes.count() != before.at || people.forgotten != before.forgotten {
            return;
        }
        if people.at != before.at || people.known.len() >= MOST {
            people.known.clear();
            people.at = before.at;
        }
        people.known.insert(claims.sid.clone(), (claims, Arc::clone(person)));
    }

    /// Forgets one session, by whose change nobody else is concerned.
    pub(super) fn forget(&self, session: &str) {
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        people.known.remove(session);
        people.forgotten += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(session: &str) -> Claims {
        let told = serde_json::json!({
            "iss": "", "aud": "", "sub": "ana", "sid": session, "jti": "1", "iat": 1, "nbf": 1, "exp": 2, "auth_time": 1,
            "amr": ["pwd"],
        });
        serde_json::from_value(told).unwrap()
    }

    fn ana() -> Arc<u8> {
        Arc::new(1)
    }

    #[test]
    fn what_was_found_counts_until_something_changes() {
        let changes = Changes::default();
        let lookups = Lookups::new(changes.clone());
        assert!(lookups.recall(&claims("a")).is_none());
        lookups.keep(lookups.standing(), claims("a"), &ana());
        assert!(lookups.recall(&claims("a")).is_some());
        changes.note();
        assert!(lookups.recall(&claims("a")).is_none());
        lookups.keep(lookups.standing(), claims("b"), &ana());
        assert!(lookups.recall(&claims("b")).is_some());
        assert!(lookups.recall(&claims("a")).is_none(), "it comes back with the next one");
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let changes = Changes::default();
        let lookups = Lookups::new(changes.clone());
        let before = lookups.standing();
        changes.note();
        lookups.keep(before, claims("a"), &ana());
        assert!(lookups.recall(&claims("a")).is_none());
        let before = lookups.standing();
        lookups.forget("a");
        lookups.keep(before, claims("a"), &ana());
        assert!(lookups.recall(&claims("a")).is_none());
    }

    #[test]
    fn another_token_of_the_same_session_is_looked_up() {
        let lookups = Lookups::new(Changes::default());
        lookups.keep(lookups.standing(), claims("a"), &ana());
        let other = Claims {
            jti: "2".to_owned(),
            ..claims("a")
        };
        assert!(lookups.recall(&other).is_none());
        lookups.forget("a");
        assert!(lookups.recall(&claims("a")).is_none());
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let lookups = Lookups::new(Changes::default());
        for n in 0..=MOST {
            lookups.keep(lookups.standing(), claims(&n.to_string()), &ana());
        }
        assert_eq!(lookups.people.read().unwrap().known.len(), 1);
    }
}
