//! Checks the templates before they are used.

use std::collections::HashMap;

use tera::{Tera, Value};

use super::command_error::CommandError;
use crate::config::Config;
use crate::time::Clock;
use crate::{assets, i18n};

/// Parses every template, as the start does, but reports all errors in the operator's own. Returns warnings, one
/// sentence each.
pub fn check(config: &Config) -> Result<Vec<String>, CommandError> {
    let named = |what: &str| format!("templates_dir (ROCKET_TEMPLATES_DIR): {what}.");
    let Some(folder) = config.templates_dir.as_deref() else {
        return Ok(Vec::new());
    };
    let checked = assets::check(folder, &engine(config, "asset"), &engine(config, "accent"));
    if !checked.problems.is_empty() {
        let problems: Vec<String> = checked.problems.iter().map(|problem| named(problem)).collect();
        return Err(CommandError::new(problems.join("\n")));
    }
    let loaded = assets::load(&mut Tera::default(), Some(folder), |_| true);
    loaded.map_err(|error| {
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let told = causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"));
        let words: Vec<&str> = told.split_whitespace().collect();
        CommandError::new(named(words.join(" ").trim_end_matches('.')))
    })?;
    Ok(checked.warnings.iter().map(|warning| named(warning)).collect())
}

/// An engine with the functions of pages or of mails: each of them has one function that the other lacks.
fn engine(config: &Config, function: &str) -> Tera {
    let mut tera = Tera::default();
    i18n::register_functions(&mut tera, &Clock::system(), &config.site.timezone);
    tera.register_function(function, |_: &HashMap<String, Value>| Ok(Value::Null));
    tera
}
