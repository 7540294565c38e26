//! Single requests and their responses, for what a form cannot express.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::Method;
use super::browser::Browser;

/// The name of the field with the form token.
pub const FORM_TOKEN: &str = "form_token";

const FORM: &str = "application/x-www-form-urlencoded";

/// A request that is not sent yet. Redirects are not followed. Cookies of the response are stored.
pub struct Request {
    pub(super) browser: Browser,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether it is a form of our own pages, so that it carries the form token.
    pub(super) tokened: bool,
}

impl Request {
    /// A request without the headers that a browser adds.
    pub(super) fn bare(browser: Browser, method: Method, path: &str) -> Self {
        Self {
            browser,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            tokened: false,
        }
    }

    /// Sets a header, replacing what the browser would send. The value may be any bytes that HTTP permits.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.insert(header_name(name), header_value(value.as_ref()));
        self
    }

    /// Puts the form token before the other fields. A form without fields then consists of it.
    pub(super) fn carry(mut self, token: &str) -> Self {
        let kind = self.headers.get("content-type").map(|kind| kind.as_bytes().to_vec());
        let is_form = kind.as_deref().is_some_and(|kind| kind.starts_with(FORM.as_bytes()));
        let is_button = kind.is_none() && self.body.is_empty();
        if !is_form && !is_button {
            return self;
        }
        let mut body = encode([(FORM_TOKEN, token)]).into_bytes();
        if !self.body.is_empty() {
            body.push(b'&');
        }
        body.append(&mut self.body);
        self.body = body;
        if is_form {
            self
        } else {
            self.header("content-type", FORM)
        }
    }

    /// The same for another path.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The same by another method, also one that no browser knows.
    #[must_use]
    pub fn by(mut self, method: &str) -> Self {
        self.method = method.parse().unwrap();
        self
    }

    /// Adds a header to those of the same name.
    #[must_use]
    pub fn also(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(header_name(name), header_value(value.as_ref()));
        self
    }

    /// Removes a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(header_name(name));
        self
    }

    /// The request as a page of another site would cause it, in a browser that sends the cookies nevertheless.
    #[must_use]
    pub fn forged_by(self, origin: &str) -> Self {
        self.header("origin", origin)
            .header("referer", format!("{origin}/"))
            .header("sec-fetch-site", "cross-site")
    }

    /// Sets the body. Its type is set by [`header`](Self::header) (`content-type`).
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.tokened = false;
        self
    }

    /// Adds the form token before the rest of the body, as a page of this site would.
    #[must_use]
    pub fn with_token(mut self) -> Self {
        self.tokened = true;
        self
    }

    /// Removes the form token that a page of this site would send.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.tokened = false;
        self
    }

    /// Sets a form as the body, as browsers encode it.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let tokened = self.tokened && fields.iter().all(|(name, _)| *name != FORM_TOKEN);
        let form = self.header("content-type", FORM).body(encode(fields.iter().copied()));
        Self { tokened, ..form }
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.header("content-type", "application/json").body(value.to_string())
    }

    pub async fn send(self) -> Answer {
        let browser = self.browser.clone();
        browser.exchange(self).await
    }
}

/// A response.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "status; location {:?}; body:\n{}", self.location(), self.text());
        self
    }

    /// A header that is text and occurs at most once.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next();
        assert!(all.next().is_none(), "{name} is there twice");
        first.map(|value| value.to_str().unwrap_or_else(|_| panic!("{name} is no text: {value:?}")))
    }

    /// The target of a redirect.
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The `Set-Cookie` lines.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers
            .get_all("set-cookie")
            .iter()
            .map(|line| line.to_str().unwrap())
            .collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON: {error}: {}", self.text()))
    }
}

/// Encodes a form as `application/x-www-form-urlencoded`.
pub fn encode<K: AsRef<str>, V: AsRef<str>>(fields: impl IntoIterator<Item = (K, V)>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn header_name(name: &str) -> HeaderName {
    name.parse().unwrap_or_else(|_| panic!("no header name: {name:?}"))
}

fn header_value(value: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(value).unwrap_or_else(|_| panic!("no header value: {value:?}"))
}
