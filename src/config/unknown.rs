//! Finds unknown keys and profiles. They are refused, because a misspelt setting would have no effect.

use figment::value::{Dict, Value};
use figment::{Figment, Metadata, Profile};

use super::key::{FROM_FILES, variable};
use super::problem::Problem;
use super::raw::Raw;
use super::raw_apps::{RawApp, RawGroup};

/// The profiles that a file may contain besides the selected one.
const PROFILES: [&str; 4] = ["default", "global", "debug", "release"];

/// Reports every unknown key, of the selected profile and of the others, and every unknown profile.
pub fn notice(found: &Dict, figment: &Figment, problems: &mut Vec<Problem>) {
    let known = Known::new();
    let mut told = known.unknown_keys(found, problems);
    for key in &told {
        problems.push(known.unknown_key(key, figment.find_metadata(key), None));
    }
    let profiles: Vec<Profile> = figment.profiles().cloned().collect();
    for profile in profiles {
        let name = profile.as_str().as_str();
        if profile == *figment.profile() || PROFILES[..2].contains(&name) {
            continue;
        }
        let selected = figment.clone().select(profile.clone());
        if !PROFILES.contains(&name) {
            problems.push(known.unknown_profile(name, &selected));
            continue;
        }
        let Ok(found) = selected.extract::<Dict>() else {
            continue;
        };
        for key in known.unknown_keys(&found, &mut Vec::new()) {
            if !told.contains(&key) {
                problems.push(known.unknown_key(&key, selected.find_metadata(&key), Some(name)));
                told.push(key);
            }
        }
    }
}

/// All known keys.
struct Known {
    rockets: Dict,
    ours: Dict,
    /// Those of a table whose name the operator gives: the key above it, and what is in it.
    named: [(&'static str, Value); 2],
}

impl Known {
    fn new() -> Self {
        let keys =
            |settings: figment::error::Result<Value>| settings.ok().and_then(Value::into_dict).unwrap_or_default();
        Self {
            rockets: keys(Value::serialize(rocket::Config::default())),
            ours: keys(Value::serialize(Raw::default())),
            named: [
                ("apps", Value::from(keys(Value::serialize(RawApp::default())))),
                ("groups", Value::from(keys(Value::serialize(RawGroup::default())))),
            ],
        }
    }

    fn unknown_keys(&self, found: &Dict, problems: &mut Vec<Problem>) -> Vec<String> {
        let mut mine = Dict::new();
        for (key, value) in found {
            if key.contains("__") && is_set_in_environment(key) {
                // Rocket also reads `ROCKET_SITE__NAME` as one key; Vestibule has read it as two parts.
                from_no_file(&key.replace("__", "."), problems);
            } else if let Some(key) = key.strip_suffix("_file").filter(|_| is_set_in_environment(key)) {
                from_no_file(&format!("{key}_file"), problems);
            } else if !matches!(key.as_str(), "profile" | "config") && !self.rockets.contains_key(key) {
                mine.insert(key.clone(), value.clone());
            }
        }
        let mut ours = self.ours.clone();
        for (above, fields) in &self.named {
            if let (Some(Value::Dict(_, known)), Some(Value::Dict(_, named))) = (ours.get_mut(*above), mine.get(*above))
            {
                known.extend(named.keys().map(|name| (name.clone(), fields.clone())));
            }
        }
        let mut strange = Vec::new();
        keys_beyond(&ours, &mine, "", &mut strange);
        strange
    }

    fn unknown_key(&self, key: &str, metadata: Option<&Metadata>, profile: Option<&str>) -> Problem {
        let place = profile.map(|name| format!(" in [{name}]")).unwrap_or_default();
        let meant = self.meant_by(key).map(|meant| format!(": did you mean {meant}?"));
        Problem(format!(
            "{key} ({}){}{place} is not a setting of Vestibule{}",
            variable(key),
            source(metadata),
            meant.as_deref().unwrap_or(".")
        ))
    }

    fn unknown_profile(&self, name: &str, selected: &Figment) -> Problem {
        let file = source(file_of(selected)).trim_matches([',', ' ']).to_owned();
        let table = self.ours.contains_key(name) || self.rockets.contains_key(name);
        let meant = if table {
            Some(format!("[default.{name}]"))
        } else {
            nearest(name, PROFILES.into_iter().map(str::to_owned)).map(|meant| format!("[{meant}]"))
        };
        let meant = meant.map(|meant| format!(": did you mean {meant}?"));
        let file = if file.is_empty() {
            String::new()
        } else {
            format!(" {file}")
        };
        Problem(format!(
            "[{name}]{file} is no profile that is read (default, global, debug, release and the one in force){}",
            meant.as_deref().unwrap_or(".")
        ))
    }

    /// The setting that a misspelt key may mean.
    fn meant_by(&self, key: &str) -> Option<String> {
        let mut all = Vec::new();
        keys_beyond(&Dict::new(), &self.ours, "", &mut all);
        all.extend(self.rockets.keys().cloned());
        // It may be in the wrong table, or in none.
        let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let elsewhere: Vec<&String> = all.iter().filter(|known| last(known) == last(key)).collect();
        nearest(key, all.iter().cloned()).or_else(|| match elsewhere.as_slice() {
            [one] => Some((*one).clone()),
            _ => None,
        })
    }
}

/// The most similar word, if it is similar enough.
fn nearest(word: &str, words: impl Iterator<Item = String>) -> Option<String> {
    let distances = words.map(|known| (strsim::damerau_levenshtein(word, &known), known));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest
        .filter(|(distance, _)| *distance <= (word.len() / 4).max(1))
        .map(|(_, known)| known)
}

/// The file in which a profile is.
fn file_of(figment: &Figment) -> Option<&Metadata> {
    figment
        .metadata()
        .find(|data| data.source.as_ref().is_some_and(|source| source.file_path().is_some()))
}

/// Whether a key of the top level came from the environment.
fn is_set_in_environment(key: &str) -> bool {
    let name = format!("ROCKET_{key}");
    std::env::vars_os().any(|(given, _)| given.eq_ignore_ascii_case(&name))
}

/// Reports a `…_FILE` variable of a setting that cannot be read from a file.
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
            // Each of its keys is reported as it was written.
            (None, Value::Dict(_, found)) if !found.is_empty() => {
                keys_beyond(&Dict::new(), found, &format!("{key_here}."), strange);
            }
            (None, _) => strange.push(key_here),
            (Some(_), _) => {}
        }
    }
}

/// The source of a setting, as a part of a sentence.
pub fn source(metadata: Option<&Metadata>) -> String {
    let source = metadata.and_then(|data| data.source.as_ref());
    source.map(|source| format!(", from {source},")).unwrap_or_default()
}
