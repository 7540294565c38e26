//! The canonical form of a path: RFC 3986 section 6.2.2, without double and trailing slashes.

use std::borrow::Cow;
use std::fmt::Write as _;

use rocket::http::RawStr;

/// How many times a path is decoded for the log.
const DECODED: usize = 3;

/// The canonical form of a path. None: no URL of ours can contain it, that is, a dot segment, an encoded slash,
/// backslash or percent sign, a control character, invalid UTF-8 or an incomplete escape.
#[must_use]
pub fn canonical(path: &str) -> Option<Cow<'_, str>> {
    if is_plain(path) {
        return Some(Cow::Borrowed(path));
    }
    RawStr::new(path).percent_decode().ok()?;
    let mut made = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        made.push('/');
        let begin = made.len();
        push_segment(segment, &mut made)?;
        if matches!(&made[begin..], "." | "..") {
            return None;
        }
    }
    if made.is_empty() {
        made.push('/');
    }
    Some(if made == path {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(made)
    })
}

/// Whether a path consists of characters that have only one spelling, as nearly all paths do.
fn is_plain(path: &str) -> bool {
    let letters = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'~'));
    letters && path.starts_with('/') && !path.contains("//") && (path.len() == 1 || !path.ends_with('/'))
}

fn push_segment(segment: &str, into: &mut String) -> Option<()> {
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        let encoded = byte == b'%';
        let byte = if encoded {
            let digits = [bytes.next()?, bytes.next()?];
            data_encoding::HEXLOWER_PERMISSIVE.decode(&digits).ok()?[0]
        } else {
            byte
        };
        if byte.is_ascii_control() || matches!(byte, b'/' | b'\\' | b'%') {
            return None;
        }
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if unreserved || (!encoded && byte.is_ascii()) {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
    Some(())
}

/// A path for the log and the headers. A path without a canonical form is decoded repeatedly, so that a token in it is
/// recognised and not logged.
#[must_use]
pub fn seen(path: &str) -> String {
    if let Some(path) = canonical(path) {
        return path.into_owned();
    }
    let mut seen = path.to_owned();
    for _ in 0..DECODED {
        let decoded = RawStr::new(&seen).percent_decode_lossy().into_owned();
        if decoded == seen {
            break;
        }
        seen = decoded;
    }
    let segments = seen.split('/').filter(|segment| !segment.is_empty());
    segments.fold(String::new(), |path, segment| path + "/" + segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_spelling() {
        for same in [
            "/",
            "/account",
            "/users/abc",
            "/a~b/c-d_e.f",
            "/static/app.css",
            "/a;b=c",
            "/%C3%A4",
            "/a%20b",
        ] {
            assert!(matches!(canonical(same), Some(Cow::Borrowed(path)) if path == same), "{same}");
        }
        for (other, one) in [
            ("", "/"),
            ("//", "/"),
            ("/account/", "/account"),
            ("//account///x//", "/account/x"),
            ("/%61ccount", "/account"),
            ("/%41ccount", "/Account"),
            ("/a%2Db%2eb%5f%7E", "/a-b.b_~"),
            ("/%c3%a4%3b", "/%C3%A4%3B"),
            ("/\u{e4}", "/%C3%A4"),
            ("//evil.example/%2e", ""),
            ("//evil.example", "/evil.example"),
            ("/a/../b", ""),
            ("/a/.", ""),
            ("/a/%2E%2e/b", ""),
            ("/a%2Fb", ""),
            ("/a%5cb", ""),
            ("/a\\b", ""),
            ("/a%00", ""),
            ("/a%0a", ""),
            ("/a%7f", ""),
            ("/%2561ccount", ""),
            ("/%FF%FE", ""),
            ("/%ED%A0%80", ""),
            ("/a%", ""),
            ("/a%4", ""),
            ("/a%zz", ""),
        ] {
            assert_eq!(canonical(other).as_deref(), (!one.is_empty()).then_some(one), "{other}");
        }
    }

    #[test]
    fn the_log_sees_a_token_however_it_is_spelled() {
        let token = "k".repeat(43);
        let encoded = "%6b".repeat(43);
        for path in [
            format!("//confirm-email/{token}"),
            format!("/confirm-email/{encoded}"),
            format!("/confirm-email/{encoded}%00"),
            format!("/confirm-email//{encoded}/"),
            format!("/confirm%2Demail/{}", encoded.replace('%', "%25")),
            format!("/./confirm-email/{}", encoded.replace('%', "%2525")),
        ] {
            assert!(seen(&path).contains(&token), "{path}: {}", seen(&path));
        }
        assert!(seen("//confirm-email/..%2fx").starts_with("/confirm-email/"));
    }
}
