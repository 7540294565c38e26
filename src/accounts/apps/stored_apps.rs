//! The apps of the database: how admins make, change and delete them.
//!
//! Each change counts up the one row of `app_version`, so changes happen one after the other, and every node notices them
//! (`lookup/app_registry.rs`). A host has one row, so it belongs to one app, however many admins add it at the same time.

use ipnet::IpNet;

use crate::accounts::app::App;
use crate::accounts::apps::groups::{By, admin};
use crate::accounts::error::{Failure, refused};
use crate::accounts::tx::Tx;
use crate::config::{AppAccess, AppSettings, GroupName, PublicPath, RunMode};
use crate::db::{Explained, retry};

/// More apps than anybody looks after on pages. All of them are in memory.
pub const MAX_STORED_APPS: i64 = 500;

/// Why an app is not made or changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AppError {
    #[error("there is no such app")]
    Unknown,
    #[error("there is an app with this id already")]
    Taken,
    #[error("this app is in the settings: change it there")]
    InSettings,
    #[error("another app has the host {0}")]
    HostTaken(String),
    #[error("there are {MAX_STORED_APPS} apps already")]
    TooMany,
}

/// Makes an app. It counts from the next request, on every node.
///
/// # Errors
/// When its id or one of its hosts is taken, or there are too many apps.
pub async fn create(app: &App, by: By<'_>, new: &AppSettings) -> Result<(), Failure<AppError>> {
    if app.apps.is_in_settings(&new.id) {
        return refused(AppError::Taken);
    }
    check_hosts(app, new)?;
    retry(|| create_once(app, new)).await?;
    learn(app).await;
    tracing::info!(event = "app_created", app = new.id, by = admin(by), "app made");
    Ok(())
}

