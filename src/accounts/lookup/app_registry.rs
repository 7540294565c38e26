//! All apps: those of the settings, which never change while the server runs, and those of the database.
//!
//! The apps of the database are kept in memory, and counted: each change of one counts up the row of `app_version`.
//!
//! - The look-up of a session reads that number in the same statement ([`super::batch`]), so a decision about a person who
//!   is signed in uses the apps of that moment, on every node ([`AppRegistry::as_of`]). On SQLite the session may come
//!   from the cache, which a commit of any process invalidates.
//! - What is open to everybody is decided without a session. For an app of the database the number is read for it
//!   ([`AppRegistry::exact`]): one statement a question, once a second two.
//! - Everything else lets nobody in: which host is that of an app, and where to sign in. For that the number is read at most
//!   once a second, on SQLite after a commit ([`AppRegistry::recent`]).
//!
//! An app of the settings wins over one of the database with the same id or host, and needs none of this.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::RwLock;
use tokio::sync::Mutex;

use crate::accounts::lookup::app_rows::stored_apps;
use crate::config::{AppHost, AppRules, AppSettings};
use crate::db::{Backend, Pool};
use crate::time::Millis;

/// How long apps of PostgreSQL count as recent.
const RECENT: Duration = Duration::from_secs(1);

/// An app at one of its hosts.
#[derive(Debug)]
pub struct HostedApp {
    pub app: Arc<AppSettings>,
    pub host: AppHost,
}

/// An app of the database.
#[derive(Clone, Debug)]
pub struct StoredApp {
    pub app: Arc<AppSettings>,
    pub created_at: Millis,
    /// An app of the settings has the same id, so this one has no effect.
    pub is_overridden: bool,
    /// Its hosts that have no effect: an app of the settings has them.
    pub overridden_hosts: Vec<AppHost>,
}

/// The apps of one moment.
#[derive(Debug, Default)]
pub struct Apps {
    version: i64,
    all: Vec<Arc<AppSettings>>,
    /// By host and port, as `canonical_host` spells them.
    by_host: HashMap<String, Arc<HostedApp>>,
    stored: Vec<StoredApp>,
}

impl Apps {
    fn of(rules: &AppRules, settings: &[Arc<AppSettings>], version: i64, stored: Vec<(AppSettings, Millis)>) -> Self {
        let mut apps = Self {
            version,
            ..Self::default()
        };
        for app in settings {
            apps.add(Arc::clone(app), &[]);
        }
        let of_settings = || settings.iter().flat_map(|app| &app.hosts);
        for (app, created_at) in stored {
            let app = Arc::new(app);
            let is_overridden = settings.iter().any(|other| other.id == app.id);
            let taken = |host: &&AppHost| of_settings().any(|other| rules.collide(host, other));
            let overridden_hosts: Vec<AppHost> = app.hosts.iter().filter(taken).cloned().collect();
            if !is_overridden {
                apps.add(Arc::clone(&app), &overridden_hosts);
            }
            apps.stored.push(StoredApp {
                overridden_hosts,
                app: Arc::clone(&app),
                created_at,
                is_overridden,
            });
        }
        apps.all.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        apps
    }

    /// At its hosts but for these. The first app at a host keeps it.
    fn add(&mut self, app: Arc<AppSettings>, overridden: &[AppHost]) {
        for host in app.hosts.iter().filter(|host| !overridden.contains(host)) {
            let hosted = || {
                Arc::new(HostedApp {
                    app: Arc::clone(&app),
                    host: host.clone(),
                })
            };
            self.by_host.entry(host.as_str().to_owned()).or_insert_with(hosted);
        }
        self.all.push(app);
    }

    /// Those that have an effect, in the order of their ids.
    #[must_use]
    pub fn all(&self) -> &[Arc<AppSettings>] {
        &self.all
    }

    /// Those of the database, also without an effect, in the order of their ids.
    #[must_use]
    pub fn stored(&self) -> &[StoredApp] {
        &self.stored
    }

    /// The app at a host in its one spelling.
    #[must_use]
    pub fn at(&self, host: &str) -> Option<&Arc<HostedApp>> {
        self.by_host.get(host)
    }
}

/// Knows all apps.
pub struct AppRegistry {
    rules: AppRules,
    settings: Vec<Arc<AppSettings>>,
    known: RwLock<Arc<Apps>>,
    /// The generation of the SQLite database in which they were known to be right.
    generation: AtomicU64,
    /// When they were known to be right, in microseconds since `started`; 0: never.
    checked_at: AtomicU64,
    started: Instant,
    /// Concurrent questions share one statement.
    checking: Mutex<()>,
    /// One after the other, so that no older answer takes the place of a newer one.
    loading: Mutex<()>,
}

impl AppRegistry {
    /// A registry that knows only the apps of the settings.
    #[must_use]
    pub fn new(settings: Vec<Arc<AppSettings>>, rules: AppRules) -> Self {
        Self {
            known: RwLock::new(Arc::new(Apps::of(&rules, &settings, -1, Vec::new()))),
            rules,
            settings,
            generation: AtomicU64::new(0),
            checked_at: AtomicU64::new(0),
            started: Instant::now(),
            checking: Mutex::new(()),
            loading: Mutex::new(()),
        }
    }

    #[must_use]
    pub fn rules(&self) -> &AppRules {
        &self.rules
    }

    #[must_use]
    pub fn is_in_settings(&self, id: &str) -> bool {
        self.settings.iter().any(|app| app.id == id)
    }

    /// As far as this process knows, without a look into the database.
    #[must_use]
    pub fn known(&self) -> Arc<Apps> {
        Arc::clone(&self.known.read())
    }

