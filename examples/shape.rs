//! `bin/shape`: figures about the source, and which of them exceed their limit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

#[allow(dead_code, reason = "tests/layering.rs uses the rest")]
#[path = "../tests/shape/mod.rs"]
mod shape;

use shape::arrows::{Arrows, Edges};
use shape::circles::{circles, room};
use shape::measures::{functions, functions_twice, names_twice};
use shape::tree::{Tree, files};
use shape::words::{
    Text, files_with, files_with_together, fixed_lifetimes, lifetimes_in_code, lines_with_a_language, texts,
};

/// Two fields of the profile. A template that names both lists all fields of the profile, and so does a Rust item that
/// names both: a new field must be added there. An item that names only one of them need not be changed for a new
/// field.
const PROFILE_FIELDS: [&[&str]; 2] = [&["display_name", "DisplayName"], &["language", "locale"]];
/// An example of a notice: its variant and its word.
const NOTICE: [&str; 2] = ["PasswordChanged", "password_changed"];
/// The language that all others fall back to may be named in Rust.
const FALLBACK: &str = "en";
/// What a variant or a constant of a language may be called.
const LANGUAGES: [(&str, [&str; 2]); 3] = [
    ("de", ["German", "Deutsch"]),
    ("fr", ["French", "Français"]),
    ("ar", ["Arabic", "العربية"]),
];
/// Links in mails: a word in the name of their lifetime.
const LINKS: [&str; 4] = ["confirm", "reset", "change", "notice"];

const HANDLER_LINES: usize = 20;
const FUNCTION_LINES: usize = 60;
const FILE_LINES: usize = 400;

/// Names that may be in several files: the name, the folder, and the reason.
const SAME_ON_PURPOSE: [(&str, &str, &str); 2] = [
    ("Form", "web/pages/", "the fields of the form of the page that the file is named after"),
    ("Context", "web/pages/", "the values of the template of the page that the file is named after"),
];

struct Measure {
    name: &'static str,
    number: usize,
    limit: Option<usize>,
    details: Vec<String>,
}

impl Measure {
    fn new(name: &'static str, limit: impl Into<Option<usize>>, details: Vec<String>) -> Self {
        Self {
            name,
            number: details.len(),
            limit: limit.into(),
            details,
        }
    }

    fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.number > limit)
    }
}

