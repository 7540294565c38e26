//! `vestibule app`: lists apps, and checks the proxy in front of one.

mod check;
mod visitor;

use std::net::SocketAddr;

use clap::Subcommand;
use figment::Figment;

use super::command_error::CommandError;
use super::database::open_app;
use super::output;
use crate::accounts::app::App;
use crate::config::{AppAccess, AppHost, AppSettings};

/// What can be done with apps.
#[derive(Subcommand)]
pub enum AppCommand {
    /// List the apps: where it comes from (settings or pages), id, who may enter, hosts
    List,
    /// Ask through the proxy in front of an app what a visitor would, and say what is wrong
    Check {
        /// A page of the app, such as <https://wiki.example.org/>
        url: String,
        /// Where the proxy is, if the names of the hosts do not lead there: 192.0.2.7:443
        #[arg(long)]
        at: Option<SocketAddr>,
    },
}

pub async fn run(figment: &Figment, command: AppCommand) -> Result<(), CommandError> {
    let (config, pool, app) = open_app(figment).await?;
    let done = match command {
        AppCommand::List => list(&app),
        AppCommand::Check { url, at } => check::check(&config, &app, &url, at).await,
    };
    pool.close().await;
    done
}

fn list(app: &App) -> Result<(), CommandError> {
    let apps = app.apps.known();
    let of_settings = apps.all().iter().filter(|app| app.in_settings);
    let mut lines: Vec<(String, String)> = of_settings.map(|app| (app.id.clone(), line("settings", app, ""))).collect();
    lines.extend(apps.stored().iter().map(|stored| {
        let note = if stored.is_overridden {
            "\tno effect: the settings have this id"
        } else if stored.overridden_hosts.is_empty() {
            ""
        } else {
            "\tthe settings have some of its hosts"
        };
        (stored.app.id.clone(), line("pages", &stored.app, note))
    }));
    if lines.is_empty() {
        return Ok(());
    }
    lines.sort();
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    output::say(&lines.join("\n"))
}

fn line(source: &str, app: &AppSettings, note: &str) -> String {
    let access = match &app.access {
        AppAccess::Everyone => "everyone".to_owned(),
        AppAccess::Groups(names) if !names.is_empty() => {
            names.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        }
        AppAccess::Groups(_) | AppAccess::Nobody => "nobody".to_owned(),
    };
    let hosts: Vec<&str> = app.hosts.iter().map(AppHost::origin).collect();
    format!("{source:8} {}\t{access}\t{}{note}", app.id, hosts.join(" "))
}
