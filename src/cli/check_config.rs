//! `vestibule check-config`: makes the checks of the start, and changes nothing.

use figment::Figment;

use super::command_error::CommandError;
use super::database::{OpenedDatabase, check_secrets, find_database, not_written, query_error};
use super::{languages, output, templates};
use crate::accounts::admin::unusable_emails::unusable_emails;
use crate::config::{Config, unknown_groups};
use crate::db::takes_writes;
use crate::mail::worker::Transport;
use crate::time::Clock;

pub async fn run(figment: &Figment) -> Result<(), CommandError> {
    let config = Config::without_making(figment)?;
    let mut unusable = Vec::new();
    let start = match find_database(&config).await? {
        OpenedDatabase::Missing => " The start will make the database.".to_owned(),
        OpenedDatabase::Lacks(pending) => format!(" The database lacks {pending}, which the start will apply."),
        OpenedDatabase::Ready(pool) => {
            check_secrets(&config, &pool).await?;
            unusable = unusable_emails(&pool).await.map_err(|error| query_error(&error))?;
            let written = takes_writes(&pool, Clock::system().now()).await;
            pool.close().await;
            written.map_err(|error| not_written(&error))?;
            String::new()
        }
    };
    Transport::new(&config.mail, config.public_url.host())
        .map_err(|error| CommandError::new(format!("mail.url (ROCKET_MAIL__URL): {error}.")))?;
    let languages = languages::check(&config)?;
    let strange = templates::check(&config)?
        .into_iter()
        .chain(languages.warnings)
        .chain(strange_apps(&config))
        .chain(strange_proxies(&config));
    for warning in strange.chain(languages.missing) {
        output::complain(&format!("warning: {warning}"));
    }
    output::say(&format!(
        "The settings of the profile {} are sound. People will reach Vestibule at {}.{start}",
        figment.profile(),
        config.public_url.origin()
    ))?;
    for account in unusable {
        output::say(&account.to_string())?;
    }
    Ok(())
}

/// What no app may need, but most do, one sentence each.
fn strange_apps(config: &Config) -> Vec<String> {
    let unknown = unknown_groups(&config.apps, &config.groups).into_iter();
    let mut strange: Vec<String> = unknown
        .map(|(app, group)| {
            format!(
                "apps.{app}.groups: no setting makes the group {group}: its members enter once an admin has made it."
            )
        })
        .collect();
    let demanding = config.required_factors.groups.iter();
    let unknown = demanding.filter(|group| !config.groups.contains_key(group.as_str()));
    strange.extend(unknown.map(|group| {
        format!("factors.required: no setting makes the group {group}: it demands a second factor once an admin has made it.")
    }));
    if !config.apps.is_empty() && config.trusted_proxies.is_empty() {
        strange.push("trusted_proxies: no proxy is trusted, so no app is told who is there.".to_owned());
    }
    strange
}

/// What is probably wrong about the proxy in front. Whether it names its visitors, only the running server sees.
fn strange_proxies(config: &Config) -> Vec<String> {
    let mut strange = Vec::new();
    if config.in_production() && config.trusted_proxies.is_empty() {
        strange.push(
            "trusted_proxies: no proxy is trusted. Behind one, all visitors have its address and share one rate limit."
                .to_owned(),
        );
    }
    for network in config.trusted_proxies.iter().filter(|network| network.prefix_len() == 0) {
        strange.push(format!(
            "trusted_proxies: {network} is everybody, so every visitor chooses the address that counts as theirs."
        ));
    }
    strange
}
