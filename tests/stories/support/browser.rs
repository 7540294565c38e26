//! A browser with cookies of its own. It sends the headers of real browsers and follows redirects.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use vestibule::time::Clock;

use super::app::App;
use super::cookies::Jar;
use super::page::Page;
use super::request::{Answer, FORM_TOKEN, Request, encode};
use super::{Method, PASSWORD};

/// The `User-Agent` of Firefox on Linux.
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

/// The maximum number of redirects. Real browsers stop after 20.
const REDIRECTS: usize = 10;

/// The server that a browser uses.
#[derive(Clone)]
pub struct Site {
    /// The URL that the server listens at.
    pub base: String,
    /// The origin in the address bar. It differs from `base` if a proxy would be in front.
    pub origin: String,
    /// The clock by which cookies expire.
    pub clock: Clock,
}

/// A browser. Clones are tabs of the same one.
#[derive(Clone)]
pub struct Browser(Arc<Inner>);

struct Inner {
    site: Site,
    address: Ipv4Addr,
    client: reqwest::Client,
    state: Mutex<State>,
}

#[derive(Clone)]
struct State {
    jar: Jar,
    user_agent: String,
    languages: String,
    form_token: Option<FormToken>,
}

/// The form token of the last page with one.
#[derive(Clone)]
struct FormToken {
    value: String,
    /// The session token with which the page was requested.
    session: String,
}

impl Browser {
    /// A browser without cookies, with that client address, in English.
    pub(super) fn new(site: Site, address: Ipv4Addr) -> Self {
        let state = State {
            jar: Jar::default(),
            user_agent: USER_AGENT.to_owned(),
            languages: "en-GB,en;q=0.7".to_owned(),
            form_token: None,
        };
        Self::with(site, address, state)
    }

    fn with(site: Site, address: Ipv4Addr, state: State) -> Self {
        // No connection is kept open: a stopping server would wait for it.
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .http1_only()
            .pool_max_idle_per_host(0)
            .local_address(std::net::IpAddr::from(address))
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        Self(Arc::new(Inner {
            site,
            address,
            client,
            state: Mutex::new(state),
        }))
    }

    /// The same cookies with another client address: a thief's browser.
    pub fn stolen_by(&self, address: [u8; 4]) -> Self {
        Self::with(self.0.site.clone(), address.into(), self.state(|state| state.clone()))
    }

    /// The same cookies, sent to another node.
    pub fn by_way_of(&self, node: &App) -> Self {
        let site = Site {
            base: node.base().to_owned(),
            ..self.0.site.clone()
        };
        Self::with(site, self.0.address, self.state(|state| state.clone()))
    }

    /// Changes the `User-Agent`.
    #[must_use]
    pub fn user_agent(self, text: &str) -> Self {
        self.state(|state| text.clone_into(&mut state.user_agent));
        self
    }

    /// Changes the `Accept-Language`.
    #[must_use]
    pub fn languages(self, text: &str) -> Self {
        self.state(|state| text.clone_into(&mut state.languages));
        self
    }

    /// The browser stores no cookies from now on.
    #[must_use]
    pub fn refusing_cookies(self) -> Self {
        self.state(|state| state.jar.refuse());
        self
    }

    /// The browser stores cookies again, as after a change in its settings.
    pub fn accepts_cookies(&self) {
        self.state(|state| state.jar.accept());
    }

    /// The client address that the server sees.
    pub fn address(&self) -> Ipv4Addr {
        self.0.address
    }

    /// Opens a path or a mailed link, as typed into the address bar.
    pub async fn open(&self, path: &str) -> Page {
        self.navigate(Method::GET, path, None, None).await
    }

    /// Follows a link on another site, for example in a web mailer.
    pub async fn open_from(&self, origin: &str, path: &str) -> Page {
        let request = navigation(Request::bare(self.clone(), Method::GET, path))
            .forged_by(origin)
            .without("origin");
        self.follow(request).await
    }

