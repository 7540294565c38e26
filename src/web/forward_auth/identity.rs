//! Who is there, in the headers that the proxy hands to the app.
//!
//! All five are always there, once, and in ASCII: a missing one would let the visitor's own through behind some proxies,
//! and apps behind WSGI get an empty text for anything beyond ASCII.

use deunicode::deunicode_with_tofu;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::accounts::identity::user::{Status, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::standing::Standing;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::config::RemoteUser;

/// Everything but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Who is there, with a session or with a token.
#[derive(Clone, Copy)]
pub(super) struct CallerIdentity<'a> {
    pub user_id: &'a UserId,
    pub user_name: Option<&'a str>,
    pub email: &'a str,
    pub display_name: &'a str,
    pub status: Status,
    pub standing: &'a Standing,
}

impl<'a> CallerIdentity<'a> {
    pub(super) fn of_session(session: &'a CurrentSession) -> Self {
        Self {
            user_id: &session.user_id,
            user_name: session.user_name.as_deref(),
            email: &session.email,
            display_name: session.profile.display_name.as_str(),
            status: session.status,
            standing: &session.standing,
        }
    }

    pub(super) fn of_token(owner: &'a TokenOwner) -> Self {
        Self {
            user_id: &owner.user_id,
            user_name: owner.user_name.as_deref(),
            email: &owner.email,
            display_name: owner.profile.display_name.as_str(),
            status: owner.status,
            standing: &owner.standing,
        }
    }

    /// Names and values of the headers. None: the account has no user name yet, and the app knows people by it.
    pub(super) fn headers(&self, remote_user: RemoteUser) -> Option<[(&'static str, String); 5]> {
        let user = match remote_user {
            RemoteUser::Id => self.user_id.as_str(),
            RemoteUser::UserName => self.user_name?,
        };
        Some(headers([
            user.to_owned(),
            visible_ascii(self.email),
            folded(self.display_name),
            self.standing.groups.join(","),
            utf8_percent_encode(self.display_name, ENCODED).to_string(),
        ]))
    }
}

/// The headers where nobody needs to be there, on a public path: all are empty.
pub(super) fn no_identity() -> [(&'static str, String); 5] {
    headers(Default::default())
}

fn headers(values: [String; 5]) -> [(&'static str, String); 5] {
    let [user, email, name, groups, display_name] = values;
    [
        ("Remote-User", user),
        ("Remote-Email", email),
        ("Remote-Name", name),
        ("Remote-Groups", groups),
        ("Remote-Display-Name", display_name),
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
