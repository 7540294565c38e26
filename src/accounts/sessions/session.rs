//! Sessions: one row per sign-in, named by the token in the cookie, looked up on every request.

use std::sync::Arc;

use super::batch::Loaded;
use super::liveness::LastSeen;
use crate::accounts::activity::Event;
use crate::accounts::{Accounts, Client, Role, ServiceError, SessionId, Status, UserId};
use crate::db::{Transaction, retry};
use crate::i18n::Language;
use crate::id::new_id;
use crate::time::{DAY, HOUR, Millis, SECOND};
use crate::tokens::blacklist::{self, Reason};
use crate::tokens::jwt::{Claims, VerifiedToken, millis, seconds};

/// The absolute limit of a session (NIST SP 800-63B-4 section 2.1.3, ASVS 7.3.2).
pub const ABSOLUTE_LIMIT: Millis = 30 * DAY;
/// How long a session that is kept may rest (ASVS 7.3.1).
pub const IDLE_LIMIT_REMEMBERED: Millis = 14 * DAY;
/// How long any other session may rest.
pub const IDLE_LIMIT: Millis = 12 * HOUR;
/// A token is renewed when it is older than this part of the idle limit.
pub(in crate::accounts) const RENEW_AFTER: Millis = 12;
/// No browser's name is longer; what is beyond is not kept.
const USER_AGENT_BYTES: usize = 512;

/// A token for the cookie.
#[derive(Debug)]
pub struct SessionCookie {
    /// The token.
    pub token: String,
    /// Seconds until it is dead.
    pub max_age: Millis,
    /// Whether the cookie outlives the browser.
    pub remember: bool,
    /// At a sign-in: the secret by which the browser is known from now on.
    pub browser: Option<String>,
    /// At a sign-in: whether the account did not know the browser before.
    pub(in crate::accounts) new_browser: bool,
}

/// A session to be started.
pub(in crate::accounts) struct NewSession<'a> {
    pub(in crate::accounts) user_id: &'a UserId,
    /// When its owner proved to be there.
    pub(in crate::accounts) authenticated_at: Millis,
    /// How (RFC 8176).
    pub(in crate::accounts) methods: &'a str,
    pub(in crate::accounts) remember: bool,
    /// The hash that the password was verified against, if one was just now.
    pub(in crate::accounts) verified: Option<&'a str>,
    /// The session that the browser had before: it ends.
    pub(in crate::accounts) before: Option<&'a SessionId>,
}

/// Somebody who is signed in, at this request.
#[derive(Clone, Debug)]
pub struct CurrentSession {
    /// Who.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// What they want to be called; may be empty.
    pub display_name: String,
    /// What they may do, as of now.
    pub role: Role,
    /// How the account stands: active, or about to be deleted.
    pub status: Status,
    /// When it will be deleted, if its owner asked for that.
    pub deletion_at: Option<Millis>,
    /// The language they chose.
    pub language: Option<Language>,
    /// When they signed up.
    pub joined_at: Millis,
    /// Their session.
    pub id: SessionId,
    /// Their sign-in: unlike the session's id it stays when they confirm who they are.
    pub(in crate::accounts) login_id: String,
    /// When they last proved who they are.
    pub authenticated_at: Millis,
    methods: String,
    pub(in crate::accounts) remember: bool,
    issued_at: Millis,
    token_expires_at: Millis,
    expires_at: Millis,
    pub(super) last_seen: Arc<LastSeen>,
}

impl CurrentSession {
    /// Whether neither the token's end nor a limit of the session has come, as the token's check and the statement ask it
    /// (`liveness::live_sql`).
    fn lives(&self, now: Millis) -> bool {
        self.token_expires_at > now && self.expires_at > now && self.last_seen.at() > now - idle_limit(self.remember)
    }
}

