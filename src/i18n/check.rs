//! Checks the operator's Fluent files: faults, things without effect, and missing messages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use super::files::{self, ENGLISH, FluentFile};
use super::format::Formats;

/// The message with the language's name in that language.
const LANGUAGE_NAME_KEY: &str = "language-name";
/// The message with the locale for dates and numbers, if that is not the language's own tag.
pub const FORMATS_LOCALE_KEY: &str = "language-formats";

/// The result of a check, one sentence each without its full stop.
#[derive(Debug, Default)]
pub struct Checked {
    /// Faults with which the server does not start.
    pub problems: Vec<String>,
    /// Things that have no effect.
    pub warnings: Vec<String>,
    /// Messages that a language lacks. They are shown in English.
    pub missing: Vec<String>,
    /// Messages that Vestibule does not have: the key, and a warning that applies unless one of the operator's
    /// templates shows the message.
    pub unknown: Vec<(String, String)>,
}

/// Checks all languages, including those in the operator's folder.
#[must_use]
pub fn check(folder: Option<&Path>) -> Checked {
    let built_in = files::built_in();
    let mut checked = Checked::default();
    let own = own(folder, &built_in, &mut checked);
    checked.missing = missing(&built_in.iter().chain(&own).collect::<Vec<_>>());
    checked
}

/// The operator's files, if they have no faults.
///
/// # Errors
/// The faults.
pub fn sound(folder: Option<&Path>, built_in: &[FluentFile]) -> Result<Vec<FluentFile>, Vec<String>> {
    let mut checked = Checked::default();
    let own = own(folder, built_in, &mut checked);
    if checked.problems.is_empty() {
        Ok(own)
    } else {
        Err(checked.problems)
    }
}

fn own(folder: Option<&Path>, built_in: &[FluentFile], checked: &mut Checked) -> Vec<FluentFile> {
    let Some(folder) = folder else { return Vec::new() };
    let own = files::below(folder, &mut checked.problems, &mut checked.warnings);
    let english = KnownMessages::of_english(built_in);
    let mut languages: BTreeMap<&str, Vec<&FluentFile>> = BTreeMap::new();
    for file in &own {
        languages.entry(&file.language).or_default().push(file);
    }
    for (language, files) in languages {
        let ours = built_in.iter().filter(|file| file.language == language);
        let all: Vec<&FluentFile> = ours.chain(files.iter().copied()).collect();
        if let Err(problem) = language_of(language, &all) {
            checked.problems.push(problem);
        }
        let names = KnownMessages::of(&all);
        for file in files {
            check_file(file, &english, &names, checked);
        }
    }
    own
}

/// A language needs a tag as browsers send it, a name, and a locale that ICU knows.
fn language_of(language: &str, files: &[&FluentFile]) -> Result<(), String> {
    let tag = language.parse::<LanguageIdentifier>().ok().filter(|tag| *tag == language);
    let tag = tag.ok_or_else(|| format!("the folder {language} has the name of no language, as fr or pt-BR"))?;
    let constant = |key: &str| {
        files
            .iter()
            .rev()
            .find_map(|file| Some((*file, constant(&file.resource, key)?)))
    };
    if constant(LANGUAGE_NAME_KEY).is_none() {
        return Err(format!("{language} has no message {LANGUAGE_NAME_KEY}, by which people choose the language"));
    }
    let like = match constant(FORMATS_LOCALE_KEY) {
        Some((file, text)) => text.parse().map_err(|_| {
            let line = file.line_of(FORMATS_LOCALE_KEY);
            format!("{}: line {line}: {FORMATS_LOCALE_KEY} must be the tag of a locale, as en-GB", file.name)
        })?,
        None => tag,
    };
    Formats::of(&like).map(drop).map_err(|error| format!("{language}: {error}"))
}

