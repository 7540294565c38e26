//! The domain: what can happen to an account, one file per thing that happens. Knows no HTTP, no template, no cookie.

pub mod activity;
pub mod admin;
pub mod cleanup;
pub mod directory;
pub mod identity;
pub mod locking;
pub mod mails;
pub mod passwords;
pub mod rate_limits;
pub mod recovery;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sign_up;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use self::cleanup::second_look::SecondLook;
use self::identity::device::Device;
use self::passwords::hasher::{Hasher, HasherError, HashingQueueFull, HashingSettings, Parameters, Pepper};
use self::passwords::password::PasswordPolicy;
use self::rate_limits::{RateLimits, TooMany};
use self::sessions::batch::SessionLoader;
use self::sessions::cache::SessionCache;
use crate::config::{Config, Signup};
use crate::db::{Backend, Explained, Pool};
use crate::i18n::Language;
use crate::mail::queue::RequestOrigin;
use crate::time::{Clock, DAY, Millis};
use crate::tokens::jwt::SessionTokens;
use crate::tokens::keys::{DerivedKey, Deriver, KeyRing};

/// A part of the queue for hashes that only browsers which signed in before may fill: one in this many places.
const RESERVED: usize = 4;

/// Names an account, and a sign-up that may become one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UserId(String);

/// Names a session.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct SessionId(String);

macro_rules! id {
    ($($name:ident),*) => {$(
        impl $name {
            /// As stored and as it stands in URLs.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id!(UserId, SessionId);

/// What somebody may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Look after their own account.
    User,
    /// See and look after everybody's.
    Admin,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// A sign-up whose address is not confirmed.
    Pending,
    /// In use.
    Active,
    /// Shut out by an admin.
    Disabled,
    /// Its owner has asked for its deletion.
    Deleting,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// As stored and as it stands in URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::Disabled, Self::Deleting];

    /// As stored and as it stands in URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Deleting => "deleting",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// Somebody at the other end of a connection, signed in or not.
#[derive(Clone, Debug)]
pub struct Client {
    /// Their address: the peer's, or what a trusted proxy says.
    pub ip: IpAddr,
    /// The secret by which their browser is known, if it was signed in with before.
    pub device_cookie: Option<String>,
    /// What their browser says it is.
    pub user_agent: Option<String>,
    /// Their language.
    pub language: Language,
}

impl Client {
    /// Who asked, as it may stand in a mail: browser and system from fixed lists, the address without its last part.
    fn requester(&self) -> RequestOrigin {
        let device = self.user_agent.as_deref().and_then(Device::of).map(|device| device.stored());
        RequestOrigin {
            device,
            masked_ip: Some(rate_limits::mask_ip(self.ip)),
        }
    }
}

/// Why something could not even be tried.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database is away, or failed.
    #[error("database: {}", Explained(.0))]
    Database(#[from] sqlx::Error),
    /// Too many passwords wait to be hashed.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// Too many tries; come back after this time.
    #[error("too many tries")]
    TooMany(Duration),
    /// The account of whoever asks was deleted at this moment.
    #[error("the account is gone")]
    AccountGone,
    /// Something that cannot be.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl From<HashingQueueFull> for ServiceError {
    fn from(_: HashingQueueFull) -> Self {
        Self::Busy
    }
}

impl From<TooMany> for ServiceError {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many.wait)
    }
}

/// Why the accounts cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database is away.
    #[error("the database: {}", Explained(.0))]
    Database(#[from] sqlx::Error),
    /// Passwords cannot be hashed.
    #[error("password hashing: {0}")]
    Hashing(#[from] HasherError),
}

/// All accounts, and what can happen to them.
pub struct Accounts {
    pool: Pool,
    clock: Clock,
    signup: Signup,
    hasher: Hasher,
    policy: Arc<PasswordPolicy>,
    keys: Arc<KeyRing>,
    tokens: SessionTokens,
    code_key: DerivedKey,
    failures_key: DerivedKey,
    form_key: DerivedKey,
    limits: RateLimits,
    activity_kept: Millis,
    mail_waits: Arc<Notify>,
    session_loader: SessionLoader,
    session_cache: Option<SessionCache<sessions::session::CurrentSession>>,
    second_look: SecondLook,
}

impl Accounts {
    /// The accounts of a database, under the settings.
    ///
    /// # Errors
    /// When the database is away or no threads for hashing can be started.
    pub async fn open(config: &Config, pool: Pool, clock: Clock) -> Result<Self, OpenError> {
        let keys = Arc::new(KeyRing::load(pool.clone(), clock.clone(), &config.secrets).await?);
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
        Ok(Self {
            tokens: SessionTokens::new(Arc::clone(&keys), config.public_url.origin()),
            keys,
            hasher: Hasher::new(settings, pepper, peppers.collect())?,
            policy: Arc::new(PasswordPolicy {
                min_length: config.password_length.0,
                max_length: config.password_length.1,
                words: vec![config.site.name.clone(), config.public_url.host().to_owned()],
            }),
            code_key: Deriver::new(&config.secrets[0]).key("typed codes"),
            failures_key: Deriver::new(&config.secrets[0]).key("failed sign-ins"),
            form_key: Deriver::new(&config.secrets[0]).key("form tokens"),
            limits: RateLimits::new(&clock, &config.throttle),
            session_loader: SessionLoader::start(&pool, &clock),
            session_cache: (pool.backend() == Backend::Sqlite).then(|| SessionCache::new(pool.changes().clone())),
            activity_kept: Millis::from(config.activity_days) * DAY,
            signup: config.signup,
            pool,
            clock,
            mail_waits: Arc::default(),
            second_look: SecondLook::default(),
        })
    }

    /// Whether everybody may sign up.
    #[must_use]
    pub fn signup_is_open(&self) -> bool {
        self.signup == Signup::Open
    }

    /// The rules for new passwords.
    #[must_use]
    pub fn password_policy(&self) -> &PasswordPolicy {
        &self.policy
    }

    /// Whether the database answers and can be written.
    ///
    /// # Errors
    /// When it does not, or cannot.
    pub async fn ready(&self) -> Result<(), Arc<sqlx::Error>> {
        self.pool.ready(self.clock.now()).await
    }

    /// The keys of session tokens.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// What wakes the courier when a mail is queued.
    #[must_use]
    pub fn mail_queued(&self) -> Arc<Notify> {
        Arc::clone(&self.mail_waits)
    }
}
