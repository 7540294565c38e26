//! The master secret: parsed, checked, and in development created and stored.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

/// The minimum length of a master secret in bytes: HS256 and HKDF-SHA-256 ask for it (RFC 7518 section 3.2, ASVS
/// 11.2.3).
const MIN_SECRET_BYTES: usize = 32;

/// The minimum number of different bytes among the first 32. Random ones have fewer with a probability below 2^-60.
const MIN_DISTINCT_BYTES: usize = 16;

/// Secrets from tutorials and manuals, which everyone knows.
const SAMPLES: &[&str] = &[
    "hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk=",
    "itlYmFR2vYKrOmFhupMIn/hyB6lYCCTXz4yaQX89XVg=",
    "8Xui8SN4mI+7egV/9dlfYYLGQJeEx4+DwmSQLwDVXJg=",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
];

/// The key material that all other keys are derived from. It has no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub struct MasterSecret(Zeroizing<Vec<u8>>);

/// Why a text is not accepted as a master secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadSecret {
    #[error("is neither Base64 nor hexadecimal")]
    Encoding,
    #[error("is shorter than 32 bytes")]
    Short,
    /// It is from a manual, or it is not random.
    #[error("is a known sample or not random")]
    Sample,
}

impl MasterSecret {
    /// Parses a secret in the encoding of [`MasterSecret::generate`]: Base64 (either alphabet, padded or not) or
    /// hexadecimal.
    ///
    /// # Errors
    /// When it has another encoding, is too short, or is well known (ASVS 13.2.3).
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let bytes = decode(text.trim()).ok_or(BadSecret::Encoding)?;
        // Compares bytes: a sample is known in any encoding.
        if SAMPLES.iter().any(|sample| decode(sample).as_ref() == Some(&bytes)) {
            return Err(BadSecret::Sample);
        }
        if bytes.len() < MIN_SECRET_BYTES {
            return Err(BadSecret::Short);
        }
        let mut seen = [false; 256];
        for byte in bytes.iter().take(MIN_SECRET_BYTES) {
            seen[usize::from(*byte)] = true;
        }
        if seen.iter().filter(|seen| **seen).count() < MIN_DISTINCT_BYTES {
            return Err(BadSecret::Sample);
        }
        Ok(Self(bytes))
    }

    /// A new secret of 32 random bytes, in Base64.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Zeroizing<String>, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; MIN_SECRET_BYTES]);
        getrandom::fill(&mut *bytes)?;
        Ok(Zeroizing::new(BASE64.encode(&*bytes)))
    }

    /// The secret in a file. A missing file is created, readable only by its owner. For development.
    ///
    /// # Errors
    /// When the file can be neither read nor created, or contains no secret.
    pub fn kept_at(path: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make_at(path)?,
            Err(error) => return Err(error),
        };
        Self::parse(&text).map_err(|bad| io::Error::new(io::ErrorKind::InvalidData, bad))
    }

    /// The secret in a file, or a new one that is not stored.
    ///
    /// # Errors
    /// When the file cannot be read or contains no secret, or the operating system gives no random bytes.
    pub fn kept_or_new(path: &Path) -> io::Result<Self> {
        if path.try_exists()? {
            return Self::kept_at(path);
        }
        let secret = Self::generate().map_err(io::Error::other)?;
        Self::parse(&secret).map_err(|bad| io::Error::new(io::ErrorKind::InvalidData, bad))
    }

    /// Writes a new secret to a temporary file and links it to its path, so that two processes that start at once both
    /// read the same complete secret.
    fn make_at(path: &Path) -> io::Result<Zeroizing<String>> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        let secret = Self::generate().map_err(io::Error::other)?;
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(secret.as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::read_to_string(path).map(Zeroizing::new),
        }
    }

    /// For deriving keys.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Decodes a text in hexadecimal or Base64.
fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    [
        &HEXLOWER_PERMISSIVE,
        &BASE64,
        &BASE64_NOPAD,
        &BASE64URL,
        &BASE64URL_NOPAD,
    ]
    .iter()
    .find_map(|encoding| encoding.decode(text.as_bytes()).ok())
    .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use data_encoding::{HEXLOWER, HEXUPPER};

    use super::*;

    // ASVS 13.2.3
    #[test]
    fn samples_short_and_simple_secrets_are_refused() {
        for sample in SAMPLES {
            let bytes = decode(sample).unwrap();
            assert_eq!(bytes.len(), 32, "{sample}");
            for spelling in [
                (*sample).to_owned(),
                format!("\t{sample} \n"),
                HEXLOWER.encode(&bytes),
                HEXUPPER.encode(&bytes),
                BASE64.encode(&bytes),
                BASE64_NOPAD.encode(&bytes),
                BASE64URL.encode(&bytes),
                BASE64URL_NOPAD.encode(&bytes),
            ] {
                assert_eq!(MasterSecret::parse(&spelling).err(), Some(BadSecret::Sample), "{spelling}");
            }
        }
        let short = BASE64.encode(&[7; 31]);
        assert_eq!(MasterSecret::parse(&short).err(), Some(BadSecret::Short));
        for byte in [0, 255] {
            let same = BASE64.encode(&[byte; 32]);
            assert_eq!(MasterSecret::parse(&same).err(), Some(BadSecret::Sample));
        }
        assert_eq!(MasterSecret::parse("correct horse").err(), Some(BadSecret::Encoding));
    }

    #[test]
    fn a_generated_secret_is_accepted_in_every_spelling() {
        let secret = MasterSecret::generate().unwrap();
        let bytes = BASE64.decode(secret.as_bytes()).unwrap();
        for spelling in [
            secret.to_string(),
            BASE64URL_NOPAD.encode(&bytes),
            HEXLOWER_PERMISSIVE.encode(&bytes),
            format!(" {}\n", *secret),
        ] {
            assert_eq!(MasterSecret::parse(&spelling).map(|s| s.bytes().to_vec()), Ok(bytes.clone()));
        }
    }

    #[test]
    fn the_kept_secret_is_made_once_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/secret.key");
        let first = MasterSecret::kept_at(&path).unwrap();
        let second = MasterSecret::kept_at(&path).unwrap();
        assert_eq!(first.bytes(), second.bytes());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
