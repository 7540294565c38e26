//! Checks the operator's templates, as far as that is possible without rendering them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::error::Error as _;
use std::ffi::OsStr;
use std::path::Path;

use tera::{Template, Tera};

use super::overrides::{self, TemplateOverride};
use super::uses::Uses;
use super::{template, template_names};

/// The result of the check, one sentence each without its full stop.
#[derive(Debug, Default)]
pub struct CheckedTemplate {
    /// Faults because of which a page or a mail could not be rendered.
    pub problems: Vec<String>,
    /// Things that have no effect.
    pub warnings: Vec<String>,
}

/// Checks every template in the folder. `pages` and `mails` are engines with the functions and filters of either kind
/// of template.
pub fn check(folder: &Path, pages: &Tera, mails: &Tera) -> CheckedTemplate {
    let mut checked = CheckedTemplate::default();
    let found = TemplateOverride::below(folder);
    checked.problems.extend(found.problems);
    let ours: Vec<String> = template_names().map(std::borrow::Cow::into_owned).collect();
    for name in &found.names {
        if ours.contains(name) || folder.join(name).is_dir() {
            continue;
        }
        // A file under an unknown name would be ignored silently. Files other than templates do not matter.
        let told = if is_template(name) {
            &mut checked.problems
        } else {
            &mut checked.warnings
        };
        told.push(unused(name, &ours));
    }
    for (engine, of_mails) in [(pages, false), (mails, true)] {
        let names = ours.iter().filter(|name| name.starts_with("mails/") == of_mails);
        let mut all = All {
            engine,
            templates: BTreeMap::new(),
            variables: HashSet::new(),
        };
        let problems: Vec<String> = names.filter_map(|name| all.add(name, folder).err()).collect();
        // A template that cannot be parsed is missing for those that use it. Reporting these as well says nothing new.
        if problems.is_empty() {
            all.check(&mut checked.problems);
        }
        if problems.is_empty() && checked.problems.is_empty() {
            all.lost_blocks(&mut checked.warnings);
        }
        checked.problems.extend(problems);
    }
    checked
}

fn is_template(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(OsStr::to_str);
    matches!(ending, Some("html" | "txt"))
}

/// Old names of templates for which neither the folder nor the spelling suggests the new name.
const RENAMED: [(&str, &str); 10] = [
    ("layout.html", "layouts/page.html"),
    ("settings.html", "layouts/account.html"),
    ("account_leaving.html", "pages/account/pending_deletion.html"),
    ("user.html", "pages/users/user.html"),
    ("mail/confirm.", "mails/confirm_email."),
    ("mail/address_taken.", "mails/email_taken."),
    ("mail/reset.", "mails/password_reset."),
    ("mail/reset_disabled.", "mails/password_reset_disabled."),
    ("mail/address_restored.", "mails/email_restored."),
    ("mail/deletion_asked.", "mails/deletion_requested."),
];

fn unused(name: &str, ours: &[String]) -> String {
    let renamed = RENAMED
        .iter()
        .find_map(|(old, new)| Some(format!("{new}{}", name.strip_prefix(old)?)));
    let guess = renamed.unwrap_or_else(|| format!("pages/{}", name.replace('_', "/")));
    let distance = |known: &str| {
        let guesses = [name, guess.as_str()].into_iter();
        guesses.map(|guess| strsim::damerau_levenshtein(known, guess)).min()
    };
    let nearest = ours.iter().min_by_key(|known| distance(known));
    let meant = nearest.filter(|known| distance(known) <= Some(name.len() / 4 + 1));
    let meant = meant.map(|known| format!(" (did you mean {known}?)")).unwrap_or_default();
    format!("{name} has the name of no template of Vestibule and is never used{meant}")
}

/// The templates of one engine: the built-in ones, and the operator's in place of them.
struct All<'a> {
    engine: &'a Tera,
    templates: BTreeMap<String, Parsed>,
    /// The variables that a built-in template shows or that any template sets.
    variables: HashSet<String>,
}

struct Parsed {
    source: String,
    template: Template,
    uses: Uses,
    is_override: bool,
}

