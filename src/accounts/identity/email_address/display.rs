//! The form in which addresses are shown and searched: with the domain in its own letters, as people type it.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// The address for display: `info@müller.example`, not `info@xn--mller-kva.example`.
///
/// A label that mixes scripts in an unusual way remains in ASCII, because it may be made to look like another one.
#[must_use]
pub fn display_email(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    let labels: Vec<String> = domain.split('.').map(shown_label).collect();
    format!("{local}@{}", labels.join("."))
}

fn shown_label(label: &str) -> String {
    if !label.starts_with("xn--") {
        return label.to_owned();
    }
    let (letters, sound) = Uts46::new().to_unicode(label.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    if sound.is_ok() && is_of_one_kind(&letters) {
        letters.into_owned()
    } else {
        label.to_owned()
    }
}

/// Whether a label's letters belong to one script, or to scripts that are usually mixed, such as Latin and East Asian
/// ones.
fn is_of_one_kind(label: &str) -> bool {
    let letters = || label.chars().filter(|letter| letter.is_alphabetic());
    let latin = |letter: char| matches!(letter, 'a'..='z' | '\u{df}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let east_asian = |letter: char| {
        matches!(letter,
            '\u{3005}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{3ffff}')
    };
    let block = |letter: char| match u32::from(letter) {
        0x370..=0x3ff | 0x1f00..=0x1fff => 0x370,
        0x400..=0x52f => 0x400,
        0x600..=0x6ff | 0x750..=0x77f => 0x600,
        code => code / 0x80 * 0x80,
    };
    if letters().all(|letter| latin(letter) || east_asian(letter)) {
        return true;
    }
    let mut blocks = letters().map(block);
    let first = blocks.next();
    letters().all(|letter| !latin(letter)) && blocks.all(|block| Some(block) == first)
}

/// The search text for an address or domain that was typed in its own letters: the stored form.
#[must_use]
pub fn searched(typed: &str) -> String {
    let trimmed = typed.trim();
    let (local, domain) = match trimmed.rsplit_once(['@', '＠']) {
        Some((local, domain)) => (Some(local), domain),
        None => (None, trimmed),
    };
    // A name with a dot in it ("J.Müller") is no domain: a domain nearly always ends in ASCII letters.
    let is_domain = domain
        .rsplit_once('.')
        .is_some_and(|(_, last)| last.len() >= 2 && last.is_ascii());
    if trimmed.is_ascii() || domain.is_empty() || (local.is_none() && !is_domain) {
        return typed.to_owned();
    }
    let ascii =
        Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Ignore);
    match (ascii, local) {
        (Ok(domain), Some(local)) => format!("{local}@{domain}"),
        (Ok(domain), None) => domain.into_owned(),
        (Err(_), _) => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::identity::email_address::EmailAddress;

    #[test]
    fn a_domain_is_shown_in_its_own_letters() {
        for typed in [
            "info@müller-söhne.example",
            "info@straße.example",
            "a@παράδειγμα.example",
            "a@пример.example",
            "a@例え.example",
            "a@abc日本.example",
            "a@مثال.example",
            "a@उदाहरण.example",
            "ana@example.org",
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(address.display(), typed);
            assert_eq!(EmailAddress::parse(&address.display()), Ok(address));
        }
    }

    // Latin, Cyrillic and Greek letters look alike.
    #[test]
    fn what_is_mixed_to_deceive_stays_in_ascii() {
        for typed in [
            "a@ex\u{430}mple.org",
            "a@\u{3b1}cme.example",
            "a@\u{430}\u{3bf}.example",
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(address.display(), address.as_str(), "{typed}");
            assert!(address.display().contains("@xn--"), "{typed}");
        }
        assert_eq!(display_email("a@xn--.example"), "a@xn--.example");
        assert_eq!(display_email("no address"), "no address");
    }

    #[test]
    fn what_is_searched_for_is_what_is_stored() {
        for (typed, stored) in [
            ("info@müller-söhne.example", "info@xn--mller-shne-kcb9d.example"),
            (" INFO@Müller-Söhne.example ", "INFO@xn--mller-shne-kcb9d.example"),
            ("müller-söhne.example", "xn--mller-shne-kcb9d.example"),
            ("@müller-söhne", "@xn--mller-shne-kcb9d"),
            ("new＠example.org", "new@example.org"),
        ] {
            assert_eq!(searched(typed), stored, "{typed}");
        }
        for typed in [
            "Müller",
            "Dr. Müller",
            "J.Müller",
            "ana@",
            "ana@exam",
            "a b@ü ö",
            "",
            "@",
            "é",
        ] {
            assert_eq!(searched(typed), typed, "{typed}");
        }
    }
}
