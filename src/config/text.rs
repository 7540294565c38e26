//! Deserialises settings that are text.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// A string, also if figment has read the variable as a number or a flag (`ROCKET_SITE__NAME=42`).
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "must be a text")]
    enum Scalar {
        Text(String),
        Flag(bool),
        Whole(i64),
        Large(u64),
        Real(f64),
    }
    Ok(match Scalar::deserialize(from)? {
        Scalar::Text(text) => text,
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Whole(number) => number.to_string(),
        Scalar::Large(number) => number.to_string(),
        Scalar::Real(number) => number.to_string(),
    })
}

/// Like [`text`]; an empty text counts as missing.
pub(super) fn scalar<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    struct Scalar(#[serde(deserialize_with = "text")] String);
    Ok(Option::<Scalar>::deserialize(from)?
        .map(|scalar| scalar.0)
        .filter(|text| !text.is_empty()))
}

/// How a list of texts may be written.
#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "must be a text, several with commas between them, or a list of texts"
)]
pub(super) enum WrittenList {
    Text(String),
    List(Vec<String>),
}

/// A list, or one text with commas between its parts.
pub(super) fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let texts = match WrittenList::deserialize(from)? {
        WrittenList::Text(text) => text.split(',').map(str::to_owned).collect(),
        WrittenList::List(texts) => texts,
    };
    let trimmed = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    Ok(trimmed.map(str::to_owned).collect())
}
