//! An app, and the rules that it keeps, whether it is in the settings or on the pages of admins.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use ipnet::IpNet;
use url::Url;

use super::app_host::{AppHost, NoHost};
use super::groups::GroupName;
use super::networks::network;
use super::public_path::PublicPath;
use super::public_url::PublicUrl;
use super::raw_apps::RemoteUser;
use super::run_mode::RunMode;

/// The maximum length of an app's id, in bytes.
pub const MAX_APP_ID: usize = 63;
/// The maximum length of an app's name, in bytes.
pub const MAX_APP_NAME: usize = 64;
/// The maximum length of the address that a tile leads to, in bytes.
const MAX_URL: usize = 1024;
/// The maximum number of hosts, of groups, of paths and of networks of one app.
pub const MAX_APP_ENTRIES: usize = 50;
/// The maximum length of a path that is open to everybody, in bytes.
const MAX_PATH: usize = 512;

/// An app.
#[derive(Clone, Debug)]
pub struct AppSettings {
    pub id: String,
    pub name: String,
    /// Where its tile leads, if that is not the first of its hosts.
    pub own_url: Option<String>,
    pub hosts: Vec<AppHost>,
    pub access: AppAccess,
    pub public_paths: Vec<PublicPath>,
    pub open_networks: Vec<IpNet>,
    /// What `Remote-User` holds.
    pub remote_user: RemoteUser,
    /// Whether programs without a sign-in are asked for a name and a password (RFC 7617).
    pub basic_challenge: bool,
    /// Whether only those enter who gave a second factor.
    pub second_factor: bool,
    /// The picture on its tile. Only apps of the settings have one.
    pub logo: Option<PathBuf>,
    /// Whether it is in the settings, where alone it can be changed.
    pub in_settings: bool,
}

impl AppSettings {
    /// Where its tile leads.
    #[must_use]
    pub fn url(&self) -> String {
        let first = || self.hosts.first().map(|host| format!("{}/", host.origin()));
        self.own_url.clone().or_else(first).unwrap_or_default()
    }
}

impl From<&AppSettings> for WrittenApp {
    fn from(app: &AppSettings) -> Self {
        Self {
            id: app.id.clone(),
            name: Some(app.name.clone()),
            url: app.own_url.clone(),
            hosts: app.hosts.iter().map(AppHost::written).collect(),
            everyone: app.access == AppAccess::Everyone,
            groups: app.access.groups().iter().map(GroupName::to_string).collect(),
            public_paths: app.public_paths.iter().map(PublicPath::written).collect(),
            open_networks: app.open_networks.iter().map(IpNet::to_string).collect(),
            remote_user: app.remote_user,
            basic_challenge: app.basic_challenge,
            second_factor: app.second_factor,
        }
    }
}

/// Who may enter an app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AppAccess {
    Nobody,
    Everyone,
    /// The members of one of these groups.
    Groups(Vec<GroupName>),
}

impl AppAccess {
    /// The groups that it names.
    #[must_use]
    pub fn groups(&self) -> &[GroupName] {
        match self {
            Self::Groups(names) => names,
            Self::Nobody | Self::Everyone => &[],
        }
    }
}

/// An app as it was written, in the settings or in a form.
#[derive(Clone, Debug, Default)]
pub struct WrittenApp {
    pub id: String,
    pub name: Option<String>,
    pub url: Option<String>,
    pub hosts: Vec<String>,
    pub everyone: bool,
    pub groups: Vec<String>,
    pub public_paths: Vec<String>,
    pub open_networks: Vec<String>,
    pub remote_user: RemoteUser,
    pub basic_challenge: bool,
    pub second_factor: bool,
}

/// What is wrong with an app. Each variant belongs to one field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AppProblem {
    Id,
    /// `/apps/new` is a page.
    IdIsPage,
    Name,
    /// Neither a host nor an address is given.
    NoAddress,
    Url(String),
    Host(String),
    HostNotHttps(String),
    /// It is the host of `public_url`.
    HostIsOurs(String),
    HostTwice(String),
    EveryoneAndGroups,
    Group(String),
    Path(String),
    Network(String),
    /// There are more than [`MAX_APP_ENTRIES`] in this field.
    TooMany(&'static str),
}

impl AppProblem {
    /// The field, by its name in the settings and in forms. The id is no field in the settings, but a part of the key.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Id | Self::IdIsPage => "id",
            Self::Name => "name",
            Self::NoAddress | Self::Url(_) => "url",
            Self::Host(_) | Self::HostNotHttps(_) | Self::HostIsOurs(_) | Self::HostTwice(_) => "hosts",
            Self::EveryoneAndGroups => "access",
            Self::Group(_) => "groups",
            Self::Path(_) => "public_paths",
            Self::Network(_) => "open_networks",
            Self::TooMany(field) => field,
        }
    }
}

