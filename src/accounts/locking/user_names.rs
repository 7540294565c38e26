//! Claims on user names: each belongs to one account, and to no other one ever again (decision 018).

use sha2::{Digest as _, Sha256};

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::user::UserId;
use crate::accounts::identity::user_name::UserName;
use crate::accounts::tx::Tx;
use crate::db::{self, retry};

/// How many accounts get a name in one transaction.
const BATCH: i64 = 200;

/// Gives an account the name of its address, with a number if the name is taken.
///
/// # Errors
/// When the database fails, or no proposal is free.
pub(in crate::accounts) async fn give_user_name(
    tx: &mut Tx<'_>,
    user: &UserId,
    email: &str,
) -> Result<(), ServiceError> {
    for number in numbers() {
        if let Some(name) = UserName::proposal(email, number)
            && claim(tx, user, &name).await?
        {
            return Ok(store(tx, user, &name).await?);
        }
    }
    Err(ServiceError::Internal("all proposed user names are taken"))
}

/// Gives an account another name. `false`: another account has or had it.
pub(in crate::accounts) async fn set_user_name(tx: &mut Tx<'_>, user: &UserId, name: &UserName) -> sqlx::Result<bool> {
    if !claim(tx, user, name).await? {
        return Ok(false);
    }
    store(tx, user, name).await?;
    Ok(true)
}

/// Gives a name to each account without one: those that were there before there were user names, or that an earlier version
/// of the program made meanwhile, on another node. Several processes may call it at once.
///
/// # Errors
/// When the database fails. What was done until then stays done.
pub async fn give_missing_user_names(app: &App) -> Result<(), ServiceError> {
    loop {
        match retry(|| give_some(app)).await? {
            0 => return Ok(()),
            named => tracing::info!(event = "user_names_given", accounts = named, "accounts got a user name"),
        }
    }
}

async fn give_some(app: &App) -> Result<usize, ServiceError> {
    // With the condition of the index `users_without_user_name`.
    const NEXT: &str = "
        SELECT id, email
        FROM users
        WHERE user_name IS NULL
          AND status <> 'pending'
        ORDER BY id
        LIMIT $1";
    // Locks the row. It may have been deleted meanwhile.
    const STILL: &str = "
        UPDATE users
        SET status = status
        WHERE id = $1
          AND user_name IS NULL";
    let mut tx = Tx::begin(app, None).await?;
    // Another node would claim other names for the same accounts, and nobody could have those any more.
    db::lock(&mut tx, app.pool.backend(), "user names").await?;
    let next: Vec<(String, String)> = sqlx::query_as(NEXT).bind(BATCH).fetch_all(&mut *tx).await?;
    if next.is_empty() {
        return Ok(0);
    }
    for (id, email) in &next {
        if sqlx::query(STILL).bind(id).execute(&mut *tx).await?.rows_affected() == 1 {
            give_user_name(&mut tx, &UserId::from(id.clone()), email).await?;
        }
    }
    tx.commit().await?;
    Ok(next.len())
}

/// The numbers to try: none, those that people choose, then random ones, so that it does not matter how many accounts have
/// the same local part.
fn numbers() -> impl Iterator<Item = Option<u32>> {
    let random = |digits: u32| {
        let mut bytes = [0; 4];
        // Without random bytes all of them are one number, which is then tried in vain.
        let _ = getrandom::fill(&mut bytes);
        Some(10_u32.pow(digits - 1) + u32::from_ne_bytes(bytes) % (9 * 10_u32.pow(digits - 1)))
    };
    let small = std::iter::once(None).chain((2..10).map(Some));
    small
        .chain((0..8).map(move |_| random(4)))
        .chain((0..16).map(move |_| random(8)))
}

/// Claims a name. `false`: another account has or had it. An earlier name of the same account is still its own.
async fn claim(tx: &mut Tx<'_>, user: &UserId, name: &UserName) -> sqlx::Result<bool> {
    const CLAIM: &str = "
        INSERT INTO user_names (hash, user_id)
        VALUES ($1, $2)
        ON CONFLICT (hash) DO UPDATE
        SET user_id = excluded.user_id
        WHERE user_names.user_id = excluded.user_id";
    let claimed = sqlx::query(CLAIM)
        .bind(hash(name))
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(claimed.rows_affected() == 1)
}

async fn store(tx: &mut Tx<'_>, user: &UserId, name: &UserName) -> sqlx::Result<()> {
    const STORE: &str = "
        UPDATE users
        SET user_name = $2
        WHERE id = $1";
    sqlx::query(STORE)
        .bind(user.as_str())
        .bind(name.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn hash(name: &UserName) -> Vec<u8> {
    Sha256::digest(name.as_str()).to_vec()
}