fn main() -> ExitCode {
    let check = match std::env::args().skip(1).collect::<Vec<_>>()[..] {
        [] => false,
        [ref only] if only == "--check" => true,
        _ => {
            eprintln!("usage: bin/shape [--check]");
            return ExitCode::from(2);
        }
    };
    let root = Path::new(".");
    let tree = Tree::read(&root.join("src"));
    let mut measures = of_arrows(&tree);
    measures.extend(of_functions(&tree));
    measures.extend(of_facts(root));
    measures.extend(of_lines(root));
    for measure in &measures {
        let limit = measure.limit.map_or(String::new(), |limit| format!("   at most {limit}"));
        let over = if measure.is_over() { "   OVER" } else { "" };
        println!("{:>6}  {}{limit}{over}", measure.number, measure.name);
        for detail in &measure.details {
            println!("          {detail}");
        }
    }
    let over = measures.iter().filter(|measure| measure.is_over()).count();
    println!("\n{over} over their limit");
    if check && over > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn of_arrows(tree: &Tree) -> Vec<Measure> {
    let arrows = Arrows::read(tree);
    let (shown, hidden) = (arrows.shown(tree), arrows.hidden(tree));
    let mut edges: Edges = shown.clone();
    edges.extend(hidden.clone());
    let name = |file: usize| tree.files[file].clone();
    let of_files = circles(edges.keys().copied()).into_iter().map(|circle| {
        let steps: Vec<String> = circle
            .way
            .windows(2)
            .map(|step| {
                let how = if shown.contains_key(&(step[0], step[1])) {
                    ""
                } else {
                    " (a method)"
                };
                format!("{}:{}{how}", name(step[0]), edges[&(step[0], step[1])])
            })
            .collect();
        let members: Vec<String> = circle.members.iter().map(|file| name(*file)).collect();
        format!(
            "{} files: {}; for example {} → {}",
            members.len(),
            members.join(", "),
            steps.join(" → "),
            name(circle.way[0])
        )
    });
    let rooms: BTreeMap<usize, String> = tree
        .modules
        .iter()
        .rev()
        .map(|module| (module.file, room(&module.path)))
        .collect();
    let between = edges.keys().map(|(from, to)| (rooms[from].clone(), rooms[to].clone()));
    let of_rooms = circles(between.filter(|(from, to)| from != to)).into_iter().map(|circle| {
        format!(
            "{} rooms: {}; for example {}",
            circle.members.len(),
            circle.members.join(", "),
            circle.way.join(" → ")
        )
    });
    let split = arrows.split.iter().map(|((module, name), at, line)| {
        format!("impl {name} of {} in {}:{line}", tree.file_of(*module), tree.file_of(*at))
    });
    let hidden = hidden
        .iter()
        .map(|((from, to), line)| format!("{}:{line} → {}", name(*from), name(*to)));
    vec![
        Measure {
            number: shown.len(),
            ..Measure::new("arrows between files", None, Vec::new())
        },
        Measure::new("circles between files", 0, of_files.collect()),
        Measure::new("circles between rooms", 0, of_rooms.collect()),
        Measure::new("impl blocks in another file than their type", 0, split.collect()),
        Measure::new("arrows that no path shows", 0, hidden.collect()),
    ]
}

fn of_functions(tree: &Tree) -> Vec<Measure> {
    let functions = functions(tree);
    let longer = |lines: usize, handlers: bool| -> Vec<String> {
        let in_web = |module: usize| tree.modules[module].path.first().is_some_and(|name| name == "web");
        let mut found: Vec<_> = functions.iter().filter(|of| of.lines > lines).collect();
        found.retain(|of| !handlers || of.is_handler && in_web(of.module));
        let told = found
            .iter()
            .map(|of| format!("{}:{} {}: {} lines", tree.file_of(of.module), of.line, of.name, of.lines));
        told.collect()
    };
    let on_purpose = |name: &str, files: &BTreeSet<&str>| {
        let rule = SAME_ON_PURPOSE.iter().find(|(same, ..)| *same == name);
        rule.is_some_and(|(_, folder, _)| files.iter().all(|file| file.starts_with(folder)))
    };
    let twice = names_twice(tree).into_iter().filter(|(name, files)| !on_purpose(name, files));
    let twice = twice.map(|(name, files)| format!("{name}: {}", Vec::from_iter(files).join(", ")));
    let same = functions_twice(tree, &functions)
        .into_iter()
        .map(|((room, name), files)| format!("{name} in {room}: {}", Vec::from_iter(files).join(", ")));
    vec![
        Measure::new("handlers over 20 lines, from `fn` to `}`", 0, longer(HANDLER_LINES, true)),
        Measure::new("functions over 60 lines", None, longer(FUNCTION_LINES, false)),
        Measure::new("names of types and macros with two meanings", 0, twice.collect()),
        Measure::new("public functions of one name in one room", None, same.collect()),
    ]
}

fn of_facts(root: &Path) -> Vec<Measure> {
    let rust = texts(root, &["src"], &["rs"]);
    let templates = texts(root, &["templates"], &["html", "txt"]);
    let listing = [
        files_with_together(&rust, &PROFILE_FIELDS),
        files_with(&templates, &PROFILE_FIELDS),
    ]
    .concat();
    let showing = [
        files_with(&rust, &PROFILE_FIELDS[..1]),
        files_with(&templates, &PROFILE_FIELDS[..1]),
    ]
    .concat();
    let languages = std::fs::read_dir(root.join("locales")).expect("a folder of languages");
    let languages = languages.map(|entry| entry.expect("an entry of a folder that is read").file_name());
    let others = languages
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name != FALLBACK);
    let names = |tag: &str| LANGUAGES.iter().find(|(of, _)| *of == tag).map_or(&[][..], |(_, names)| names);
    let of_languages = others.flat_map(|language| lines_with_a_language(&rust, &language, names(&language)));
    // Generated pages and decisions follow other rules: a decision describes the past.
    let generated = ["docs/asvs.md", "docs/configuration.md"];
    let told = |text: &Text| !generated.contains(&&*text.name) && !text.name.starts_with("docs/decisions/");
    let mut prose = texts(
        root,
        &["README.md", "SECURITY.md", "docs", "templates", "locales"],
        &["md", "tsv", "html", "txt", "ftl"],
    );
    prose.retain(told);
    let lifetimes = LINKS.iter().filter_map(|link| {
        let lines = lifetimes_in_code(&rust, link);
        (lines.len() != 1).then(|| format!("{link}: {} lines {}", lines.len(), lines.join(", ")))
    });
    vec![
        Measure::new("files that list the fields of the profile", 6, listing),
        Measure::new("files that name one field of it (display_name)", None, showing),
        Measure::new("files of Rust that name one notice (password_changed)", 4, files_with(&rust, &[&NOTICE])),
        Measure::new("lines of Rust that name a language", 0, of_languages.collect()),
        Measure::new("links whose lifetime is not one line of Rust", 0, lifetimes.collect()),
        Measure::new(
            "sentences with a lifetime of a link that no setting gives",
            0,
            fixed_lifetimes(&prose).into_iter().chain(fixed_lifetimes(&rust)).collect(),
        ),
    ]
}

fn of_lines(root: &Path) -> Vec<Measure> {
    let of = |path: &Path| std::fs::read_to_string(path).map_or(0, |text| text.lines().count());
    let mut sizes: Vec<(usize, String)> = files(&root.join("src"), "rs")
        .iter()
        .map(|path| (of(path), path.display().to_string()))
        .collect();
    sizes.sort();
    let total = sizes.iter().map(|(lines, _)| lines).sum();
    let long = sizes
        .iter()
        .filter(|(lines, _)| *lines > FILE_LINES)
        .map(|(lines, path)| format!("{path}: {lines}"));
    let (longest, path) = sizes.last().cloned().unwrap_or_default();
    let count = |name, number, details| Measure {
        number,
        ..Measure::new(name, None, details)
    };
    vec![
        Measure::new("files over 400 lines", 0, long.collect()),
        count("lines of the longest file", longest, vec![path]),
        count("files of Rust in src", sizes.len(), Vec::new()),
        count("lines of Rust in src", total, Vec::new()),
    ]
}
