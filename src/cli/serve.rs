//! `vestibule serve`: starts the server and runs it until it is stopped.

use std::net::SocketAddr;
use std::pin::pin;

use figment::Figment;
use rocket::fairing::AdHoc;
use rocket::{Ignite, Rocket};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;

use super::command_error::CommandError;
use super::database::{not_written, query_error, ready_database};
use super::{languages, templates};
use crate::accounts::admin::unusable_emails::unusable_emails;
use crate::config::{Budget, Config, MAX_WORKERS, MailTransport, RunMode, Throttle};
use crate::db::{Pool, write_once};
use crate::logging;
use crate::time::Clock;

pub async fn run(figment: Figment) -> Result<(), CommandError> {
    let outcome = serve(figment).await;
    logging::finish();
    outcome
}

async fn serve(figment: Figment) -> Result<(), CommandError> {
    let config = Config::from_figment(&figment)?;
    let level = match figment.extract_inner::<String>("log_level").as_deref() {
        Ok("off" | "critical") => Level::WARN,
        Ok("debug") => Level::DEBUG,
        _ => Level::INFO,
    };
    logging::start(config.mode, level)?;
    more_file_descriptors();
    survive_file_size_limits();
    // Only the operator's files can be wrong, and reading all languages once more takes memory for good.
    if config.locales_dir.is_some() {
        for warning in languages::check(&config)?.warnings {
            tracing::warn!(event = "language_warning", "{warning}");
        }
    }
    for warning in templates::check(&config)? {
        tracing::warn!(event = "template_warning", "{warning}");
    }
    let database = ready_database(&config).await?;
    let written = write_once(&database, Clock::system().now()).await;
    let warned = warn_of_addresses(&database).await;
    database.close().await;
    written.map_err(|error| not_written(&error))?;
    warned?;
    tell_of_throttle(&config.throttle);
    tell_of_memory(&config);
    let rocket = crate::rocket(figment, Clock::system())?.attach(AdHoc::on_liftoff("Welcome", move |rocket| {
        Box::pin(async move {
            if config.mode == RunMode::Development && level > Level::WARN {
                welcome(&config);
            }
            let rocket::Config { address, port, .. } = rocket.config();
            tracing::info!(%address, port, public_url = config.public_url.origin(), "serving");
        })
    }));
    let ignited = rocket.ignite().await.map_err(|error| told(&error, None))?;
    let place = SocketAddr::new(ignited.config().address, ignited.config().port);
    match until_stopped(ignited).await? {
        Ok(rocket) => {
            crate::close(&rocket).await;
            tracing::info!("stopped");
            Ok(())
        }
        Err(error) => Err(told(&error, Some(place))),
    }
}

/// Serves until SIGTERM, or Ctrl-C.
///
/// Rocket would handle both signals itself, in a task of its own. If the signal arrived at the same moment as a
/// connection, Rocket took its own shutdown for a completed one: no response was awaited, and the stop failed. In one
/// task with the server, the signal is handled only while the server is idle.
async fn until_stopped(rocket: Rocket<Ignite>) -> std::io::Result<Result<Rocket<Ignite>, rocket::Error>> {
    let (mut term, mut ctrl_c) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let shutdown = rocket.shutdown();
    let mut served = pin!(rocket.launch());
    loop {
        let told = tokio::select! {
            outcome = &mut served => return Ok(outcome),
            _ = term.recv() => "SIGTERM",
            _ = ctrl_c.recv() => "SIGINT",
        };
        tracing::info!(signal = told, "told to stop: what is under way is finished");
        shutdown.clone().notify();
    }
}

/// Logs at each start the ids of accounts that cannot be signed in to because of their address. Addresses must not be
/// logged.
async fn warn_of_addresses(pool: &Pool) -> Result<(), CommandError> {
    for account in unusable_emails(pool).await.map_err(|error| query_error(&error))? {
        tracing::warn!(
            event = "unusable_email",
            user = account.id,
            "nobody can sign in with the address of this account; `vestibule check-config` says what to do"
        );
    }
    Ok(())
}

fn told(error: &rocket::Error, place: Option<SocketAddr>) -> CommandError {
    use rocket::error::ErrorKind;
    // Reading the kind also keeps the error from panicking when it is dropped.
    match (error.kind(), place) {
        (ErrorKind::Bind(error), Some(place)) if error.kind() == std::io::ErrorKind::AddrInUse => {
            CommandError::new(format!(
                "address (ROCKET_ADDRESS) and port (ROCKET_PORT): nobody can listen at {place}: Address already in use by \
             another program: stop that one, or set another port."
            ))
        }
        (ErrorKind::Bind(error), Some(place)) => CommandError::new(format!(
            "address (ROCKET_ADDRESS) and port (ROCKET_PORT): nobody can listen at {place}: {error}."
        )),
        (ErrorKind::FailedFairings(_), _) => CommandError::new("the server cannot run: the log says why."),
        (kind, _) => CommandError::new(format!("the server cannot run: {kind}.")),
    }
}

/// Prints what a new operator needs to know.
fn welcome(config: &Config) {
    let here = config.public_url.origin();
    let mails = if cfg!(debug_assertions) && matches!(config.mail.transport, MailTransport::DevelopmentMailbox) {
        format!("  Mails arrive at        {here}/dev/mailbox\n")
    } else {
        String::new()
    };
    logging::plain(&format!(
        "
  Vestibule is open at   {here}
{mails}  To make an admin       sign up, confirm, then: cargo run -- user grant you@example.org admin

"
    ));
}

/// Warns if the rate limits do not apply.
fn tell_of_throttle(throttle: &Throttle) {
    if !throttle.enabled {
        tracing::warn!("throttle.enabled is false: nothing limits how often a client may try a password");
    } else if throttle.exempts_everybody() {
        tracing::warn!("throttle.exempt_networks holds every address: nothing limits how often one client may try");
    }
}

/// Logs the memory that is needed at worst, and warns if it does not fit: the system kills a process that uses more
/// than is allowed.
fn tell_of_memory(config: &Config) {
    let Budget { needed, allowed, fits } = config.memory;
    let (needed_mib, allowed_mib) = (Budget::mib(needed), allowed.memory.map(Budget::mib));
    let (address_space_mib, hashing_threads) = (allowed.addresses.map(Budget::mib), config.hashing_threads);
    if fits {
        tracing::info!(
            event = "memory",
            needed_mib,
            allowed_mib,
            address_space_mib,
            hashing_threads,
            "memory needed at worst"
        );
    } else {
        tracing::warn!(
            event = "memory",
            needed_mib,
            allowed_mib,
            address_space_mib,
            hashing_threads,
            "the memory needed at worst is more than is allowed: set hashing.threads lower, or allow more"
        );
    }
}

/// Raises the limit of open files to the maximum: slow clients should not be able to use up the small default.
fn more_file_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
}

/// A write beyond the limit of a file's size (`LimitFSIZE=` in systemd) sends SIGXFSZ, which ends a process that does
/// not handle it. With a handler only that write fails, as on a full disk.
fn survive_file_size_limits() {
    if let Err(error) = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())) {
        tracing::warn!(%error, "a limit of a file's size would end the server");
    }
}

/// The async runtime, configured as Rocket's own.
pub fn runtime(figment: &Figment) -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    // A value out of range is reported when the settings are checked.
    let workers = figment.extract_inner("workers").unwrap_or(cores).clamp(1, MAX_WORKERS);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name("vestibule")
        .enable_all()
        .build()
}