impl Parsed {
    fn new(name: &str, source: String, is_override: bool) -> Result<Self, String> {
        let template = Template::new(name, None, &source).map_err(|error| format!("{name}: {}", syntax(&error)))?;
        Ok(Self {
            uses: Uses::of(&template),
            source,
            template,
            is_override,
        })
    }
}

impl All<'_> {
    fn add(&mut self, name: &str, folder: &Path) -> Result<(), String> {
        let ours = template(name).ok_or_else(|| format!("{name} is not UTF-8"))?;
        let mut parsed = Parsed::new(name, ours, false)?;
        let Uses {
            variables,
            optional,
            bound,
            ..
        } = &parsed.uses;
        self.variables.extend(variables.iter().chain(optional).chain(bound).cloned());
        if let Some(path) = overrides::file_of(folder, name) {
            let source = overrides::read(&path).map_err(|error| format!("{name} cannot be read: {error}"))?;
            parsed = Parsed::new(name, source, true)?;
            self.variables.extend(parsed.uses.bound.iter().cloned());
        }
        self.templates.insert(name.to_owned(), parsed);
        Ok(())
    }

    fn check(&self, problems: &mut Vec<String>) {
        for (name, parsed) in self.templates.iter().filter(|(_, parsed)| parsed.is_override) {
            let mut found = Vec::new();
            self.calls(parsed, &mut found);
            self.other_templates(parsed, &mut found);
            self.macros(parsed, &mut found);
            self.variables(parsed, &mut found);
            if found.is_empty() {
                self.blocks(parsed, &mut found);
            }
            found.extend(self.circle(name));
            let lines = found.into_iter().map(|(word, what)| (line_of(&parsed.source, &word), what));
            let lines: BTreeSet<(Option<usize>, String)> = lines.collect();
            problems.extend(lines.into_iter().map(|(line, what)| match line {
                Some(line) => format!("{name}: line {line}: {what}"),
                None => format!("{name}: {what}"),
            }));
        }
    }

    fn calls(&self, parsed: &Parsed, found: &mut Vec<(String, String)>) {
        let Uses {
            filters,
            functions,
            tests,
            ..
        } = &parsed.uses;
        let missing = |kind: &str, name: &String| (name.clone(), format!("there is no {kind} {name}"));
        let of = |names: &[String], kind: &str, known: &dyn Fn(&str) -> bool| {
            let unknown = names.iter().filter(|name| !known(name));
            unknown.map(|name| missing(kind, name)).collect::<Vec<_>>()
        };
        // Tera knows these two, but not as registered filters.
        found.extend(of(filters, "filter", &|name| {
            matches!(name, "safe" | "default") || self.engine.get_filter(name).is_ok()
        }));
        found.extend(of(functions, "function", &|name| self.engine.get_function(name).is_ok()));
        found.extend(of(tests, "test", &|name| self.engine.get_tester(name).is_ok()));
    }

    fn other_templates(&self, parsed: &Parsed, found: &mut Vec<(String, String)>) {
        let there = |name: &String| self.templates.contains_key(name);
        if let Some(parent) = parsed.template.parent.as_ref().filter(|name| !there(name)) {
            found.push((parent.clone(), format!("it extends {parent}, which is no template of Vestibule")));
        }
        for (names, may_be_missing) in &parsed.uses.includes {
            if !may_be_missing && !names.iter().any(there) {
                let names = names.join(", ");
                found.push((names.clone(), format!("it includes {names}, which is no template of Vestibule")));
            }
        }
        for (file, _) in parsed.template.imported_macro_files.iter().filter(|(file, _)| !there(file)) {
            found.push((file.clone(), format!("it imports {file}, which is no template of Vestibule")));
        }
    }

    fn macros(&self, parsed: &Parsed, found: &mut Vec<(String, String)>) {
        for (namespace, name) in &parsed.uses.macro_calls {
            let file = parsed.template.imported_macro_files.iter().find(|(_, of)| of == namespace);
            let defined_by = match file {
                Some((file, _)) => self.templates.get(file).map(|other| &other.template),
                None if namespace == "self" => Some(&parsed.template),
                None => {
                    found.push((format!("{namespace}::{name}"), format!("{namespace} is imported from nowhere")));
                    continue;
                }
            };
            if defined_by.is_some_and(|template| !template.macros.contains_key(name)) {
                found.push((format!("{namespace}::{name}"), format!("there is no macro {namespace}::{name}")));
            }
        }
        for (name, variable) in &parsed.uses.unbound_in_macros {
            let what = format!("the macro {name} is not given {variable}, and a macro sees nothing else");
            found.push((variable.clone(), what));
        }
    }

    /// A variable is known if a built-in template shows it.
    fn variables(&self, parsed: &Parsed, found: &mut Vec<(String, String)>) {
        for variable in parsed.uses.variables.iter().filter(|name| !self.variables.contains(*name)) {
            found.push((variable.clone(), format!("there is no variable {variable}")));
        }
    }

    /// A block that no parent template has is never shown.
    fn blocks(&self, parsed: &Parsed, found: &mut Vec<(String, String)>) {
        let parent = parsed.template.parent.as_deref().unwrap_or_default();
        for block in self.homeless_blocks(parsed) {
            found.push((block.clone(), format!("{parent} has no block {block}, so it is never shown")));
        }
    }

    /// Warns of blocks of built-in pages that are no longer shown, because the operator's layout lacks them.
    fn lost_blocks(&self, warnings: &mut Vec<String>) {
        for (name, parsed) in self.templates.iter().filter(|(_, parsed)| !parsed.is_override) {
            let parent = parsed.template.parent.as_deref().unwrap_or_default();
            warnings.extend(
                self.homeless_blocks(parsed)
                    .map(|block| format!("{parent} has no block {block}, so that of {name} is never shown")),
            );
        }
    }

    fn homeless_blocks<'a>(&'a self, parsed: &'a Parsed) -> impl Iterator<Item = &'a String> {
        let parents = std::iter::successors(parsed.template.parent.as_ref(), |name| {
            self.templates.get(*name).and_then(|above| above.template.parent.as_ref())
        });
        let parents: Vec<&Parsed> = parents
            .take(self.templates.len())
            .filter_map(|name| self.templates.get(name))
            .collect();
        let blocks = parsed.uses.outer_blocks.iter();
        blocks.filter(move |block| {
            !parents.is_empty() && !parents.iter().any(|above| above.template.blocks.contains_key(*block))
        })
    }

    /// A template that leads back to itself by `extends`, `include` or `import`. Tera would follow it without end.
    fn circle(&self, start: &str) -> Option<(String, String)> {
        let mut ways = vec![vec![start.to_owned()]];
        let mut seen = Vec::new();
        while let Some(way) = ways.pop() {
            let Some(parsed) = way.last().and_then(|name| self.templates.get(name)) else {
                continue;
            };
            let included = parsed.uses.includes.iter().flat_map(|(names, _)| names);
            let imported = parsed.template.imported_macro_files.iter().map(|(file, _)| file);
            for next in parsed.template.parent.iter().chain(included).chain(imported) {
                if next == start {
                    let what = if way.len() == 1 {
                        format!("it takes the place of {start} and so cannot use {start}")
                    } else {
                        format!("it uses itself: {} → {start}", way.join(" → "))
                    };
                    return Some((way.get(1).unwrap_or(next).clone(), what));
                }
                if !seen.contains(next) {
                    seen.push(next.clone());
                    ways.push(way.iter().chain([next]).cloned().collect());
                }
            }
        }
        None
    }
}

/// The first line that contains the word.
fn line_of(source: &str, word: &str) -> Option<usize> {
    let part_of_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let stands_in = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            !part_of_word(line[..at].chars().next_back()) && !part_of_word(line[at + word.len()..].chars().next())
        })
    };
    if word.is_empty() {
        return None;
    }
    source.lines().position(stands_in).map(|line| line + 1)
}

/// Tera's message about a syntax error as part of a sentence, without its drawing of the line.
fn syntax(error: &tera::Error) -> String {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let place = cause.split_once("--> ").and_then(|(_, rest)| rest.split_once(':'));
    let why = cause.lines().rev().find_map(|line| line.trim_start().strip_prefix("= "));
    match (place, why) {
        (Some((line, _)), Some(why)) if line.parse::<usize>().is_ok() => {
            let words: Vec<&str> = why.split_whitespace().collect();
            format!("line {line}: {}", words.join(" ").trim_end_matches('.'))
        }
        _ => cause
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .trim_end_matches('.')
            .to_owned(),
    }
}
