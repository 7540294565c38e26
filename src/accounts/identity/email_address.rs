//! Email addresses: each address has one canonical form, which is compared, stored, limited and mailed to.

mod display;
mod pasted;

use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

pub use self::display::{display_email, searched};
use self::pasted::{bare, without_joiners};

/// The maximum length of a local part, in bytes (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// The maximum length of an address, in bytes: a path of 256 without its angle brackets (RFC 5321 section 4.5.3.1.3,
/// erratum 1690).
const MAX_BYTES: usize = 254;

/// Longer texts are refused unread. A domain may be typed in characters of four bytes each and still fit into
/// [`MAX_BYTES`] in ASCII.
const MAX_TYPED_BYTES: usize = 4 * MAX_BYTES;

/// An email address in canonical form.
///
/// The local part is in lower case with its dots and `+` kept, the domain in ASCII by UTS #46 (non-transitional). So
/// two spellings of one mailbox are equal, and two mailboxes are not. A local part outside ASCII is refused: mail to it
/// needs SMTPUTF8 (RFC 6531) on the whole way, which most servers do not support, and its look-alikes cannot be told
/// apart.
/// There is no `Display`, and `Debug` writes the masked form, so that no address is logged by accident.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EmailAddress {
    whole: String,
    at: usize,
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EmailAddressError {
    #[error("the address is missing")]
    Missing,
    #[error("this is not an e-mail address")]
    Invalid,
    /// More than 64 bytes before the `@`, or more than 254 in all (RFC 5321 section 4.5.3.1).
    #[error("the address is too long")]
    TooLong,
}

impl EmailAddress {
    /// Parses a typed or pasted address. Spaces around it, invisible characters, `mailto:` and a name around it are
    /// ignored.
    ///
    /// Only addresses that mail servers really accept are accepted: a dot-atom (RFC 5322 section 3.4.1) of ASCII, no
    /// quotes, no comments, no address literals, a domain with a dot. A leading `-` is refused, because mail programs
    /// may read it as an option.
    ///
    /// # Errors
    /// When nothing was typed, or the text is no address or is too long.
    pub fn parse(typed: &str) -> Result<Self, EmailAddressError> {
        let typed = typed.trim();
        if typed.len() > MAX_TYPED_BYTES {
            return Err(EmailAddressError::TooLong);
        }
        let bare = bare(typed).ok_or(EmailAddressError::Invalid)?;
        if bare.is_empty() {
            return Err(EmailAddressError::Missing);
        }
        let (local, domain) = bare.rsplit_once('@').ok_or(EmailAddressError::Invalid)?;
        let local = without_joiners(local);
        if !is_dot_atom(&local) || local.starts_with('-') {
            return Err(EmailAddressError::Invalid);
        }
        if local.len() > MAX_LOCAL_BYTES {
            return Err(EmailAddressError::TooLong);
        }
        let domain = ascii_domain(domain).or_else(|_| ascii_domain(&without_joiners(domain)))?;
        let whole = format!("{}@{domain}", local.to_ascii_lowercase());
        if whole.len() > MAX_BYTES {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self { at: local.len(), whole })
    }

    /// The whole address, for the database and for mail.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.whole[..self.at]
    }

    /// The part after the `@`, in ASCII: `xn--mnchen-3ya.example`.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.whole[self.at + 1..]
    }

    /// The address for display, with the domain in its own letters.
    #[must_use]
    pub fn display(&self) -> String {
        display_email(&self.whole)
    }

    /// The address for logs (ASVS 16.2.5): `a***@example.org`, with three stars whatever the length.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = self.local_part().chars().next().unwrap_or('*');
        format!("{first}***@{}", self.domain())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

/// `dot-atom-text` of RFC 5322 section 3.2.3: words of letters, digits and some signs, with single dots between them.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|word| !word.is_empty() && word.bytes().all(is_atext))
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// The domain in lower-case ASCII, by UTS #46 with the host-name rules of STD 3; labels have 1 to 63 bytes (RFC 1035
/// section 2.3.4).
fn ascii_domain(typed: &str) -> Result<String, EmailAddressError> {
    let domain = Uts46::new()
        .to_ascii(typed.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Ignore)
        .map_err(|_| EmailAddressError::Invalid)?;
    let labels_fit = domain.split('.').all(|label| (1..=63).contains(&label.len()));
    let (_, last) = domain.rsplit_once('.').ok_or(EmailAddressError::Invalid)?;
    if !labels_fit || is_number(last) {
        return Err(EmailAddressError::Invalid);
    }
    Ok(domain.into_owned())
}

