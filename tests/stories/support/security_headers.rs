//! The headers that every response must have.

use super::request::Answer;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

impl Answer {
    /// Fails unless the response has the headers of `docs/security.md`, and none that disclose too much.
    #[track_caller]
    pub fn has_security_headers(&self, path: &str, release: bool) -> &Self {
        let told = |name: &str| self.header(name).unwrap_or_default();
        let bare = path.split('?').next().unwrap_or_default();
        let what = format!("{} at {path}: {:#?}", self.status, self.headers);
        // The page of a mail in the development mailbox has another policy, because it shows that mail with its styles
        // in a frame.
        if !(path.starts_with("/dev/mailbox/") && self.status == 200) {
            assert_eq!(told("content-security-policy"), POLICY, "{what}");
        }
        assert!(!told("content-security-policy").contains("unsafe-eval"), "{what}");
        assert_eq!(told("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(told("cross-origin-resource-policy"), "same-origin", "{what}");
        for feature in ["camera=()", "geolocation=()", "microphone=()", "payment=()"] {
            assert!(told("permissions-policy").contains(feature), "{feature}: {what}");
        }
        let token_pages = [
            "/confirm-email/",
            "/reset-password/",
            "/not-me/",
            "/factors/stop/",
            "/account/email/confirm/",
            "/account/email/undo/",
            "/continue",
            "/.vestibule/callback",
        ];
        // These pages and others that mails link to have no opener policy: a window opened from a sandboxed webmail
        // could not show them (decision 013).
        let mail_pages = [
            "/",
            "/account",
            "/account/delete",
            "/account/email",
            "/forgot-password",
            "/login",
            "/login/confirm",
            "/login/two-factor",
            "/reset-password",
            "/signup",
        ];
        let from_mail = mail_pages.contains(&bare) || token_pages.iter().any(|page| path.starts_with(page));
        let opener = self.header("cross-origin-opener-policy");
        assert_eq!(opener, (!from_mail).then_some("same-origin"), "{what}");
        let referrer = if token_pages.iter().any(|page| path.starts_with(page)) {
            "strict-origin"
        } else {
            "same-origin"
        };
        assert_eq!(told("referrer-policy"), referrer, "{what}");
        let transport = self.header("strict-transport-security");
        assert_eq!(transport, release.then_some("max-age=63072000; includeSubDomains"), "{what}");
        let public = ["/static/", "/favicon.ico", "/.well-known/jwks.json"];
        let from_files = public.iter().any(|page| path.starts_with(page));
        if !(from_files && matches!(self.status, 200 | 304)) {
            assert_eq!(told("cache-control"), "no-store", "{what}");
        }
        for name in self.headers.keys() {
            let name = name.as_str();
            let talkative = ["server", "x-powered-by", "via"].contains(&name) || name.starts_with("access-control-");
            assert!(!talkative, "{name}: {what}");
        }
        self.has_a_sound_body(&what);
        self.sets_sound_cookies(release);
        self
    }

    #[track_caller]
    fn has_a_sound_body(&self, what: &str) {
        let kind = self.header("content-type");
        let length = self.header("content-length").map(|length| length.parse::<usize>().unwrap());
        if !self.body.is_empty() {
            let streamed = self.header("transfer-encoding") == Some("chunked");
            assert_eq!(length, (!streamed).then_some(self.body.len()), "{what}");
            let kind = kind.unwrap_or_else(|| panic!("a body of no type: {what}"));
            assert!(!kind.starts_with("text/") || kind.ends_with("charset=utf-8"), "{what}");
        }
        if matches!(self.status, 204 | 304) {
            assert_eq!(kind, None, "{what}");
        }
    }

    #[track_caller]
    fn sets_sound_cookies(&self, release: bool) {
        for line in self.set_cookies() {
            let (pair, rest) = line.split_once("; ").unwrap_or((line, ""));
            let attributes: Vec<&str> = rest.split("; ").collect();
            for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(attributes.contains(&attribute), "{attribute}: {line}");
            }
            assert!(!rest.to_lowercase().contains("domain="), "{line}");
            assert_eq!(attributes.contains(&"Secure"), release, "{line}");
            assert_eq!(line.starts_with("__Host-vestibule_"), release, "{line}");
            assert!(pair.len() <= 4096, "{line}");
        }
    }
}
