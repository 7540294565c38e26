//! The tokens of an account, as their owner sees them.

use sqlx::FromRow;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_scope::TokenScope;
use crate::time::Millis;
use crate::tokens::personal_token::PersonalToken;

/// A token without its secret, which is stored nowhere.
#[derive(Clone, Debug, FromRow)]
pub struct OwnToken {
    pub id: String,
    pub name: String,
    #[sqlx(try_from = "String")]
    pub scope: TokenScope,
    pub created_at: Millis,
    pub expires_at: Millis,
    last_used_at: Millis,
    /// The masked address of the last use.
    pub last_used_ip: Option<String>,
}

impl OwnToken {
    /// To the minute. None: never.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Millis> {
        (self.last_used_at > 0).then_some(self.last_used_at)
    }

    #[must_use]
    pub fn has_expired(&self, now: Millis) -> bool {
        self.expires_at <= now
    }
}

/// The caller's tokens, the newest first.
pub async fn own_tokens(app: &App, session: &CurrentSession) -> Result<Vec<OwnToken>, ServiceError> {
    const OWN: &str = "
        SELECT id, name, scope, created_at, expires_at, last_used_at, last_used_ip
        FROM personal_tokens
        WHERE user_id = $1
        ORDER BY created_at DESC, id";
    Ok(sqlx::query_as(OWN)
        .bind(session.user_id.as_str())
        .fetch_all(app.pool.reading())
        .await?)
}

/// Whether a token is one of the caller's.
pub async fn is_own(app: &App, session: &CurrentSession, token: &PersonalToken) -> Result<bool, ServiceError> {
    const OWN: &str = "
        SELECT id
        FROM personal_tokens
        WHERE token_hash = $1
          AND user_id = $2";
    let found = sqlx::query(OWN)
        .bind(token.hash().to_vec())
        .bind(session.user_id.as_str())
        .fetch_optional(app.pool.reading())
        .await?;
    Ok(found.is_some())
}