/// Whether a label is a number. As the last label it would make the host an IPv4 address (WHATWG URL, "ends in a
/// number"); no top-level domain is a number (RFC 3696 section 2).
fn is_number(label: &str) -> bool {
    let digits = label.strip_prefix("0x");
    label.bytes().all(|byte| byte.is_ascii_digit())
        || digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(typed: &str) -> Result<String, EmailAddressError> {
        EmailAddress::parse(typed).map(|address| address.whole)
    }

    #[test]
    fn one_mailbox_has_one_form() {
        for typed in [
            "Ana.Lee+news@Example.ORG",
            "  ana.lee+news@example.org\n",
            "ANA.LEE+NEWS@example。org",
        ] {
            assert_eq!(parsed(typed).as_deref(), Ok("ana.lee+news@example.org"), "{typed}");
        }
        assert_eq!(parsed("a@MÜNCHEN.example").as_deref(), Ok("a@xn--mnchen-3ya.example"));
        assert_eq!(parsed("a@XN--MNCHEN-3YA.example").as_deref(), Ok("a@xn--mnchen-3ya.example"));
        assert_eq!(parsed("a@mu\u{308}nchen.example").as_deref(), Ok("a@xn--mnchen-3ya.example"));
    }

    #[test]
    fn dots_plus_and_sharp_s_are_kept_apart() {
        assert_ne!(parsed("ana.lee@example.org"), parsed("analee@example.org"));
        assert_ne!(parsed("ana+a@example.org"), parsed("ana@example.org"));
        // Transitional UTS #46 would fold these into one and send the mail elsewhere.
        assert_ne!(parsed("a@straße.example"), parsed("a@strasse.example"));
    }

    #[test]
    fn the_parts_can_be_named() {
        let address = EmailAddress::parse("O'Brien@Mail.Example.org").unwrap();
        assert_eq!(address.local_part(), "o'brien");
        assert_eq!(address.domain(), "mail.example.org");
        assert_eq!(address.as_str(), "o'brien@mail.example.org");
    }

    // Line breaks and NUL among them: nothing that is parsed can end a line of SMTP.
    #[test]
    fn what_is_no_address_is_refused() {
        let invalid = [
            "ana",
            "@example.org",
            "ana@",
            "ana@example",
            "ana@.org",
            "ana@example.",
            "ana@example.org.",
            "a..b@example.org",
            ".a@example.org",
            "a.@example.org",
            "-a@example.org",
            "a b@example.org",
            "\"a b\"@example.org",
            "a@b@example.org",
            "a(comment)@example.org",
            "a@(comment)example.org",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@127.0.0.0x1",
            "a@[IPv6:::1]",
            "a@1.2.3.0x",
            "a@example.org\r\nBcc: b@example.org",
            "a\0@example.org",
            "a\u{7f}@example.org",
            "a@exa\0mple.org",
            "a@ex ample.org",
            "a@exa_mple.org",
            "a@-example.org",
            "a@example-.org",
            "ä@example.org",
            "аna@example.org",
            "a@example..org",
            "a@example.org,b@example.org",
            "a@example.org;b",
            "a@xn--.org",
            "a@xn--example-.org",
            "a@xn--0.org",
            "a@exam\u{fe56}ple.org",
        ];
        for typed in invalid {
            assert_eq!(parsed(typed), Err(EmailAddressError::Invalid), "{typed}");
        }
        for typed in ["", " ", "\t\r\n", "\u{3000}"] {
            assert_eq!(parsed(typed), Err(EmailAddressError::Missing));
        }
    }

    #[test]
    fn lengths_are_those_of_rfc_5321() {
        let local = "l".repeat(64);
        let label = "d".repeat(63);
        assert!(parsed(&format!("{local}@example.org")).is_ok());
        assert_eq!(parsed(&format!("{local}l@example.org")), Err(EmailAddressError::TooLong));
        assert_eq!(parsed(&format!("a@{label}d.org")), Err(EmailAddressError::Invalid));
        let domain = format!("{label}.{label}.{}", "d".repeat(61));
        assert_eq!(parsed(&format!("{local}@{domain}")).map(|whole| whole.len()), Ok(254));
        assert_eq!(parsed(&format!("{local}@{domain}d")), Err(EmailAddressError::TooLong));
        // No limit of time is asserted; a parser that tried again and again would hang the test run here.
        for piece in ["a", "a@", "@", ".", "-", "ä", "xn--", "a."] {
            assert_eq!(parsed(&piece.repeat(50_000)), Err(EmailAddressError::TooLong));
        }
    }

    #[test]
    fn logs_see_only_the_masked_form() {
        let address = EmailAddress::parse("ana@example.org").unwrap();
        assert_eq!(address.masked(), "a***@example.org");
        assert_eq!(format!("{address:?}"), "a***@example.org");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_settles_at_once(typed in prop_oneof![
            any::<String>(),
            "[ -~]{0,12}@[ -~äß。．ⅷ\u{ad}\u{200d}]{0,20}",
            "[a<>\" ]{0,4}(mailto:)?[a-z%?＠\u{200b}]{1,6}[@＠][a-z.\u{200c}]{1,9}[> ]{0,3}",
            "[a-zA-Z.+!'/-]{1,70}@[a-zA-Z0-9äöüßИ\u{308}-]{1,30}(\\.[a-z0-9-]{1,12}){0,4}",
            "[a-z]{1,4}@(xn--)?[a-z0-9-]{1,12}\\.(xn--)?[a-z0-9-]{1,12}",
        ]) {
            if let Ok(address) = EmailAddress::parse(&typed) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert!(address.as_str().is_ascii() && address.as_str().len() <= MAX_BYTES);
                prop_assert!(!address.as_str().contains(|letter: char| letter.is_whitespace() || letter.is_control()));
                prop_assert!(address.as_str().parse::<lettre::Address>().is_ok(), "lettre refuses {}", address.as_str());
            }
        }

        #[test]
        fn a_punycode_twin_is_never_the_ascii_domain(label in "[a-z0-9]{1,20}", tail in "[a-z0-9]{0,6}") {
            let plain = EmailAddress::parse(&format!("a@{label}.example")).unwrap();
            for twin in [format!("a@xn--{label}-{tail}.example"), format!("a@xn--{label}{tail}.example")] {
                prop_assert_ne!(EmailAddress::parse(&twin), Ok(plain.clone()));
            }
        }
    }
}
