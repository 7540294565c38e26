//! Passwords as typed, and the policy for new ones.
//!
//! The rules are those of NIST SP 800-63B-4 section 3.1.1.2: length decides, nothing is truncated, there are no
//! composition rules (ASVS 6.2.5), and a refusal has a reason.

mod words;

use std::cmp::Ordering;

use secrecy::{ExposeSecret, SecretBox};
use unicode_normalization::UnicodeNormalization;

use self::words::Searched;
pub use self::words::WordOf;

/// The maximum length of any password, whatever the policy says, in Unicode code points after NFKC. A configured
/// `max_length` above it has no effect.
pub const MAX_CHARS: usize = 1024;

/// Longer texts are refused before they are normalised: [`MAX_CHARS`] of four bytes each.
const MAX_BYTES: usize = 4 * MAX_CHARS;

/// The estimator gets a password in pieces of this length, because its cost grows much faster than the text: a hundred
/// characters full of look-alikes (`4@({[<`) took 1.5 s, twenty-four take 0.1 s. A password is at least as strong as
/// its strongest piece.
const PIECE_CHARS: usize = 24;

/// The maximum number of pieces. None is estimated after the first one that is strong enough.
const MAX_PIECES: usize = 4;

/// Common passwords of 8 characters and more: lower case, sorted by bytes, one per line. The list is searched in the
/// executable, so it needs no memory of its own.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password as typed. It has no `Debug`, cannot be copied, and is wiped from memory when dropped.
///
/// It has two forms: the bytes as typed, because other programs hashed those, and the text after NFKC (SP 800-63B-4
/// section 3.1.1.2), which our own hashes use, so that the same password fits on any keyboard.
pub struct Password {
    typed: SecretBox<String>,
    normal: SecretBox<String>,
}

/// Why a password is refused. Lengths are in Unicode code points after NFKC.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasswordError {
    #[error("the password is missing")]
    Missing,
    /// Shorter than the policy permits (ASVS 6.2.1).
    #[error("the password has fewer than {min} characters")]
    TooShort { min: usize },
    /// Longer than the policy permits; nothing is truncated (ASVS 6.2.8).
    #[error("the password has more than {max} characters")]
    TooLong { max: usize },
    /// Contains a NUL or, if it is a new password, any control character.
    #[error("the password holds a control character")]
    Invalid,
    /// On the list of common passwords (ASVS 6.2.4).
    #[error("the password is a common one")]
    Common,
    /// Contains the address, the name, or a word of the site (ASVS 6.2.11).
    #[error("the password holds \"{word}\", {}", match .of {
        WordOf::Email => "a part of the email address",
        WordOf::Name => "a part of the name",
        WordOf::Site => "a part of the name or address of this site",
    })]
    Personal {
        /// The word that was found, in lower case.
        word: String,
        /// The source of the word.
        of: WordOf,
    },
    /// Easy to guess according to `zxcvbn`: below 2 of 4.
    #[error("the password is easily guessed")]
    Weak,
}

impl Password {
    /// Accepts a typed text for signing in, spaces included. For new passwords see [`PasswordPolicy::check`].
    ///
    /// It refuses only texts that no password can be, so that today's rules lock no one out: texts with NUL, which
    /// other libraries take for the end, and texts longer than [`MAX_CHARS`], before any costly step.
    ///
    /// # Errors
    /// [`PasswordError::Missing`], [`PasswordError::TooLong`] (with [`MAX_CHARS`]) or
    /// [`PasswordError::Invalid`].
    pub fn typed(text: &str) -> Result<Self, PasswordError> {
        const TOO_LONG: PasswordError = PasswordError::TooLong { max: MAX_CHARS };
        if text.is_empty() {
            return Err(PasswordError::Missing);
        }
        if text.len() > MAX_BYTES {
            return Err(TOO_LONG);
        }
        if text.contains('\0') {
            return Err(PasswordError::Invalid);
        }
        // Allocated at once: a growing text would leave copies of itself in memory.
        let mut normal = String::with_capacity(MAX_BYTES);
        normal.extend(text.nfkc().take(MAX_CHARS + 1));
        let normal = SecretBox::new(Box::new(normal));
        if normal.expose_secret().chars().count() > MAX_CHARS {
            return Err(TOO_LONG);
        }
        Ok(Self {
            typed: SecretBox::new(Box::new(text.to_owned())),
            normal,
        })
    }

