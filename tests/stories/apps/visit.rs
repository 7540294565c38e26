//! A visitor of an app, and the proxy in front of it, as far as Vestibule sees them.

use crate::support::*;

/// Where the proxy stands.
pub const PROXY: [u8; 4] = [127, 0, 0, 9];
pub const WIKI: &str = "wiki.example.org";

/// A proxy, and two apps: everybody may enter the wiki, the members of the staff the shop.
pub const APPS: [(&str, &str); 7] = [
    ("trusted_proxies", "[\"127.0.0.9/32\"]"),
    ("groups.staff.description", "Who works here"),
    ("apps.wiki.name", "Wiki"),
    ("apps.wiki.hosts", "[\"wiki.example.org\", \"wiki.example.org:8443\"]"),
    ("apps.wiki.access", "everyone"),
    ("apps.shop.hosts", "[\"shop.example.org\"]"),
    ("apps.shop.groups", "[\"staff\"]"),
];

/// The five headers of an answer that lets in.
pub const IDENTITY: [&str; 5] = [
    "remote-user",
    "remote-email",
    "remote-name",
    "remote-groups",
    "remote-display-name",
];

/// One person's browser, as it is at the host of an app and at Vestibule's: a browser keeps the cookies of hosts apart.
#[derive(Clone)]
pub struct Visit {
    pub host: &'static str,
    pub at_app: Browser,
    pub own: Browser,
}

impl Visit {
    pub fn of(app: &App, host: &'static str, own: &Browser) -> Self {
        Self {
            host,
            at_app: app.browser_at(PROXY),
            own: own.clone(),
        }
    }

    /// The proxy's question for a page that a person opens.
    pub fn asks(&self, uri: &str) -> Request {
        self.at_app
            .request(Method::GET, "/forward-auth")
            .header("x-forwarded-host", self.host)
            .header("x-forwarded-uri", uri)
            .header("x-forwarded-method", "GET")
            .header("x-forwarded-for", "203.0.113.7")
    }

    /// The answer to that.
    pub async fn sees(&self, uri: &str) -> Answer {
        let answer = self.asks(uri).send().await;
        has_no_body(&answer);
        answer
    }

    /// The same for a script.
    pub async fn fetches(&self, uri: &str) -> Answer {
        let answer = self.asks(uri).header("sec-fetch-mode", "cors").send().await;
        has_no_body(&answer);
        answer
    }

    /// A request for one of our own paths at the host of the app.
    pub fn at_host(&self, method: &Method, path: &str) -> Request {
        let origin = self.origin();
        let request = self.at_app.request(method.clone(), path).header("x-forwarded-host", self.host);
        if *method == Method::POST {
            request.header("origin", origin)
        } else {
            request
        }
    }

    pub fn origin(&self) -> String {
        let scheme = if self.at_app.secure() { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// The path of an address at the host of the app.
    #[track_caller]
    pub fn path_of(&self, url: &str) -> String {
        let path = url.strip_prefix(&self.origin());
        path.unwrap_or_else(|| panic!("{url} is not at {}", self.origin())).to_owned()
    }

    /// From the start to the page of Vestibule that leads back: its path.
    pub async fn starts(&self, uri: &str) -> String {
        let refused = self.sees(uri).await;
        refused.status(303);
        let start = self.path_of(refused.location().unwrap());
        let answer = self.at_host(&Method::GET, &start).send().await;
        answer.status(303);
        let to = answer.location().unwrap();
        let path = to.strip_prefix(self.own_origin()).unwrap_or_else(|| panic!("{to} is not ours"));
        path.to_owned()
    }

    /// The value of the cookie at the host of the app.
    #[track_caller]
    pub fn token(&self) -> String {
        let cookies = self.at_app.cookies();
        let own = cookies
            .iter()
            .find(|(name, _)| name.trim_start_matches("__Host-") == "vestibule_app");
        own.unwrap_or_else(|| panic!("{cookies:?}")).1.clone()
    }

    fn own_origin(&self) -> &str {
        self.own.site_origin()
    }

    /// The path of the callback that Vestibule leads to.
    pub async fn continues(&self, path: &str) -> String {
        let answer = self.own.request(Method::GET, path).send().await;
        answer.status(200);
        let refresh = answer.header("refresh").unwrap();
        let to = refresh.strip_prefix("0; url=").unwrap();
        let link = format!("href=\"{}\"", to.replace('&', "&amp;"));
        assert!(answer.text().contains(&link), "{link}: {}", answer.text());
        self.path_of(to)
    }

    /// Follows all steps, from the refusal to the page of the app that it comes back to.
    pub async fn signs_in(&self, uri: &str) -> Answer {
        let path = self.starts(uri).await;
        let callback = self.continues(&path).await;
        let answer = self.at_host(&Method::GET, &callback).send().await;
        answer.status(303);
        answer
    }

    /// Signs in, and is told that the app is not for this person.
    pub async fn signs_in_is_refused(&self) {
        let path = self.starts("/").await;
        self.own.open(&path).await.status(403);
    }

    /// Signs in, and is let in.
    pub async fn enters(&self) -> &Self {
        let answer = self.signs_in("/").await;
        assert_eq!(answer.location(), Some(&*format!("{}/", self.origin())));
        self.sees("/").await.status(200);
        self
    }
}

/// The headers of an answer that lets in: all five, once each, and nothing of our own host.
#[track_caller]
pub fn identity(answer: &Answer) -> [String; 5] {
    answer.status(200);
    assert!(answer.set_cookies().is_empty(), "{:?}", answer.headers);
    IDENTITY.map(|name| answer.header(name).unwrap_or_else(|| panic!("{name} is missing")).to_owned())
}

/// Every answer is without a body and without the headers of our own host.
#[track_caller]
pub fn has_no_body(answer: &Answer) {
    assert_eq!(answer.header("content-length"), Some("0"), "{:?}", answer.headers);
    assert!(answer.body.is_empty());
    assert!(![204, 206, 304].contains(&answer.status));
    for name in [
        "strict-transport-security",
        "content-security-policy",
        "clear-site-data",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "x-frame-options",
        "referrer-policy",
        "www-authenticate",
        "set-cookie",
        "content-type",
        "transfer-encoding",
        "server",
    ] {
        assert!(!answer.headers.contains_key(name), "{name}: {:?}", answer.headers);
    }
    for name in IDENTITY {
        assert_eq!(answer.headers.get_all(name).iter().count(), usize::from(answer.status == 200), "{name}");
    }
    if let Some(location) = answer.location() {
        assert!(location.starts_with("http"), "{location}");
    }
}
