//! User names: what apps may know an account by.

use std::fmt;

/// The maximum length of a user name, in characters.
pub const MAX_USER_NAME: usize = 32;

/// The part of a proposal that comes from the address. A number has room behind it.
const MAX_BASE: usize = 24;

/// Names that apps often give powers to, or that seem to speak for the site. Only admins give them.
const RESERVED: [&str; 30] = [
    "abuse",
    "admin",
    "administrator",
    "anonymous",
    "api",
    "daemon",
    "guest",
    "help",
    "hostmaster",
    "info",
    "mail",
    "moderator",
    "nobody",
    "noreply",
    "no-reply",
    "operator",
    "owner",
    "postgres",
    "postmaster",
    "root",
    "security",
    "staff",
    "superuser",
    "support",
    "sysadmin",
    "system",
    "test",
    "user",
    "webmaster",
    "www-data",
];

/// The name by which apps may know an account: lower-case letters of ASCII, digits, `.`, `_` and `-`, with at least one
/// letter or digit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserName(String);

impl UserName {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // `.` and `..` are no names: apps make folders of them.
        let valid = text.len() <= MAX_USER_NAME
            && text.bytes().all(|byte| is_alphanumeric(byte) || b"._-".contains(&byte))
            && text.bytes().any(is_alphanumeric);
        valid.then(|| Self(text.to_owned()))
    }

    /// The name for an address, if it may be given without asking an admin. `number`: the names without one, or with a
    /// lower one, are taken.
    #[must_use]
    pub fn proposal(email: &str, number: Option<u32>) -> Option<Self> {
        let base = base(email);
        let name = match number {
            None => base,
            Some(number) => format!("{base}{number}"),
        };
        let may_be_given = !RESERVED.contains(&&*name) && !looks_like_id(&name);
        Self::parse(&name).filter(|_| may_be_given)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The local part without its tag (RFC 5233), and without what no user name has.
fn base(email: &str) -> String {
    let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let local = local.split('+').next().unwrap_or_default();
    let plain: String = local
        .bytes()
        .filter(|byte| is_alphanumeric(*byte) || b"._-".contains(byte))
        .take(MAX_BASE)
        .map(char::from)
        .collect();
    match plain.trim_matches(['.', '_', '-']) {
        "" => "user".to_owned(),
        base => base.to_owned(),
    }
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether it could be the id of an account. With a name that is another's id, a person would be the other one to an app
/// that changes from ids to names.
fn looks_like_id(name: &str) -> bool {
    name.len() == 26
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_has_one_spelling() {
        for good in ["a", "0", "ana", "ana.lim", "a-b_c.d", "_a", "-a", "a.", &"a".repeat(32)] {
            assert_eq!(UserName::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(33);
        for bad in [
            "", ".", "..", "_-_", "Ana", "a b", " a", "a\n", "a\0", "ä", "a/b", "a@b", "a,b", "a:b", "a%62", &long,
        ] {
            assert_eq!(UserName::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_proposal_comes_from_the_local_part() {
        for (email, name) in [
            ("ana@example.org", "ana"),
            ("ana.lim@example.org", "ana.lim"),
            ("ana+shop@example.org", "ana"),
            ("o'brien@example.org", "obrien"),
            ("_ana_@example.org", "ana"),
            ("a.very.long.local.part.of.an.address@example.org", "a.very.long.local.part.o"),
            ("no address", "noaddress"),
        ] {
            assert_eq!(UserName::proposal(email, None).unwrap().as_str(), name, "{email}");
        }
        assert_eq!(UserName::proposal("ana@example.org", Some(2)).unwrap().as_str(), "ana2");
        for email in ["!#@example.org", "user@example.org", "+@example.org", "Ä@example.org"] {
            assert_eq!(UserName::proposal(email, None), None, "{email}");
            assert_eq!(UserName::proposal(email, Some(2)).unwrap().as_str(), "user2", "{email}");
        }
    }

    #[test]
    fn powerful_names_are_not_proposed() {
        for name in RESERVED {
            assert_eq!(UserName::proposal(&format!("{name}@example.org"), None), None, "{name}");
            assert_eq!(UserName::proposal(&format!("{name}+x@example.org"), None), None, "{name}");
        }
        assert_eq!(UserName::proposal("admin@example.org", Some(2)).unwrap().as_str(), "admin2");
    }

    #[test]
    fn no_proposal_looks_like_an_id() {
        let id = crate::id::new_id();
        assert!(looks_like_id(&id));
        let digits = "abcdefghijklmnopqrstuvwx";
        assert_eq!(UserName::proposal(&format!("{digits}@example.org"), Some(27)), None);
        assert_ne!(UserName::proposal(&format!("{id}@example.org"), None).unwrap().as_str(), id);
    }

    proptest::proptest! {
        #[test]
        fn each_proposal_is_a_name(email in ".*", number in 2..u32::MAX) {
            if let Some(name) = UserName::proposal(&email, Some(number % 100_000_000)) {
                proptest::prop_assert_eq!(UserName::parse(name.as_str()), Some(name));
            }
        }
    }
}
