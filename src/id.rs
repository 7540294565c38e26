//! Random ids.

use data_encoding::{Encoding, Specification};
use std::cell::RefCell;
use std::sync::LazyLock;

/// Base32 in lower case without padding: safe in URLs, in file names and to read aloud.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification.encoding().expect("32 different symbols are an encoding")
});

thread_local! {
    /// Random bytes of the operating system that no id has yet. Each request has an id, and asking for many bytes at once is
    /// cheaper than for a few each time.
    static UNUSED: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// A new id of 128 random bits, in 26 characters (ASVS 7.2.3, 11.5.1).
///
/// # Panics
/// When the operating system gives no random bytes: nothing can be done safely without them.
#[must_use]
pub fn new_id() -> String {
    let bytes = UNUSED.with_borrow_mut(|unused| {
        if unused.is_empty() {
            unused.resize(32, [0; 16]);
            getrandom::fill(unused.as_flattened_mut()).expect("the operating system gives random bytes");
        }
        unused.pop()
    });
    BASE32.encode(&bytes.expect("it was filled"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    // ASVS 7.2.3
    #[test]
    fn ids_are_long_and_never_repeat() {
        let ids: HashSet<String> = (0..10_000).map(|_| new_id()).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(
            ids.iter()
                .all(|id| id.len() == 26 && id.bytes().all(|b| b.is_ascii_alphanumeric()))
        );
    }
}
