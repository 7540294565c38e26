//! The page to return to after signing in. Only paths on this site are followed (ASVS 3.7.2).

use std::fmt;

use rocket::form::{self, FromFormField, ValueField};
use rocket::http::uri::Reference;

use super::context::SiteContext;
use crate::accounts::identity::email_address::display_email;

/// As much as a page for an app may need (`app_state.rs`), and less than proxies take for too long.
const MAX_BYTES: usize = 4096;

/// A path on this site, with its query.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReturnTo(String);

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ReturnTo {
    /// Parses a path. Refused is what a browser could take for another site: `//host`, `/\host`, and control
    /// characters, which browsers remove before they parse a URL.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let sound = bytes.len() <= MAX_BYTES
            && bytes.first() == Some(&b'/')
            && !matches!(bytes.get(1), Some(b'/' | b'\\'))
            && bytes.iter().all(|byte| matches!(byte, 0x21..=0x7e) && *byte != b'\\');
        let resolved = url::Url::parse("https://here.invalid").ok()?.join(text).ok()?;
        let here = resolved.host_str() == Some("here.invalid") && resolved.username().is_empty();
        // Returning to one of these pages after signing in makes no sense.
        let door = ["/login", "/signup", "/logout"]
            .iter()
            .any(|door| resolved.path() == *door || resolved.path().starts_with(&format!("{door}/")));
        // Rocket fails with a server error if it cannot parse the target of a redirect.
        let writable = Reference::parse(text).is_ok();
        (sound && here && !door && writable).then(|| Self(text.to_owned()))
    }

    /// The path with its query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of a page with this path as its parameter `next`: `/login?next=%2Fusers`.
    #[must_use]
    pub fn with_next(next: Option<&Self>, page: &str) -> String {
        match next {
            Some(next) => {
                let query: String = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("next", &next.0)
                    .finish();
                format!("{page}?{query}")
            }
            None => page.to_owned(),
        }
    }
}

/// The value of a form or query field. A missing or invalid value is ignored.
#[derive(Clone, Debug, Default)]
pub struct MaybeReturnTo(pub Option<ReturnTo>);

impl<'v> FromFormField<'v> for MaybeReturnTo {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        Ok(Self(ReturnTo::parse(field.value)))
    }

    fn default() -> Option<Self> {
        Some(Self(None))
    }
}

/// Where a user goes after signing in. A `home_url` on another host is only linked from the front page: CSP
/// `form-action` would block a redirect there after the sign-in form.
#[must_use]
pub fn after_login(next: Option<&ReturnTo>, frame: &SiteContext) -> String {
    let home = match frame.config.site.home_url.as_deref() {
        Some(path) if path.starts_with('/') => path,
        Some(_) => "/",
        None => "/account",
    };
    next.map_or(home, ReturnTo::as_str).to_owned()
}

/// The URL of the sign-in page with the address filled in.
#[must_use]
pub fn login_url_for(email: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("email", &display_email(email))
        .finish();
    format!("/login?{query}")
}

/// The page with the form that posts to a path. It is the same path, except for actions such as
/// `/account/sessions/<id>/end`.
#[must_use]
pub fn form_of(path: &str) -> &str {
    match path {
        "/account/delete/undo" | "/account/export" => "/account/delete",
        "/account/email/withdraw" => "/account/email",
        "/confirm-email" | "/confirm-email/resend" => "/signup/sent",
        "/language" => "/",
        path if path.starts_with("/account/sessions/") => "/account/sessions",
        path if path.starts_with("/account/tokens/") => "/account/tokens",
        path if path.starts_with("/account/two-factor/") => "/account/two-factor",
        path if path.starts_with("/account/passkeys/") => "/account/passkeys",
        path if path.starts_with("/apps/") && (path.ends_with("/hide") || path.ends_with("/show")) => "/",
        path => ["/apps/", "/groups/", "/users/"]
            .iter()
            .find_map(|list| page_of(path, list))
            .unwrap_or(path),
    }
}

/// The page of one thing of a list, whose actions have paths below it.
fn page_of<'a>(path: &'a str, list: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(list)?;
    let end = rest.find(['/', '?']).filter(|end| rest[*end..].starts_with('/'))?;
    Some(&path[..list.len() + end])
}

/// The page that a visitor came from: any path on this site, doors included; else the front page.
#[must_use]
pub fn referring_page(path: &str) -> String {
    let door = ["/login", "/signup", "/logout"].iter().any(|door| path.starts_with(door));
    let tail = path.strip_prefix('/').unwrap_or_default();
    // The prefix makes `ReturnTo::parse` accept these pages. All its other checks still apply.
    let sound = if door {
        ReturnTo::parse(&format!("/back/{tail}")).is_some()
    } else {
        ReturnTo::parse(path).is_some()
    };
    if sound { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 3.7.2
    #[test]
    fn only_paths_on_this_site_are_followed() {
        for good in ["/", "/account", "/users?q=a%20b&sort=-name", "/a/../b"] {
            assert!(ReturnTo::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "account",
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "https://evil.test",
            "https:evil.test",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\t/evil.test",
            "/\n/evil.test",
            " //evil.test",
            "/a b",
            "/a\\b",
            "/ä",
            "/login",
            "/login?next=/login",
            "/x/../login",
            "/signup/sent",
            "/logout",
            "/a\"b",
            "/a<b>",
            "/a{b}",
            "/a|b",
            "/a^b`c",
        ] {
            assert!(ReturnTo::parse(bad).is_none(), "{bad}");
        }
        assert!(ReturnTo::parse(&format!("/{}", "a".repeat(MAX_BYTES))).is_none());
    }

    #[test]
    fn an_action_belongs_to_the_page_that_it_is_on() {
        for (path, page) in [
            ("/groups", "/groups"),
            ("/groups/staff", "/groups/staff"),
            ("/groups/staff?after=a/b", "/groups/staff?after=a/b"),
            ("/groups/staff/members/1/remove", "/groups/staff"),
            ("/users/1/groups", "/users/1"),
            ("/account/tokens/1/revoke", "/account/tokens"),
            ("/account/two-factor/enable", "/account/two-factor"),
            ("/account/passkeys/options", "/account/passkeys"),
            ("/account/passkeys/1/rename", "/account/passkeys"),
            ("/users/1/user-name", "/users/1"),
            ("/users?q=a/b", "/users?q=a/b"),
            ("/account/sessions/1/end", "/account/sessions"),
            ("/account/password", "/account/password"),
        ] {
            assert_eq!(form_of(path), page);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_followed_stays_here(text in "[/\\\\:@.a-z\t\n %]{0,12}") {
            if let Some(next) = ReturnTo::parse(&text) {
                let resolved = url::Url::parse("https://us.test/x").unwrap().join(next.as_str()).unwrap();
                proptest::prop_assert_eq!(resolved.host_str(), Some("us.test"));
            }
        }
    }
}
