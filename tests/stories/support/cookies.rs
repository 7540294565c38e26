//! A browser's cookies (RFC 6265bis, as far as one host needs it).

use rocket::http::Cookie;

/// The cookies of one browser.
#[derive(Clone, Default)]
pub struct Jar {
    kept: Vec<Kept>,
    refuses: bool,
    lines: Vec<String>,
}

#[derive(Clone)]
struct Kept {
    name: String,
    value: String,
    path: String,
    /// Unix milliseconds. None: until the browser is closed.
    expires: Option<i64>,
}

impl Jar {
    /// Stores the cookie of a `Set-Cookie` line, received at that time (Unix milliseconds). `Secure` is ignored,
    /// because browsers treat loopback addresses as secure.
    pub fn receive(&mut self, line: &str, now: i64) {
        self.lines.push(line.to_owned());
        if self.refuses {
            return;
        }
        let cookie = Cookie::parse(line).unwrap_or_else(|error| panic!("no cookie: {line}: {error}"));
        let whole_host = cookie.secure() == Some(true) && cookie.path() == Some("/") && cookie.domain().is_none();
        if cookie.name().starts_with("__Host-") && !whole_host {
            return;
        }
        let age = cookie
            .max_age()
            .map(|age| now.saturating_add(age.whole_seconds().saturating_mul(1000)));
        let date = cookie.expires_datetime().map(|date| date.unix_timestamp().saturating_mul(1000));
        let expires = age.or(date);
        self.forget(cookie.name());
        if expires.is_none_or(|at| at > now) {
            self.kept.push(Kept {
                name: cookie.name().to_owned(),
                value: cookie.value().to_owned(),
                path: cookie.path().unwrap_or("/").to_owned(),
                expires,
            });
        }
    }

    /// Stores a cookie as if it had been set.
    pub fn put(&mut self, name: &str, value: &str) {
        self.forget(name);
        self.kept.push(Kept {
            name: name.to_owned(),
            value: value.to_owned(),
            path: "/".to_owned(),
            expires: None,
        });
    }

    /// Stores nothing from now on.
    pub fn refuse(&mut self) {
        self.clear();
        self.refuses = true;
    }

    /// Stores cookies again.
    pub fn accept(&mut self) {
        self.refuses = false;
    }

    pub fn forget(&mut self, name: &str) {
        self.kept.retain(|kept| kept.name != name);
    }

    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// Deletes the cookies that end with the browser.
    pub fn close(&mut self) {
        self.kept.retain(|kept| kept.expires.is_some());
    }

    /// The names and values that are sent to a path at that time.
    pub fn sent(&self, path: &str, now: i64) -> Vec<(String, String)> {
        self.kept
            .iter()
            .filter(|kept| kept.expires.is_none_or(|at| at > now))
            .filter(|kept| path.starts_with(&kept.path))
            .map(|kept| (kept.name.clone(), kept.value.clone()))
            .collect()
    }

    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}
