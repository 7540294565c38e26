//! `vestibule app check`: asks through the proxy in front of an app as a visitor would, step by step, until the sign-in page.
//! It goes to the hosts of apps and to Vestibule's own, and nowhere else.

use std::net::{IpAddr, SocketAddr};

use url::Url;

use super::visitor::{Asks, ProxyAnswer, Visitor};
use crate::accounts::app::App;
use crate::accounts::apps::check_token::{CHECK_PARAMETER, check_token};
use crate::accounts::lookup::app_registry::HostedApp;
use crate::cli::command_error::CommandError;
use crate::cli::output;
use crate::config::{AppAccess, Config, PublicPath, canonical_host, is_public};
use crate::id::new_id;

/// What was found: sentences.
#[derive(Default)]
struct Findings {
    good: Vec<String>,
    wrong: Vec<String>,
}

impl Findings {
    fn good(&mut self, text: impl Into<String>) {
        self.good.push(text.into());
    }

    fn wrong(&mut self, text: impl Into<String>) {
        self.wrong.push(text.into());
    }
}

/// Checks the proxy in front of one page.
///
/// # Errors
/// When something is wrong: all of it, one sentence a line.
pub(super) async fn check(config: &Config, app: &App, text: &str, at: Option<SocketAddr>) -> Result<(), CommandError> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.has_host() && ["http", "https"].contains(&url.scheme()));
    let url = url.ok_or_else(|| {
        CommandError::new(format!("{text} is no address of a page: write it as https://wiki.example.org/"))
    })?;
    let hosted = hosted(app, &url)?;
    let ours = Url::parse(config.public_url.origin())?;
    check_port(at, &url)?;
    let visitor = Visitor::new(format!("check-{}", new_id()), at, &[&url, &ours]).map_err(CommandError::new)?;
    let mut findings = Findings::default();
    if config.trusted_proxies.is_empty() {
        findings.wrong("trusted_proxies is empty, so Vestibule believes no proxy: name the one in front of this app");
    }
    let walk = Walk {
        config,
        app,
        visitor: &visitor,
        hosted: &hosted,
        url: &url,
        ours: &ours,
    };
    walk.all(&mut findings).await;
    for good in &findings.good {
        output::say(&format!("right: {good}."))?;
    }
    if findings.wrong.is_empty() {
        output::say(&format!("{url} is protected."))?;
        return output::say("Not seen: other pages, whom the app is told of, and what the proxy does after a sign-in.");
    }
    let wrong: Vec<String> = findings.wrong.iter().map(|wrong| format!("wrong: {wrong}.")).collect();
    Err(CommandError::new(wrong.join("\n")))
}

/// The address replaces the name of the host alone.
fn check_port(at: Option<SocketAddr>, url: &Url) -> Result<(), CommandError> {
    match at {
        Some(at) if Some(at.port()) != url.port_or_known_default() => Err(CommandError::new(format!(
            "--at has the port {}, and {} another one",
            at.port(),
            url.origin().ascii_serialization()
        ))),
        _ => Ok(()),
    }
}

/// The app at the host of a URL.
fn hosted(app: &App, url: &Url) -> Result<std::sync::Arc<HostedApp>, CommandError> {
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let apps = app.apps.known();
    let hosted = canonical_host(&host).and_then(|host| apps.at(&host).cloned());
    let hosted = hosted.ok_or_else(|| {
        CommandError::new(format!(
            "no app has the host {host}: add it to an app of the settings, or to one at /apps. `vestibule app list` shows \
             which there are"
        ))
    })?;
    if hosted.host.origin() != url.origin().ascii_serialization() {
        return Err(CommandError::new(format!(
            "the app {} is at {}, and not at {}: ask for that, or write the scheme before the host of the app",
            hosted.app.id,
            hosted.host.origin(),
            url.origin().ascii_serialization()
        )));
    }
    Ok(hosted)
}

