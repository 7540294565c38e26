//! The context of every verb: pool, clock, hasher, keys and settings.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::accounts::error::AppOpenError;
use crate::accounts::lookup::app_registry::AppRegistry;
use crate::accounts::lookup::batch::SessionLoader;
use crate::accounts::lookup::cache::SessionCache;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::standing::StandingRules;
use crate::accounts::lookup::token_owner::{KnownTokens, TokenOwner};
use crate::accounts::passwords::hasher::{Hasher, HashingSettings, Parameters, Pepper};
use crate::accounts::passwords::password::PasswordPolicy;
use crate::accounts::rate_limits::RateLimits;
use crate::accounts::webauthn::relying_party::RelyingParty;
use crate::config::{Config, Lifetimes, Signup};
use crate::db::{Backend, Pool};
use crate::time::{Clock, DAY, Millis};
use crate::tokens::jwt::SessionTokens;
use crate::tokens::key_pairs::KeyPairs;
use crate::tokens::keys::{DerivedKey, Deriver, KeyRing};
use crate::tokens::sealed::Sealer;

/// One in this many places of the hashing queue is reserved for known browsers.
const RESERVED: usize = 4;

/// Everything that verbs work with. It has fields and no verbs: those are the functions of the rooms.
pub struct App {
    pub pool: Pool,
    pub clock: Clock,
    pub signup_is_open: bool,
    pub hasher: Hasher,
    pub password_policy: Arc<PasswordPolicy>,
    pub keys: Arc<KeyRing>,
    pub key_pairs: Arc<KeyPairs>,
    pub tokens: SessionTokens,
    pub code_key: DerivedKey,
    pub failures_key: DerivedKey,
    pub form_key: DerivedKey,
    pub refresh_key: DerivedKey,
    /// Seals the secrets of second factors.
    pub factor_sealer: Sealer,
    /// Whether browsers may be remembered, which are then not asked for the second factor.
    pub may_remember_browsers: bool,
    /// What an authenticator app shows as the name of the site.
    pub issuer: String,
    pub limits: RateLimits,
    pub lifetimes: Lifetimes,
    /// What decides on the role and the groups of who asks.
    pub(in crate::accounts) standing_rules: StandingRules,
    /// The apps that ask who is there.
    pub apps: AppRegistry,
    /// None: there can be no passkeys here.
    pub relying_party: Option<RelyingParty>,
    pub activity_retention: Millis,
    pub mail_queued: Arc<Notify>,
    pub(in crate::accounts) session_loader: SessionLoader,
    pub(in crate::accounts) session_cache: Option<SessionCache<CurrentSession>>,
    /// Those of apps' hosts. Apart from the others, so that no token is found where it is not valid.
    pub(in crate::accounts) host_session_cache: Option<SessionCache<CurrentSession>>,
    pub(in crate::accounts) token_cache: Option<SessionCache<TokenOwner>>,
    pub(in crate::accounts) known_tokens: KnownTokens,
    /// Those of access tokens.
    pub(in crate::accounts) access_token_cache: Option<SessionCache<CurrentSession>>,
}

impl App {
    /// Opens the domain with a database and the settings.
    ///
    /// # Errors
    /// When the database is away or no threads for hashing can be started.
    pub async fn open(config: &Config, pool: Pool, clock: Clock) -> Result<Self, AppOpenError> {
        let keys = Arc::new(
            KeyRing::load(pool.clone(), clock.clone(), &config.secrets, config.lifetimes.session_absolute).await?,
        );
        let overlap = config.lifetimes.session_absolute;
        let key_pairs = Arc::new(KeyPairs::load(pool.clone(), clock.clone(), &config.secrets, overlap).await?);
        let mut peppers = config.secrets.iter().map(|secret| {
            let derived = Deriver::new(secret).key("password pepper");
            Pepper {
                id: derived.id,
                key: derived.bytes,
            }
        });
        let pepper = peppers.next().ok_or(sqlx::Error::Configuration("no secret".into()))?;
        let settings = HashingSettings {
            parameters: Parameters {
                memory_kib: config.argon2.memory_kib,
                iterations: config.argon2.iterations,
                parallelism: config.argon2.parallelism,
            },
            threads: config.hashing_threads,
            queue: config.hashing_queue,
            reserved: config.hashing_queue / RESERVED,
        };
        let apps = AppRegistry::new(config.apps.clone(), config.app_rules.clone());
        apps.load(&pool).await?;
        Ok(Self {
            apps,
            relying_party: RelyingParty::of(config),
            tokens: SessionTokens::new(
                Arc::clone(&keys),
                Arc::clone(&key_pairs),
                config.public_url.origin(),
                config.lifetimes.access_token,
            ),
            keys,
            key_pairs,
            hasher: Hasher::new(settings, pepper, peppers.collect())?,
            password_policy: Arc::new(PasswordPolicy {
                min_length: config.password_length.0,
                max_length: config.password_length.1,
                words: vec![config.site.name.clone(), config.public_url.host().to_owned()],
            }),
            code_key: Deriver::new(&config.secrets[0]).key("typed codes"),
            failures_key: Deriver::new(&config.secrets[0]).key("failed sign-ins"),
            form_key: Deriver::new(&config.secrets[0]).key("form tokens"),
            refresh_key: Deriver::new(&config.secrets[0]).key("refresh tokens"),
            factor_sealer: Sealer::new(&config.secrets, "second factors"),
            may_remember_browsers: config.remember_browsers,
            issuer: config.site.name.clone(),
            limits: RateLimits::new(&clock, &config.throttle),
            lifetimes: config.lifetimes,
            standing_rules: StandingRules {
                groups: config.groups.clone(),
                required: config.required_factors.clone(),
            },
            session_loader: SessionLoader::start(&pool, &clock, config.lifetimes),
            session_cache: cache(&pool),
            host_session_cache: cache(&pool),
            token_cache: cache(&pool),
            access_token_cache: cache(&pool),
            known_tokens: KnownTokens::default(),
            activity_retention: Millis::from(config.activity_days) * DAY,
            signup_is_open: config.signup == Signup::Open,
            pool,
            clock,
            mail_queued: Arc::default(),
        })
    }
}

fn cache<S>(pool: &Pool) -> Option<SessionCache<S>> {
    (pool.backend() == Backend::Sqlite).then(|| SessionCache::new(pool.changes().clone()))
}
