//! One key pair: how it is generated, sealed and published.
//!
//! aws-lc generates the keys and seals them: it is in the program already, for TLS and for `jsonwebtoken`.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use strum::{EnumIter, EnumString, IntoStaticStr};
use zeroize::Zeroizing;

use super::keys::{DerivedKey, SigningKey};
use crate::time::Millis;

/// What a key pair signs with (RFC 7518 section 3.1, RFC 8037 section 3.1).
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
pub enum PairAlgorithm {
    /// Ed25519: the access tokens of the API.
    #[strum(serialize = "EdDSA")]
    EdDsa,
    /// RSA with 3072 bits, which are worth 128 (ASVS 11.2.3).
    #[strum(serialize = "RS256")]
    Rs256,
    /// The curve P-256.
    #[strum(serialize = "ES256")]
    Es256,
}

impl PairAlgorithm {
    /// The word in the database and in JWKs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    fn jwt(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Rs256 => Algorithm::RS256,
            Self::Es256 => Algorithm::ES256,
        }
    }
}

/// A private key: PKCS #8 (RFC 5208); of RSA PKCS #1 (RFC 8017), as `jsonwebtoken` takes it.
pub(super) struct PrivateKey {
    algorithm: PairAlgorithm,
    der: Zeroizing<Vec<u8>>,
}

impl PrivateKey {
    /// Generates one. Of RSA this takes from a tenth of a second to some seconds: not for an async worker.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub(super) fn generate(algorithm: PairAlgorithm) -> Result<Self, Unspecified> {
        let der = match algorithm {
            PairAlgorithm::EdDsa => Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(),
            PairAlgorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?
                .to_pkcs8v1()?
                .as_ref()
                .to_vec(),
            PairAlgorithm::Rs256 => {
                let pkcs8: Pkcs8V1Der<'static> = rsa::KeyPair::generate(KeySize::Rsa3072)?.as_der()?;
                unwrapped(pkcs8.as_ref()).ok_or(Unspecified)?.to_vec()
            }
        };
        Ok(Self {
            algorithm,
            der: Zeroizing::new(der),
        })
    }

    /// Seals it with AES-256-GCM. The algorithm is authenticated as well.
    pub(super) fn seal(&self, key: &DerivedKey) -> Result<Vec<u8>, Unspecified> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &*key.bytes)?;
        let mut text = self.der.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(self.algorithm.as_str()), &mut text)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    pub(super) fn open(algorithm: PairAlgorithm, key: &DerivedKey, sealed: &[u8]) -> Result<Self, Unspecified> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(Unspecified)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &*key.bytes)?;
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let der = key.open_in_place(nonce, Aad::from(algorithm.as_str()), &mut text)?;
        Ok(Self {
            algorithm,
            der: Zeroizing::new(der.to_vec()),
        })
    }

    fn encoding(&self) -> EncodingKey {
        match self.algorithm {
            PairAlgorithm::EdDsa => EncodingKey::from_ed_der(&self.der),
            PairAlgorithm::Rs256 => EncodingKey::from_rsa_der(&self.der),
            PairAlgorithm::Es256 => EncodingKey::from_ec_der(&self.der),
        }
    }

    /// The public half, whose `kid` is its thumbprint: unique for ever (RFC 7638).
    pub(super) fn public(&self) -> jsonwebtoken::errors::Result<Jwk> {
        let mut jwk = Jwk::from_encoding_key(&self.encoding(), self.algorithm.jwt())?;
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
        Ok(jwk)
    }
}

/// The PKCS #1 key in a PKCS #8 one of RSA, whose header has 26 bytes for all sizes in use: two lengths of two bytes, the
/// version, and the algorithm without parameters (RFC 5208 section 5).
fn unwrapped(pkcs8: &[u8]) -> Option<&[u8]> {
    let (header, key) = pkcs8.split_at_checked(26)?;
    let length = u16::from_be_bytes([header[24], header[25]]);
    (header[22..24] == [0x04, 0x82] && usize::from(length) == key.len()).then_some(key)
}

