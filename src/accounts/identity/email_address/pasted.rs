//! Extracts addresses from pasted text: from a mail program, a web page, another keyboard.

use super::super::invisible::{ZERO_WIDTH_SPACE, is_invisible, is_joiner};

/// The address in a text, without invisible characters, `mailto:` and a name around it. None if the text may mean
/// several addresses.
/// address is meant.
///
/// Full-width letters, as East Asian keyboards type them, become ASCII.
pub fn bare(typed: &str) -> Option<String> {
    let seen: String = typed
        .chars()
        .filter(|letter| !is_invisible(*letter) && *letter != ZERO_WIDTH_SPACE && !is_variation(*letter))
        .map(half_width)
        .collect();
    let address = out_of_brackets(seen.trim())?;
    out_of_url(address.trim()).map(|address| address.trim().to_owned())
}

/// A domain without joiners: they have a meaning in some domains, but may also be left over from the pasted text.
pub fn without_joiners(text: &str) -> String {
    text.chars().filter(|letter| !is_joiner(*letter)).collect()
}

fn is_variation(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}')
}

/// Converts `＠` and the like to ASCII. (`﹫` is the small form.)
fn half_width(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{fe6b}' => '@',
        other => other,
    }
}

/// The address between the brackets of `Name <address>`. None if there are several addresses.
fn out_of_brackets(text: &str) -> Option<&str> {
    let Some(inner) = text.strip_suffix('>') else {
        return Some(text);
    };
    let (name, address) = inner.rsplit_once('<')?;
    // Mail programs repeat the address as the name. Any other address there would be a second one.
    let name = name.trim().trim_matches(['"', '\'']);
    let second = name.contains('@') && !name.eq_ignore_ascii_case(address.trim());
    let strange = name
        .chars()
        .any(|letter| matches!(letter, '<' | '>') || (letter.is_control() && letter != '\t'));
    (!second && !strange).then_some(address)
}

/// The address of a `mailto:` URL (RFC 6068) with a single address, not percent-encoded.
fn out_of_url(text: &str) -> Option<&str> {
    const SCHEME: &str = "mailto:";
    match text.get(..SCHEME.len()) {
        Some(scheme) if scheme.eq_ignore_ascii_case(SCHEME) => {
            let address = text[SCHEME.len()..].split('?').next().unwrap_or_default();
            // A percent escape would be taken for a part of the address.
            (!address.contains('%')).then_some(address)
        }
        _ => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EmailAddress, EmailAddressError};

    #[test]
    fn what_people_paste_is_the_address_they_mean() {
        for typed in [
            // From a web page, a right-to-left text, a file.
            "\u{200b}new@example.org",
            "\u{200e}new@example.org",
            "\u{feff}new@example.org",
            "new@example.org\u{200b}",
            " \u{200f}new@example.org\u{200f} \n",
            "\u{202a}new@example.org\u{202c}",
            "new\u{ad}@exam\u{ad}ple.org",
            "new@example\u{2060}.org",
            "ne\u{200d}w@example.org\u{200c}",
            "new@\u{fe0f}example.org",
            "\u{a0}new@example.org\u{a0}",
            "mailto:new@example.org",
            "MAILTO:New@Example.org",
            "mailto:new@example.org?subject=Hello",
            "New <new@example.org>",
            "<new@example.org>",
            "\"Person, New\" <new@example.org>",
            "new@example.org <new@example.org>",
            "'new@example.org' <NEW@example.org>",
            "New <mailto:new@example.org>",
            "New\u{200b} \u{200e}<\u{200b}new@example.org\u{200b}>\u{200e}",
            "new＠example.org",
            "new﹫example.org",
            "ｎｅｗ＠ｅｘａｍｐｌｅ．ｏｒｇ",
            "new＠example。org",
            "New ＜new@example.org＞",
        ] {
            let address = EmailAddress::parse(typed);
            assert_eq!(address.as_ref().map(EmailAddress::as_str), Ok("new@example.org"), "{typed:?}");
        }
    }

    #[test]
    fn of_two_addresses_none_is_meant() {
        for typed in [
            "New <new@example.org>, Old <old@example.org>",
            "old@example.org, New <new@example.org>",
            "old@example.org <new@example.org>",
            "mailto:new@example.org,old@example.org",
            "mailto:new%40example.org@example.org",
            "mailto:a%2Bb@example.org",
            "new@example.org>",
            "New <new@example.org> Person",
            "x\r\nBcc: <new@example.org>",
            "<<new@example.org>>",
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(EmailAddressError::Invalid), "{typed:?}");
        }
        for typed in ["mailto:", "New <>", "\u{200b}"] {
            assert_eq!(EmailAddress::parse(typed), Err(EmailAddressError::Missing), "{typed:?}");
        }
    }

    #[test]
    fn a_domain_keeps_the_joiner_that_means_something() {
        let (with, without) = ("a@نامه\u{200c}ای.example", "a@نامهای.example");
        let [with, without] = [with, without].map(|typed| EmailAddress::parse(typed).unwrap());
        assert_ne!(with, without);
        assert_eq!(with.display(), "a@نامه\u{200c}ای.example");
    }
}
