//! Batches concurrent session look-ups. While a statement runs, requests queue; the next statement answers up to eight of
//! them. Nothing is cached: a statement starts only after every request it answers has arrived.

use std::sync::Arc;

use sqlx::{AnyConnection, FromRow};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::accounts::identity::profile::{Profile, profile_columns};
use crate::accounts::identity::user::{Role, SessionId, Status, UserId};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::groups::group_names_sql;
use crate::accounts::lookup::liveness::{LastSeen, idle_cutoff, live_sql};
use crate::accounts::lookup::standing::{Account, Standing, StandingRules, factor_count_sql, is_multi_factor};
use crate::config::Lifetimes;
use crate::db::{DEDICATED, DedicatedConnection, Pool};
use crate::time::{Clock, Millis};
use crate::tokens::jwt::{Claims, VerifiedToken, millis_from_seconds};

/// The maximum number of look-ups of one statement. Each place has a small cost, even if it is empty.
const MAX_BATCH: usize = 8;

/// The session of a token and its user, unless the session or the account has ended or the token is revoked. Rows are found
/// by the ids of token and session. The user that a token names is compared in [`Lookup::answer`]: as a condition here it
/// makes PostgreSQL read all sessions of that user.
macro_rules! select {
    ($tokens:literal, $named_by:literal) => {
        concat!(
            "
            WITH asked (jti, sid) AS (VALUES ",
            $tokens,
            ")
            SELECT asked.jti, s.id AS session_id, u.id AS user_id, u.email, ",
            profile_columns!("u."),
            ", u.user_name, u.role, u.status, u.deletion_at, u.created_at,
                   ",
            group_names_sql!(),
            " AS group_names,
                   ",
            factor_count_sql!(),
            " AS factor_count, u.factor_demanded_at,
                   s.authenticated_at, s.methods, s.remember, s.expires_at, s.last_seen_at, s.login_id,
                   (SELECT COALESCE(MAX(version), 0) FROM app_version) AS apps_version
            FROM asked CROSS JOIN sessions s CROSS JOIN users u
            WHERE ",
            $named_by,
            " = asked.sid
              AND u.id = s.user_id
              AND u.status IN ('active', 'deleting')
              AND ",
            live_sql!("$1", "$2", "$3"),
            "
              AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.id IN (s.id, asked.jti))"
        )
    };
}

/// The places of one token, and those of eight.
macro_rules! select_each {
    ($named_by:literal) => {
        [
            select!("($4, $5)", $named_by),
            select!(
                "($4, $5), ($6, $7), ($8, $9), ($10, $11), ($12, $13), ($14, $15), ($16, $17), ($18, $19)",
                $named_by
            ),
        ]
    };
}

/// What the `sid` of a token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NamedBy {
    /// The id of the session.
    Session,
    /// The id of the sign-in, which survives a re-authentication.
    Login,
}

impl NamedBy {
    /// The statement for one token, and the one for up to eight, whose unused places are empty strings. Parameters: the
    /// time, the two of `idle_cutoff`, then `jti` and `sid` of each token.
    #[must_use]
    pub fn statements(self) -> [&'static str; 2] {
        const BY_SESSION: [&str; 2] = select_each!("s.id");
        const BY_LOGIN: [&str; 2] = select_each!("s.login_id");
        match self {
            Self::Session => BY_SESSION,
            Self::Login => BY_LOGIN,
        }
    }
}

/// A session that has not ended, and its user.
#[derive(FromRow)]
pub(in crate::accounts) struct Loaded {
    jti: String,
    session_id: String,
    user_id: String,
    email: String,
    #[sqlx(flatten)]
    profile: Profile,
    user_name: Option<String>,
    #[sqlx(try_from = "String")]
    role: Role,
    #[sqlx(try_from = "String")]
    status: Status,
    deletion_at: Option<Millis>,
    created_at: Millis,
    group_names: String,
    factor_count: i64,
    factor_demanded_at: Option<Millis>,
    authenticated_at: Millis,
    methods: String,
    remember: i64,
    expires_at: Millis,
    last_seen_at: Millis,
    login_id: String,
    apps_version: i64,
}