    /// The bytes as typed, for hashes of other programs.
    pub(crate) fn as_typed(&self) -> &[u8] {
        self.typed.expose_secret().as_bytes()
    }

    /// The bytes after NFKC, for our own hashes.
    pub(crate) fn normal(&self) -> &[u8] {
        self.normal_text().as_bytes()
    }

    fn normal_text(&self) -> &str {
        self.normal.expose_secret()
    }
}

/// The policy for new passwords.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PasswordPolicy {
    /// The minimum length (code points after NFKC). ASVS 6.2.1 asks for at least 8, SP 800-63B-4 for 15.
    pub min_length: usize,
    /// The maximum length; at least 64 by ASVS 6.2.9, at most [`MAX_CHARS`].
    pub max_length: usize,
    /// Words that are obvious guesses on this site (ASVS 6.1.2): its name, its host.
    pub words: Vec<String>,
}

impl Default for PasswordPolicy {
    /// 12 to 128 characters, and no words of the site.
    fn default() -> Self {
        Self {
            min_length: 12,
            max_length: 128,
            words: Vec::new(),
        }
    }
}

impl PasswordPolicy {
    /// Accepts a text for a new password, and checks its length and characters, which is cheap.
    ///
    /// # Errors
    /// Those of [`Password::typed`], with the lengths of this policy; also [`PasswordError::TooShort`].
    pub fn typed(&self, text: &str) -> Result<Password, PasswordError> {
        let password = Password::typed(text).map_err(|problem| match problem {
            PasswordError::TooLong { max } => PasswordError::TooLong {
                max: max.min(self.max_length),
            },
            other => other,
        })?;
        self.check_shape(&password)?;
        Ok(password)
    }

    /// Checks a new password. The `personal` words are the user's address and display name.
    ///
    /// This takes milliseconds, a tenth of a second for the worst texts: call it on the hashing threads, not on the
    /// async workers ([`Hasher::check_and_hash`](crate::accounts::passwords::hasher::Hasher::check_and_hash) does).
    ///
    /// # Errors
    /// The first reason to refuse it, in this order: length, characters, common, personal, weak.
    pub fn check(&self, password: &Password, personal: &[&str]) -> Result<(), PasswordError> {
        self.check_shape(password)?;
        let whose = |words: &str| {
            if words.contains('@') {
                WordOf::Email
            } else {
                WordOf::Name
            }
        };
        let owner = personal.iter().map(|words| (*words, whose(words)));
        let site = self.words.iter().map(|words| (words.as_str(), WordOf::Site));
        let known: Vec<(&str, WordOf)> = owner.chain(site).collect();
        let searched = Searched::new(password.normal_text());
        if is_common(searched.folded()) {
            return Err(PasswordError::Common);
        }
        let held = known.iter().find_map(|(words, of)| Some((searched.word_of(words)?, *of)));
        if let Some((word, of)) = held {
            return Err(PasswordError::Personal { word, of });
        }
        let known: Vec<&str> = known.into_iter().map(|(words, _)| words).collect();
        let mut pieces = pieces(password.normal_text()).take(MAX_PIECES);
        if pieces.any(|piece| zxcvbn::zxcvbn(piece, &known).score() >= zxcvbn::Score::Two) {
            Ok(())
        } else {
            Err(PasswordError::Weak)
        }
    }

    fn check_shape(&self, password: &Password) -> Result<(), PasswordError> {
        let text = password.normal_text();
        let length = text.chars().count();
        if length < self.min_length {
            return Err(PasswordError::TooShort { min: self.min_length });
        }
        if length > self.max_length {
            return Err(PasswordError::TooLong { max: self.max_length });
        }
        // They cannot be typed in every browser, and a field removes or changes some of them (line breaks).
        if text.chars().any(char::is_control) {
            return Err(PasswordError::Invalid);
        }
        Ok(())
    }
}

/// The text in pieces of [`PIECE_CHARS`]; the last one may be shorter.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(PIECE_CHARS).map_or(rest.len(), |(end, _)| end);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Whether the whole password, in lower case, is on the list.
fn is_common(folded: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        // The line of the middle byte. It is a byte, because the middle need not be at the start of a character.
        let middle = rest.len() / 2;
        let before = &rest.as_bytes()[..middle];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let line = rest[start..].lines().next().unwrap_or_default();
        match folded.cmp(line) {
            Ordering::Equal => return true,
            Ordering::Less => rest = &rest[..start],
            Ordering::Greater => rest = rest.get(start + line.len() + 1..).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests;