    /// Posts a form as a page of this site would, and follows redirects.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let from = format!("{}{path}", self.0.site.origin);
        let token = if fields.iter().any(|(name, _)| *name == FORM_TOKEN) {
            None
        } else {
            self.form_token().await
        };
        let token = token.iter().map(|token| (FORM_TOKEN, &**token));
        let form = encode(token.chain(fields.iter().copied()));
        self.navigate(Method::POST, path, Some(form), Some((&from, "same-origin")))
            .await
    }

    /// A request as a page of this site sends it, to be modified: `browser.request(Method::POST,
    /// "/login").without("origin")`. A form of a signed-in user includes the form token.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let origin = &self.0.site.origin;
        let safe = method == Method::GET || method == Method::HEAD;
        let request = navigation(Request::bare(self.clone(), method, path))
            .header("sec-fetch-site", "same-origin")
            .header("referer", format!("{origin}{path}"));
        if safe {
            request
        } else {
            let request = request.header("origin", origin);
            Request {
                tokened: true,
                ..request
            }
        }
    }

    /// The form token of this browser's pages. None: no user is signed in. If no page was loaded since the session
    /// token changed, one is loaded without changing this browser.
    pub async fn form_token(&self) -> Option<String> {
        let session = self.session_token()?;
        let seen = self.state(|state| state.form_token.clone());
        if let Some(token) = seen.filter(|token| token.session == session) {
            return Some(token.value);
        }
        let page = self.send(navigation(Request::bare(self.clone(), Method::GET, "/logout"))).await;
        token_on(&page.text())
    }

    /// One navigation. `from` is the page that it starts at, with that page's `Referrer-Policy`.
    pub(super) async fn navigate(
        &self,
        method: Method,
        path: &str,
        form: Option<String>,
        from: Option<(&str, &str)>,
    ) -> Page {
        let posts = method == Method::POST;
        let mut request = navigation(Request::bare(self.clone(), method, path));
        if let Some((page, policy)) = from {
            let origin = &self.0.site.origin;
            request = request.header("sec-fetch-site", "same-origin");
            request = match policy {
                "no-referrer" => request,
                "origin" | "strict-origin" => request.header("referer", format!("{origin}/")),
                _ => request.header("referer", page),
            };
            if posts {
                // Browsers hide the origin of a page with `no-referrer`.
                request = request.header("origin", if policy == "no-referrer" { "null" } else { origin });
            }
        }
        if let Some(form) = form {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        }
        self.follow(request).await
    }

    async fn follow(&self, mut request: Request) -> Page {
        for _ in 0..REDIRECTS {
            let again = (request.method.clone(), request.path.clone(), request.headers.clone(), request.body.clone());
            let answer = self.exchange(request).await;
            let (method, path, headers, body) = again;
            let here = self.url(&path);
            let target = matches!(answer.status, 301 | 302 | 303 | 307 | 308)
                .then(|| answer.location().map(|location| here.join(location).unwrap()))
                .flatten()
                .filter(|target| target.origin() == here.origin());
            let Some(target) = target else {
                return Page::new(self.clone(), here, answer);
            };
            let keeps = matches!(answer.status, 307 | 308) || (method != Method::POST && answer.status != 303);
            request = Request::bare(self.clone(), if keeps { method } else { Method::GET }, &local(&target));
            request.headers = headers;
            if keeps {
                request.body = body;
            } else {
                request = request.without("origin").without("content-type");
            }
        }
        panic!("more than {REDIRECTS} redirects");
    }

    /// Sends one request and stores the cookies of the response. Cookies are sent unless the request has its own.
    pub(super) async fn exchange(&self, mut request: Request) -> Answer {
        if request.tokened
            && let Some(token) = self.form_token().await
        {
            request = request.carry(&token);
        }
        let answer = self.send(request).await;
        self.keep(&answer);
        answer
    }

    async fn send(&self, request: Request) -> Answer {
        let site = &self.0.site;
        let path = request.path.split('#').next().unwrap_or_default();
        let url = format!("{}{path}", site.base);
        let mut headers = HeaderMap::new();
        if site.origin != site.base {
            let (_, host) = site.origin.split_once("://").unwrap();
            headers.insert("host", host.parse().unwrap());
        }
        let cookies = self.state(|state| state.jar.sent(path, site.clock.now()));
        let cookies: Vec<String> = cookies.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert("cookie", cookies.join("; ").parse().unwrap());
        }
        let replaced: Vec<_> = request.headers.keys().cloned().collect();
        for name in replaced {
            headers.remove(&name);
        }
        headers.extend(request.headers);
        let sent = self
            .0
            .client
            .request(request.method, &url)
            .headers(headers)
            .body(request.body)
            .send()
            .await;
        let response = sent.unwrap_or_else(|error| panic!("{url}: {error:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|error| panic!("{url}: {error:?}"))
            .to_vec();
        Answer { status, headers, body }
    }

    fn keep(&self, answer: &Answer) {
        let site = &self.0.site;
        self.state(|state| {
            let wiped = answer
                .headers
                .get("clear-site-data")
                .and_then(|what| what.to_str().ok())
                .unwrap_or_default();
            for line in answer.set_cookies() {
                state.jar.receive(line, site.clock.now());
            }
            // Cookies that the same response sets are deleted as well, as in Chromium.
            if wiped.contains("\"cookies\"") || wiped.contains("\"*\"") {
                state.jar.clear();
            }
        });
        if let (Some(value), Some(session)) = (token_on(&answer.text()), self.session_token()) {
            self.state(|state| state.form_token = Some(FormToken { value, session }));
        }
    }

    /// The names and values of the cookies that it would send now.
    pub fn cookies(&self) -> Vec<(String, String)> {
        self.state(|state| state.jar.sent("/", self.0.site.clock.now()))
    }

    /// The value of a cookie, with or without `__Host-` and the site's port in its name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let name = self.on_this_site(name);
        let bare = |cookie: &str| cookie.strip_prefix("__Host-").unwrap_or(cookie) == name;
        self.cookies()
            .into_iter()
            .find(|(cookie, _)| bare(cookie))
            .map(|(_, value)| value)
    }

    /// A cookie's name on this site, which includes the port if the site has one of its own.
    fn on_this_site(&self, name: &str) -> String {
        let port = url::Url::parse(&self.0.site.origin).unwrap().port();
        match port.map(|port| format!("_{port}")) {
            Some(port) if !name.ends_with(&port) => format!("{name}{port}"),
            _ => name.to_owned(),
        }
    }

    /// The session token (a JWT).
    pub fn session_token(&self) -> Option<String> {
        self.cookie("vestibule_session")
    }

    /// The last `Set-Cookie` line of a cookie, with or without `__Host-`.
    pub fn set_cookie_line(&self, name: &str) -> Option<String> {
        let name = self.on_this_site(name);
        let begin = [format!("{name}="), format!("__Host-{name}=")];
        let of_it = |line: &&String| begin.iter().any(|begin| line.starts_with(begin));
        self.state(|state| state.jar.lines().iter().rfind(of_it).cloned())
    }

    /// Sets a cookie by hand.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let name = self.on_this_site(name);
        self.state(|state| state.jar.put(&name, value));
    }

    /// Sets a cookie with exactly this name, as another server on this host would.
    pub fn set_cookie_named(&self, name: &str, value: &str) {
        self.state(|state| state.jar.put(name, value));
    }

    /// Deletes a cookie by hand.
    pub fn forget_cookie(&self, name: &str) {
        let name = self.on_this_site(name);
        self.state(|state| state.jar.forget(&name));
    }

    /// The same by exactly this name.
    pub fn forget_cookie_named(&self, name: &str) {
        self.state(|state| state.jar.forget(name));
    }

    /// Closes the browser and opens it again: what was to last until then is gone.
    pub fn close_and_open(&self) {
        self.state(|state| state.jar.close());
    }

    /// Fills in and sends the sign-up page with [`PASSWORD`]. Fields are found by name, so it works in any language.
    pub async fn sign_up(&self, email: &str) -> Page {
        let page = self.open("/signup").await;
        page.fill_name("email", email).fill_name("password", PASSWORD);
        page.submit("/signup").await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Page {
        let page = self.open("/login").await;
        page.fill_name("email", email).fill_name("password", password);
        page.submit("/login").await
    }

    /// Presses the sign-out button, which every page has.
    pub async fn sign_out(&self) -> Page {
        self.open("/logout").await.submit("/logout").await
    }

    fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&self.0.site.origin).unwrap().join(path).unwrap()
    }

    /// What people have in their address bar at this site.
    pub fn site_origin(&self) -> &str {
        &self.0.site.origin
    }

    /// Whether the site is reached by https.
    pub fn secure(&self) -> bool {
        self.0.site.origin.starts_with("https://")
    }

    pub(super) fn origin(&self) -> &str {
        &self.0.site.origin
    }

    pub(super) fn state_headers(&self) -> (String, String) {
        self.state(|state| (state.user_agent.clone(), state.languages.clone()))
    }

    fn state<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        with(&mut self.0.state.lock().unwrap())
    }
}

fn token_on(html: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{FORM_TOKEN}\" value=\""))?;
    rest.split_once('"').map(|(token, _)| token.to_owned())
}

/// The headers that browsers send for a navigation.
fn navigation(request: Request) -> Request {
    let (user_agent, languages) = request.browser.state_headers();
    request
        .header("user-agent", user_agent)
        .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .header("accept-language", languages)
        .header("upgrade-insecure-requests", "1")
        .header("sec-fetch-dest", "document")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-site", "none")
        .header("sec-fetch-user", "?1")
}

/// The path with its query.
pub fn local(url: &url::Url) -> String {
    url.query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}
