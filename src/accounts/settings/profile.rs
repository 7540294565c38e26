//! Changing the profile: display name and language.

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::profile::Profile;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::tx::Tx;
use crate::db::retry;
use crate::i18n::Language;

/// Changes display name and language.
///
/// # Errors
/// When the database is unavailable, or the account is deleted.
pub async fn change_profile(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    profile: &Profile,
) -> Result<(), ServiceError> {
    app.limits.profile_by_account.check(session.user_id.as_str().to_owned())?;
    retry(|| change_profile_once(app, client, session, profile)).await
}

async fn change_profile_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    profile: &Profile,
) -> Result<(), ServiceError> {
    let mut tx = Tx::begin(app, client).await?;
    if !profile.store(&mut tx, &session.user_id).await? {
        return Err(ServiceError::AccountGone);
    }
    // A form that is saved unchanged is no event.
    if session.profile != *profile {
        tx.record(&session.user_id, Event::ProfileChanged).await?;
    }
    Ok(tx.commit().await?)
}

/// Changes the language only.
///
/// # Errors
/// When the database is unavailable, or the account is deleted.
pub async fn change_language(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    language: Language,
) -> Result<(), ServiceError> {
    if session.profile.language() == Some(language) {
        return Ok(());
    }
    app.limits.profile_by_account.check(session.user_id.as_str().to_owned())?;
    retry(|| change_language_once(app, client, session, language)).await
}

async fn change_language_once(
    app: &App,
    client: &Client,
    session: &CurrentSession,
    language: Language,
) -> Result<(), ServiceError> {
    const CHANGE: &str = "
        UPDATE users
        SET locale = $2
        WHERE id = $1";
    let mut tx = Tx::begin(app, client).await?;
    let changed = sqlx::query(CHANGE)
        .bind(session.user_id.as_str())
        .bind(language.code())
        .execute(&mut *tx)
        .await?;
    if changed.rows_affected() == 0 {
        return Err(ServiceError::AccountGone);
    }
    tx.record(&session.user_id, Event::ProfileChanged).await?;
    tx.commit().await?;
    Ok(())
}