/// A key pair that is in use, will be, or was.
pub struct KeyPair {
    pub algorithm: PairAlgorithm,
    /// What signs, and what verifies.
    pub key: Arc<SigningKey>,
    /// The public half (RFC 7517).
    pub public: Jwk,
    pub(super) signs_from: Millis,
}

impl KeyPair {
    pub(super) fn new(
        private: &PrivateKey,
        signs_from: Millis,
        expires_at: Option<Millis>,
    ) -> jsonwebtoken::errors::Result<Self> {
        let public = private.public()?;
        let key = SigningKey {
            id: public.common.key_id.clone().unwrap_or_default(),
            encoding: private.encoding(),
            decoding: DecodingKey::from_jwk(&public)?,
            expires_at,
        };
        Ok(Self {
            algorithm: private.algorithm,
            key: Arc::new(key),
            public,
            signs_from,
        })
    }

    /// Whether its signatures are accepted, now or later.
    pub(super) fn is_valid(&self, now: Millis) -> bool {
        self.key.expires_at.is_none_or(|at| now < at)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::config::MasterSecret;
    use crate::tokens::keys::Deriver;

    /// ASVS 11.6.1
    #[test]
    fn each_kind_of_key_signs_what_its_public_half_verifies() {
        for algorithm in PairAlgorithm::iter() {
            let pair = KeyPair::new(&PrivateKey::generate(algorithm).unwrap(), 0, None).unwrap();
            let mut header = jsonwebtoken::Header::new(algorithm.jwt());
            header.kid = Some(pair.key.id.clone());
            let token =
                jsonwebtoken::encode(&header, &serde_json::json!({"exp": 9_999_999_999_u64}), &pair.key.encoding);
            let token = token.unwrap();
            let told = serde_json::to_value(&pair.public).unwrap();
            assert_eq!((&told["use"], &told["alg"]), (&"sig".into(), &algorithm.as_str().into()));
            assert!(told.get("d").is_none() && told["kid"].as_str().is_some_and(|kid| kid.len() == 43), "{told}");
            let published: Jwk = serde_json::from_value(told).unwrap();
            let key = DecodingKey::from_jwk(&published).unwrap();
            let validation = jsonwebtoken::Validation::new(algorithm.jwt());
            assert!(jsonwebtoken::decode::<serde_json::Value>(&token, &key, &validation).is_ok(), "{algorithm:?}");
        }
    }

    /// ASVS 13.3.1
    #[test]
    fn a_sealed_key_is_opened_by_its_own_secret_and_name_alone() {
        let deriver = || Deriver::new(&MasterSecret::parse(&MasterSecret::generate().unwrap()).unwrap());
        let (one, other) = (deriver(), deriver());
        let private = PrivateKey::generate(PairAlgorithm::EdDsa).unwrap();
        let sealed = private.seal(&one.key("a")).unwrap();
        assert_ne!(sealed, private.seal(&one.key("a")).unwrap());
        assert!(
            !sealed
                .windows(16)
                .any(|part| private.der.windows(16).any(|other| part == other))
        );
        let open = |algorithm, key: &DerivedKey, sealed: &[u8]| PrivateKey::open(algorithm, key, sealed).is_ok();
        assert!(open(PairAlgorithm::EdDsa, &one.key("a"), &sealed));
        assert!(!open(PairAlgorithm::Es256, &one.key("a"), &sealed));
        assert!(!open(PairAlgorithm::EdDsa, &one.key("b"), &sealed));
        assert!(!open(PairAlgorithm::EdDsa, &other.key("a"), &sealed));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(!open(PairAlgorithm::EdDsa, &one.key("a"), &changed), "byte {at}");
        }
        assert!(!open(PairAlgorithm::EdDsa, &one.key("a"), &sealed[..5]));
    }
}