/// The end of a sentence that begins with the key of the setting.
impl fmt::Display for AppProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id => write!(
                f,
                "is no id of an app: it has at most {MAX_APP_ID} letters from a to z, digits and '-', and begins with a \
                 letter or a digit"
            ),
            Self::IdIsPage => f.write_str("is no id of an app: /apps/new is a page"),
            Self::Name => write!(f, "must be one line of 1 to {MAX_APP_NAME} bytes"),
            Self::NoAddress => f.write_str("is not set, and neither are the app's hosts: one of them is needed"),
            Self::Url(text) => write!(f, "must be an https URL of at most {MAX_URL} bytes, not {text:?}"),
            Self::Host(text) => {
                write!(f, "must be hosts, as wiki.example.org or wiki.example.org:8443, not {text:?}")
            }
            Self::HostNotHttps(text) => write!(f, "must be reached by https in release, {text:?} is not"),
            Self::HostIsOurs(host) => write!(
                f,
                "names {host}, the host of public_url: an app needs a host of its own, or it would get the cookies of \
                 Vestibule"
            ),
            Self::HostTwice(host) => write!(f, "names {host} twice"),
            Self::EveryoneAndGroups => f.write_str("lets everyone in, and the app's groups only some: set one of them"),
            Self::Group(text) => write!(f, "must be names of groups, not {text:?}"),
            Self::Path(text) => write!(
                f,
                "must be paths that can be read in one way, as /robots.txt, or with /* at their end, as /public/*, not \
                 {text:?}"
            ),
            Self::Network(text) => {
                write!(f, "must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1, not {text:?}")
            }
            Self::TooMany(_) => write!(f, "must have at most {MAX_APP_ENTRIES} entries"),
        }
    }
}

/// What the rules for apps depend on.
#[derive(Clone, Debug)]
pub struct AppRules {
    pub mode: RunMode,
    /// Unknown while the settings are read, if it is itself wrong.
    pub public_url: Option<PublicUrl>,
}

impl AppRules {
    /// The app, without what is wrong in it: such a host is none, and such a group, path or network lets nobody in. So an app
    /// that was right under other settings lets in fewer people, never more.
    #[must_use]
    pub fn check(&self, written: &WrittenApp) -> (AppSettings, Vec<AppProblem>) {
        let mut problems = Vec::new();
        if !is_id(&written.id) {
            problems.push(AppProblem::Id);
        } else if written.id == "new" {
            problems.push(AppProblem::IdIsPage);
        }
        let name = written.name.as_deref().map_or(&*written.id, str::trim);
        let is_name = !name.is_empty() && name.len() <= MAX_APP_NAME && !name.chars().any(char::is_control);
        if written.name.is_some() && !is_name {
            problems.push(AppProblem::Name);
        }
        if written.hosts.is_empty() && written.url.is_none() {
            problems.push(AppProblem::NoAddress);
        }
        let app = AppSettings {
            id: written.id.clone(),
            name: name.to_owned(),
            own_url: written.url.as_deref().and_then(|text| {
                let read = self.url(text);
                if read.is_none() {
                    problems.push(AppProblem::Url(text.to_owned()));
                }
                read
            }),
            hosts: self.hosts(&written.hosts, &mut problems),
            access: access(written, &mut problems),
            public_paths: entries("public_paths", &written.public_paths, &mut problems, |text| {
                let path = PublicPath::parse(text).filter(|_| text.len() <= MAX_PATH);
                path.ok_or_else(|| AppProblem::Path(text.to_owned()))
            }),
            open_networks: entries("open_networks", &written.open_networks, &mut problems, |text| {
                network(text).ok_or_else(|| AppProblem::Network(text.to_owned()))
            }),
            remote_user: written.remote_user,
            basic_challenge: written.basic_challenge,
            second_factor: written.second_factor,
            logo: None,
            in_settings: false,
        };
        (app, problems)
    }

    /// The app, if nothing is wrong with it.
    ///
    /// # Errors
    /// Everything that is.
    pub fn valid(&self, written: &WrittenApp) -> Result<AppSettings, Vec<AppProblem>> {
        match self.check(written) {
            (app, problems) if problems.is_empty() => Ok(app),
            (_, problems) => Err(problems),
        }
    }

    /// Whether two apps cannot have these two hosts: each would get the other's visitors. Proxies choose an app by the name
    /// alone, and the port is what the visitor writes; browsers do not keep ports apart either. In development everything is
    /// on localhost.
    #[must_use]
    pub fn collide(&self, host: &AppHost, other: &AppHost) -> bool {
        host == other || (self.mode == RunMode::Production && host.name() == other.name())
    }

