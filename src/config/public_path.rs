//! The paths of an app that are open to everybody.

/// A path, or all that begin with one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PublicPath {
    /// `/robots.txt`
    Exact(String),
    /// `/public/*`: everything below `/public/`.
    Below(String),
}

impl PublicPath {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (path, below) = match text.strip_suffix("/*") {
            Some(folder) => (format!("{folder}/"), true),
            None => (text.to_owned(), false),
        };
        if !is_unambiguous(&path) || path.contains('*') {
            return None;
        }
        Some(if below { Self::Below(path) } else { Self::Exact(path) })
    }

    /// As it is written in the settings.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Exact(path) => path.clone(),
            Self::Below(folder) => format!("{folder}*"),
        }
    }

    fn covers(&self, path: &str) -> bool {
        match self {
            Self::Exact(exact) => path == exact,
            Self::Below(folder) => path.starts_with(folder.as_str()),
        }
    }
}

/// Whether a path as the visitor sent it is open to everybody. One that another program could read as another path never
/// is.
#[must_use]
pub fn is_public(open: &[PublicPath], path: &str) -> bool {
    !open.is_empty() && is_unambiguous(path) && open.iter().any(|public| public.covers(path))
}

/// Whether every program reads this path alike. Not so with dot segments, dots and blanks at the end of a name, doubled slashes, backslashes, percent-encodings
/// of ASCII characters (some servers decode before they look, some after) and `;`, behind which some servers see parameters
/// and drop them: `/public/..;/admin`.
fn is_unambiguous(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let mut segments = rest.split('/').rev();
    // A slash at the end is a folder.
    let last = segments.next().unwrap_or_default();
    // Some systems drop dots and blanks at the end of a name.
    let named = |segment: &str| !segment.is_empty() && !segment.ends_with('.') && !segment.ends_with("%20");
    (last.is_empty() || named(last)) && segments.all(named) && has_plain_characters(path)
}

fn has_plain_characters(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let plain = match byte {
            b'%' => match (bytes.next(), bytes.next()) {
                (Some(b'2'), Some(b'0')) => true,
                // A byte of a letter beyond ASCII, in the spelling of RFC 3986 section 6.2.2.1.
                (Some(high @ (b'8' | b'9' | b'A'..=b'F')), Some(low)) => {
                    high.is_ascii_hexdigit() && matches!(low, b'0'..=b'9' | b'A'..=b'F')
                }
                _ => false,
            },
            _ => byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,=:@".contains(&byte),
        };
        if !plain {
            return false;
        }
    }
    percent_encoding::percent_decode_str(path).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &str) -> bool {
        let settings = ["/robots.txt", "/public/*", "/a%20b/%C3%A4/*", "/feed/"];
        let settings: Vec<PublicPath> = settings.iter().map(|text| PublicPath::parse(text).unwrap()).collect();
        is_public(&settings, path)
    }

    #[test]
    fn a_path_is_open_if_it_is_named() {
        for path in [
            "/robots.txt",
            "/public/",
            "/public/x",
            "/public/x/y.css",
            "/public/x/",
            "/a%20b/%C3%A4/x",
            "/feed/",
        ] {
            assert!(open(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/public",
            "/publicity",
            "/robots.txt/",
            "/robots.txt.bak",
            "/Public/x",
            "/feed",
            "x",
        ] {
            assert!(!open(path), "{path}");
        }
    }

    #[test]
    fn a_path_with_two_readings_is_never_open() {
        for path in [
            "/public/../admin",
            "/public/...",
            "/public/.../admin",
            "/public/..%20/admin",
            "/public/x.",
            "/public/x%20",
            "/public/./x",
            "/public/x/..",
            "/public/..",
            "/public//x",
            "//public/x",
            "/public/%2e%2e/admin",
            "/public/%2E%2E/admin",
            "/public%2Fx",
            "/public/%2fx",
            "/public/..%2fadmin",
            "/public/..;/admin",
            "/public/x;y=z",
            "/public/%3B",
            "/public/..%3b/admin",
            "/public/..\\admin",
            "/public/%5c..%5cadmin",
            "/public/%00",
            "/public/%0a",
            "/public/x%",
            "/public/x%4",
            "/public/%zz",
            "/public/%c3%a4",
            "/public/%C3",
            "/public/%FF",
            "/public/\u{e4}",
            "/public/x y",
            "/public/x#y",
            "/public/x?y",
            "/public/%41",
            "/%70ublic/x",
            "/robots.txt?x",
        ] {
            assert!(!open(path), "{path}");
        }
    }

    #[test]
    fn the_settings_have_no_other_star() {
        assert_eq!(PublicPath::parse("/*"), Some(PublicPath::Below("/".to_owned())));
        for text in [
            "", "public", "*", "/x*", "/*/x", "/x/**", "/x/*.css", "/../*", "/x//*", "/x;y", "/x?y=*",
        ] {
            assert_eq!(PublicPath::parse(text), None, "{text}");
        }
    }
}
