//! Whose an address is: an account's own, or one that it had until a few days ago and may have back.

use crate::accounts::app::App;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::db;
use crate::i18n::Language;
use crate::time::{HOUR, Millis};
use crate::tokens::email_tokens::{self, TokenPurpose};

/// One after the other: two sign-ups of one address that are confirmed at once would each kill the other.
pub(in crate::accounts) async fn lock_address(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    let app = tx.app;
    db::lock(tx, app.pool.backend(), &format!("address {email}")).await
}

/// Locks two addresses, always in the same order: or two transactions would wait for each other.
pub(in crate::accounts) async fn lock_addresses(tx: &mut Tx<'_>, mut addresses: [&str; 2]) -> sqlx::Result<()> {
    addresses.sort_unstable();
    for address in addresses {
        lock_address(tx, address).await?;
    }
    Ok(())
}

/// The language that the owner of an address chose, if it is another account's than one, in whatever state. A sign-up that
/// waits has no address yet.
///
/// In a transaction that holds the address's lock it stays so until the end.
pub(in crate::accounts) async fn owner_of<'c>(
    app: &App,
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    email: &str,
    but: &str,
) -> sqlx::Result<Option<Option<Language>>> {
    // Two look-ups instead of one with OR, which PostgreSQL answers by reading all accounts.
    const OWNER: &str = "
        SELECT locale
        FROM users
        WHERE id IN (
            SELECT id
            FROM users
            WHERE email = $1
              AND status <> 'pending'
            UNION ALL
            SELECT user_id
            FROM email_changes
            WHERE old_email = $1
              AND changed_at > $3)
          AND id <> $2
        LIMIT 1";
    let owner: Option<Option<String>> = sqlx::query_scalar(OWNER)
        .bind(email)
        .bind(but)
        .bind(app.clock.now() - app.lifetimes.notice_link)
        .fetch_optional(database)
        .await?;
    Ok(owner.map(|locale| locale.as_deref().and_then(Language::from_code)))
}

/// Whether an address is another account's than one.
pub(in crate::accounts) async fn is_taken<'c>(
    app: &App,
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    email: &str,
    but: &str,
) -> sqlx::Result<bool> {
    Ok(owner_of(app, database, email, but).await?.is_some())
}

/// Sign-ups that wait for an address will never be its account. No more than 300 rows go here, or whoever signs up without
/// end would make everybody wait for it; of the others the links end, and the rows go when their time is over.
pub(in crate::accounts) async fn delete_pending_sign_ups(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    const DIE: &str = "
        DELETE FROM users
        WHERE id IN (SELECT id FROM users WHERE email = $1 AND status = 'pending' LIMIT 300)";
    // Before they were made, by more than the clocks of two nodes differ.
    const LINKS: &str = "
        UPDATE email_tokens
        SET expires_at = created_at - $2
        WHERE user_id IN (SELECT id FROM users WHERE email = $1 AND status = 'pending')";
    sqlx::query(DIE).bind(email).execute(&mut **tx).await?;
    sqlx::query(LINKS).bind(email).bind(HOUR).execute(&mut **tx).await?;
    Ok(())
}

/// Gives an account another address; sign-ups that wait for it die. `false`: another account was quicker.
pub(in crate::accounts) async fn set_email_address(tx: &mut Tx<'_>, user: &UserId, email: &str) -> sqlx::Result<bool> {
    const SET: &str = "
        UPDATE users
        SET email = $2, unusable_email = 0, sort_name = CASE WHEN display_name = '' THEN $2 ELSE sort_name END
        WHERE id = $1";
    let set = sqlx::query(SET).bind(user.as_str()).bind(email).execute(&mut **tx).await;
    match set {
        Ok(_) => {}
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
        Err(error) => return Err(error),
    }
    delete_pending_sign_ups(tx, email).await?;
    Ok(true)
}

/// Whether an address was an account's until a short time ago, and may be restored.
pub(in crate::accounts) async fn is_reclaimable<'c>(
    app: &App,
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &str,
    email: &str,
) -> sqlx::Result<bool> {
    const HAD: &str = "
        SELECT id
        FROM email_changes
        WHERE user_id = $1
          AND old_email = $2
          AND changed_at > $3
        LIMIT 1";
    let had = sqlx::query(HAD)
        .bind(user)
        .bind(email)
        .bind(app.clock.now() - app.lifetimes.notice_link)
        .fetch_optional(database)
        .await?;
    Ok(had.is_some())
}

/// Forgets what an account's address was after it had been this one: those addresses are free, and links to have them
/// back are void.
pub(in crate::accounts) async fn forget_email_changes_after(
    tx: &mut Tx<'_>,
    user: &UserId,
    email: &str,
    now: Millis,
) -> sqlx::Result<()> {
    const FORGET: &str = "
        DELETE FROM email_changes
        WHERE user_id = $1
          AND changed_at > (
            SELECT MIN(changed_at)
            FROM email_changes
            WHERE user_id = $1
              AND old_email = $2
              AND changed_at > $3)
        RETURNING old_email";
    let forgotten: Vec<String> = sqlx::query_scalar(FORGET)
        .bind(user.as_str())
        .bind(email)
        .bind(now - tx.app.lifetimes.notice_link)
        .fetch_all(&mut **tx)
        .await?;
    for address in forgotten {
        // Unless the account had it before, too.
        if !is_reclaimable(tx.app, &mut **tx, user.as_str(), &address).await? {
            email_tokens::revoke_for_email(tx, TokenPurpose::EmailUndo, user.as_str(), &address, now).await?;
        }
    }
    Ok(())
}
