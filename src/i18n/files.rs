//! The Fluent files: the built-in ones and the operator's.

use std::path::Path;

use fluent_bundle::FluentResource;

use crate::assets::overrides::{self, Stamp, TemplateOverride};

/// The folder of the language that is used for missing messages.
pub const ENGLISH: &str = "en";

/// The built-in files. Debug builds read them from the source tree, release builds contain them.
#[derive(rust_embed::RustEmbed)]
#[folder = "locales/"]
struct Locales;

pub struct FluentFile {
    /// The name of the file's folder.
    pub language: String,
    /// The path of the file: `fr/common.ftl`.
    pub name: String,
    pub resource: FluentResource,
    /// The line and the description of each syntax error.
    pub errors: Vec<(usize, String)>,
}

impl FluentFile {
    /// None: the path is not that of a Fluent file in the folder of a language.
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

    /// The line in which a message or term begins.
    pub fn line_of(&self, key: &str) -> usize {
        let begins = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        1 + self.resource.source().lines().position(begins).unwrap_or_default()
    }
}

pub fn built_in() -> Vec<FluentFile> {
    let read = |name: std::borrow::Cow<'static, str>| {
        let file = Locales::get(&name)?;
        FluentFile::parse(&name, String::from_utf8_lossy(&file.data).into_owned())
    };
    Locales::iter().filter_map(read).collect()
}

/// The operator's files. A file that cannot be read is a problem. One that is no Fluent file of a language is a
/// warning.
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

/// Changes when a built-in file or one of the operator's changes.
pub fn stamp(folder: Option<&Path>) -> Stamp {
    let tree = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/locales"));
    Stamp::of([Some(tree), folder].into_iter().flatten())
}