fn check_file(file: &FluentFile, english: &KnownMessages, names: &KnownMessages, checked: &mut Checked) {
    let FluentFile { name, .. } = file;
    let syntax = file.errors.iter().map(|(line, error)| format!("{name}: line {line}: {error}"));
    checked.problems.extend(syntax);
    for entry in file.resource.entries() {
        let Some((key, uses)) = uses_of(entry) else { continue };
        let line = file.line_of(&key);
        let mut problem = |what: String| checked.problems.push(format!("{name}: line {line}: {key} {what}"));
        for reference in uses.references.difference(&names.keys) {
            problem(format!("uses {reference}, which is not there"));
        }
        for function in uses.functions.iter().filter(|function| *function != "NUMBER") {
            problem(format!("uses the function {function}, which is not there"));
        }
        if key.starts_with('-') {
            continue;
        }
        if !uses.has_text {
            problem("has no text".to_owned());
        }
        if let Some(known) = english.variables.get(&key) {
            for variable in uses.variables.difference(known) {
                problem(format!("uses ${variable}, which this message is not given"));
            }
        } else {
            let told = unknown(&format!("{name}: line {line}: {key}"), &key, english);
            checked.unknown.push((key, told));
        }
    }
}

fn unknown(place: &str, key: &str, english: &KnownMessages) -> String {
    let nearest = english.keys.iter().min_by_key(|known| strsim::damerau_levenshtein(known, key));
    let meant = nearest.filter(|known| strsim::damerau_levenshtein(known, key) <= key.len() / 4 + 1);
    let meant = meant.map(|known| format!(" (did you mean {known}?)")).unwrap_or_default();
    format!("{place} is no message of Vestibule, and no template of yours shows it{meant}")
}

/// For each language and each English file, the messages that the language lacks.
fn missing(files: &[&FluentFile]) -> Vec<String> {
    let languages: BTreeSet<&str> = files.iter().map(|file| file.language.as_str()).collect();
    let mut missing = Vec::new();
    for language in languages {
        let own: Vec<&FluentFile> = files.iter().copied().filter(|file| file.language == language).collect();
        let there = KnownMessages::of(&own).keys;
        for file in files.iter().filter(|file| file.language == ENGLISH) {
            let keys = file
                .resource
                .entries()
                .filter_map(message)
                .filter(|key| *key != FORMATS_LOCALE_KEY);
            let lacks: Vec<String> = keys
                .filter(|key| !there.contains(*key))
                .map(|key| format!("{key} (line {})", file.line_of(key)))
                .collect();
            if !lacks.is_empty() {
                let (name, lacks) = (&file.name, lacks.join(", "));
                missing.push(format!("{language} lacks messages of {name}, which are said in English: {lacks}"));
            }
        }
    }
    missing
}

fn message<'a>(entry: &Entry<&'a str>) -> Option<&'a str> {
    match entry {
        Entry::Message(message) => Some(message.id.name),
        _ => None,
    }
}

/// The text of a message without placeables.
pub fn constant(resource: &FluentResource, key: &str) -> Option<String> {
    let pattern = resource.entries().find_map(|entry| match entry {
        Entry::Message(message) if message.id.name == key => message.value.as_ref(),
        _ => None,
    })?;
    match pattern.elements.as_slice() {
        [PatternElement::TextElement { value }] => Some((*value).trim().to_owned()),
        _ => None,
    }
}

/// The messages of a language, and the variables of each.
#[derive(Default)]
struct KnownMessages {
    keys: BTreeSet<String>,
    variables: BTreeMap<String, BTreeSet<String>>,
}

impl KnownMessages {
    fn of_english(files: &[FluentFile]) -> Self {
        let english: Vec<&FluentFile> = files.iter().filter(|file| file.language == ENGLISH).collect();
        Self::of(&english)
    }

    fn of(files: &[&FluentFile]) -> Self {
        let mut all = Self::default();
        for (key, uses) in files.iter().flat_map(|file| file.resource.entries()).filter_map(uses_of) {
            all.keys.insert(key.clone());
            all.variables.insert(key, uses.variables);
        }
        all
    }
}

/// What one message or term uses.
#[derive(Default)]
struct Use {
    has_text: bool,
    variables: BTreeSet<String>,
    /// Names of messages, and names of terms with their dash.
    references: BTreeSet<String>,
    functions: BTreeSet<String>,
}

fn uses_of(entry: &Entry<&str>) -> Option<(String, Use)> {
    let mut uses = Use::default();
    let key = match entry {
        Entry::Message(message) => {
            if let Some(pattern) = &message.value {
                uses.has_text = true;
                uses.pattern(pattern);
            }
            message.id.name.to_owned()
        }
        Entry::Term(term) => {
            uses.pattern(&term.value);
            format!("-{}", term.id.name)
        }
        _ => return None,
    };
    Some((key, uses))
}

