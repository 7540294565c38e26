//! Vestibule: a self-hosted account system on plain HTML pages.
//!
//! People sign up, confirm their address, sign in, manage their account and sign out. Read `docs/architecture.md`
//! first; [`rocket()`] shows the whole program on one screen.

#![forbid(unsafe_code)]
// All output goes through `logging` and `cli::output`: these macros panic when the output is closed.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod accounts;
pub mod assets;
pub mod cli;

pub mod config;
pub mod db;
pub mod i18n;
pub mod id;
pub mod logging;
pub mod mail;
mod tasks;
pub mod time;
pub mod tokens;
pub mod web;

use std::time::Duration;

use figment::Figment;
use rocket::shield::Shield;
use rocket::{Build, Ignite, Rocket, catchers};
use rocket_db_pools::Database;
use rocket_dyn_templates::Template;
use tikv_jemallocator::Jemalloc;

use crate::config::{Config, Problems};
use crate::db::Vestibule;
use crate::tasks::{BackgroundTasks, InFlightRequests};
use crate::time::Clock;
use crate::web::api::{self, ApiRequests};
use crate::web::asked_host::FORWARD_AUTH;
use crate::web::catchers::{self, every_error};

use crate::web::context::SiteContext;
use crate::web::cookies::CookieNames;
use crate::web::forward_auth;
use crate::web::pages::{self, StaticFiles};
use crate::web::security::checks::RequestChecks;
use crate::web::templates::Templates;

/// Responses are allocated in one thread and freed in another. This allocator is cheaper for that than the C library's
/// (settings: `.cargo/config.toml`).
#[global_allocator]
static MEMORY: Jemalloc = Jemalloc;

/// Assembles the server.
///
/// # Errors
/// When settings are invalid: one sentence for each problem.
pub fn rocket(figment: Figment, clock: Clock) -> Result<Rocket<Build>, Problems> {
    let config = Config::from_figment(&figment)?;
    i18n::load(config.locales_dir.as_deref()).map_err(|problems| Problems::one(problems.join("\n")))?;
    let files = StaticFiles::new(&config.site, &config.apps).map_err(|error| Problems::one(format!("{error}.")))?;
    let (served, told, zone) = (files.clone(), clock.clone(), config.site.timezone.clone());
    let templates = Templates::new(config.templates_dir.clone());
    let loaded = templates.clone();
    Ok(rocket::custom(config.for_rocket(figment))
        .attach(Vestibule::init())
        .attach(BackgroundTasks::new(config.clone(), clock))
        .attach(Template::try_custom(move |engines| {
            pages::register_functions(&mut engines.tera, &told, &zone, served.clone());
            loaded.load(&mut engines.tera)?;
            Ok(())
        }))
        // Vestibule sets its own security headers instead of Rocket's.
        .attach(Shield::new())
        .attach(RequestChecks)
        .attach(InFlightRequests::default())
        .attach(ApiRequests)
        .manage(CookieNames::of(&config))
        .manage(SiteContext::new(config, [files.logo(), files.icon()], files.app_logos(), templates))
        .manage(files)
        .mount("/", pages::routes())
        .mount("/", forward_auth::routes())
        .mount("/", api::routes())
        .mount("/", catchers::routes())
        .register(FORWARD_AUTH, forward_auth::catchers())
        .register("/api", api::catchers())
        .register("/", catchers![every_error]))
}

/// Closes the database after the server has stopped. Not earlier, because only Rocket knows of requests whose form is
/// still being received. A close that takes longer than a second is cut off by the end of the process.
pub async fn close(rocket: &Rocket<Ignite>) {
    if let Some(database) = Vestibule::fetch(rocket) {
        let _ = tokio::time::timeout(Duration::from_secs(1), db::Pool::close(database)).await;
    }
}
