//! Loads and checks the operator's languages.

use super::command_error::CommandError;
use crate::assets::own_sources;
use crate::config::Config;
use crate::i18n::{self, Checked};

/// Findings that do not prevent the start, one sentence each.
pub struct Told {
    /// Files and messages that have no effect.
    pub warnings: Vec<String>,
    /// Messages that a language lacks.
    pub missing: Vec<String>,
}

/// Loads the operator's languages, and returns the findings.
pub fn check(config: &Config) -> Result<Told, CommandError> {
    let Checked {
        mut warnings,
        missing,
        unknown,
        ..
    } = i18n::check(config.locales_dir.as_deref());
    load_languages(config)?;
    let own = config.templates_dir.as_deref().map(own_sources).unwrap_or_default();
    let unused = unknown.into_iter().filter(|(key, _)| !own.contains(key));
    warnings.extend(unused.map(|(_, told)| told));
    let named = |all: Vec<String>| all.iter().map(|what| named(what)).collect();
    Ok(Told {
        warnings: named(warnings),
        missing: named(missing),
    })
}

/// The same without warnings, for commands that show none.
pub fn load_languages(config: &Config) -> Result<(), CommandError> {
    i18n::load(config.locales_dir.as_deref()).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| named(problem)).collect();
        CommandError::new(problems.join("\n"))
    })
}

fn named(what: &str) -> String {
    format!("locales_dir (ROCKET_LOCALES_DIR): {what}.")
}