impl Accounts {
    /// Starts a session, if the account is in use (or about to be deleted, which its owner may still undo) and, where a
    /// password was verified, its hash is still that one.
    pub(in crate::accounts) async fn start_session(
        &self,
        tx: &mut Transaction,
        client: &Client,
        new: &NewSession<'_>,
    ) -> Result<Option<SessionCookie>, ServiceError> {
        const START: &str = "
            INSERT INTO sessions
                (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, user_agent, client_ip,
                 login_id)
            SELECT $1, id, $3, $3, $4, $5, $6, $7, $8, $9, $11
            FROM users
            WHERE id = $2
              AND status IN ('active', 'deleting')
              AND ($10 = '' OR password_hash = $10)";
        const SEEN: &str = "
            UPDATE users
            SET last_seen_at = $2
            WHERE id = $1";
        let now = self.clock.now();
        let id = SessionId::from(new_id());
        let expires_at = now + ABSOLUTE_LIMIT;
        // First, because it waits for whoever is changing this account right now, where that was not done before. What
        // START then reads counts until the end of the transaction: who disables the account after it finds the session
        // and ends it.
        sqlx::query(SEEN)
            .bind(new.user_id.as_str())
            .bind(now)
            .execute(&mut **tx)
            .await?;
        // May be another account's, which is being deleted right now: waited for before anything of its is taken in hand.
        if let Some(before) = new.before {
            self.end_session(tx, before, Reason::SignedInAnew).await?;
        }
        let started = sqlx::query(START)
            .bind(id.as_str())
            .bind(new.user_id.as_str())
            .bind(now)
            .bind(new.authenticated_at)
            .bind(new.methods)
            .bind(i64::from(new.remember))
            .bind(expires_at)
            .bind(client.user_agent.as_deref().map(kept_part))
            .bind(client.ip.to_string())
            .bind(new.verified.unwrap_or_default())
            .bind(new_id())
            .execute(&mut **tx)
            .await?;
        if started.rows_affected() != 1 {
            return Ok(None);
        }
        let mut ticket = self.ticket(new.user_id, &id, new.authenticated_at, new.methods, new.remember, expires_at)?;
        let remembered = self.remember_browser(tx, client, new.user_id).await?;
        ticket.browser = Some(remembered.secret);
        ticket.new_browser = remembered.anew;
        Ok(Some(ticket))
    }

    /// Who a session token belongs to, if it still counts: signature, time, blacklist, session (both its limits), account
    /// and role, the latter four in one statement. On SQLite all but the times are as they were found since the last
    /// change.
    ///
    /// # Errors
    /// When the database is away. Nobody is let in then.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
        let now = self.clock.now();
        let look_up = self.look_up(token, now);
        match &self.session_cache {
            Some(cache) => cache.get_or_load(token, |session| session.lives(now), look_up).await,
            None => look_up.await,
        }
    }

    async fn look_up(&self, token: &str, now: Millis) -> Result<Option<Arc<CurrentSession>>, ServiceError> {
        let token = match self.tokens.check(token, now).await? {
            Ok(token) => token,
            Err(refused) => {
                tracing::warn!(event = "token_refused", why = %refused, "a session token was refused");
                return Ok(None);
            }
        };
        if let Some(loaded) = self.session_loader.load(&token.claims).await? {
            current_session(loaded, token).map(|session| Some(Arc::new(session)))
        } else {
            tracing::info!(event = "session_over", session = %token.claims.sid, "the session of a token is over");
            Ok(None)
        }
    }

    /// A new token when this one has become old; its predecessor runs out by itself.
    ///
    /// # Errors
    /// When there is no key to sign with.
    pub fn renewed(&self, session: &CurrentSession) -> Result<Option<SessionCookie>, ServiceError> {
        if self.clock.now() - session.issued_at <= idle_limit(session.remember) / RENEW_AFTER {
            return Ok(None);
        }
        self.ticket(
            &session.user_id,
            &session.id,
            session.authenticated_at,
            &session.methods,
            session.remember,
            session.expires_at,
        )
        .map(Some)
    }

    /// Signs out: the session is over, and every token that names it, at the next request and on every node.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sign_out(&self, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
        retry(|| self.sign_out_once(client, session)).await
    }

    async fn sign_out_once(&self, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
        let mut tx = self.pool.begin().await?;
        if self.end_session(&mut tx, &session.id, Reason::SignOut).await? {
            self.record(&mut tx, &session.user_id, Event::SignedOut, Some(client)).await?;
        }
        tx.commit().await?;
        tracing::info!(event = "sign_out", user = %session.user_id, session = %session.id, "signed out");
        Ok(())
    }

    /// Ends a session and blacklists it for as long as a token of it could live. Returns whether it was there.
    pub(in crate::accounts) async fn end_session(
        &self,
        tx: &mut Transaction,
        id: &SessionId,
        reason: Reason,
    ) -> Result<bool, ServiceError> {
        const END: &str = "
            DELETE FROM sessions
            WHERE id = $1";
        let now = self.clock.now();
        blacklist::revoke(tx, id.as_str(), now + ABSOLUTE_LIMIT, now, reason).await?;
        let ended = sqlx::query(END).bind(id.as_str()).execute(&mut **tx).await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Ends all sessions of a user, except one where one is given. Returns how many.
    pub(in crate::accounts) async fn end_sessions_of(
        &self,
        tx: &mut Transaction,
        user: &UserId,
        but: Option<&SessionId>,
        reason: Reason,
    ) -> Result<u64, ServiceError> {
        const END: &str = "
            DELETE FROM sessions
            WHERE user_id = $1
              AND id <> $2";
        let but = but.map_or("", SessionId::as_str);
        blacklist::revoke_all_of(tx, user.as_str(), but, self.clock.now(), reason).await?;
        let ended = sqlx::query(END).bind(user.as_str()).bind(but).execute(&mut **tx).await?;
        Ok(ended.rows_affected())
    }

    /// Puts a new session in the place of one that is there: same browser, same limits, another id. So every token of
    /// the old one is dead, those renewed long ago included. `None`: it is over already.
    pub(in crate::accounts) async fn replace_session(
        &self,
        tx: &mut Transaction,
        session: &CurrentSession,
        authenticated_at: Millis,
    ) -> Result<Option<SessionCookie>, ServiceError> {
        const REPLACE: &str = "
            INSERT INTO sessions
                (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, user_agent, client_ip, saved_form,
                 login_id)
            SELECT $2, s.user_id, s.created_at, $3, $4, s.methods, s.remember, s.expires_at, s.user_agent, s.client_ip, s.saved_form,
                   s.login_id
            FROM sessions s
            WHERE s.id = $1";
        let id = SessionId::from(new_id());
        let replaced = sqlx::query(REPLACE)
            .bind(session.id.as_str())
            .bind(id.as_str())
            .bind(self.clock.now())
            .bind(authenticated_at)
            .execute(&mut **tx)
            .await?;
        if replaced.rows_affected() != 1 {
            return Ok(None);
        }
        // Or somebody has signed out of it, a moment ago and somewhere else.
        if !self.end_session(tx, &session.id, Reason::Renewed).await? {
            return Ok(None);
        }
        self.ticket(&session.user_id, &id, authenticated_at, &session.methods, session.remember, session.expires_at)
            .map(Some)
    }

    fn ticket(
        &self,
        user: &UserId,
        session: &SessionId,
        authenticated_at: Millis,
        methods: &str,
        remember: bool,
        ends_at: Millis,
    ) -> Result<SessionCookie, ServiceError> {
        let now = self.clock.now();
        let expires_at = (now + idle_limit(remember)).min(ends_at);
        let claims = Claims {
            iss: String::new(),
            aud: String::new(),
            sub: user.as_str().to_owned(),
            sid: session.as_str().to_owned(),
            jti: new_id(),
            iat: seconds(now),
            nbf: seconds(now),
            exp: seconds(expires_at),
            auth_time: seconds(authenticated_at),
            amr: methods.split(' ').map(str::to_owned).collect(),
        };
        let token = self
            .tokens
            .sign(claims)
            .ok_or(ServiceError::Internal("no key to sign tokens with"))?;
        Ok(SessionCookie {
            token,
            max_age: (expires_at - now) / SECOND,
            remember,
            browser: None,
            new_browser: false,
        })
    }
}

