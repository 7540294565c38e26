//! The Fluent files, built-in and the operator's.

use std::path::Path;

use fluent_bundle::FluentResource;

use crate::assets::overrides::{self, Stamp, TemplateOverride};

/// The folder of the language whose messages stand in for those that another language lacks.
pub const ENGLISH: &str = "en";

/// The built-in files: read from the tree in debug builds, carried in the binary in release builds.
#[derive(rust_embed::RustEmbed)]
#[folder = "locales/"]
struct Locales;

/// One file.
pub struct FluentFile {
    /// The language, which is the name of its folder.
    pub language: String,
    /// Its name with the folder: `fr/common.ftl`.
    pub name: String,
    pub resource: FluentResource,
    /// The line of each syntax error, and what is wrong.
    pub errors: Vec<(usize, String)>,
}

impl FluentFile {
    /// None if the name is not that of a Fluent file in the folder of a language.
    pub fn parse(name: &str, source: String) -> Option<Self> {
        let (language, file) = name.split_once('/')?;
        if file.contains('/') || Path::new(file).extension().is_none_or(|ending| ending != "ftl") {
            return None;
        }
        let (resource, errors) = match FluentResource::try_new(source) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        let errors = errors.into_iter().map(|error| {
            let before = resource.source().get(..error.pos.start).unwrap_or_default();
            (1 + before.matches('\n').count(), error.kind.to_string())
        });
        Some(Self {
            language: language.to_owned(),
            name: name.to_owned(),
            errors: errors.collect(),
            resource,
        })
    }

    /// The line that a message or term begins in.
    pub fn line_of(&self, key: &str) -> usize {
        let begins = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        1 + self.resource.source().lines().position(begins).unwrap_or_default()
    }
}

/// The files of the languages that Vestibule comes with.
pub fn built_in() -> Vec<FluentFile> {
    let read = |name: std::borrow::Cow<'static, str>| {
        let file = Locales::get(&name)?;
        FluentFile::parse(&name, String::from_utf8_lossy(&file.data).into_owned())
    };
    Locales::iter().filter_map(read).collect()
}

/// The operator's files. A file that cannot be read is a problem; one that is no Fluent file of a language is a warning.
pub fn below(folder: &Path, problems: &mut Vec<String>, warnings: &mut Vec<String>) -> Vec<FluentFile> {
    let found = TemplateOverride::below(folder);
    problems.extend(found.problems);
    let names = found.names.iter().filter(|name| !folder.join(name).is_dir());
    let mut files = Vec::new();
    for name in names {
        match overrides::read(&folder.join(name)) {
            Ok(source) => match FluentFile::parse(name, source) {
                Some(file) => files.push(file),
                None => warnings.push(format!("{name} is never read: languages are in files as fr/common.ftl")),
            },
            Err(error) => problems.push(format!("{name} cannot be read: {error}")),
        }
    }
    files
}

/// Whether any file has changed, built-in or the operator's.
pub fn stamp(folder: Option<&Path>) -> Stamp {
    let tree = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/locales"));
    Stamp::of([Some(tree), folder].into_iter().flatten())
}
