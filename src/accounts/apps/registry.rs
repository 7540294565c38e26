//! The apps of the settings, by host. Made once, at the start.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::{AppHost, AppSettings};

/// An app at one of its hosts.
#[derive(Debug)]
pub struct HostedApp {
    pub app: Arc<AppSettings>,
    pub host: AppHost,
}

/// All apps.
#[derive(Debug, Default)]
pub struct AppRegistry {
    apps: Vec<Arc<AppSettings>>,
    /// By host and port, as `canonical_host` spells them.
    by_host: HashMap<String, Arc<HostedApp>>,
}

impl AppRegistry {
    #[must_use]
    pub fn new(apps: Vec<Arc<AppSettings>>) -> Self {
        let mut by_host = HashMap::new();
        for app in &apps {
            for host in &app.hosts {
                let hosted = HostedApp {
                    app: Arc::clone(app),
                    host: host.clone(),
                };
                by_host.insert(host.as_str().to_owned(), Arc::new(hosted));
            }
        }
        Self { apps, by_host }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.apps.is_empty()
    }

    /// In the order of their ids.
    #[must_use]
    pub fn all(&self) -> &[Arc<AppSettings>] {
        &self.apps
    }

    /// The app at a host in its one spelling.
    #[must_use]
    pub fn at(&self, host: &str) -> Option<&Arc<HostedApp>> {
        self.by_host.get(host)
    }
}
