//! `docs/asvs.md` says which test proves which requirement of OWASP ASVS 5.0. It is generated from the marks above the
//! tests (`/// ASVS 7.4.1, 7.4.2` on a line of its own) and from two lists: `docs/asvs/documented.tsv` (requirements
//! that ask for documentation, and where that is) and `docs/asvs/waived.tsv`.
//!
//!     UPDATE_DOCS=1 cargo test --test asvs
//!
//! The command writes it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const CHAPTERS: [(&str, &str); 15] = [
    ("1", "Encoding and sanitization"),
    ("2", "Validation and business logic"),
    ("3", "Web frontend security"),
    ("4", "API and web service"),
    ("6", "Authentication"),
    ("7", "Session management"),
    ("8", "Authorization"),
    ("9", "Self-contained tokens"),
    ("10", "OAuth and OpenID Connect"),
    ("11", "Cryptography"),
    ("12", "Secure communication"),
    ("13", "Configuration"),
    ("14", "Data protection"),
    ("15", "Secure coding and architecture"),
    ("16", "Security logging and error handling"),
];

/// The states of a requirement, best first.
const STATES: [&str; 4] = ["proven", "documented", "waived", "not yet"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of a table as columns, without its head.
fn table(path: &str, columns: usize) -> Vec<Vec<String>> {
    let text = read(path);
    let lines = text.lines().skip(1).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            assert_eq!(cells.len(), columns, "{path}: {line}");
            cells
        })
        .collect()
}

struct Requirement {
    id: String,
    level: String,
    text: String,
}

impl Requirement {
    fn all() -> Vec<Self> {
        let rows = table("docs/asvs/requirements.tsv", 3).into_iter();
        rows.map(|row| {
            let [id, level, text] = row.try_into().expect("three columns");
            Self { id, level, text }
        })
        .collect()
    }

