//! Claims on addresses: an address belongs to one account, or is reserved for an account that had it until recently.

use crate::accounts::app::App;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::db;
use crate::i18n::Language;
use crate::id::new_id;
use crate::time::{HOUR, Millis};
use crate::tokens::email_tokens::{self, TokenPurpose};

/// Locks an address: without it, two sign-ups of one address that are confirmed at once would delete each other.
pub(in crate::accounts) async fn lock_address(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    let app = tx.app;
    db::lock(tx, app.pool.backend(), &format!("address {email}")).await
}

/// Locks two addresses, always in the same order, so that two transactions cannot deadlock.
pub(in crate::accounts) async fn lock_addresses(tx: &mut Tx<'_>, mut addresses: [&str; 2]) -> sqlx::Result<()> {
    addresses.sort_unstable();
    for address in addresses {
        lock_address(tx, address).await?;
    }
    Ok(())
}

/// The language of the account that owns an address, unless it is the given account. Its status does not matter; a
/// pending sign-up owns no address.
///
/// In a transaction that holds the address's lock, the answer stays true until the end.
pub(in crate::accounts) async fn owner_of<'c>(
    app: &App,
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    email: &str,
    but: &str,
) -> sqlx::Result<Option<Option<Language>>> {
    // Two look-ups, because PostgreSQL answers one with OR by reading all accounts.
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

/// Whether an address belongs to another account than the given one.
pub(in crate::accounts) async fn is_taken<'c>(
    app: &App,
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    email: &str,
    but: &str,
) -> sqlx::Result<bool> {
    Ok(owner_of(app, database, email, but).await?.is_some())
}

/// Deletes the pending sign-ups of an address, which can no longer become its account. No more than 300 rows are
/// deleted here: otherwise a stranger who signs up many times could make the transaction slow. The links of the others
/// are revoked, and their rows are deleted when they expire.
pub(in crate::accounts) async fn delete_pending_sign_ups(tx: &mut Tx<'_>, email: &str) -> sqlx::Result<()> {
    const DIE: &str = "
        DELETE FROM users
        WHERE id IN (SELECT id FROM users WHERE email = $1 AND status = 'pending' LIMIT 300)";
    // An expiry before their creation, by more than the clocks of two nodes may differ.
    const LINKS: &str = "
        UPDATE email_tokens
        SET expires_at = created_at - $2
        WHERE user_id IN (SELECT id FROM users WHERE email = $1 AND status = 'pending')";
    sqlx::query(DIE).bind(email).execute(&mut **tx).await?;
    sqlx::query(LINKS).bind(email).bind(HOUR).execute(&mut **tx).await?;
    Ok(())
}

/// Sets an account's address and deletes the pending sign-ups of that address. `false`: another account was faster.
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

/// Whether an account had an address until recently and may restore it.
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

/// Deletes the earlier addresses of an account that followed the given one: they are not reserved any more, and the
/// links that restore them are revoked.
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
        // Unless the account also had it earlier.
        if !is_reclaimable(tx.app, &mut **tx, user.as_str(), &address).await? {
            email_tokens::revoke_for_email(tx, TokenPurpose::EmailUndo, user.as_str(), &address, now).await?;
        }
    }
    Ok(())
}

/// Reserves the address that an account leaves, for its owner. If the account returns to a reserved address, nothing is
/// reserved: the addresses in between may be a thief's, and the thief's mailbox must not be able to restore them. The
/// link of the address returned to stays valid, because the thief may have returned to it to reassure the owner.
pub(in crate::accounts) async fn remember_old_email(
    tx: &mut Tx<'_>,
    user: &UserId,
    old: &str,
    new: &str,
) -> sqlx::Result<()> {
    // Mails to the old address are deleted with the account.
    const MAILS: &str = "
        UPDATE mails
        SET user_id = $1
        WHERE recipient = $2
          AND user_id IS NULL";
    const KEEP: &str = "
        INSERT INTO email_changes (id, user_id, old_email, changed_at)
        VALUES ($1, $2, $3, $4)";
    let app = tx.app;
    let now = app.clock.now();
    sqlx::query(MAILS).bind(user.as_str()).bind(old).execute(&mut **tx).await?;
    if is_reclaimable(tx.app, &mut **tx, user.as_str(), new).await? {
        return forget_email_changes_after(tx, user, new, now).await;
    }
    sqlx::query(KEEP)
        .bind(new_id())
        .bind(user.as_str())
        .bind(old)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
