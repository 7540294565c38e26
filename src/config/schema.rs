//! The settings as a JSON Schema, generated from the types and comments in [`super::raw`]: for the ranges of numbers,
//! for editors (`docs/configuration.schema.json`) and for the tables of `docs/configuration.md`.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::problem::Check;
use super::raw::Raw;

/// The schema without references, in the draft that the TOML plugins of editors support.
pub(super) fn of_settings() -> Schema {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Raw>()
}

/// Checks that each number is in the range of its field.
pub(super) fn ranges(check: &mut Check, raw: &Raw) {
    if let Ok(settings) = serde_json::to_value(raw) {
        in_range(check, "", of_settings().as_value(), &settings);
    }
}

fn in_range(check: &mut Check, above: &str, schema: &Value, settings: &Value) {
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let (key, setting) = (format!("{above}{name}"), &settings[name]);
        in_range(check, &format!("{key}."), schema, setting);
        let number = |value: &Value| value.as_u64();
        if let (Some(min), Some(max), Some(set)) =
            (number(&schema["minimum"]), number(&schema["maximum"]), number(setting))
            && !(min..=max).contains(&set)
        {
            check.problem(&key, format_args!("must be a whole number from {min} to {max}, not {set}"));
        }
    }
}
