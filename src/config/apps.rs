//! The apps of the settings, which ask Vestibule who is there.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;

use super::app::{AppAccess, AppProblem, AppRules, AppSettings, WrittenApp};
use super::groups::{GroupName, GroupSettings};
use super::problem::Check;
use super::raw_apps::RawApp;

pub(super) fn apps(check: &mut Check, raw: BTreeMap<String, RawApp>, rules: &AppRules) -> Vec<Arc<AppSettings>> {
    let mut apps: Vec<Arc<AppSettings>> = Vec::new();
    for (id, raw) in raw {
        let key = |field: &str| format!("apps.{id}.{field}");
        let logo = raw.logo.clone();
        let (app, problems) = rules.check(&written(&id, raw));
        for problem in problems {
            match problem {
                AppProblem::Id | AppProblem::IdIsPage => check.problem(&format!("apps.{id}"), problem),
                _ => check.problem(&key(problem.field()), problem),
            }
        }
        for host in &app.hosts {
            let others = apps.iter().flat_map(|app| app.hosts.iter().map(move |other| (&app.id, other)));
            if let Some((id, other)) = others.into_iter().find(|(_, other)| rules.collide(host, other)) {
                let why = format_args!("names {host}, and apps.{id} has {other}: two apps need two host names");
                check.problem(&key("hosts"), why);
            }
        }
        if let Some(file) = logo.as_deref().filter(|file| !is_picture(file)) {
            check.problem(&key("logo"), format_args!("is no SVG or PNG file: {}", file.display()));
        }
        apps.push(Arc::new(AppSettings {
            logo,
            in_settings: true,
            ..app
        }));
    }
    apps
}

fn written(id: &str, raw: RawApp) -> WrittenApp {
    WrittenApp {
        id: id.to_owned(),
        name: raw.name,
        url: raw.url,
        hosts: raw.hosts,
        everyone: raw.access.is_some(),
        groups: raw.groups,
        public_paths: raw.public_paths,
        open_networks: raw.open_networks.iter().map(IpNet::to_string).collect(),
        remote_user: raw.remote_user,
        basic_challenge: raw.basic_challenge,
        second_factor: raw.second_factor,
    }
}

fn is_picture(path: &Path) -> bool {
    let read = File::open(path).and_then(|file| file.metadata());
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    read.is_ok_and(|file| file.is_file()) && ["svg", "png"].contains(&ending)
}

/// Names that apps let in and that are no group of the settings. Such a group may be one of the database, so this is only
/// strange: one sentence each, without its end.
#[must_use]
pub fn unknown_groups(apps: &[Arc<AppSettings>], groups: &GroupSettings) -> Vec<(String, GroupName)> {
    let mut unknown = Vec::new();
    for app in apps {
        let AppAccess::Groups(names) = &app.access else {
            continue;
        };
        let missing = names.iter().filter(|name| !groups.contains_key(name.as_str()));
        unknown.extend(missing.map(|name| (app.id.clone(), name.clone())));
    }
    unknown
}