    /// The app at a host in its one spelling, as of a second ago. An app of the settings is found without a look into the
    /// database.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find(&self, pool: &Pool, host: &str) -> sqlx::Result<Option<Arc<HostedApp>>> {
        let known = self.known();
        match known.at(host).filter(|at| at.app.in_settings) {
            Some(at) => Ok(Some(Arc::clone(at))),
            None => Ok(self.recent(pool).await?.at(host).cloned()),
        }
    }

    /// The app at the same host at this moment, or as of a version that was read a moment ago. None: it is no app's any more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn confirm(
        &self,
        pool: &Pool,
        at: &Arc<HostedApp>,
        version: Option<i64>,
    ) -> sqlx::Result<Option<Arc<HostedApp>>> {
        if at.app.in_settings {
            return Ok(Some(Arc::clone(at)));
        }
        let apps = match version {
            Some(version) => self.as_of(pool, version).await?,
            None => self.exact(pool).await?,
        };
        Ok(apps.at(at.host.as_str()).cloned())
    }

    /// Those of this moment.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn exact(&self, pool: &Pool) -> sqlx::Result<Arc<Apps>> {
        const VERSION: &str = "
            SELECT version
            FROM app_version";
        if pool.backend() == Backend::Sqlite && self.is_recent(pool) {
            return Ok(self.known());
        }
        let (generation, now) = (pool.changes().generation(), self.now());
        let read = sqlx::query_scalar(VERSION).fetch_optional(pool.reading());
        let version: Option<i64> = pool.with_timeout(read).await?;
        let apps = self.as_of(pool, version.unwrap_or(0)).await?;
        self.checked(generation, now);
        Ok(apps)
    }

    /// Those of at most a second ago; on SQLite those of this moment.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn recent(&self, pool: &Pool) -> sqlx::Result<Arc<Apps>> {
        if self.is_recent(pool) {
            return Ok(self.known());
        }
        let check = async {
            let _one_at_a_time = self.checking.lock().await;
            if self.is_recent(pool) {
                return Ok(self.known());
            }
            self.exact(pool).await
        };
        pool.with_timeout(check).await
    }

    /// Those of a version that was read a moment ago, or newer ones.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn as_of(&self, pool: &Pool, version: i64) -> sqlx::Result<Arc<Apps>> {
        let is_known = || Some(self.known()).filter(|known| known.version == version);
        if let Some(known) = is_known() {
            return Ok(known);
        }
        let load = async {
            let _one_at_a_time = self.loading.lock().await;
            match is_known() {
                Some(known) => Ok(known),
                None => self.load_now(pool).await,
            }
        };
        pool.with_timeout(load).await
    }

    /// Reads them again.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn load(&self, pool: &Pool) -> sqlx::Result<Arc<Apps>> {
        let load = async {
            let _one_at_a_time = self.loading.lock().await;
            self.load_now(pool).await
        };
        pool.with_timeout(load).await
    }

    async fn load_now(&self, pool: &Pool) -> sqlx::Result<Arc<Apps>> {
        let (generation, now) = (pool.changes().generation(), self.now());
        let (version, stored) = stored_apps(pool, &self.rules).await?;
        let apps = Arc::new(Apps::of(&self.rules, &self.settings, version, stored));
        *self.known.write() = Arc::clone(&apps);
        self.checked(generation, now);
        Ok(apps)
    }

    fn is_recent(&self, pool: &Pool) -> bool {
        match pool.backend() {
            Backend::Sqlite => pool.changes().is_current(self.generation.load(Ordering::SeqCst)),
            Backend::Postgres => match self.checked_at.load(Ordering::SeqCst) {
                0 => false,
                at => Duration::from_micros(self.now().saturating_sub(at)) < RECENT,
            },
        }
    }

    /// They were right at that moment.
    fn checked(&self, generation: u64, at: u64) {
        self.generation.fetch_max(generation, Ordering::SeqCst);
        self.checked_at.fetch_max(at, Ordering::SeqCst);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AppAccess, RunMode, WrittenApp};

    const RULES: AppRules = AppRules {
        mode: RunMode::Production,
        public_url: None,
    };

    fn app(id: &str, hosts: &[&str], in_settings: bool) -> AppSettings {
        let written = WrittenApp {
            id: id.to_owned(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            everyone: !in_settings,
            ..WrittenApp::default()
        };
        let (app, problems) = RULES.check(&written);
        assert!(problems.is_empty(), "{problems:?}");
        AppSettings { in_settings, ..app }
    }

    #[test]
    fn an_app_of_the_settings_wins() {
        let settings = [Arc::new(app("wiki", &["wiki.example.org"], true))];
        let stored = vec![
            (app("blog", &["blog.example.org", "wiki.example.org", "wiki.example.org:8443"], false), 1),
            (app("wiki", &["other.example.org"], false), 2),
        ];
        let apps = Apps::of(&RULES, &settings, 7, stored);
        assert_eq!(apps.all().iter().map(|app| &*app.id).collect::<Vec<_>>(), ["blog", "wiki"]);
        assert_eq!(apps.at("wiki.example.org").unwrap().app.access, AppAccess::Nobody);
        assert_eq!(apps.at("blog.example.org").unwrap().app.access, AppAccess::Everyone);
        assert!(apps.at("other.example.org").is_none());
        let told: Vec<_> = apps
            .stored()
            .iter()
            .map(|stored| (stored.is_overridden, stored.overridden_hosts.len()))
            .collect();
        assert_eq!(told, [(false, 2), (true, 0)]);
        assert!(apps.at("wiki.example.org:8443").is_none());
    }
}