    fn chapter(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
struct Proof {
    file: String,
    test: String,
}

impl Proof {
    fn link(&self) -> String {
        let file = self.file.strip_prefix("tests/stories/").unwrap_or(&self.file);
        format!("{} ([{file}](../{}))", self.test.replace('_', " "), self.file)
    }
}

/// All files below a folder with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "node_modules" {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The requirements that a comment line marks. None: it is no mark. An error: the mark is invalid.
fn marked(line: &str) -> Option<Result<Vec<&str>, ()>> {
    let comment = line.trim().strip_prefix("///").or_else(|| line.trim().strip_prefix("//"))?;
    let ids = comment.trim().strip_prefix("ASVS ")?.trim_end_matches('.');
    let is_id = |id: &&str| {
        let parts: Vec<&str> = id.split('.').collect();
        parts.len() == 3 && parts.iter().all(|part| part.parse::<u8>().is_ok())
    };
    let ids: Vec<&str> = ids.split(',').map(str::trim).collect();
    Some(if ids.iter().all(is_id) { Ok(ids) } else { Err(()) })
}

/// The name of the test that begins in these lines, after comments and attributes.
fn test_below(lines: &[&str]) -> Option<String> {
    let mut attributed = false;
    for line in lines.iter().map(|line| line.trim()) {
        if line.starts_with("//") {
            continue;
        }
        if line.starts_with("#[") {
            attributed |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            continue;
        }
        for word in ["test(", "it(", "describe("] {
            if let Some(rest) = line.strip_prefix(word) {
                let quote = rest.chars().next().filter(|letter| "\"'`".contains(*letter))?;
                let name = rest[1..].split(quote).next()?;
                // A test for several languages: `… (${language})`.
                return name.split(" (${").next().map(str::to_owned);
            }
        }
        let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
        let (name, given) = function.split_once('(')?;
        // Stories: `(app)`, `(app with [("signup", "closed")])`, `(database: Database)`, or settings on lines of their
        // own.
        let given = given.trim_start_matches(|letter: char| letter.is_ascii_lowercase() || letter == '_');
        let forms = [")", " with ", ": Database)"];
        let story =
            line.starts_with("async ") && (given.is_empty() || forms.iter().any(|form| given.starts_with(form)));
        return (attributed || story).then(|| name.to_owned());
    }
    None
}

/// The requirement of each mark, and the test below it. Invalid marks are added to `problems`.
fn marks(problems: &mut Vec<String>) -> BTreeMap<String, BTreeSet<Proof>> {
    let mut found: BTreeMap<String, BTreeSet<Proof>> = BTreeMap::new();
    for path in files("src", &["rs"]).into_iter().chain(files("tests", &["rs", "js"])) {
        let file = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(ids) = marked(line) else { continue };
            match (ids, test_below(&lines[at + 1..])) {
                (Ok(ids), Some(name)) => {
                    for id in ids {
                        let proof = Proof {
                            file: file.clone(),
                            test: name.clone(),
                        };
                        found.entry(id.to_owned()).or_default().insert(proof);
                    }
                }
                (Ok(_), None) => problems.push(format!("{file}:{}: this mark stands above no test", at + 1)),
                (Err(()), Some(_)) => problems.push(format!("{file}:{}: this mark names no requirement", at + 1)),
                // A sentence that begins like a mark.
                (Err(()), None) => (),
            }
        }
    }
    found
}

/// The anchor that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// Where something is documented: `Passwords` is a section of `docs/security.md`, `access.md: Fields` one of another
/// file.
fn section(place: &str, problems: &mut Vec<String>) -> String {
    let (file, heading) = place.split_once(".md: ").map_or_else(
        || ("docs/security.md".to_owned(), place),
        |(file, heading)| {
            let folder = if file == "SECURITY" { "" } else { "docs/" };
            (format!("{folder}{file}.md"), heading)
        },
    );
    let there = read(&file)
        .lines()
        .any(|line| line.starts_with("##") && line.trim_start_matches('#').trim() == heading);
    if !there {
        problems.push(format!("docs/asvs/documented.tsv: {file} has no section \"{heading}\""));
    }
    let link = file.strip_prefix("docs/").map_or_else(|| format!("../{file}"), str::to_owned);
    format!("[{heading}]({link}#{})", anchor(heading))
}

/// A list of the folder, by requirement. A requirement may have several lines.
fn listed(path: &str) -> BTreeMap<String, Vec<String>> {
    let mut list: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table(path, 2) {
        list.entry(row[0].clone()).or_default().push(row[1].clone());
    }
    list
}

/// The text of `docs/asvs.md`.
fn document(problems: &mut Vec<String>) -> String {
    let requirements = Requirement::all();
    let proven = marks(problems);
    let documented = listed("docs/asvs/documented.tsv");
    let waived = listed("docs/asvs/waived.tsv");
    let known: BTreeSet<&String> = requirements.iter().map(|requirement| &requirement.id).collect();
    for id in proven.keys().chain(documented.keys()).chain(waived.keys()) {
        if !known.contains(id) {
            problems.push(format!("there is no requirement {id} in docs/asvs/requirements.tsv"));
        }
    }
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut chapters = String::new();
    for (number, name) in CHAPTERS {
        write!(
            chapters,
            "\n## V{number} {name}\n\n| id | level | requirement | state | by |\n|---|---|---|---|---|\n"
        )
        .unwrap();
        for requirement in requirements.iter().filter(|requirement| requirement.chapter() == number) {
            let id = &requirement.id;
            let mut by: Vec<String> = proven.get(id).into_iter().flatten().map(Proof::link).collect();
            for place in documented.get(id).into_iter().flatten() {
                by.push(section(place, problems));
            }
            let reasons = waived.get(id).into_iter().flatten();
            by.extend(reasons.map(|reason| format!("Waived: {reason}")));
            let state = if proven.contains_key(id) {
                STATES[0]
            } else if documented.contains_key(id) {
                STATES[1]
            } else if waived.contains_key(id) {
                STATES[2]
            } else {
                STATES[3]
            };
            *counts.entry((state, requirement.level.clone())).or_default() += 1;
            let text = requirement.text.replace('|', "\\|");
            writeln!(chapters, "| {id} | {} | {text} | {state} | {} |", requirement.level, by.join("<br>")).unwrap();
        }
    }
    format!("{}{}{chapters}", read("docs/asvs/introduction.md"), totals(&counts))
}

fn totals(counts: &BTreeMap<(&str, String), usize>) -> String {
    let mut text = "\n| | level 1 | level 2 | level 3 | all |\n|---|---|---|---|---|\n".to_owned();
    let count = |state: Option<&str>, level: Option<&str>| -> usize {
        let fits =
            |(of, at): &(&str, String)| state.is_none_or(|state| *of == state) && level.is_none_or(|level| at == level);
        counts.iter().filter(|(key, _)| fits(key)).map(|(_, count)| count).sum()
    };
    for (name, state) in STATES.iter().map(|state| (*state, Some(*state))).chain([("all", None)]) {
        let row: Vec<String> = [Some("1"), Some("2"), Some("3"), None]
            .iter()
            .map(|level| count(state, *level).to_string())
            .collect();
        writeln!(text, "| {name} | {} |", row.join(" | ")).unwrap();
    }
    text
}

#[test]
fn the_list_of_requirements_is_what_the_tests_prove() {
    let mut problems = Vec::new();
    let text = document(&mut problems);
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    let path = root().join("docs/asvs.md");
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(text.lines()).find(|(written, made)| written != made);
    assert!(
        written == text,
        "docs/asvs.md is not what the marks say; UPDATE_DOCS=1 cargo test --test asvs writes it anew.\n{differs:#?}"
    );
}

#[test]
fn all_requirements_are_there_once() {
    let requirements = Requirement::all();
    let ids: BTreeSet<&str> = requirements.iter().map(|requirement| &*requirement.id).collect();
    assert_eq!(ids.len(), requirements.len());
    let beyond = requirements.iter().filter(|requirement| requirement.chapter() == "15").count();
    assert_eq!((requirements.len() - beyond, beyond), (237, 19));
    for requirement in &requirements {
        assert!(["1", "2", "3"].contains(&&*requirement.level), "{}", requirement.id);
        assert!(CHAPTERS.iter().any(|(number, _)| *number == requirement.chapter()), "{}", requirement.id);
    }
}

#[test]
fn marks_are_read_as_they_are_written() {
    assert_eq!(marked("    /// ASVS 7.4.1, 7.4.2."), Some(Ok(vec!["7.4.1", "7.4.2"])));
    assert_eq!(marked("// ASVS 16.2.5"), Some(Ok(vec!["16.2.5"])));
    assert_eq!(marked("/// ASVS 7.4"), Some(Err(())));
    assert_eq!(marked("//! ASVS 7.4.1"), None);
    assert_eq!(marked("/// (ASVS 7.4.1)"), None);
    let below = |text: &str| test_below(&text.lines().collect::<Vec<_>>());
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(below("    #[test]\n    fn it_holds() {"), named("it_holds"));
    assert_eq!(below("#[tokio::test]\nasync fn it_holds() {"), named("it_holds"));
    for given in ["app", "app with [(\"signup\", \"closed\")]", "database: Database"] {
        assert_eq!(below(&format!("/// More.\nasync fn a_story({given}) {{")), named("a_story"));
    }
    assert_eq!(below("    test(\"it holds\", async () => {"), named("it holds"));
    assert_eq!(below("async fn helper(app: &App) {"), None);
    assert_eq!(below("const LIMIT: u8 = 1;"), None);
}
