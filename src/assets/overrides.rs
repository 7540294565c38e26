//! The templates in the operator's folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The maximum size of a template, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// The operator's file that replaces a template, if there is one. A symbolic link counts even if its target is missing:
/// that is a mistake, which must be reported.
pub fn file_of(folder: &Path, name: &str) -> Option<PathBuf> {
    let path = folder.join(name);
    path.symlink_metadata().is_ok().then_some(path)
}

/// Reads a template.
///
/// # Errors
/// When it is no file, is too long or not UTF-8, or cannot be read.
pub fn read(path: &Path) -> io::Result<String> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if about.len() > MAX_BYTES {
        return Err(io::Error::other("it is longer than 1 MiB"));
    }
    let bytes = fs::read(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = sound.split(|byte| *byte == b'\n').count();
        io::Error::other(format!("line {line} is not UTF-8"))
    })
}

/// All files below a folder, by their path in it.
#[derive(Default)]
pub struct TemplateOverride {
    /// Files, and folders that have the name of a template.
    pub names: Vec<String>,
    /// What could not be read, and why.
    pub problems: Vec<String>,
}

impl TemplateOverride {
    /// Lists a folder and those in it, without hidden files.
    pub fn below(folder: &Path) -> Self {
        let mut found = Self::default();
        found.look(folder, "", &mut Vec::new());
        found.names.sort();
        found
    }

    fn look(&mut self, folder: &Path, above: &str, ways: &mut Vec<PathBuf>) {
        let listed = fs::canonicalize(folder).and_then(|place| Ok((place, fs::read_dir(folder)?)));
        let (place, entries) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                self.problems
                    .push(format!("the folder {} cannot be read: {error}", folder.display()));
                return;
            }
        };
        if ways.contains(&place) {
            self.problems.push(format!(
                "{} leads back to a folder that it lies in: {}",
                above.trim_end_matches('/'),
                place.display()
            ));
            return;
        }
        ways.push(place);
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            match name.as_str() {
                hidden if hidden.starts_with('.') => {}
                name if path.is_dir() => {
                    // Also a folder that has the name of a template.
                    self.names.push(format!("{above}{name}"));
                    self.look(&path, &format!("{above}{name}/"), ways);
                }
                name => self.names.push(format!("{above}{name}")),
            }
        }
        ways.pop();
    }
}

/// Names, times and lengths of all files in some folders. If it changes, debug builds read the files again.
#[derive(Default, Eq, PartialEq)]
pub struct Stamp(Vec<(PathBuf, Option<SystemTime>, u64)>);

impl Stamp {
    /// Looks at all files; in release builds, which read them only once, at none.
    pub fn of<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Self {
        let folders = folders.into_iter().filter(|_| cfg!(debug_assertions));
        let files = folders.flat_map(|folder| {
            let names = TemplateOverride::below(folder).names.into_iter();
            names.map(|name| folder.join(name)).collect::<Vec<_>>()
        });
        let stamps = files.map(|path| {
            let about = path.metadata();
            let (changed, length) = about.map_or((None, 0), |about| (about.modified().ok(), about.len()));
            (path, changed, length)
        });
        Self(stamps.collect())
    }
}
