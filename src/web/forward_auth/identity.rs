//! Who is there, in the headers that the proxy hands to the app.
//!
//! All five are always there, once, and in ASCII: a missing one would let the visitor's own through behind some proxies,
//! and apps behind WSGI get an empty text for anything beyond ASCII.

use deunicode::deunicode_with_tofu;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::accounts::lookup::current_session::CurrentSession;

/// Everything but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Names and values of the headers. Without a session, on a public path, all are empty.
pub(super) fn identity_headers(session: Option<&CurrentSession>) -> [(&'static str, String); 5] {
    let name = session.map(|session| session.profile.display_name.as_str()).unwrap_or_default();
    [
        ("Remote-User", session.map(|session| session.user_id.to_string()).unwrap_or_default()),
        ("Remote-Email", session.map(|session| visible_ascii(&session.email)).unwrap_or_default()),
        ("Remote-Name", folded(name)),
        ("Remote-Groups", session.map(|session| session.groups.join(",")).unwrap_or_default()),
        ("Remote-Display-Name", utf8_percent_encode(name, ENCODED).to_string()),
    ]
}

/// An address that is not in our form could be taken for another one if it were folded.
fn visible_ascii(email: &str) -> String {
    let plain = email.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { email.to_owned() } else { String::new() }
}

/// A name in the letters of ASCII.
fn folded(name: &str) -> String {
    if name.is_ascii() {
        return words(name);
    }
    words(&deunicode_with_tofu(name, "?"))
}

fn words(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_graphic() { letter } else { ' ' };
    let name: String = name.chars().map(plain).collect();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_to_ascii() {
        for (name, ascii) in [
            ("", ""),
            ("Ana Lim", "Ana Lim"),
            ("Ana\tLim\r\nX-Evil: 1", "Ana Lim X-Evil: 1"),
            ("Zoë Weiß", "Zoe Weiss"),
            ("José", "Jose"),
            ("Søren Ærø", "Soren AEro"),
            ("Чехов", "Chekhov"),
            ("\u{7f}\u{80}\u{2028}", ""),
        ] {
            assert_eq!(folded(name), ascii, "{name:?}");
        }
        for name in ["北京", "가나", "हिन्दी", "\u{1f984}", "\u{e000}"] {
            assert!(folded(name).bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{name}");
        }
        assert_eq!(visible_ascii("ana@example.org"), "ana@example.org");
        assert_eq!(visible_ascii("an\u{e4}@example.org"), "");
        assert_eq!(visible_ascii("ana@example.org\r\nX: y"), "");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_name_its_header_is_one_line_of_ascii(name in ".*") {
            let folded = folded(&name);
            proptest::prop_assert!(folded.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            proptest::prop_assert_eq!(folded.trim(), &folded);
        }
    }
}
