//! `/apps/<id>/setup`: what to write into the settings of the reverse proxy, with the names of one app.

use std::sync::Arc;

use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::assets;
use crate::config::{AppHost, AppSettings, PublicUrl};
use crate::web::context::SiteContext;
use crate::web::error::Error;
use crate::web::guards::Admin;
use crate::web::page::{Page, PageContext, Visitors};

/// The proxies and their files, of which those that exist are shown.
const PROXIES: [(&str, &[&str]); 6] = [
    ("nginx", &["nginx.conf"]),
    ("Caddy", &["Caddyfile"]),
    ("Traefik", &["traefik.yaml", "traefik-dynamic.yaml"]),
    ("Envoy", &["envoy.yaml"]),
    ("HAProxy", &["haproxy.cfg", "haproxy.lua"]),
    ("Apache", &["apache.conf", "apache.lua"]),
];

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// The settings of each proxy for one app.
#[derive(Serialize, JsonSchema)]
pub struct AppSetupContext {
    id: String,
    name: String,
    /// The host that the files are for, without its port; nothing: the app has none.
    host: Option<String>,
    /// The other hosts of the app.
    other_hosts: Vec<String>,
    /// The origin of that host, for `vestibule app check`.
    origin: Option<String>,
    /// Where Vestibule listens, as the files have it.
    vestibule: String,
    proxies: Vec<ProxySetup>,
}

#[derive(Serialize, JsonSchema)]
struct ProxySetup {
    /// The name of the proxy.
    name: &'static str,
    files: Vec<SetupFile>,
}

#[derive(Serialize, JsonSchema)]
struct SetupFile {
    name: &'static str,
    text: String,
}

impl PageContext for AppSetupContext {
    const TEMPLATE: &'static str = "apps/setup";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |host: Option<&str>, other_hosts: &[&str]| Self {
            id: "wiki".to_owned(),
            name: "Wiki".to_owned(),
            host: host.map(str::to_owned),
            other_hosts: other_hosts.iter().map(|host| (*host).to_owned()).collect(),
            origin: host.map(|host| format!("https://{host}")),
            vestibule: "127.0.0.1:8000".to_owned(),
            proxies: vec![ProxySetup {
                name: "Caddy",
                files: vec![SetupFile {
                    name: "Caddyfile",
                    text: "wiki.example.org {\n}\n".to_owned(),
                }],
            }],
        };
        vec![
            example(None, &[]),
            example(Some("wiki.example.org"), &[]),
            example(Some("wiki.example.org"), &["notes.example.org"]),
        ]
    }
}

#[get("/apps/<id>/setup")]
async fn show(
    _admin: Admin,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    rocket: &rocket::Config,
    id: &str,
) -> Result<Page, Error> {
    let apps = app.apps.exact(&app.pool).await?;
    let own = apps.all().iter().find(|app| app.id == id).ok_or(Error::NotFound)?;
    Ok(Page::of(&context(own, &site.config.public_url, rocket.port)))
}

/// The names that take the place of those in the files.
struct Names<'a> {
    ours: &'a str,
    our_origin: &'a str,
    app: &'a str,
    /// The app's host with its port.
    authority: &'a str,
    app_origin: &'a str,
    /// The app's id, by which the files name its parts: those of two apps may stand side by side.
    id: &'a str,
    /// Where the proxy listens.
    proxy_port: u16,
    /// Where Vestibule listens.
    port: u16,
}

impl Names<'_> {
    /// All at once: a host may contain another's placeholder.
    fn fill_in(&self, text: &str) -> String {
        let port = self.port.to_string();
        let names = [
            // Of the names that begin at the same place the first counts. Caddy alone takes scheme and port from a site's name.
            ("auth.example.org {", format!("{} {{", site(self.our_origin))),
            ("auth.example.org", self.ours.to_owned()),
            ("\"wiki.example.org\"", format!("\"{}\"", self.authority)),
            ("wiki.example.org {", format!("{} {{", site(self.app_origin))),
            ("wiki.example.org", self.app.to_owned()),
            ("wiki", self.id.to_owned()),
            ("443", self.proxy_port.to_string()),
            ("127.0.0.1:8000", format!("127.0.0.1:{port}")),
            ("127.0.0.1, 8000", format!("127.0.0.1, {port}")),
            ("port_value: 8000", format!("port_value: {port}")),
        ];
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((at, (placeholder, name))) = names
            .iter()
            .filter_map(|names| rest.find(names.0).map(|at| (at, names)))
            .min_by_key(|(at, _)| *at)
        {
            filled.push_str(&rest[..at]);
            filled.push_str(name);
            rest = &rest[at + placeholder.len()..];
        }
        filled.push_str(rest);
        filled
    }
}

/// A site's name in Caddy's file. Without a scheme it is `https`.
fn site(origin: &str) -> &str {
    origin.strip_prefix("https://").unwrap_or(origin)
}

fn context(app: &AppSettings, ours: &PublicUrl, port: u16) -> AppSetupContext {
    let first = app.hosts.first();
    let names = Names {
        ours: ours.host(),
        our_origin: ours.origin(),
        app: first.map_or("wiki.example.org", AppHost::name),
        authority: first.map_or("wiki.example.org", AppHost::as_str),
        app_origin: first.map_or("https://wiki.example.org", AppHost::origin),
        id: &app.id,
        proxy_port: first.and_then(AppHost::port).unwrap_or(443),
        port,
    };
    let file = |name: &&'static str| {
        assets::forward_auth(name).map(|text| SetupFile {
            name,
            text: names.fill_in(&text),
        })
    };
    let proxies = PROXIES.iter().map(|(name, files)| ProxySetup {
        name,
        files: files.iter().filter_map(file).collect(),
    });
    AppSetupContext {
        id: app.id.clone(),
        name: app.name.clone(),
        host: first.map(|host| host.name().to_owned()),
        other_hosts: app.hosts.iter().skip(1).map(ToString::to_string).collect(),
        origin: first.map(|host| host.origin().to_owned()),
        vestibule: format!("127.0.0.1:{}", names.port),
        proxies: proxies.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_exists_and_is_filled_in() {
        let names = Names {
            ours: "wiki.example.org.test",
            our_origin: "https://wiki.example.org.test:8443",
            app: "auth.example.org.test",
            authority: "auth.example.org.test:8443",
            app_origin: "http://auth.example.org.test:8443",
            id: "blog",
            proxy_port: 8443,
            port: 8123,
        };
        for file in PROXIES.iter().flat_map(|(_, files)| *files) {
            let text = assets::forward_auth(file).unwrap_or_else(|| panic!("{file} is missing"));
            let filled = names.fill_in(&text);
            assert!(!filled.contains("8000"), "{file}: {filled}");
            assert!(!filled.replace("wiki.example.org.test", "").contains("wiki"), "{file}: {filled}");
            let ours = text.matches("auth.example.org").count();
            assert_eq!(filled.matches("wiki.example.org.test").count(), ours, "{file}");
            let apps = text.matches("wiki.example.org").count();
            assert_eq!(filled.matches("auth.example.org.test").count(), apps, "{file}");
            assert_eq!(filled.matches("443").count(), filled.matches("8443").count(), "{file}");
            let sites = ["wiki.example.org.test:8443 {", "http://auth.example.org.test:8443 {"];
            assert_eq!(sites.map(|site| filled.contains(site)), [*file == "Caddyfile"; 2], "{file}");
        }
    }
}