impl Use {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                self.references.insert(id.name.to_owned());
            }
            InlineExpression::TermReference { id, .. } => {
                self.references.insert(format!("-{}", id.name));
            }
            InlineExpression::FunctionReference { id, arguments } => {
                self.functions.insert(id.name.to_owned());
                arguments.positional.iter().for_each(|argument| self.inline(argument));
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(files: &[(&str, &str)]) -> Checked {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        check(Some(folder.path()))
    }

    #[test]
    fn the_built_in_languages_are_sound_and_lack_nothing() {
        assert_eq!(check(None).missing, [""; 0]);
        // Read as if they were an operator's files, so that all checks apply.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        let Checked {
            problems,
            warnings,
            missing,
            unknown,
        } = check(Some(&folder));
        assert!(unknown.is_empty(), "{unknown:?}");
        assert_eq!([problems, warnings, missing].concat(), [""; 0]);
        let built_in = files::built_in();
        assert!(KnownMessages::of_english(&built_in).keys.len() > 400);
        let twice: Vec<_> = built_in
            .iter()
            .flat_map(|file| file.resource.entries().filter_map(message).map(|key| (&*file.language, key)))
            .fold((BTreeSet::new(), Vec::new()), |(mut seen, mut twice), key| {
                if !seen.insert(key) {
                    twice.push(key);
                }
                (seen, twice)
            })
            .1;
        assert_eq!(twice, []);
    }

    #[test]
    fn what_is_wrong_is_named_with_file_and_line() {
        for (name, text, told) in [
            ("de/own.ftl", "sign-in = Hinein\nsave\n", "de/own.ftl: line 2: Expected a token starting with \"=\""),
            (
                "de/own.ftl",
                "\nsignup-closed-text = { $sit } ist zu",
                "de/own.ftl: line 2: signup-closed-text uses $sit, which this message is not given",
            ),
            ("de/own.ftl", "save = { -brand }", "de/own.ftl: line 1: save uses -brand, which is not there"),
            ("de/own.ftl", "save = { sve }", "de/own.ftl: line 1: save uses sve, which is not there"),
            (
                "de/own.ftl",
                "save = { DATETIME(1) }",
                "de/own.ftl: line 1: save uses the function DATETIME, which is not there",
            ),
            ("de/own.ftl", "save =\n    .title = x", "de/own.ftl: line 1: save has no text"),
            ("fr_BE/a.ftl", "language-name = x", "the folder fr_BE has the name of no language, as fr or pt-BR"),
            ("tlh/a.ftl", "save = choq", "tlh has no message language-name, by which people choose the language"),
            (
                "tlh/a.ftl",
                "language-name = tlhIngan Hol\nlanguage-formats = in Klingon",
                "tlh/a.ftl: line 2: language-formats must be the tag of a locale, as en-GB",
            ),
        ] {
            let checked = checked(&[(name, text)]);
            assert_eq!(checked.problems.len(), 1, "{:?}", checked.problems);
            assert!(checked.problems[0].starts_with(told), "{:?}", checked.problems);
        }
    }

    #[test]
    fn what_has_no_effect_is_told() {
        let files = [
            ("de/own.ftl", "\nsigm-in = Hinein\n"),
            ("README.md", ""),
            ("de/old.txt", ""),
        ];
        let Checked {
            problems,
            mut warnings,
            missing,
            unknown,
        } = checked(&files);
        assert_eq!((problems.len(), missing.len()), (0, 0));
        warnings.extend(unknown.into_iter().map(|(_, told)| told));
        assert_eq!(
            warnings,
            [
                "README.md is never read: languages are in files as fr/common.ftl",
                "de/old.txt is never read: languages are in files as fr/common.ftl",
                "de/own.ftl: line 2: sigm-in is no message of Vestibule, and no template of yours shows it (did you mean \
                 sign-in?)",
            ]
        );
    }

    #[test]
    fn what_a_language_lacks_is_listed() {
        let checked = checked(&[("tlh/a.ftl", "language-name = tlhIngan Hol\nsave = choq\n")]);
        assert_eq!((checked.problems.len(), checked.warnings.len()), (0, 0), "{checked:?}");
        let main = "tlh lacks messages of en/common.ftl, which are said in English: skip-to-content (line 3), ";
        assert!(checked.missing.iter().any(|told| told.starts_with(main)), "{:?}", checked.missing);
        assert!(
            !checked
                .missing
                .iter()
                .any(|told| told.contains(" save (") || told.contains(FORMATS_LOCALE_KEY))
        );
    }
}
