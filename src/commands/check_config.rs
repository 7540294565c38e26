//! `vestibule check-config`

use figment::Figment;

use super::{Failure, ready_database};
use crate::config::Config;
use crate::mail::deliver::Transport;

/// Checks what the server would check when it starts.
pub async fn run(figment: &Figment) -> Result<(), Failure> {
    let mut config = Config::from_figment(figment)?;
    // A check changes nothing.
    config.migrate_at_start = config.migrate_at_start && !config.in_production();
    ready_database(&config).await?.close().await;
    Transport::new(&config.mail, config.public_url.host())
        .map_err(|error| Failure::new(format!("mail.url (ROCKET_MAIL__URL): {error}.")))?;
    println!("The settings are sound. People will reach Vestibule at {}.", config.public_url.origin());
    Ok(())
}
