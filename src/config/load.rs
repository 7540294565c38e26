//! Loads the settings. All unknown keys and invalid values are reported, not only the first one.

use std::fmt;
use std::path::Path;

use figment::error::{Actual, Kind};
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::key::{FROM_FILES, variable};
use super::problem::{Problem, Problems};
use super::raw::Raw;
use super::unknown::{self, source};

/// With more problems than this, the file is probably not one of ours.
const MOST_PROBLEMS: usize = 64;

/// The sources of settings: Rocket's defaults, `Rocket.toml` (or the file named by `ROCKET_CONFIG`), then variables
/// `ROCKET_*`, with `__` between the parts of a nested key.
#[must_use]
pub fn figment() -> Figment {
    // In release builds Rocket logs only errors. Vestibule also logs sign-ins and refusals (ASVS 16.3.1).
    let defaults = rocket::Config {
        log_level: rocket::config::LogLevel::Normal,
        ..rocket::Config::default()
    };
    Figment::from(defaults)
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE"]).global())
        .merge(
            Env::prefixed("ROCKET_")
                .ignore(&["PROFILE", "CONFIG"])
                .filter(|name| name.as_str().contains("__") && !name.as_str().to_lowercase().ends_with("_file"))
                .split("__")
                .global(),
        )
        .select(Profile::from_env_or("ROCKET_PROFILE", rocket::Config::DEFAULT_PROFILE))
}

/// Adds the settings from files that `…_FILE` variables name.
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

/// The settings as written, and their problems. The default replaces a value of the wrong type, so that the other
/// settings can still be checked. None if a file cannot be read.
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
    unknown::notice(&found, figment, &mut problems);
    let rockets = each_that_fits::<rocket::Config>(figment.clone(), &mut problems);
    let ours = each_that_fits::<Raw>(figment.clone(), &mut problems);
    (ours.filter(|_| rockets.is_some()), problems)
}

/// A file that `ROCKET_CONFIG` names must exist: Rocket itself would continue without it.
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

/// The key of an error; for an item of a list, the key of the list.
fn key_of(error: &figment::Error) -> String {
    let named = error.path.iter().take_while(|part| part.parse::<usize>().is_err());
    named.map(String::as_str).collect::<Vec<_>>().join(".")
}

/// An error as one sentence. It never contains the value of a secret.
fn told(error: &figment::Error) -> Problem {
    let key = key_of(error);
    if key.is_empty() {
        let file = error.metadata.as_ref().and_then(|data| data.source.as_ref());
        let file = file.map_or_else(|| "the settings".to_owned(), ToString::to_string);
        return Problem(format!("{file} cannot be read: {}.", one_line(&error.kind.to_string())));
    }
    let source = source(error.metadata.as_ref());
    let secret = FROM_FILES.contains(&key.as_str());
    let why = match &error.kind {
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            let must = format!("must be {}", plainly(&key, expected));
            if secret {
                must
            } else {
                format!("{must}, not {}", shown(found))
            }
        }
        Kind::UnknownVariant(found, expected) => format!("must be {}, not {found}", expected.join(" or ")),
        Kind::Message(text) if text.starts_with("must be") => text.clone(),
        _ if secret => "cannot be read".to_owned(),
        _ if key == "address" => "must be an IP address, as 127.0.0.1 or ::1".to_owned(),
        other => format!("is not right: {}", one_line(&other.to_string())),
    };
    Problem(format!("{key} ({}){source} {why}.", variable(&key)))
}

/// The expected type in plain words, because operators do not know the names of Rust's types.
fn plainly(key: &str, expected: &str) -> String {
    let numbers = |least: &dyn fmt::Display, most: &dyn fmt::Display| format!("a whole number from {least} to {most}");
    match expected {
        "u8" => numbers(&0, &u8::MAX),
        "u16" if key == "port" => numbers(&1, &u16::MAX),
        "u16" => numbers(&0, &u16::MAX),
        "u32" => numbers(&0, &u32::MAX),
        "u64" | "usize" => numbers(&0, &u64::MAX),
        "i64" | "isize" => numbers(&i64::MIN, &i64::MAX),
        "a boolean" => "true or false".to_owned(),
        "a string" | "a borrowed string" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "path string" => "a path".to_owned(),
        "IP address" => "an IP address, as 127.0.0.1 or ::1".to_owned(),
        other if other.starts_with("struct ") || other == "a map" => "a table of settings".to_owned(),
        other => other.to_owned(),
    }
}

/// A value as it was written, as far as that is known.
fn shown(found: &Actual) -> String {
    match found {
        Actual::Bool(flag) => flag.to_string(),
        Actual::Unsigned(number) => number.to_string(),
        Actual::Signed(number) => number.to_string(),
        Actual::Float(number) => number.to_string(),
        Actual::Str(text) => format!("{text:?}"),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        Actual::Unit | Actual::Option => "nothing".to_owned(),
        other => other.to_string(),
    }
}

fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}