impl Loaded {
    /// The session of a request, for a token that names it.
    ///
    /// # Errors
    /// When the database is away.
    pub(in crate::accounts) async fn into_session(
        self,
        token: VerifiedToken,
        pool: &Pool,
        rules: &StandingRules,
        now: Millis,
    ) -> sqlx::Result<Arc<CurrentSession>> {
        let account = Account {
            role: self.role,
            group_names: &self.group_names,
            has_factor: self.factor_count > 0,
            demanded_at: self.factor_demanded_at,
        };
        let standing = Standing::of(rules, &account, is_multi_factor(&self.methods), now);
        let demanded_at = self.factor_demanded_at;
        let session = Arc::new(self.with_standing(token, standing));
        session.standing.begin_grace(pool, &session.user_id, demanded_at, now).await?;
        Ok(session)
    }

    fn with_standing(self, token: VerifiedToken, standing: Standing) -> CurrentSession {
        let VerifiedToken { claims, expires_at } = token;
        CurrentSession {
            user_id: UserId::from(claims.sub),
            email: self.email,
            profile: self.profile,
            user_name: self.user_name,
            standing,
            status: self.status,
            deletion_at: self.deletion_at,
            joined_at: self.created_at,
            id: SessionId::from(self.session_id),
            login_id: self.login_id,
            authenticated_at: self.authenticated_at,
            methods: self.methods,
            remember: self.remember == 1,
            issued_at: millis_from_seconds(claims.iat),
            token_expires_at: expires_at,
            token_id: claims.jti,
            expires_at: self.expires_at,
            last_seen: Arc::new(LastSeen::new(self.last_seen_at)),
            apps_version: self.apps_version,
        }
    }
}

/// A look-up, and the channel for its answer.
struct Lookup {
    named_by: NamedBy,
    jti: String,
    sid: String,
    sub: String,
    answer: oneshot::Sender<Result<Option<Loaded>, Arc<sqlx::Error>>>,
}

/// Looks up sessions, in batches.
pub(in crate::accounts) struct SessionLoader(mpsc::UnboundedSender<Lookup>);

impl SessionLoader {
    /// Starts the workers, one for each dedicated connection. They end when the loader is dropped or the pool is
    /// closed.
    pub(in crate::accounts) fn start(pool: &Pool, clock: &Clock, lifetimes: Lifetimes) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let queue = Arc::new(Mutex::new(receiver));
        for _ in 0..DEDICATED {
            let (pool, clock, queue) = (pool.clone(), clock.clone(), Arc::clone(&queue));
            let worker = move || Worker {
                connection: DedicatedConnection::new(&pool),
                pool: pool.clone(),
                clock: clock.clone(),
                lifetimes,
                queue: Arc::clone(&queue),
            };
            // A panic fails one batch; then another worker takes over.
            tokio::spawn(
                async move { while tokio::spawn(worker().run()).await.is_err_and(|error| error.is_panic()) {} },
            );
        }
        Self(sender)
    }

    /// The session that a token names, and its user. None if one of them has ended or the token is revoked.
    pub(in crate::accounts) async fn load(&self, token: &Claims, named_by: NamedBy) -> sqlx::Result<Option<Loaded>> {
        let (answer, answered) = oneshot::channel();
        let lookup = Lookup {
            named_by,
            jti: token.jti.clone(),
            sid: token.sid.clone(),
            sub: token.sub.clone(),
            answer,
        };
        self.0.send(lookup).map_err(|_| sqlx::Error::PoolClosed)?;
        let loaded = answered.await.map_err(|_| sqlx::Error::WorkerCrashed)?;
        loaded.map_err(|error| sqlx::Error::AnyDriverError(Box::new(error)))
    }
}

