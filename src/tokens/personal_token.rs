//! The text of a personal token: `vst_`, 32 random bytes in base62, and a checksum.
//!
//! By the prefix, scanners find a token that was published by mistake. By the checksum, a typing error is told from an
//! unknown token without asking the database: CRC-32 (ISO-HDLC) of the random part, in six digits of base62, as in the tokens
//! of GitHub ("Behind GitHub's new authentication token formats", 2021).

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

const PREFIX: &str = "vst_";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 32 bytes have at most 43 digits: 62^43 is more than 2^256.
const RANDOM_DIGITS: usize = 43;
const CHECKSUM_DIGITS: usize = 6;

/// A token with the right checksum. The database has only its hash.
#[derive(Clone)]
pub struct PersonalToken(SecretString);

impl PersonalToken {
    /// A new token of 256 random bits.
    #[must_use]
    pub fn generate() -> Self {
        let random = base62(super::email_tokens::random::<32>(), RANDOM_DIGITS);
        let text = format!("{PREFIX}{random}{}", checksum(&random));
        Self(text.into())
    }

    /// None: it is no personal token, or contains an error.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let plain =
            digits.len() == RANDOM_DIGITS + CHECKSUM_DIGITS && digits.bytes().all(|byte| DIGITS.contains(&byte));
        let (random, sum) = digits.split_at_checked(RANDOM_DIGITS).filter(|_| plain)?;
        (checksum(random) == sum).then(|| Self(text.to_owned().into()))
    }

    /// Whether a text means to be a personal token, right or wrong.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// SHA-256 of the whole text. A token has 256 random bits, so no slower hash is needed (ASVS 11.4.1).
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.expose()).into()
    }
}

fn checksum(random: &str) -> String {
    base62(crc32fast::hash(random.as_bytes()).to_be_bytes(), CHECKSUM_DIGITS)
}

/// A number, written big-endian in bytes, in so many digits.
fn base62<const N: usize>(mut number: [u8; N], digits: usize) -> String {
    let mut text = vec![b'0'; digits];
    for digit in text.iter_mut().rev() {
        let mut rest: usize = 0;
        for byte in &mut number {
            let value = rest * 256 + usize::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        *digit = DIGITS[rest];
    }
    text.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_are_written_in_base62() {
        assert_eq!(base62([0, 0], 3), "000");
        assert_eq!(base62([0, 61], 3), "00z");
        assert_eq!(base62([0, 62], 3), "010");
        assert_eq!(base62([255, 255], 3), "H31");
        assert_eq!(base62(u32::MAX.to_be_bytes(), 6), "4gfFC3");
        assert_ne!(base62([255; 32], RANDOM_DIGITS).as_bytes()[0], b'0');
    }

    #[test]
    fn the_checksum_is_crc_32() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    }

    // ASVS 11.5.1
    #[test]
    fn tokens_are_long_and_never_repeat() {
        let tokens: HashSet<String> = (0..2_000).map(|_| PersonalToken::generate().expose().to_owned()).collect();
        assert_eq!(tokens.len(), 2_000);
        for token in &tokens {
            assert_eq!(token.len(), 53);
            assert_eq!(PersonalToken::parse(token).unwrap().expose(), token);
        }
    }

    #[test]
    fn each_wrong_letter_is_noticed() {
        let token = PersonalToken::generate().expose().to_owned();
        for place in 0..token.len() {
            for other in [b'0', b'a', b'Z', b'_', b' '] {
                let mut bytes = token.clone().into_bytes();
                if bytes[place] != other {
                    bytes[place] = other;
                    let text = String::from_utf8(bytes).unwrap();
                    assert!(PersonalToken::parse(&text).is_none(), "{text}");
                }
            }
        }
        let swapped = format!("{}{}{}", &token[..10], token[10..12].chars().rev().collect::<String>(), &token[12..]);
        assert!(swapped == token || PersonalToken::parse(&swapped).is_none());
        for text in [
            "",
            "vst_",
            "vst",
            &token[1..],
            &token[..52],
            &format!("{token}0"),
            &format!(" {token}"),
            "vst_é",
        ] {
            assert!(PersonalToken::parse(text).is_none(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "(vst_)?.*", digits in "vst_[0-9A-Za-z]{49}") {
            let _ = PersonalToken::parse(&text);
            if let Some(token) = PersonalToken::parse(&digits) {
                proptest::prop_assert_eq!(token.expose(), digits);
            }
        }
    }
}