async fn create_once(app: &App, new: &AppSettings) -> Result<(), Failure<AppError>> {
    const COUNT: &str = "
        SELECT COUNT(*)
        FROM apps";
    const CREATE: &str = "
        INSERT INTO apps (id, name, url, everyone, group_names, public_paths, open_networks, remote_user, basic_challenge,
                          second_factor, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO NOTHING";
    let mut tx = begin(app).await?;
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    if count >= MAX_STORED_APPS {
        return refused(AppError::TooMany);
    }
    let now = tx.now();
    let created = values(sqlx::query(CREATE), new).bind(now).execute(&mut *tx).await?;
    if created.rows_affected() == 0 {
        return refused(AppError::Taken);
    }
    // Of an app with this id that was in the settings once.
    show_to_everybody(&mut tx, &new.id).await?;
    add_hosts(&mut tx, new).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes everything about an app but its id.
///
/// # Errors
/// When there is no such app, it is in the settings, or another app has one of the hosts.
pub async fn change(app: &App, by: By<'_>, new: &AppSettings) -> Result<(), Failure<AppError>> {
    if app.apps.is_in_settings(&new.id) {
        return refused(AppError::InSettings);
    }
    check_hosts(app, new)?;
    retry(|| change_once(app, new)).await?;
    learn(app).await;
    tracing::info!(event = "app_changed", app = new.id, by = admin(by), "app changed");
    Ok(())
}

async fn change_once(app: &App, new: &AppSettings) -> Result<(), Failure<AppError>> {
    const CHANGE: &str = "
        UPDATE apps
        SET name = $2, url = $3, everyone = $4, group_names = $5, public_paths = $6, open_networks = $7,
            remote_user = $8, basic_challenge = $9, second_factor = $10
        WHERE id = $1";
    const FREE: &str = "
        DELETE FROM app_hosts
        WHERE app_id = $1";
    let mut tx = begin(app).await?;
    let changed = values(sqlx::query(CHANGE), new).execute(&mut *tx).await?;
    if changed.rows_affected() == 0 {
        return refused(AppError::Unknown);
    }
    sqlx::query(FREE).bind(&new.id).execute(&mut *tx).await?;
    add_hosts(&mut tx, new).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes an app. Nobody is let in any more, from the next question of its proxy.
///
/// # Errors
/// When the database has no such app. One that an app of the settings overrides can be deleted.
pub async fn delete(app: &App, by: By<'_>, id: &str) -> Result<(), Failure<AppError>> {
    retry(|| delete_once(app, id)).await?;
    learn(app).await;
    tracing::info!(event = "app_deleted", app = id, by = admin(by), "app deleted");
    Ok(())
}

async fn delete_once(app: &App, id: &str) -> Result<(), Failure<AppError>> {
    const DELETE: &str = "
        DELETE FROM apps
        WHERE id = $1";
    let mut tx = begin(app).await?;
    let deleted = sqlx::query(DELETE).bind(id).execute(&mut *tx).await?;
    if deleted.rows_affected() == 0 {
        return refused(if app.apps.is_in_settings(id) {
            AppError::InSettings
        } else {
            AppError::Unknown
        });
    }
    if !app.apps.is_in_settings(id) {
        show_to_everybody(&mut tx, id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Begins a change of apps. Until it ends no other one begins.
async fn begin(app: &App) -> sqlx::Result<Tx<'_>> {
    const COUNT_UP: &str = "
        UPDATE app_version
        SET version = version + 1";
    let mut tx = Tx::begin(app, None).await?;
    sqlx::query(COUNT_UP).execute(&mut *tx).await?;
    Ok(tx)
}

/// An app of the settings keeps its hosts.
fn check_hosts(app: &App, new: &AppSettings) -> Result<(), Failure<AppError>> {
    let (known, rules) = (app.apps.known(), app.apps.rules());
    let of_settings = || known.all().iter().filter(|app| app.in_settings).flat_map(|app| &app.hosts);
    let taken = new
        .hosts
        .iter()
        .find(|host| of_settings().any(|other| rules.collide(host, other)));
    taken.map_or(Ok(()), |host| refused(AppError::HostTaken(host.to_string())))
}

async fn add_hosts(tx: &mut Tx<'_>, new: &AppSettings) -> Result<(), Failure<AppError>> {
    const ADD: &str = "
        INSERT INTO app_hosts (host, scheme, app_id, position)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (host) DO NOTHING";
    const OTHERS: &str = "
        SELECT COUNT(*)
        FROM app_hosts
        WHERE app_id <> $1
          AND (host = $2 OR substr(host, 1, CAST($3 AS INTEGER)) = $2 || ':')";
    for (host, position) in new.hosts.iter().zip(0_i64..) {
        if tx.app.apps.rules().mode == RunMode::Production {
            let length = i64::try_from(host.name().len() + 1).unwrap_or(i64::MAX);
            let others: i64 = sqlx::query_scalar(OTHERS)
                .bind(&new.id)
                .bind(host.name())
                .bind(length)
                .fetch_one(&mut **tx)
                .await?;
            if others > 0 {
                return refused(AppError::HostTaken(host.to_string()));
            }
        }
        let added = sqlx::query(ADD)
            .bind(host.as_str())
            .bind(host.scheme())
            .bind(&new.id)
            .bind(position)
            .execute(&mut **tx)
            .await?;
        if added.rows_affected() == 0 {
            return refused(AppError::HostTaken(host.to_string()));
        }
    }
    Ok(())
}

async fn show_to_everybody(tx: &mut Tx<'_>, id: &str) -> sqlx::Result<()> {
    const SHOW: &str = "
        DELETE FROM hidden_apps
        WHERE app_id = $1";
    sqlx::query(SHOW).bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// This process knows the change at once. If it cannot read it, it does so before the next person is let in.
async fn learn(app: &App) {
    if let Err(error) = app.apps.load(&app.pool).await {
        tracing::warn!(error = %Explained(&error), "the apps of the database cannot be read");
    }
}

type AppQuery<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

/// The columns from `id` to `second_factor`.
fn values<'q>(query: AppQuery<'q>, app: &'q AppSettings) -> AppQuery<'q> {
    query
        .bind(&app.id)
        .bind(&app.name)
        .bind(app.own_url.as_deref().unwrap_or_default())
        .bind(i64::from(app.access == AppAccess::Everyone))
        .bind(lines(app.access.groups().iter().map(GroupName::to_string)))
        .bind(lines(app.public_paths.iter().map(PublicPath::written)))
        .bind(lines(app.open_networks.iter().map(IpNet::to_string)))
        .bind(app.remote_user.as_str())
        .bind(i64::from(app.basic_challenge))
        .bind(i64::from(app.second_factor))
}

fn lines(entries: impl Iterator<Item = String>) -> String {
    entries.collect::<Vec<_>>().join("\n")
}