/// Answers look-ups with its own connection.
struct Worker {
    connection: DedicatedConnection,
    pool: Pool,
    clock: Clock,
    lifetimes: Lifetimes,
    queue: Arc<Mutex<mpsc::UnboundedReceiver<Lookup>>>,
}

impl Worker {
    async fn run(mut self) {
        let closing = self.connection.closing();
        closing.run_until_cancelled(self.answer_all()).await;
        self.connection.close().await;
    }

    async fn answer_all(&mut self) {
        loop {
            let mut batch = Vec::with_capacity(MAX_BATCH);
            let receive = async { self.queue.lock().await.recv_many(&mut batch, MAX_BATCH).await };
            match tokio::time::timeout(self.connection.idle_timeout(), receive).await {
                Ok(0) => return,
                Ok(_) => self.answer(batch).await,
                Err(_idle) => self.connection.close().await,
            }
        }
    }

    async fn answer(&mut self, batch: Vec<Lookup>) {
        let loaded = self
            .pool
            .with_timeout(load(&mut self.connection, &self.lifetimes, &self.clock, &batch))
            .await;
        match loaded {
            Ok(mut loaded) => {
                for lookup in batch {
                    let own = loaded.iter().position(|row| row.jti == lookup.jti && row.user_id == lookup.sub);
                    let _ = lookup.answer.send(Ok(own.map(|own| loaded.swap_remove(own))));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                let fail = |lookup: Lookup| drop(lookup.answer.send(Err(Arc::clone(&error))));
                batch.into_iter().for_each(fail);
                // The queued look-ups would wait as long for the same database. While the other worker holds the queue,
                // it is empty.
                if let Ok(mut queue) = self.queue.try_lock() {
                    while let Ok(lookup) = queue.try_recv() {
                        fail(lookup);
                    }
                }
            }
        }
    }
}

/// Runs the statement, and once more on a new connection if the connection is broken.
async fn load(
    connection: &mut DedicatedConnection,
    lifetimes: &Lifetimes,
    clock: &Clock,
    batch: &[Lookup],
) -> sqlx::Result<Vec<Loaded>> {
    let mut open = connection.checkout().await?;
    let mut loaded = select_all(&mut open, lifetimes, clock.now(), batch).await;
    if loaded.is_err() {
        open = connection.reconnect().await?;
        loaded = select_all(&mut open, lifetimes, clock.now(), batch).await;
    }
    if loaded.is_ok() {
        connection.checkin(open);
    }
    loaded
}

/// One statement for each kind of token among them.
async fn select_all(
    connection: &mut AnyConnection,
    lifetimes: &Lifetimes,
    now: Millis,
    batch: &[Lookup],
) -> sqlx::Result<Vec<Loaded>> {
    let mut loaded = Vec::with_capacity(batch.len());
    for named_by in [NamedBy::Session, NamedBy::Login] {
        let batch: Vec<&Lookup> = batch.iter().filter(|lookup| lookup.named_by == named_by).collect();
        if !batch.is_empty() {
            loaded.extend(select(connection, lifetimes, now, named_by, &batch).await?);
        }
    }
    Ok(loaded)
}

async fn select(
    connection: &mut AnyConnection,
    lifetimes: &Lifetimes,
    now: Millis,
    named_by: NamedBy,
    batch: &[&Lookup],
) -> sqlx::Result<Vec<Loaded>> {
    let [one, several] = named_by.statements();
    let (statement, places) = match batch {
        [_] => (one, 1),
        _ => (several, MAX_BATCH),
    };
    let (idle, idle_remembered) = idle_cutoff(lifetimes, now);
    let mut query = sqlx::query_as(statement).bind(now).bind(idle).bind(idle_remembered);
    for place in 0..places {
        let (jti, sid) = batch.get(place).map_or(("", ""), |lookup| (&lookup.jti, &lookup.sid));
        query = query.bind(jti).bind(sid);
    }
    query.fetch_all(connection).await
}
