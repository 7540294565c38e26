//! Groups: how they come and go. Admins make them, or the settings name them.
//!
//! A group exists if it is in the table or in the settings. Memberships of any other group do not count: a group that the
//! operator takes out of the settings has no members any more, until it is there again. A new group has no members, even
//! if there was one of the same name.

use std::collections::BTreeSet;

use crate::accounts::app::App;
use crate::accounts::error::{Failure, refused};
use crate::accounts::event::Event;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::tx::Tx;
use crate::config::{GroupDescription, GroupName};
use crate::db::{self, retry};
use crate::id::new_id;

/// A group as admins see it.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: GroupName,
    pub description: String,
    pub members: i64,
    /// Whether it is in the settings, where alone it can be changed.
    pub in_settings: bool,
}

/// Who changes groups: an admin on a page, or none for the operator on the command line.
pub type By<'a> = Option<&'a CurrentSession>;

#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    #[error("there is no such group")]
    Unknown,
    #[error("there is a group of this name already")]
    Taken,
    #[error("this group is in the settings: change it there")]
    InSettings,
    #[error("no account has this address (a sign-up that waits to be confirmed is none yet)")]
    NoAccount,
    /// It is neither an address nor the id of an account.
    #[error("this is no address, and no account has it as its id")]
    NoAddress,
}

const COUNT: &str = "
    SELECT COUNT(*)
    FROM memberships
    WHERE group_name = $1";

/// All groups, by name.
pub async fn list(app: &App) -> sqlx::Result<Vec<Group>> {
    const GROUPS: &str = "
        SELECT name, description, (SELECT COUNT(*) FROM memberships m WHERE m.group_name = g.name) AS members
        FROM groups g";
    let rows: Vec<(String, String, i64)> = sqlx::query_as(GROUPS).fetch_all(app.pool.reading()).await?;
    let mut groups = Vec::new();
    for (name, description, members) in rows {
        // A name that this version does not know is no group to it.
        if let Some(name) = GroupName::parse(&name).filter(|name| !app.standing_rules.groups.contains_key(name)) {
            groups.push(Group {
                name,
                description,
                members,
                in_settings: false,
            });
        }
    }
    for (name, description) in &app.standing_rules.groups {
        groups.push(in_settings(app, name, description).await?);
    }
    groups.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(groups)
}

async fn in_settings(app: &App, name: &GroupName, description: &GroupDescription) -> sqlx::Result<Group> {
    Ok(Group {
        name: name.clone(),
        description: description.as_str().to_owned(),
        members: sqlx::query_scalar(COUNT)
            .bind(name.as_str())
            .fetch_one(app.pool.reading())
            .await?,
        in_settings: true,
    })
}

/// One group.
pub async fn find(app: &App, name: &GroupName) -> sqlx::Result<Option<Group>> {
    const GROUP: &str = "
        SELECT description
        FROM groups
        WHERE name = $1";
    if let Some(description) = app.standing_rules.groups.get(name) {
        return in_settings(app, name, description).await.map(Some);
    }
    let database = app.pool.reading();
    let Some(description) = sqlx::query_scalar(GROUP).bind(name.as_str()).fetch_optional(database).await? else {
        return Ok(None);
    };
    Ok(Some(Group {
        name: name.clone(),
        description,
        members: sqlx::query_scalar(COUNT).bind(name.as_str()).fetch_one(database).await?,
        in_settings: false,
    }))
}

/// The names of all groups, sorted.
pub async fn names(app: &App) -> sqlx::Result<BTreeSet<GroupName>> {
    const NAMES: &str = "
        SELECT name
        FROM groups";
    let names: Vec<String> = sqlx::query_scalar(NAMES).fetch_all(app.pool.reading()).await?;
    let names = names.iter().filter_map(|name| GroupName::parse(name));
    Ok(names.chain(app.standing_rules.groups.keys().cloned()).collect())
}

/// Makes a group without members.
///
/// # Errors
/// When there is one of this name.
pub async fn create(
    app: &App,
    by: By<'_>,
    name: &GroupName,
    description: &GroupDescription,
) -> Result<(), Failure<GroupError>> {
    retry(|| create_once(app, by, name, description)).await
}

