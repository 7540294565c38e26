//! A TOTP secret (RFC 6238): SHA-1, six digits, thirty seconds. Other parameters are read wrongly, or not at all, by some
//! authenticator apps.

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::Builder;
use zeroize::Zeroizing;

use crate::time::{Millis, SECOND};
use crate::tokens::email_tokens::random;

/// RFC 4226 section 4 recommends 160 bits.
const BYTES: usize = 20;

/// The length of a time step, in seconds.
const STEP: u64 = 30;

/// All but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A secret. It has no `Debug`.
pub struct TotpSecret(Zeroizing<[u8; BYTES]>);

impl TotpSecret {
    #[must_use]
    pub fn generate() -> Self {
        Self(Zeroizing::new(random()))
    }

    /// None: that is no secret.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &*self.0
    }

    /// The secret as apps take it: Base32 (RFC 4648) without padding.
    #[must_use]
    pub fn typed(&self) -> String {
        BASE32_NOPAD.encode(&*self.0)
    }

    /// The URI in the QR code, in the one form that all readers understand: a literal colon, `%20`, no `+`, and no parameters
    /// that could be left out.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let issuer = encoded(&without_colons(issuer));
        let account = encoded(&without_colons(account));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.typed())
    }

    /// The time step of a typed code: the present one, the one before, or the one after. None: the code is wrong.
    #[must_use]
    pub fn step_of(&self, typed: &str, now: Millis) -> Option<i64> {
        let digits: String = typed
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .take(7)
            .collect();
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(now / SECOND).ok()?;
        let totp = Builder::new()
            .with_step_duration(STEP)
            .with_skew(1)
            .with_secret(*self.0)
            .build()
            .ok()?;
        totp.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Apps take the first colon, encoded or not, as the end of the issuer.
fn without_colons(text: &str) -> String {
    let words: Vec<&str> = text.split(|letter: char| letter == ':' || letter.is_whitespace()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, with the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(secret.typed(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = seconds * SECOND;
            assert_eq!(secret.step_of(code, now), Some(seconds / 30), "{code}");
            for typed in [
                format!("{} {}", &code[..3], &code[3..]),
                format!(" {code}\u{a0}"),
                format!("{}-{}", &code[..3], &code[3..]),
            ] {
                assert_eq!(secret.step_of(&typed, now), Some(seconds / 30), "{typed}");
            }
            // One step before and after, and no further.
            for (shift, accepted) in [(-60, false), (-30, true), (30, true), (60, false)] {
                assert_eq!(secret.step_of(code, now + shift * SECOND).is_some(), accepted, "{code} {shift}");
            }
        }
        for typed in [
            "",
            "28708",
            "2870822",
            "28708a",
            "２８７０８２",
            "287082\0",
            "+87082",
            "287082287082",
        ] {
            assert_eq!(secret.step_of(typed, 59 * SECOND), None, "{typed}");
        }
    }

    #[test]
    fn the_uri_has_the_form_that_every_reader_understands() {
        let secret = TotpSecret::from_bytes(&[0; 20]).unwrap();
        let typed = "A".repeat(32);
        for (issuer, account, told) in [
            ("Vestibule", "ana@example.org", "Vestibule:ana%40example.org"),
            ("Café: Ü 100%", "a+b@example.org", "Caf%C3%A9%20%C3%9C%20100%25:a%2Bb%40example.org"),
            ("A & B/C?#", "%:@example.org", "A%20%26%20B%2FC%3F%23:%25%20%40example.org"),
        ] {
            let issuer_told = told.split(':').next().unwrap();
            let uri = format!("otpauth://totp/{told}?secret={typed}&issuer={issuer_told}");
            assert_eq!(secret.uri(issuer, account), uri);
        }
    }
}
