//! The tiles that a user does not want to see on the front page. They say nothing about who may enter.

use std::collections::BTreeSet;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::UserId;
use crate::accounts::lookup::current_session::CurrentSession;

/// The ids of the apps whose tiles a user has hidden.
pub async fn hidden_apps(app: &App, user: &UserId) -> sqlx::Result<BTreeSet<String>> {
    const HIDDEN: &str = "
        SELECT app_id
        FROM hidden_apps
        WHERE user_id = $1";
    let hidden: Vec<String> = sqlx::query_scalar(HIDDEN)
        .bind(user.as_str())
        .fetch_all(app.pool.reading())
        .await?;
    Ok(hidden.into_iter().collect())
}

/// Hides the tile of an app. Hiding it again changes nothing.
pub async fn hide(app: &App, session: &CurrentSession, id: &str) -> Result<(), ServiceError> {
    const HIDE: &str = "
        INSERT INTO hidden_apps (user_id, app_id, hidden_at)
        SELECT id, $2, $3
        FROM users
        WHERE id = $1
        ON CONFLICT (user_id, app_id) DO NOTHING";
    sqlx::query(HIDE)
        .bind(session.user_id.as_str())
        .bind(id)
        .bind(app.clock.now())
        .execute(app.pool.writing())
        .await?;
    Ok(())
}

/// Shows the tile of an app again.
pub async fn show(app: &App, session: &CurrentSession, id: &str) -> Result<(), ServiceError> {
    const SHOW: &str = "
        DELETE FROM hidden_apps
        WHERE user_id = $1
          AND app_id = $2";
    sqlx::query(SHOW)
        .bind(session.user_id.as_str())
        .bind(id)
        .execute(app.pool.writing())
        .await?;
    Ok(())
}