async fn create_once(
    app: &App,
    by: By<'_>,
    name: &GroupName,
    description: &GroupDescription,
) -> Result<(), Failure<GroupError>> {
    const CREATE: &str = "
        INSERT INTO groups (name, description, created_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (name) DO NOTHING";
    if app.standing_rules.groups.contains_key(name) {
        return refused(GroupError::Taken);
    }
    let mut tx = begin(app).await?;
    let created = sqlx::query(CREATE)
        .bind(name.as_str())
        .bind(description.as_str())
        .bind(app.clock.now())
        .execute(&mut *tx)
        .await?;
    if created.rows_affected() == 0 {
        return refused(GroupError::Taken);
    }
    // Of a group of this name that was in the settings once.
    delete_memberships(&mut tx, name).await?;
    tx.commit().await?;
    tracing::info!(event = "group_created", group = %name, by = admin(by), "group made");
    Ok(())
}

/// Changes what a group is said to be for.
///
/// # Errors
/// When there is no such group, or it is in the settings.
pub async fn describe(
    app: &App,
    by: By<'_>,
    name: &GroupName,
    description: &GroupDescription,
) -> Result<(), Failure<GroupError>> {
    const DESCRIBE: &str = "
        UPDATE groups
        SET description = $2
        WHERE name = $1";
    if app.standing_rules.groups.contains_key(name) {
        return refused(GroupError::InSettings);
    }
    let mut tx = begin(app).await?;
    let described = sqlx::query(DESCRIBE)
        .bind(name.as_str())
        .bind(description.as_str())
        .execute(&mut *tx)
        .await?;
    if described.rows_affected() == 0 {
        return refused(GroupError::Unknown);
    }
    tx.commit().await?;
    tracing::info!(event = "group_described", group = %name, by = admin(by), "description of a group changed");
    Ok(())
}

/// Deletes a group. Who was in it is not any more, from the next request.
///
/// # Errors
/// When there is no such group, or it is in the settings.
pub async fn delete(app: &App, by: By<'_>, name: &GroupName) -> Result<(), Failure<GroupError>> {
    retry(|| delete_once(app, by, name)).await
}

async fn delete_once(app: &App, by: By<'_>, name: &GroupName) -> Result<(), Failure<GroupError>> {
    const DELETE: &str = "
        DELETE FROM groups
        WHERE name = $1";
    // One statement, however many there are. The ids contain nothing of the accounts: of deleted ones the activity stays.
    const RECORD: &str = "
        INSERT INTO activity (id, user_id, at, event)
        SELECT $1 || '-' || CAST(ROW_NUMBER() OVER (ORDER BY user_id) AS TEXT), user_id, $2, $3
        FROM memberships
        WHERE group_name = $4";
    if app.standing_rules.groups.contains_key(name) {
        return refused(GroupError::InSettings);
    }
    let mut tx = begin(app).await?;
    let deleted = sqlx::query(DELETE).bind(name.as_str()).execute(&mut *tx).await?;
    if deleted.rows_affected() == 0 {
        return refused(GroupError::Unknown);
    }
    sqlx::query(RECORD)
        .bind(new_id())
        .bind(app.clock.now())
        .bind(Event::GroupLeft.as_str())
        .bind(name.as_str())
        .execute(&mut *tx)
        .await?;
    let members = delete_memberships(&mut tx, name).await?;
    tx.commit().await?;
    tracing::info!(event = "group_deleted", group = %name, members, by = admin(by), "group deleted");
    Ok(())
}

async fn delete_memberships(tx: &mut Tx<'_>, group: &GroupName) -> sqlx::Result<u64> {
    const DELETE: &str = "
        DELETE FROM memberships
        WHERE group_name = $1";
    let deleted = sqlx::query(DELETE).bind(group.as_str()).execute(&mut **tx).await?;
    Ok(deleted.rows_affected())
}

/// Begins a change of groups. Until it ends no other one begins, so that no group is deleted while a user joins it.
pub(super) async fn begin(app: &App) -> sqlx::Result<Tx<'_>> {
    let mut tx = Tx::begin(app, None).await?;
    db::lock(&mut tx, app.pool.backend(), "groups").await?;
    Ok(tx)
}

/// Who it was, for the log.
pub(super) fn admin(by: By<'_>) -> Option<&str> {
    by.map(|session| session.user_id.as_str())
}
