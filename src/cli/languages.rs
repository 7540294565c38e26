//! The operator's languages, checked before anybody reads a word of them.

use super::command_error::CommandError;
use crate::config::Config;
use crate::i18n::{self, Checked};

/// What does not keep the server from starting, one sentence each.
pub struct Told {
    /// What has no effect.
    pub warnings: Vec<String>,
    /// What a language lacks.
    pub missing: Vec<String>,
}

/// Speaks the operator's languages from now on. What is only strange or missing comes back.
pub fn check(config: &Config) -> Result<Told, CommandError> {
    let Checked { warnings, missing, .. } = i18n::check(config.locales_dir.as_deref());
    open(config)?;
    let named = |all: Vec<String>| all.iter().map(|what| named(what)).collect();
    Ok(Told {
        warnings: named(warnings),
        missing: named(missing),
    })
}

/// The same without a word about what does not matter to a command.
pub fn open(config: &Config) -> Result<(), CommandError> {
    i18n::open(config.locales_dir.as_deref()).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| named(problem)).collect();
        CommandError::new(problems.join("\n"))
    })
}

fn named(what: &str) -> String {
    format!("locales_dir (ROCKET_LOCALES_DIR): {what}.")
}
