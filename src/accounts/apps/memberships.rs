//! Who is in which group.

use std::collections::BTreeSet;

use sqlx::FromRow;

use crate::accounts::app::App;
use crate::accounts::apps::groups::{By, GroupError, admin, begin, names};
use crate::accounts::error::{Failure, refused};
use crate::accounts::event::Event;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::locking::named_account::named_account;
use crate::accounts::tx::Tx;
use crate::config::GroupName;
use crate::db::retry;
use crate::time::Millis;

/// A group that a user is in.
#[derive(Clone, Debug, FromRow)]
pub struct Membership {
    #[sqlx(try_from = "String")]
    pub group_name: GroupName,
    pub added_at: Millis,
}

/// The groups that a user is in, by name.
pub async fn memberships_of(app: &App, user: &UserId) -> sqlx::Result<Vec<Membership>> {
    const MEMBERSHIPS: &str = "
        SELECT group_name, added_at
        FROM memberships
        WHERE user_id = $1
        ORDER BY group_name";
    let existing = names(app).await?;
    let memberships: Vec<Membership> = sqlx::query_as(MEMBERSHIPS)
        .bind(user.as_str())
        .fetch_all(app.pool.reading())
        .await?;
    let exists = |membership: &Membership| existing.contains(&membership.group_name);
    Ok(memberships.into_iter().filter(exists).collect())
}

/// Makes an account, named by its address or id, a member of a group, from the next request. If it is one already, nothing
/// is recorded.
///
/// # Errors
/// When there is no such account or no such group.
pub async fn join(app: &App, by: By<'_>, account: &str, group: &GroupName) -> Result<(), Failure<GroupError>> {
    retry(|| join_once(app, by, account, group)).await
}

async fn join_once(app: &App, by: By<'_>, account: &str, group: &GroupName) -> Result<(), Failure<GroupError>> {
    let mut tx = begin(app).await?;
    check_exists(&mut tx, group).await?;
    let user = lock_account(&mut tx, account).await?;
    change(tx, by, &user, &[group], &[]).await
}

/// Takes an account out of a group. If it is not in it, nothing is recorded.
///
/// # Errors
/// When there is no such account or no such group.
pub async fn leave(app: &App, by: By<'_>, account: &str, group: &GroupName) -> Result<(), Failure<GroupError>> {
    retry(|| leave_once(app, by, account, group)).await
}

async fn leave_once(app: &App, by: By<'_>, account: &str, group: &GroupName) -> Result<(), Failure<GroupError>> {
    let mut tx = begin(app).await?;
    check_exists(&mut tx, group).await?;
    let user = lock_account(&mut tx, account).await?;
    change(tx, by, &user, &[], &[group]).await
}

/// Makes an account a member of these groups and of no others that exist.
///
/// # Errors
/// When there is no such account or one of the groups does not exist.
pub async fn set_groups(
    app: &App,
    by: By<'_>,
    account: &str,
    groups: &BTreeSet<GroupName>,
) -> Result<(), Failure<GroupError>> {
    retry(|| set_groups_once(app, by, account, groups)).await
}

async fn set_groups_once(
    app: &App,
    by: By<'_>,
    account: &str,
    groups: &BTreeSet<GroupName>,
) -> Result<(), Failure<GroupError>> {
    const CURRENT: &str = "
        SELECT group_name
        FROM memberships
        WHERE user_id = $1";
    let existing = names(app).await?;
    let mut tx = begin(app).await?;
    for group in groups {
        check_exists(&mut tx, group).await?;
    }
    let user = lock_account(&mut tx, account).await?;
    let current: Vec<String> = sqlx::query_scalar(CURRENT).bind(user.as_str()).fetch_all(&mut *tx).await?;
    let current = current.iter().filter_map(|name| existing.get(&**name).cloned());
    let current: BTreeSet<GroupName> = current.collect();
    let joins: Vec<&GroupName> = groups.difference(&current).collect();
    let leaves: Vec<&GroupName> = current.difference(groups).collect();
    change(tx, by, &user, &joins, &leaves).await
}

/// Commits, unless nothing changes.
async fn change(
    mut tx: Tx<'_>,
    by: By<'_>,
    user: &UserId,
    joins: &[&GroupName],
    leaves: &[&GroupName],
) -> Result<(), Failure<GroupError>> {
    const JOIN: &str = "
        INSERT INTO memberships (user_id, group_name, added_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (user_id, group_name) DO NOTHING";
    const LEAVE: &str = "
        DELETE FROM memberships
        WHERE user_id = $1
          AND group_name = $2";
    let now = tx.now();
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    for group in joins {
        let join = sqlx::query(JOIN).bind(user.as_str()).bind(group.as_str()).bind(now);
        if join.execute(&mut *tx).await?.rows_affected() > 0 {
            tx.record(user, Event::GroupJoined).await?;
            joined.push(group);
        }
    }
    for group in leaves {
        let leave = sqlx::query(LEAVE).bind(user.as_str()).bind(group.as_str());
        if leave.execute(&mut *tx).await?.rows_affected() > 0 {
            tx.record(user, Event::GroupLeft).await?;
            left.push(group);
        }
    }
    if joined.is_empty() && left.is_empty() {
        return Ok(());
    }
    tx.commit().await?;
    for group in joined {
        tracing::info!(event = "group_joined", user = %user, group = %group, by = admin(by), "account added to a group");
    }
    for group in left {
        tracing::info!(event = "group_left", user = %user, group = %group, by = admin(by), "account taken out of a group");
    }
    Ok(())
}

async fn check_exists(tx: &mut Tx<'_>, group: &GroupName) -> Result<(), Failure<GroupError>> {
    const EXISTS: &str = "
        SELECT name
        FROM groups
        WHERE name = $1";
    if tx.app.standing_rules.groups.contains_key(group) {
        return Ok(());
    }
    match sqlx::query(EXISTS).bind(group.as_str()).fetch_optional(&mut **tx).await? {
        Some(_) => Ok(()),
        None => refused(GroupError::Unknown),
    }
}

/// Locks the account, so that it is not deleted meanwhile.
async fn lock_account(tx: &mut Tx<'_>, account: &str) -> Result<UserId, Failure<GroupError>> {
    if let Some((id, _)) = named_account(&mut **tx, account).await?
        && let Some(locked) = LockedAccount::lock_confirmed(tx, id.as_str()).await?
    {
        return Ok(locked.id);
    }
    refused(if EmailAddress::parse(account).is_ok() {
        GroupError::NoAccount
    } else {
        GroupError::NoAddress
    })
}
