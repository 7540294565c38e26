//! The apps of the settings, which ask Vestibule who is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;
use url::Url;

use super::app_host::{AppHost, NoHost};
use super::groups::{GroupName, GroupSettings};
use super::problem::Check;
use super::public_path::PublicPath;
use super::public_url::PublicUrl;
use super::raw::{Everyone, RawApp, RemoteUser};
use super::run_mode::RunMode;

const MAX_ID_BYTES: usize = 63;
const MAX_NAME_BYTES: usize = 64;

/// An app.
#[derive(Clone, Debug)]
pub struct AppSettings {
    pub id: String,
    pub name: String,
    /// Where its tile leads.
    pub url: String,
    pub hosts: Vec<AppHost>,
    pub access: AppAccess,
    pub public_paths: Vec<PublicPath>,
    pub open_networks: Vec<IpNet>,
    pub remote_user: RemoteUser,
    /// Whether a program that brings no token is asked for one.
    pub ask_for_token: bool,
}

/// Who may enter an app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AppAccess {
    Nobody,
    Everyone,
    /// The members of one of these groups.
    Groups(Vec<GroupName>),
}

pub(super) fn apps(
    check: &mut Check,
    raw: BTreeMap<String, RawApp>,
    public_url: Option<&PublicUrl>,
    mode: RunMode,
) -> Vec<Arc<AppSettings>> {
    let mut apps: Vec<Arc<AppSettings>> = Vec::new();
    for (id, raw) in raw {
        let key = |field: &str| format!("apps.{id}.{field}");
        if raw.hosts.is_empty() && raw.url.is_none() {
            check.problem(&key("url"), "is not set, and neither are the app's hosts: one of them is needed");
        }
        let hosts = hosts(check, &key("hosts"), &raw.hosts, public_url, mode);
        for host in &hosts {
            let other = apps.iter().find(|app| app.hosts.contains(host));
            if let Some(other) = other {
                check
                    .problem(&key("hosts"), format_args!("names {host}, which is a host of apps.{} already", other.id));
            }
        }
        let app = AppSettings {
            name: name(check, &key("name"), raw.name.as_deref(), &id),
            url: url(check, &key("url"), raw.url, &hosts, mode),
            access: access(check, &id, raw.access, &raw.groups),
            public_paths: public_paths(check, &key("public_paths"), &raw.public_paths),
            open_networks: raw.open_networks,
            remote_user: raw.remote_user,
            ask_for_token: raw.ask_for_token,
            hosts,
            id: checked_id(check, &id),
        };
        apps.push(Arc::new(app));
    }
    apps
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

fn checked_id(check: &mut Check, id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let valid = id.len() <= MAX_ID_BYTES
        && id.bytes().next().is_some_and(plain)
        && id.bytes().all(|byte| plain(byte) || byte == b'-');
    if !valid {
        check.problem(
            &format!("apps.{id}"),
            format_args!(
                "is no id of an app: it has at most {MAX_ID_BYTES} letters from a to z, digits and '-', and begins with a \
                 letter or a digit"
            ),
        );
    }
    if id == "new" {
        check.problem("apps.new", "is no id of an app: /apps/new is a page");
    }
    id.to_owned()
}

fn name(check: &mut Check, key: &str, name: Option<&str>, id: &str) -> String {
    let name = name.map_or(id, str::trim);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        check.problem(key, format_args!("must be one line of 1 to {MAX_NAME_BYTES} bytes"));
    }
    name.to_owned()
}

fn hosts(
    check: &mut Check,
    key: &str,
    written: &[String],
    public_url: Option<&PublicUrl>,
    mode: RunMode,
) -> Vec<AppHost> {
    let mut hosts: Vec<AppHost> = Vec::new();
    for text in written {
        let host = match AppHost::parse(text, mode) {
            Ok(host) => host,
            Err(NoHost::NotHttps) => {
                check.problem(key, format_args!("must be reached by https in release, {text:?} is not"));
                continue;
            }
            Err(NoHost::Unreadable) => {
                let must = format!("must be hosts, as wiki.example.org or wiki.example.org:8443, not {text:?}");
                check.problem(key, must);
                continue;
            }
        };
        if let Some(ours) = public_url.filter(|ours| is_ours(&host, ours, mode)) {
            check.problem(
                key,
                format_args!(
                    "names {host}, the host of public_url ({}): an app needs a host of its own, or it would get the \
                     cookies of Vestibule",
                    ours.origin()
                ),
            );
        }
        if hosts.contains(&host) {
            check.problem(key, format_args!("names {host} twice"));
        }
        hosts.push(host);
    }
    hosts
}

/// Browsers do not keep the ports of a host apart (RFC 6265 section 8.5). In development that does not matter: there
/// everything is on localhost.
fn is_ours(host: &AppHost, ours: &PublicUrl, mode: RunMode) -> bool {
    let same_name = host.name() == ours.host().trim_end_matches('.');
    same_name && (mode == RunMode::Production || host.port() == ours.port())
}

fn url(check: &mut Check, key: &str, url: Option<String>, hosts: &[AppHost], mode: RunMode) -> String {
    let Some(text) = url else {
        return hosts.first().map(|host| format!("{}/", host.origin())).unwrap_or_default();
    };
    let read = Url::parse(&text).ok().filter(|url| {
        let scheme = url.scheme() == "https" || (mode == RunMode::Development && url.scheme() == "http");
        scheme && url.has_host() && url.username().is_empty() && url.password().is_none()
    });
    if read.is_none() {
        check.problem(key, format_args!("must be an https URL, not {text:?}"));
    }
    read.map(String::from).unwrap_or_default()
}

fn access(check: &mut Check, id: &str, everyone: Option<Everyone>, groups: &[String]) -> AppAccess {
    match everyone {
        Some(Everyone::Everyone) if groups.is_empty() => return AppAccess::Everyone,
        Some(Everyone::Everyone) => check.problem(
            &format!("apps.{id}.access"),
            format_args!("lets everyone in, and apps.{id}.groups only some: set one of them"),
        ),
        None if groups.is_empty() => return AppAccess::Nobody,
        None => {}
    }
    let mut names = Vec::new();
    for text in groups {
        match GroupName::parse(text) {
            Some(name) => names.push(name),
            None => check.problem(&format!("apps.{id}.groups"), format_args!("must be names of groups, not {text:?}")),
        }
    }
    AppAccess::Groups(names)
}

fn public_paths(check: &mut Check, key: &str, written: &[String]) -> Vec<PublicPath> {
    let mut paths = Vec::new();
    for text in written {
        match PublicPath::parse(text) {
            Some(path) => paths.push(path),
            None => check.problem(
                key,
                format_args!(
                    "must be paths that can be read in one way, as /robots.txt, or with /* at their end, as /public/*, \
                     not {text:?}"
                ),
            ),
        }
    }
    paths
}