/// How long a session may rest.
pub(in crate::accounts) fn idle_limit(remember: bool) -> Millis {
    if remember { IDLE_LIMIT_REMEMBERED } else { IDLE_LIMIT }
}

fn current_session(loaded: Loaded, token: VerifiedToken) -> Result<CurrentSession, ServiceError> {
    let VerifiedToken { claims, expires_at } = token;
    Ok(CurrentSession {
        user_id: UserId::from(claims.sub),
        email: loaded.email,
        display_name: loaded.display_name,
        role: Role::from_word(&loaded.role).ok_or(ServiceError::Internal("a role that does not exist"))?,
        status: Status::from_word(&loaded.status).ok_or(ServiceError::Internal("a status that does not exist"))?,
        deletion_at: loaded.deletion_at,
        language: loaded.locale.as_deref().and_then(Language::from_code),
        joined_at: loaded.created_at,
        id: SessionId::from(claims.sid),
        login_id: loaded.login_id,
        authenticated_at: loaded.authenticated_at,
        methods: loaded.methods,
        remember: loaded.remember == 1,
        issued_at: millis(claims.iat),
        token_expires_at: expires_at,
        expires_at: loaded.expires_at,
        last_seen: Arc::new(LastSeen::new(loaded.last_seen_at)),
    })
}

/// The part of a browser's name that is kept.
fn kept_part(user_agent: &str) -> String {
    user_agent
        .chars()
        .filter(|letter| !letter.is_control())
        .scan(0, |bytes, letter| {
            *bytes += letter.len_utf8();
            (*bytes <= USER_AGENT_BYTES).then_some(letter)
        })
        .collect()
}