/// The way of a visitor, from the app to the sign-in page.
struct Walk<'a> {
    config: &'a Config,
    app: &'a App,
    visitor: &'a Visitor,
    hosted: &'a HostedApp,
    url: &'a Url,
    ours: &'a Url,
}

impl Walk<'_> {
    async fn all(&self, findings: &mut Findings) {
        if is_public(&self.hosted.app.public_paths, self.url.path()) {
            findings.wrong(format!(
                "{} is one of the app's public_paths, so nobody is asked there: check another page",
                self.url.path()
            ));
            return;
        }
        if matches!(self.hosted.app.access, AppAccess::Nobody) {
            findings.wrong("nobody may enter the app: name its groups, or let everybody in");
        }
        // A query, so that its loss is noticed.
        let token = check_token(self.app, self.hosted.host.as_str());
        let mut page = self.url.clone();
        page.query_pairs_mut()
            .append_pair("query", "a/b&c")
            .append_pair(CHECK_PARAMETER, &token);
        let Some(start) = self.page(&page, findings).await else {
            return;
        };
        self.script(&page, findings).await;
        self.public_page(findings).await;
        self.passed_on(findings).await;
        if let Some(next) = self.start(&start, findings).await {
            self.sign_in(&next, findings).await;
        }
        self.closed(findings).await;
    }

    /// A person opens a page. The answer leads to the start of the sign-in.
    async fn page(&self, page: &Url, findings: &mut Findings) -> Option<Url> {
        let answer = match self.visitor.ask(page, Asks::Person).await {
            Ok(answer) => answer,
            Err(why) => {
                findings.wrong(format!("{page} cannot be reached: {why}"));
                return None;
            }
        };
        let Some(location) = &answer.location else {
            findings.wrong(self.not_led(&answer));
            return None;
        };
        let Ok(start) = page.join(location) else {
            findings.wrong(format!("the page leads to {location:?}, which is no address"));
            return None;
        };
        if start.origin() != page.origin() || start.path() != "/.vestibule/start" {
            findings.wrong(format!(
                "a visitor who is not signed in is led to {start}, and not to /.vestibule/start of this host: no forward-auth \
                 is in front of the page, or something before it leads elsewhere"
            ));
            return None;
        }
        let asked = &page[url::Position::BeforePath..];
        let to = start.query_pairs().find(|(name, _)| name == "to");
        if to.as_ref().is_none_or(|(_, to)| to != asked) {
            let to = to.map(|(_, to)| to.into_owned()).unwrap_or_default();
            findings.wrong(format!(
                "after the sign-in a visitor of {asked} would arrive at {to}: the proxy loses a part of X-Forwarded-Uri"
            ));
        } else {
            findings.good("a visitor who is not signed in is led to the sign-in, and back to the same page");
        }
        let seen = start
            .query_pairs()
            .find_map(|(name, seen)| (name == "seen").then(|| seen.parse())?.ok());
        if let Some(seen) = seen {
            self.client_address("when the proxy asks", seen, &answer, findings);
        }
        Some(start)
    }

    /// Why a visitor is not led to the sign-in.
    fn not_led(&self, answer: &ProxyAnswer) -> String {
        let app = &self.hosted.app;
        match answer.status {
            200..=299 | 304 => {
                let own = if answer.whole.contains(&self.visitor.claim) {
                    "; the visitor's own Remote-User arrives at the app, too"
                } else {
                    ""
                };
                let network = if app.open_networks.is_empty() {
                    ""
                } else {
                    ", unless this machine is in one of its open_networks, or the proxy lets the visitor's own \
                     X-Forwarded-For through, which claims an address in one of them"
                };
                format!(
                    "the page is shown to a visitor who is not signed in (status {}): no forward-auth is in front of \
                     it{network}{own}",
                    answer.status
                )
            }
            401 => "the answer is 401 without a way to sign in: the proxy keeps the Location of Vestibule's answer to itself \
                    (nginx needs error_page 401), does not pass Sec-Fetch-Mode and Accept on when it asks, or sends another \
                    X-Forwarded-Uri than the visitor's (in nginx it is $request_uri)"
                .to_owned(),
            403 => format!(
                "the answer is 403: Vestibule refuses the proxy's question, and its log says why (forward_auth_refused): \
                 X-Forwarded-Host is not {}, or it or X-Forwarded-Uri is missing or there twice, or the proxy is not in \
                 trusted_proxies",
                self.hosted.host
            ),
            404 => "the answer is 404: the proxy knows no such host, or asks Vestibule at another path than /forward-auth"
                .to_owned(),
            500 => "the answer is 500: the proxy does not understand Vestibule's answer (nginx needs \
                    /forward-auth?refuse=401), or cannot reach Vestibule"
                .to_owned(),
            400 => "the answer is 400: the proxy refuses the request itself, as one by http at a port for https".to_owned(),
            502..=504 => format!(
                "the answer is {}: the proxy does not reach Vestibule, or does not understand its answer (nginx needs \
                 /forward-auth?refuse=401), or Vestibule does not reach its database",
                answer.status
            ),
            status => format!("the answer is {status}, which leads nobody to the sign-in"),
        }
    }

    /// A script gets a plain refusal.
    async fn script(&self, page: &Url, findings: &mut Findings) {
        match self.visitor.ask(page, Asks::Script).await {
            Ok(answer) if answer.status == 401 && answer.location.is_none() => {
                findings.good("a script is told that nobody is signed in");
            }
            Ok(answer) => findings.wrong(format!(
                "a script that is not signed in gets {} instead of 401: the proxy does not pass Sec-Fetch-Mode on, or makes \
                 something else of the answer",
                answer.status
            )),
            Err(why) => findings.wrong(format!("{page} cannot be reached by a script: {why}")),
        }
    }

    /// Where the app may be reached without a sign-in, it may show what arrives.
    async fn public_page(&self, findings: &mut Findings) {
        let mut paths = self.hosted.app.public_paths.iter();
        let Some(path) = paths.find_map(|path| match path {
            PublicPath::Exact(path) => Some(path),
            PublicPath::Below(_) => None,
        }) else {
            return;
        };
        let Ok(url) = self.url.join(path) else { return };
        match self.visitor.ask(&url, Asks::Person).await {
            Ok(answer) if answer.whole.contains(&self.visitor.claim) => findings.wrong(format!(
                "the visitor's own Remote-User arrives at the app, at {path}: the proxy must set or remove all five headers, \
                 in every spelling"
            )),
            Ok(_) => {}
            Err(why) => findings.wrong(format!("{url} cannot be reached: {why}")),
        }
    }

    /// Vestibule says which address it takes for the visitor's at `/.vestibule/`.
    async fn passed_on(&self, findings: &mut Findings) {
        let token = check_token(self.app, self.hosted.host.as_str());
        let Ok(mut url) = self.url.join("/.vestibule/check") else {
            return;
        };
        url.query_pairs_mut().append_pair("token", &token);
        // Otherwise the start says what is wrong.
        if let Ok(answer) = self.visitor.ask(&url, Asks::Person).await
            && let Ok(seen) = answer.text.trim().parse()
        {
            self.client_address("at /.vestibule/", seen, &answer, findings);
        }
    }

    /// `seen`: what Vestibule takes for the visitor's address.
    fn client_address(&self, place: &str, seen: IpAddr, answer: &ProxyAnswer, findings: &mut Findings) {
        let is_proxy = self.config.trusted_proxies.iter().any(|network| network.contains(&seen));
        if seen == self.visitor.forwarded_for {
            findings.wrong(format!(
                "{place}, Vestibule takes what the visitor writes into X-Forwarded-For for the visitor's address: the proxy \
                 must set that header itself"
            ));
        } else if is_proxy && answer.from != Some(seen) {
            findings.wrong(format!(
                "{place}, Vestibule takes {seen}, which is in trusted_proxies, for the visitor's address: the proxy does not \
                 send X-Forwarded-For, so all visitors share one limit"
            ));
        } else {
            findings.good(format!("{place}, Vestibule sees the visitor's address as {seen}"));
        }
    }

    /// `/.vestibule/start` leads to Vestibule's own host.
    async fn start(&self, start: &Url, findings: &mut Findings) -> Option<Url> {
        let answer = match self.visitor.ask(start, Asks::Person).await {
            Ok(answer) => answer,
            Err(why) => {
                findings.wrong(format!("{start} cannot be reached: {why}"));
                return None;
            }
        };
        let next = answer.location.as_ref().and_then(|location| start.join(location).ok());
        let Some(next) = next else {
            findings.wrong(match answer.status {
                401 | 403 => {
                    "the proxy asks Vestibule about /.vestibule/, and should pass it on without asking".to_owned()
                }
                404 => {
                    "/.vestibule/ is not passed on to Vestibule (404), or without the app's X-Forwarded-Host".to_owned()
                }
                status => format!("/.vestibule/ is not passed on to Vestibule: it answers {status}"),
            });
            return None;
        };
        if next.origin() == start.origin() && next.path() == start.path() {
            findings.wrong(
                "/.vestibule/start leads to itself, so visitors go in circles: the proxy asks Vestibule about /.vestibule/, and \
                 should pass it on without asking",
            );
            return None;
        }
        if next.origin() != self.ours.origin() || next.path() != "/continue" {
            findings.wrong(format!(
                "/.vestibule/start leads to {next}, and not to {}: another Vestibule answers, or the app itself",
                self.ours
            ));
            return None;
        }
        let host = next.query_pairs().find(|(name, _)| name == "host");
        if host.is_none_or(|(_, host)| host != self.hosted.host.as_str()) {
            findings.wrong(format!(
                "at /.vestibule/ Vestibule takes this host for another one than {}: the proxy loses a part of \
                 X-Forwarded-Host",
                self.hosted.host
            ));
        } else if answer.sets_cookie {
            findings.good("/.vestibule/ is passed on to Vestibule");
        } else {
            findings
                .wrong("the proxy takes Set-Cookie out of Vestibule's answer at /.vestibule/, so nobody can sign in");
        }
        Some(next)
    }

    /// `/continue` on Vestibule's own host leads to the sign-in page.
    async fn sign_in(&self, url: &Url, findings: &mut Findings) {
        match self.visitor.ask(url, Asks::Person).await {
            Ok(answer) => {
                let next = answer.location.as_ref().and_then(|location| url.join(location).ok());
                match next {
                    Some(next) if next.origin() == self.ours.origin() && next.path() == "/login" => {
                        findings.good(format!("{} shows the sign-in page", self.ours));
                    }
                    Some(next) => findings.wrong(format!("{} leads to {next} instead of its sign-in page", self.ours)),
                    None => findings.wrong(format!(
                        "{} does not lead to its sign-in page (status {}): its proxy loses the path or the query",
                        self.ours, answer.status
                    )),
                }
            }
            Err(why) => findings.wrong(format!("{} cannot be reached: {why}", self.ours)),
        }
    }

    /// The question is for proxies alone.
    async fn closed(&self, findings: &mut Findings) {
        for path in ["/forward-auth", "/forward-auth/x"] {
            let Ok(url) = self.ours.join(path) else { continue };
            match self.visitor.ask(&url, Asks::Person).await {
                Ok(answer) if answer.status == 404 => {}
                Ok(answer) => {
                    findings.wrong(format!(
                        "{url} is open to visitors (status {}): its proxy should answer 404, and public_url should be the \
                         address of that proxy",
                        answer.status
                    ));
                }
                // Said above.
                Err(_) => {}
            }
        }
    }
}
