//! Making a token.

use crate::accounts::app::App;
use crate::accounts::error::{Failure, ServiceError, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::user::{Role, Status};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_scope::{ApiScopes, TokenScope};
use crate::accounts::sessions::session;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::id::new_id;
use crate::time::{DAY, Millis};
use crate::tokens::personal_token::PersonalToken;

/// The maximum number of tokens of an account, expired ones included.
pub const MAX_TOKENS: i64 = 50;

/// How long a token is valid at most, and without a choice, in days.
pub const MAX_DAYS: u32 = 365;
pub const DEFAULT_DAYS: u32 = 90;

/// What the owner chose.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What the owner calls it; not empty.
    pub name: DisplayName,
    pub scope: TokenScope,
    /// From 1 to [`MAX_DAYS`].
    pub expires_in_days: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateTokenError {
    #[error("the account has as many tokens as it may have")]
    TooMany,
    /// Only an admin's token reads or changes other users.
    #[error("only admins may choose this scope")]
    NotAdmin,
    /// The session has ended, or the account is not active any more.
    #[error("the session is over")]
    SessionOver,
}

/// Makes a token. Its owner gets a notice.
///
/// # Errors
/// When there are too many, or its scope is one for admins, or the session has ended.
pub async fn create(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    new: &NewToken,
) -> Result<PersonalToken, Failure<CreateTokenError>> {
    // Each causes a mail.
    app.limits
        .profile_by_account
        .check(session.user_id.as_str().to_owned())
        .map_err(ServiceError::from)?;
    if new.scope.api().is_some_and(ApiScopes::are_for_admins) && session.standing.role != Role::Admin {
        return refused(CreateTokenError::NotAdmin);
    }
    let token = PersonalToken::generate();
    retry(|| create_once(app, client, session, new, &token)).await?;
    Ok(token)
}

async fn create_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    new: &NewToken,
    token: &PersonalToken,
) -> Result<(), Failure<CreateTokenError>> {
    const COUNT: &str = "
        SELECT COUNT(*)
        FROM personal_tokens
        WHERE user_id = $1";
    const CREATE: &str = "
        INSERT INTO personal_tokens (id, user_id, token_hash, name, scope, created_at, expires_at, last_used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    let mut tx = Tx::begin_uncached(app, client).await?;
    let owner = session::lock_for(&mut tx, session).await?;
    let owner = owner
        .filter(|owner| owner.status == Status::Active)
        .ok_or(Failure::Refused(CreateTokenError::SessionOver))?;
    // Under the lock of the account, so that many at once are counted one after the other.
    let tokens: i64 = sqlx::query_scalar(COUNT).bind(owner.id.as_str()).fetch_one(&mut *tx).await?;
    if tokens >= MAX_TOKENS {
        return refused(CreateTokenError::TooMany);
    }
    let now = tx.now();
    sqlx::query(CREATE)
        .bind(new_id())
        .bind(owner.id.as_str())
        .bind(token.hash().to_vec())
        .bind(new.name.as_str())
        .bind(new.scope.stored())
        .bind(now)
        .bind(now + Millis::from(new.expires_in_days.clamp(1, MAX_DAYS)) * DAY)
        .execute(&mut *tx)
        .await?;
    owner.record(&mut tx, Event::TokenCreated).await?;
    Ok(tx.commit().await?)
}
