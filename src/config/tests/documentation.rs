//! Compares `docs/configuration.md` and `docs/configuration.schema.json` with the code. `UPDATE_DOCS=1` rewrites both.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};

use super::super::key::{FROM_FILES, variable};
use super::super::raw::Raw;
use super::super::{MAX_WORKERS, schema};

/// The part of a key that the operator chooses.
const NAMED: &str = "<name>";

/// Those of Rocket's own settings that matter to an operator.
#[derive(JsonSchema, Serialize)]
struct RocketKeys {
    /// The address to listen on: `"0.0.0.0"` in a container, and never without a proxy in front.
    address: String,
    /// The port to listen on.
    #[schemars(range(min = 1, max = 65_535))]
    port: u16,
    /// Threads that answer requests. Password hashes have threads of their own.
    #[schemars(range(min = 1, max = MAX_WORKERS), extend("x-default" = "the number of cores"))]
    workers: Option<usize>,
    /// `0` closes each connection after one response; any other number keeps it open.
    keep_alive: u32,
    /// `"critical"` or `"off"`: only warnings and errors. `"normal"` or `"debug"`: also a line for each request.
    log_level: String,
}

impl RocketKeys {
    fn defaults() -> Self {
        let defaults = rocket::Config::release_default();
        Self {
            address: defaults.address.to_string(),
            port: defaults.port,
            workers: None,
            keep_alive: defaults.keep_alive,
            // Ours, in place of Rocket's `critical`.
            log_level: rocket::config::LogLevel::Normal.to_string(),
        }
    }
}

