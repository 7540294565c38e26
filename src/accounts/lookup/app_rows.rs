//! Reads the apps of the database.

use sqlx::FromRow;

use crate::config::{AppRules, AppSettings, RemoteUser, WrittenApp};
use crate::db::Pool;
use crate::time::Millis;

/// A row: an app with one of its hosts. Without an app there are none.
#[derive(FromRow)]
struct AppRow {
    version: i64,
    id: Option<String>,
    name: Option<String>,
    url: Option<String>,
    everyone: Option<i64>,
    group_names: Option<String>,
    public_paths: Option<String>,
    open_networks: Option<String>,
    remote_user: Option<String>,
    basic_challenge: Option<i64>,
    second_factor: Option<i64>,
    created_at: Option<Millis>,
    host: Option<String>,
    scheme: Option<String>,
}

/// All apps, by id, with the time when each was made, and the version that they have.
pub(super) async fn stored_apps(pool: &Pool, rules: &AppRules) -> sqlx::Result<(i64, Vec<(AppSettings, Millis)>)> {
    // One statement, so that version, apps and hosts are of one moment.
    const APPS: &str = "
        SELECT v.version, a.id, a.name, a.url, a.everyone, a.group_names, a.public_paths, a.open_networks,
               a.remote_user, a.basic_challenge, a.second_factor, a.created_at, h.host, h.scheme
        FROM app_version v
        LEFT JOIN apps a ON 1 = 1
        LEFT JOIN app_hosts h ON h.app_id = a.id
        ORDER BY a.id, h.position";
    let rows: Vec<AppRow> = sqlx::query_as(APPS).fetch_all(pool.reading()).await?;
    let version = rows.first().map_or(0, |row| row.version);
    let written = written(rows).into_iter();
    // What the settings of today do not permit is left out.
    Ok((version, written.map(|(app, created_at)| (rules.check(&app).0, created_at)).collect()))
}

fn written(rows: Vec<AppRow>) -> Vec<(WrittenApp, Millis)> {
    let mut written: Vec<(WrittenApp, Millis)> = Vec::new();
    for row in rows {
        let Some(id) = row.id else { continue };
        let host = row.scheme.zip(row.host).map(|(scheme, host)| format!("{scheme}://{host}"));
        match written.last_mut().filter(|(app, _)| app.id == id) {
            Some((app, _)) => app.hosts.extend(host),
            None => written.push((
                WrittenApp {
                    id,
                    name: row.name,
                    url: row.url.filter(|url| !url.is_empty()),
                    hosts: host.into_iter().collect(),
                    everyone: row.everyone == Some(1),
                    groups: lines(row.group_names.as_deref()),
                    public_paths: lines(row.public_paths.as_deref()),
                    open_networks: lines(row.open_networks.as_deref()),
                    remote_user: row.remote_user.as_deref().and_then(RemoteUser::parse).unwrap_or_default(),
                    basic_challenge: row.basic_challenge == Some(1),
                    second_factor: row.second_factor == Some(1),
                },
                row.created_at.unwrap_or_default(),
            )),
        }
    }
    written
}

fn lines(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().lines().map(str::to_owned).collect()
}
