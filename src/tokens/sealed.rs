//! Seals small secrets for the database: XChaCha20-Poly1305, whose nonce is long enough to be random.
//!
//! A sealed value begins with the name of the master secret that its key is derived from, so that an earlier master secret
//! still opens it. It belongs to one context, such as an account: copied to another one it does not open.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::email_tokens::random;
use super::keys::{DerivedKey, Deriver};
use crate::config::MasterSecret;

const NAME: usize = 6;
const NONCE: usize = 24;

/// The keys of one purpose, the current one first.
pub struct Sealer(Vec<DerivedKey>);

/// An opened value.
pub struct Opened {
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether an earlier master secret has sealed it.
    pub is_outdated: bool,
}

impl Sealer {
    #[must_use]
    pub fn new(secrets: &[MasterSecret], purpose: &str) -> Self {
        Self(secrets.iter().map(|secret| Deriver::new(secret).key(purpose)).collect())
    }

    /// # Panics
    /// Never: the cipher takes 256 GiB.
    #[must_use]
    pub fn seal(&self, bytes: &[u8], context: &str) -> Vec<u8> {
        let key = &self.0[0];
        let nonce = random::<NONCE>();
        let text = cipher(key)
            .encrypt(&XNonce::from(nonce), payload(bytes, context))
            .expect("the cipher takes 256 GiB");
        [key.id.as_slice(), &nonce, &text].concat()
    }

    /// None: it was changed, belongs to another context, or its master secret is not configured.
    #[must_use]
    pub fn open(&self, sealed: &[u8], context: &str) -> Option<Opened> {
        let (name, rest) = sealed.split_at_checked(NAME)?;
        let (nonce, text) = rest.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let place = self.0.iter().position(|key| key.id == name)?;
        let opened = cipher(&self.0[place]).decrypt(&XNonce::from(nonce), payload(text, context));
        Some(Opened {
            bytes: Zeroizing::new(opened.ok()?),
            is_outdated: place > 0,
        })
    }
}

fn cipher(key: &DerivedKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.bytes).into())
}

fn payload<'a>(bytes: &'a [u8], context: &'a str) -> Payload<'a, 'a> {
    Payload {
        msg: bytes,
        aad: context.as_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> MasterSecret {
        MasterSecret::parse(&MasterSecret::generate().unwrap()).unwrap()
    }

    /// ASVS 11.3.2, 11.3.3, 13.3.1
    #[test]
    fn a_sealed_value_opens_in_its_context_alone_and_unchanged() {
        let (old, new) = (secret(), secret());
        let before = Sealer::new(std::slice::from_ref(&old), "a");
        let sealed = before.seal(b"twenty secret bytes!", "ana");
        assert_ne!(sealed, before.seal(b"twenty secret bytes!", "ana"));
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        let opened = before.open(&sealed, "ana").unwrap();
        assert_eq!((opened.bytes.as_slice(), opened.is_outdated), (b"twenty secret bytes!".as_slice(), false));
        assert!(before.open(&sealed, "bob").is_none());
        assert!(Sealer::new(std::slice::from_ref(&old), "b").open(&sealed, "ana").is_none());
        assert!(Sealer::new(&[secret()], "a").open(&sealed, "ana").is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(before.open(&changed, "ana").is_none(), "byte {at}");
            assert!(before.open(&sealed[..at], "ana").is_none(), "{at} bytes");
        }
        // After a rotation it still opens, and says that it is to be sealed anew.
        let after = Sealer::new(&[new, old], "a");
        assert!(after.open(&sealed, "ana").unwrap().is_outdated);
        assert!(!after.open(&after.seal(b"x", "ana"), "ana").unwrap().is_outdated);
    }
}