/// The keys of a table of settings, dotted, in the order of the code. `serde_json::Value` would sort them.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let mut all = Vec::new();
        while let Some((key, Keys(below))) = map.next_entry::<String, Keys>()? {
            if below.is_empty() {
                all.push(key);
            } else {
                all.extend(below.into_iter().map(|name| format!("{key}.{name}")));
            }
        }
        Ok(Keys(all))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Keys, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Keys(Vec::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Keys, E> {
        Ok(Keys(Vec::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Keys, E> {
        Ok(Keys(Vec::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Keys, E> {
        Ok(Keys(Vec::new()))
    }

    fn visit_unit<E>(self) -> Result<Keys, E> {
        Ok(Keys(Vec::new()))
    }
}

struct Documented {
    keys: Vec<String>,
    schema: Value,
    defaults: Value,
}

impl Documented {
    fn new(schema: Value, defaults: &impl Serialize) -> Self {
        let Keys(keys) = serde_json::from_str(&serde_json::to_string(defaults).unwrap()).unwrap();
        let mut documented = Self {
            keys: Vec::new(),
            schema,
            defaults: serde_json::to_value(defaults).unwrap(),
        };
        for key in keys {
            match documented.schema_of(&format!("{key}.{NAMED}"))["properties"].as_object() {
                Some(fields) => {
                    let fields: Vec<String> = fields.keys().map(|field| format!("{key}.{NAMED}.{field}")).collect();
                    documented.keys.extend(fields);
                }
                None => documented.keys.push(key),
            }
        }
        documented
    }

    fn ours() -> Self {
        Self::new(schema::of_settings().to_value(), &Raw::default())
    }

    fn rockets() -> Self {
        let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<RocketKeys>();
        Self::new(schema.to_value(), &RocketKeys::defaults())
    }

    fn schema_of(&self, key: &str) -> &Value {
        key.split('.').fold(&self.schema, |table, name| match name {
            NAMED => &table["additionalProperties"],
            name => &table["properties"][name],
        })
    }

    /// The rows of these tables, or of all tables.
    fn rows(&self, tables: Option<&[&str]>) -> String {
        let mut rows = String::new();
        for key in &self.keys {
            let table = key.split('.').next().unwrap();
            if tables.is_none_or(|tables| tables.contains(&table)) {
                let _ = self.row(&mut rows, key);
            }
        }
        rows
    }

    fn row(&self, rows: &mut String, key: &str) -> std::fmt::Result {
        // A limit is one row, with both of its parts.
        if let Some(limit) = key.strip_suffix(".burst") {
            let (about, defaults) = (about(self.schema_of(limit)), &self.defaults.pointer(&pointer(limit)).unwrap());
            let (burst, per_hour) = (&defaults["burst"], &defaults["per_hour"]);
            let name = variable(limit);
            return writeln!(
                rows,
                "| `{limit}` | `{name}__BURST`, `…__PER_HOUR` | `{{ burst = {burst}, per_hour = {per_hour} }}` | {about} |"
            );
        }
        if key.ends_with(".per_hour") {
            return Ok(());
        }
        let schema = self.schema_of(key);
        let literal = self.defaults.pointer(&pointer(key)).unwrap_or(&schema["default"]);
        let default = match (&schema["x-default"], literal) {
            (Value::String(words), Value::Null) => words.clone(),
            (Value::Null, Value::Null) => "none".to_owned(),
            (Value::Null, literal) => format!("`{literal}`"),
            (words, literal) => panic!("{key} has two defaults: {words} and {literal}"),
        };
        let about = about(schema);
        let range = match (&schema["minimum"], &schema["maximum"]) {
            (Value::Number(min), Value::Number(max)) => format!(" From {min} to {max}."),
            _ => String::new(),
        };
        writeln!(rows, "| `{key}` | `{}` | {default} | {about}{range} |", variable(key))
    }
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('.', "/"))
}

fn about(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_setting_is_documented() {
    for settings in [Documented::ours(), Documented::rockets()] {
        assert!(settings.keys.len() > 4);
        for key in &settings.keys {
            assert!(!about(settings.schema_of(key)).is_empty(), "{key} has no comment");
        }
    }
    let ours = Documented::ours().keys;
    assert!(FROM_FILES.iter().all(|key| ours.contains(&(*key).to_owned())));
}

/// The expected content of one block of the page.
fn block(what: &str) -> String {
    if what == "files" {
        let mut table = "| Key | Variable of the file |\n|---|---|\n".to_owned();
        for key in FROM_FILES {
            let _ = writeln!(table, "| `{key}` | `{}_FILE` |", variable(key));
        }
        return table;
    }
    let rows = match what.strip_prefix("settings: ") {
        Some("of Rocket") => Documented::rockets().rows(None),
        Some(tables) => Documented::ours().rows(Some(&tables.split(' ').collect::<Vec<_>>())),
        None => panic!("no such block: {what}"),
    };
    format!("| Key | Variable | Default | What it does |\n|---|---|---|---|\n{rows}")
}

#[test]
fn the_tables_of_the_documentation_are_right() {
    const END: &str = "<!-- end -->";
    let path = path("docs/configuration.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut right = String::new();
    let mut rest = text.as_str();
    let mut tables: Vec<&str> = Vec::new();
    while let Some((before, after)) = rest.split_once("<!-- ") {
        let (what, after) = after.split_once(" -->\n").unwrap();
        let (_, after) = after.split_once(END).unwrap();
        let _ = write!(right, "{before}<!-- {what} -->\n{}{END}", block(what));
        tables.extend(what.strip_prefix("settings: ").unwrap_or_default().split(' '));
        rest = after;
    }
    right.push_str(rest);
    for key in Documented::ours().keys {
        let table = key.split('.').next().unwrap();
        let times = tables.iter().filter(|name| **name == table).count();
        assert_eq!(times, 1, "{key} is in {times} tables");
    }
    compare(&path, &text, &right);
}

#[test]
fn the_schema_for_editors_is_right() {
    let mut profile = Documented::ours().schema;
    let rockets = Documented::rockets();
    let all = serde_json::to_value(rocket::Config::default()).unwrap();
    for key in all.as_object().unwrap().keys() {
        let known = rockets.schema["properties"].get(key).cloned();
        profile["properties"][key] = known.unwrap_or(Value::Bool(true));
    }
    for_editors(&mut profile);
    let fields = profile.as_object_mut().unwrap();
    fields.retain(|field, _| !["$schema", "title", "description"].contains(&field.as_str()));
    let profiles = ["default", "global", "debug", "release"];
    let profiles: Map<String, Value> = profiles
        .into_iter()
        .map(|name| (name.to_owned(), json!({ "$ref": "#/definitions/profile" })))
        .collect();
    let document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rocket.toml of Vestibule",
        "description": "Made of the settings' types. docs/configuration.md has the same as tables.",
        "type": "object",
        "properties": profiles,
        "additionalProperties": { "$ref": "#/definitions/profile" },
        "definitions": { "profile": profile },
    });
    let path = path("docs/configuration.schema.json");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    compare(&path, &text, &format!("{document:#}\n"));
}

/// No unknown keys (the start refuses them), no `null` (TOML has none), and descriptions of one line.
fn for_editors(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    if fields.contains_key("properties") {
        fields.insert("additionalProperties".to_owned(), Value::Bool(false));
        fields.remove("default");
    }
    fields.retain(|_, value| !value.is_null());
    if let Some(Value::String(text)) = fields.get_mut("description") {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    if let Some(Value::String(words)) = fields.remove("x-default") {
        let about = fields.get("description").and_then(Value::as_str).unwrap_or_default();
        fields.insert("description".to_owned(), format!("{about} Default: {words}.").into());
    }
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &mut types[..] {
            let only = only.take();
            fields.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = fields.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
    if let Some(named) = fields.get_mut("additionalProperties") {
        for_editors(named);
    }
    for (_, below) in fields
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        for_editors(below);
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn compare(path: &Path, text: &str, right: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, right).unwrap();
    } else {
        assert!(text == right, "UPDATE_DOCS=1 writes {} anew", path.display());
    }
}
