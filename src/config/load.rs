//! Reading what is written: every key that nobody knows and every value that does not fit is told, not the first alone.

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

/// More problems than this are a wrong file, not wrong settings.
const MOST_PROBLEMS: usize = 64;

/// Where settings come from: Rocket's defaults, `Rocket.toml` (or the file named by `ROCKET_CONFIG`), then `ROCKET_*`
/// variables, `__` between the parts of a nested key.
#[must_use]
pub fn figment() -> Figment {
    // Release builds of Rocket log errors only. Ours also log who signed in and what was refused (ASVS 16.3.1).
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
    unknown::notice(&found, figment, &mut problems);
    let rockets = each_that_fits::<rocket::Config>(figment.clone(), &mut problems);
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

/// The setting that an error is about; of a list it is the whole.
fn key_of(error: &figment::Error) -> String {
    let named = error.path.iter().take_while(|part| part.parse::<usize>().is_err());
    named.map(String::as_str).collect::<Vec<_>>().join(".")
}

/// An error as one sentence. What a secret's value was is not said.
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

/// What a value must be. Rust's names of its types are nobody else's.
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

/// A value as it was written, as nearly as is known.
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
