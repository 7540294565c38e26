//! For which host a request is: for Vestibule's own, or, by way of its proxy, for that of an app. There only the paths
//! below `/.vestibule/` are ours, and the headers of our own host have no place.

use std::sync::Arc;

use rocket::Request;
use rocket::http::Status;
use rocket::outcome::Outcome::{Forward, Success};
use rocket::request::{FromRequest, Outcome};

use super::client_address::is_from_proxy;
use super::context::SiteContext;
use crate::accounts::app::App;
use crate::accounts::lookup::app_registry::HostedApp;
use crate::config::canonical_host;
use crate::db::Explained;

/// Where proxies ask whether a visitor may enter an app.
pub const FORWARD_AUTH: &str = "/forward-auth";

/// The only paths of ours at the host of an app.
pub const AT_APPS: &str = "/.vestibule/";

/// Whether a path is one of the API, which programs call: it has no pages, no forms and no cookies.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path.strip_prefix("/api")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The host that a request is for.
#[derive(Debug)]
pub enum AskedHost {
    Ours,
    App(Arc<HostedApp>),
    /// A trusted proxy names several, and one is that of an app.
    Several,
    /// No host: a proxy asks whether a visitor may enter.
    ForwardAuth {
        /// `?refuse=401`: the proxy (nginx) passes no redirect on.
        refuse_with_401: bool,
    },
}

/// Whether a path is that of the question, or below it.
#[must_use]
pub fn is_forward_auth(path: &str) -> bool {
    path.strip_prefix(FORWARD_AUTH)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl AskedHost {
    /// First called before anything changes the request.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self::find(request))
    }

    fn find(request: &Request<'_>) -> Self {
        if is_forward_auth(request.uri().path().as_str()) {
            let query = request.uri().query().map_or("", |query| query.as_str());
            return Self::ForwardAuth {
                refuse_with_401: query.split('&').any(|pair| pair == "refuse=401"),
            };
        }
        let Some(app) = request.rocket().state::<Arc<App>>() else {
            return Self::Ours;
        };
        let hosts = forwarded_hosts(request);
        let apps = app.apps.known();
        let mut named = hosts.iter().filter_map(|host| apps.at(host.as_deref()?));
        match (named.next(), hosts.len()) {
            (None, _) => Self::Ours,
            (Some(app), 1) => Self::App(Arc::clone(app)),
            (Some(_), _) => Self::Several,
        }
    }

    /// Learns of apps that another process has added or removed. To be called before [`Self::of`].
    pub async fn learn(request: &Request<'_>) {
        let state = request.rocket();
        let (Some(app), Some(site)) = (state.state::<Arc<App>>(), state.state::<SiteContext>()) else {
            return;
        };
        if is_forward_auth(request.uri().path().as_str()) {
            return;
        }
        let ours = site.config.public_url.authority();
        for host in forwarded_hosts(request).iter().flatten().filter(|host| *host != ours) {
            if let Err(error) = app.apps.find(&app.pool, host).await {
                tracing::warn!(error = %Explained(&error), "the apps of the database cannot be read");
            }
        }
    }

    #[must_use]
    pub fn is_forward_auth(&self) -> bool {
        matches!(self, Self::ForwardAuth { .. })
    }

    /// The app, at its host.
    #[must_use]
    pub fn app(&self) -> Option<&Arc<HostedApp>> {
        match self {
            Self::App(app) => Some(app),
            _ => None,
        }
    }
}

/// The hosts that a trusted proxy says the visitor asked for, in their one spelling. None for what is no host.
fn forwarded_hosts(request: &Request<'_>) -> Vec<Option<String>> {
    let mut headers = request.headers().get("X-Forwarded-Host").peekable();
    if headers.peek().is_none() || !is_from_proxy(request) {
        return Vec::new();
    }
    let hosts = headers.flat_map(|header| header.split(','));
    hosts.map(|host| canonical_host(host.trim())).collect()
}

/// A route that is at the hosts of apps alone.
#[derive(Clone, Copy)]
pub struct AtApp<'r>(pub &'r HostedApp);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AtApp<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        match AskedHost::of(request) {
            AskedHost::App(app) => Success(Self(app)),
            _ => Forward(Status::NotFound),
        }
    }
}
