//! Reading what is written: every key that nobody knows and every value that does not fit is told, not the first alone.

use std::path::Path;

use figment::error::Kind;
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use figment::{Figment, Metadata};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::documented::{FROM_FILES, variable};
use super::raw::Raw;
use super::{Problem, Problems, Rockets};

/// More problems than this are a wrong file, not wrong settings.
const MOST_PROBLEMS: usize = 64;

/// Adds the settings that stand in files named by `…_FILE` variables.
pub fn with_files(mut figment: Figment) -> Result<Figment, Problems> {
    for key in FROM_FILES {
        let name = format!("{}_FILE", variable(key));
        let Some(path) = std::env::var_os(&name) else { continue };
        let text = std::fs::read_to_string(&path)
            .map(Zeroizing::new)
            .map_err(|error| Problems::one(format!("{key}: the file that {name} names cannot be read: {error}.")))?;
        figment = if *key == "previous_secret_keys" {
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            figment.merge(Serialized::global(key, lines))
        } else {
            figment.merge(Serialized::global(key, text.trim()))
        };
    }
    Ok(figment)
}

/// What is written, and what is wrong with it. Where a value does not fit, its default stands in for it, so that the
/// other settings can still be looked at. Nothing at all when a file cannot be read.
pub fn raw(figment: &Figment) -> (Option<Raw>, Vec<Problem>) {
    let mut problems = Vec::new();
    if let Some(problem) = missing_file() {
        problems.push(problem);
    }
    let found = match figment.extract::<Dict>() {
        Ok(found) => found,
        Err(errors) => {
            problems.extend(errors.into_iter().map(|error| told(&error)));
            return (None, problems);
        }
    };
    unknown_keys(&found, figment, &mut problems);
    let rockets = each_that_fits::<Rockets>(figment.clone(), &mut problems);
    let ours = each_that_fits::<Raw>(figment.clone(), &mut problems);
    (ours.filter(|_| rockets.is_some()), problems)
}

/// A file that is asked for must be there: Rocket itself goes on without.
fn missing_file() -> Option<Problem> {
    let name = std::env::var_os("ROCKET_CONFIG")?;
    let here = std::env::current_dir().unwrap_or_default();
    let there = here.ancestors().any(|folder| folder.join(Path::new(&name)).is_file());
    (!there).then(|| Problem(format!("ROCKET_CONFIG names a file that is not there: {}.", name.display())))
}

fn each_that_fits<T: Default + DeserializeOwned + Serialize>(
    mut figment: Figment,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let defaults = Value::serialize(T::default()).ok()?;
    for _ in 0..MOST_PROBLEMS {
        let errors = match figment.extract() {
            Ok(settings) => return Some(settings),
            Err(errors) => errors,
        };
        for error in errors {
            problems.push(told(&error));
            let key = key_of(&error);
            let default = defaults.find_ref(&key)?.clone();
            figment = figment.merge(Serialized::global(&key, default));
        }
    }
    None
}

/// Keys that nobody reads are misspelt, and a misspelt setting is one that is not in force.
fn unknown_keys(found: &Dict, figment: &Figment, problems: &mut Vec<Problem>) {
    let keys = |settings: figment::error::Result<Value>| settings.ok().and_then(Value::into_dict).unwrap_or_default();
    let rockets = keys(Value::serialize(Rockets::default()));
    let ours = keys(Value::serialize(Raw::default()));
    let mut mine = Dict::new();
    for (key, value) in found {
        if key.contains("__") && is_variable(key) {
            // Rocket reads `ROCKET_SITE__NAME` as one key besides; we have read it as two.
            from_no_file(&key.replace("__", "."), problems);
        } else if let Some(key) = key.strip_suffix("_file").filter(|_| is_variable(key)) {
            from_no_file(&format!("{key}_file"), problems);
        } else if !matches!(key.as_str(), "profile" | "config") && !rockets.contains_key(key) {
            mine.insert(key.clone(), value.clone());
        }
    }
    let mut strange = Vec::new();
    keys_beyond(&ours, &mine, "", &mut strange);
    for key in strange {
        let source = source(figment.find_metadata(&key));
        problems.push(Problem(format!("{key} ({}){source} is not a setting of Vestibule.", variable(&key))));
    }
}

/// Whether a key of the top level came from the environment.
fn is_variable(key: &str) -> bool {
    let name = format!("ROCKET_{key}");
    std::env::vars_os().any(|(given, _)| given.eq_ignore_ascii_case(&name))
}

/// Notes a `…_FILE` variable of a setting that is read from no file.
fn from_no_file(key: &str, problems: &mut Vec<Problem>) {
    if let Some(key) = key.strip_suffix("_file").filter(|key| !FROM_FILES.contains(key)) {
        let name = variable(key);
        problems.push(Problem(format!("{key} ({name}) cannot be given as a file, which {name}_FILE does.")));
    }
}

fn keys_beyond(known: &Dict, found: &Dict, above: &str, strange: &mut Vec<String>) {
    for (key, value) in found {
        let key_here = format!("{above}{key}");
        let known_here = known.get(key);
        match (known_here, value) {
            (Some(Value::Dict(_, known)), Value::Dict(_, found)) => {
                keys_beyond(known, found, &format!("{key_here}."), strange);
            }
            // Each of its keys is told, as it was written.
            (None, Value::Dict(_, found)) if !found.is_empty() => {
                keys_beyond(&Dict::new(), found, &format!("{key_here}."), strange);
            }
            (None, _) => strange.push(key_here),
            (Some(_), _) => {}
        }
    }
}

/// The setting that an error is about; of a list it is the whole.
fn key_of(error: &figment::Error) -> String {
    let named = error.path.iter().take_while(|part| part.parse::<usize>().is_err());
    named.map(String::as_str).collect::<Vec<_>>().join(".")
}

fn source(metadata: Option<&Metadata>) -> String {
    let source = metadata.and_then(|data| data.source.as_ref());
    source.map(|source| format!(", from {source},")).unwrap_or_default()
}

/// An error as one sentence. What a secret's value was is not said.
fn told(error: &figment::Error) -> Problem {
    let key = key_of(error);
    let source = source(error.metadata.as_ref());
    let secret = FROM_FILES.contains(&key.as_str());
    let why = match &error.kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) if secret => format!("must be {expected}"),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("must be {expected}, not {found}")
        }
        Kind::UnknownVariant(found, expected) => format!("must be {}, not {found}", expected.join(" or ")),
        Kind::Message(text) if text.starts_with("must be") => text.clone(),
        _ if secret => "cannot be read".to_owned(),
        other => format!("is not right: {}", one_line(&other.to_string())),
    };
    if key.is_empty() {
        let file = error.metadata.as_ref().and_then(|data| data.source.as_ref());
        let file = file.map_or_else(|| "the settings".to_owned(), ToString::to_string);
        return Problem(format!("{file} cannot be read: {}.", one_line(&error.kind.to_string())));
    }
    Problem(format!("{key} ({}){source} {why}.", variable(&key)))
}

fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}