    fn url(&self, text: &str) -> Option<String> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL)?;
        let scheme = url.scheme() == "https" || (self.mode == RunMode::Development && url.scheme() == "http");
        let sound = scheme && url.has_host() && url.username().is_empty() && url.password().is_none();
        sound.then(|| String::from(url))
    }

    fn hosts(&self, written: &[String], problems: &mut Vec<AppProblem>) -> Vec<AppHost> {
        let mut known = BTreeSet::new();
        entries("hosts", written, problems, |text| {
            let host = AppHost::parse(text, self.mode).map_err(|why| match why {
                NoHost::NotHttps => AppProblem::HostNotHttps(text.to_owned()),
                NoHost::Unreadable => AppProblem::Host(text.to_owned()),
            })?;
            if self.is_ours(&host) {
                return Err(AppProblem::HostIsOurs(host.to_string()));
            }
            if !known.insert(host.to_string()) {
                return Err(AppProblem::HostTwice(host.to_string()));
            }
            Ok(host)
        })
    }

    /// Browsers do not keep the ports of a host apart (RFC 6265 section 8.5). In development that does not matter: there
    /// everything is on localhost.
    fn is_ours(&self, host: &AppHost) -> bool {
        self.public_url.as_ref().is_some_and(|ours| {
            let same_name = host.name() == ours.host().trim_end_matches('.');
            same_name && (self.mode == RunMode::Production || host.port() == ours.port())
        })
    }
}

fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    id.len() <= MAX_APP_ID && id.bytes().next().is_some_and(plain) && id.bytes().all(|byte| plain(byte) || byte == b'-')
}

fn access(written: &WrittenApp, problems: &mut Vec<AppProblem>) -> AppAccess {
    let names = entries("groups", &written.groups, problems, |text| {
        GroupName::parse(text).ok_or_else(|| AppProblem::Group(text.to_owned()))
    });
    match (written.everyone, written.groups.is_empty()) {
        (true, true) => AppAccess::Everyone,
        (false, true) => AppAccess::Nobody,
        (true, false) => {
            problems.push(AppProblem::EveryoneAndGroups);
            AppAccess::Groups(names)
        }
        (false, false) => AppAccess::Groups(names),
    }
}

/// The entries of a list that can be read.
fn entries<T>(
    field: &'static str,
    written: &[String],
    problems: &mut Vec<AppProblem>,
    mut read: impl FnMut(&str) -> Result<T, AppProblem>,
) -> Vec<T> {
    if written.len() > MAX_APP_ENTRIES {
        problems.push(AppProblem::TooMany(field));
    }
    let mut entries = Vec::new();
    for text in written.iter().take(MAX_APP_ENTRIES) {
        match read(text) {
            Ok(entry) => entries.push(entry),
            Err(problem) => problems.push(problem),
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(mode: RunMode) -> AppRules {
        AppRules { mode, public_url: None }
    }

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|nth| format!("h{nth}.example.org")).collect()
    }

    #[test]
    fn what_is_wrong_in_an_app_lets_nobody_in() {
        let (app, problems) = rules(RunMode::Production).check(&WrittenApp {
            id: "wiki".to_owned(),
            hosts: vec!["http://a.example.org".to_owned(), "b.example.org".to_owned()],
            everyone: true,
            groups: vec!["Staff".to_owned()],
            public_paths: vec!["/a/../b".to_owned()],
            open_networks: vec!["everywhere".to_owned()],
            ..WrittenApp::default()
        });
        assert_eq!(problems.len(), 5, "{problems:?}");
        assert_eq!(app.access, AppAccess::Groups(Vec::new()));
        assert_eq!(app.hosts.iter().map(AppHost::as_str).collect::<Vec<_>>(), ["b.example.org"]);
        assert!(app.public_paths.is_empty() && app.open_networks.is_empty());
        assert_eq!((app.url(), app.name), ("https://b.example.org/".to_owned(), "wiki".to_owned()));
    }

    #[test]
    fn lists_are_bounded() {
        let written = |hosts| WrittenApp {
            id: "wiki".to_owned(),
            hosts,
            ..WrittenApp::default()
        };
        let rules = rules(RunMode::Production);
        assert!(rules.check(&written(texts(MAX_APP_ENTRIES))).1.is_empty());
        let (app, problems) = rules.check(&written(texts(MAX_APP_ENTRIES + 1)));
        assert_eq!((app.hosts.len(), problems), (MAX_APP_ENTRIES, vec![AppProblem::TooMany("hosts")]));
    }
}
