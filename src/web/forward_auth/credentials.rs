//! The personal token that a program sends along: as `Authorization: Bearer` (RFC 6750), or as the password of Basic
//! authentication with any user name (RFC 7617), for programs that can do nothing else.

use data_encoding::BASE64;
use rocket::Request;
use secrecy::SecretString;

use crate::tokens::personal_token::PersonalToken;

/// Longer credentials are not ours.
const MAX_BYTES: usize = 1024;

/// What means to be a token of ours, right or wrong. An `Authorization` of the app's own is none, and neither is one of
/// several: nobody could say which of them counts.
pub(super) fn token_of(request: &Request<'_>) -> Option<SecretString> {
    let mut all = request.headers().get("Authorization");
    let only = all.next()?;
    if all.next().is_some() {
        return None;
    }
    token_in(only)
}

fn token_in(header: &str) -> Option<SecretString> {
    let (scheme, credentials) = header.split_once(' ').filter(|_| header.len() <= MAX_BYTES)?;
    let credentials = credentials.trim();
    let text = if scheme.eq_ignore_ascii_case("bearer") {
        credentials.to_owned()
    } else if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(BASE64.decode(credentials.as_bytes()).ok()?).ok()?;
        pair.split_once(':')?.1.to_owned()
    } else {
        return None;
    };
    PersonalToken::is_meant_by(&text).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(header: &str) -> Option<String> {
        token_in(header).map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn a_token_is_read_from_bearer_and_basic() {
        let basic = |pair: &str| format!("Basic {}", BASE64.encode(pair.as_bytes()));
        for header in [
            "Bearer vst_x",
            "bearer vst_x",
            "BEARER   vst_x ",
            &basic("ana:vst_x"),
            &basic(":vst_x"),
            &basic("ana").replace("YW5h", "YW5hOnZzdF94"),
            &basic("ana@example.org:vst_x").replace("Basic", "bAsIc"),
        ] {
            assert_eq!(read(header).as_deref(), Some("vst_x"), "{header}");
        }
        // A user name has no colon (RFC 7617 section 2), so all that follows is the password.
        assert_eq!(read(&basic("ana:vst_x:y")).as_deref(), Some("vst_x:y"));
    }

    #[test]
    fn the_credentials_of_the_app_are_its_own() {
        let long = format!("Bearer vst_{}", "x".repeat(MAX_BYTES));
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "vst_x",
            "Bearer nonsense",
            "Bearer xvst_x",
            "Digest vst_x",
            "Basic vst_x",
            "Basic YW5h",
            "Basic YW5hOnZzdF94=",
            "Basic /////w==",
            "Basic dnN0X3g6cGFzc3dvcmQ=",
            &long,
        ] {
            assert_eq!(read(header), None, "{header}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_is_too_strange(header in "(Basic|Bearer)? ?.*") {
            let _ = read(&header);
        }
    }
}
