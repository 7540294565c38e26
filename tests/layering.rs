//! The house rules that the compiler does not know: who may import whom, and what stands nowhere in the source.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a rule that cannot be checked is broken"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A part of the crate and the parts it may import: `commands, web → accounts → tokens, mail → db`, and at the bottom
/// what everybody may use. Never upwards.
const PARTS: [(&str, &[&str]); 11] = [
    ("config", &[]),
    ("assets", &[]),
    ("logging", &["config"]),
    ("db", &["config"]),
    // Relative times need to know what time it is; an operator's files are read as templates are.
    ("i18n", &["assets", "db"]),
    ("tokens", &["config", "db", "logging"]),
    ("mail", &["config", "assets", "i18n", "db", "logging"]),
    ("accounts", &["config", "i18n", "db", "logging", "tokens", "mail"]),
    (
        "web",
        &[
            "config", "assets", "i18n", "db", "logging", "tokens", "mail", "accounts",
        ],
    ),
    (
        "commands",
        &[
            "config", "assets", "i18n", "db", "logging", "tokens", "mail", "accounts", "rocket", "close",
        ],
    ),
    // Where work beside the requests is put together for Rocket, as lib.rs puts the app together.
    ("tasks", &["config", "db", "tokens", "mail", "accounts", "Vestibule"]),
];

/// Files outside `web` that speak of Rocket, and why they must.
const ROCKET: [(&str, &str); 5] = [
    ("lib.rs", "assembles the app"),
    ("config.rs", "makes Rocket's part of the settings"),
    ("commands/serve.rs", "launches it"),
    ("db.rs", "implements rocket_db_pools::Pool"),
    ("tasks.rs", "starts and stops with it, as a fairing"),
];

struct Source {
    /// Below `src`.
    name: String,
    /// Without comments and without tests.
    code: String,
    lines: usize,
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: PathBuf| {
        let whole = fs::read_to_string(&path).unwrap();
        let code = whole.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code = code.lines().map(|line| {
            let comment = line.trim_start().starts_with("//") || line.contains(" // ");
            if comment {
                line.split("//").next().unwrap()
            } else {
                line
            }
        });
        Source {
            name: path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(),
            code: code.collect::<Vec<_>>().join("\n"),
            lines: whole.lines().count(),
        }
    };
    let found: Vec<Source> = files(&root, "rs").into_iter().map(read).collect();
    assert!(found.len() > 50, "the source is not found");
    found
}

impl Source {
    fn is_a_test(&self) -> bool {
        self.name.ends_with("tests.rs")
    }

    /// `web` of `web/pages/login.rs` and of `web.rs`.
    fn part(&self) -> &str {
        self.name.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Its place as a path of modules: `web::pages::login`.
    fn module(&self) -> Vec<&str> {
        self.name.trim_end_matches(".rs").split('/').collect()
    }

    /// Whether it names this in code: in quotes it is a word like any other.
    fn names(&self, path: &str) -> bool {
        self.code.match_indices(path).any(|(at, _)| !self.code[..at].ends_with('"'))
    }

    /// Everything it names of this crate, from the root: `accounts::Accounts` for `crate::accounts::{Accounts, Role}`.
    /// `super::` is followed to where it leads.
    fn imports(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("crate::") {
            // Not the end of another word, as in `some_crate::`.
            let before = self.code[..at].chars().next_back();
            if before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_') {
                found.extend(heads(&self.code[at + "crate::".len()..]));
            }
        }
        for (at, _) in self.code.match_indices("super::") {
            let mut above = self.module();
            let mut rest = &self.code[at..];
            if self.code[..at].ends_with("super::") {
                continue;
            }
            while let Some(further) = rest.strip_prefix("super::") {
                above.pop();
                rest = further;
            }
            found.extend(heads(rest).into_iter().map(|head| {
                let whole = above.iter().copied().chain([head.as_str()]);
                whole.collect::<Vec<_>>().join("::")
            }));
        }
        found
    }
}

/// The paths that begin here, `a::b` and `a::c` of `a::{b, c::d}`, two names deep.
fn heads(text: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    let group = |text: &str| -> Vec<String> {
        let mut depth = 0;
        let end = text.find(|letter| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            depth == 0
        });
        let inner = &text[1..end.expect("the braces are closed")];
        let mut depth = 0;
        let parts = inner.split(|letter| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            letter == ',' && depth == 0
        });
        parts
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    };
    if text.starts_with('{') {
        return group(text).iter().flat_map(|part| heads(part)).collect();
    }
    let first = word(text);
    match text[first.len()..].strip_prefix("::") {
        Some(rest) if rest.starts_with('{') => {
            group(rest).iter().map(|part| format!("{first}::{}", word(part))).collect()
        }
        Some(rest) => vec![format!("{first}::{}", word(rest))],
        None => vec![first],
    }
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    assert_eq!(heads("db::{self, Clock, x::{A, B}};"), ["db::self", "db::Clock", "db::x"]);
    assert_eq!(heads("{mail::queue::take, db};"), ["mail::queue", "db"]);
    assert_eq!(heads("rocket(figment)"), ["rocket"]);
    let source = Source {
        name: "web/pages/login.rs".to_owned(),
        code: "use super::signup::typed;\nuse super::super::page;\nsome_crate::x;\nlet x = crate::db::new_id();"
            .to_owned(),
        lines: 4,
    };
    assert_eq!(source.imports(), ["db::new_id", "web::pages::signup::typed", "web::page"]);
}

#[test]
fn nobody_imports_upwards() {
    for source in sources() {
        if ["lib.rs", "main.rs"].contains(&source.name.as_str()) {
            continue;
        }
        let part = source.part();
        let (_, below) = PARTS
            .iter()
            .find(|(name, _)| *name == part)
            .unwrap_or_else(|| panic!("say in layering.rs whom {part} may import"));
        for import in source.imports() {
            let of = import.split("::").next().unwrap();
            assert!(of == part || below.contains(&of), "{} must not import crate::{import}", source.name);
        }
    }
}

/// What two pages share belongs to `web`, where everybody finds it.
#[test]
fn no_page_imports_another() {
    for source in sources().iter().filter(|source| source.name.starts_with("web/pages/")) {
        let own = source.module();
        for import in source.imports() {
            let path: Vec<&str> = import.split("::").collect();
            let other = path.starts_with(&["web", "pages"]) && path.get(2) != own.get(2);
            assert!(!other, "{} must not import crate::{import}", source.name);
        }
    }
}

#[test]
fn only_web_speaks_of_rocket() {
    for source in sources() {
        let known = ROCKET.iter().any(|(name, _)| *name == source.name);
        let speaks = ["rocket::", "rocket_db_pools::", "rocket_dyn_templates::"]
            .iter()
            .any(|name| source.names(name));
        // Unit tests may look at what the code hands to Rocket.
        if source.part() != "web" && !source.name.ends_with("tests.rs") {
            assert_eq!(speaks, known, "{} and Rocket", source.name);
        }
        let of_the_pool = source.name == "db.rs" || source.name == "lib.rs" || source.name == "tasks.rs";
        assert!(of_the_pool || !source.code.contains("rocket_db_pools"), "{}", source.name);
    }
}

/// Everybody below `web` works without a visitor: no request, no cookie, no status code, no template of a page.
#[test]
fn the_domain_knows_no_http() {
    for source in sources() {
        if ["accounts", "tokens", "db"].contains(&source.part()) {
            for word in ["CookieJar", "Request<", "StatusCode", "http::", "tera::", "Set-Cookie"] {
                assert!(!source.code.contains(word), "{} speaks of {word}", source.name);
            }
        }
    }
}

#[test]
fn no_file_has_two_jobs() {
    for source in sources() {
        assert!(source.lines <= 400, "{} has {} lines", source.name, source.lines);
    }
}

/// ASVS 1.2.4
#[test]
fn no_statement_is_put_together_from_strings() {
    for source in sources() {
        for word in ["AssertSqlSafe", "QueryBuilder", "raw_sql"] {
            assert!(!source.code.contains(word), "{} uses {word}", source.name);
        }
        for (at, _) in source.code.match_indices("sqlx::query") {
            let call: String = source.code[at..].chars().take_while(|letter| *letter != ')').collect();
            assert!(!call.contains("format!"), "{}: {call}", source.name);
        }
    }
}

/// ASVS 1.2.5, 1.4.1
#[test]
fn no_program_is_run_and_nothing_is_unsafe() {
    for source in sources() {
        for word in [
            "process::Command",
            "Command::new(",
            "libc::",
            "unsafe {",
            "unsafe fn",
            "unsafe impl",
        ] {
            assert!(!source.code.contains(word), "{} uses {word}", source.name);
        }
        if ["lib.rs", "main.rs"].contains(&source.name.as_str()) {
            assert!(source.code.contains("#![forbid(unsafe_code)]"), "{}", source.name);
        }
    }
    let cargo = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(!cargo.contains("sendmail-transport"));
}

#[test]
fn nothing_is_left_to_chance() {
    for source in sources().iter().filter(|source| !source.is_a_test()) {
        for word in [
            ".unwrap()",
            "todo!",
            "unimplemented!",
            "dbg!",
            "panic!(",
            "SystemTime::now",
        ] {
            let clock = word == "SystemTime::now" && source.name == "db/clock.rs";
            assert!(clock || !source.code.contains(word), "{} uses {word}", source.name);
        }
    }
}

/// ASVS 1.1.2, 1.3.2
#[test]
fn templates_escape_what_they_are_given() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let templates: Vec<PathBuf> = ["html", "txt"]
        .iter()
        .flat_map(|ending| files(&root.join("templates"), ending))
        .collect();
    assert!(templates.len() > 20);
    for path in templates {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        assert!(!text.contains("autoescape"), "{name}");
        for line in text.lines().filter(|line| line.replace(' ', "").contains("|safe")) {
            // The URL of a file of ours, made of its name and its hash.
            assert!(line.contains("{{ asset(file=\"") && line.matches("| safe").count() == 1, "{name}: {line}");
        }
        assert!(!text.contains("<script>") && !text.contains("javascript:"), "{name}");
        assert!(!text.contains(" style=\"") || name.to_string().contains("/mail/"), "{name}");
        assert!(!text.contains(" onclick=") && !text.contains(" onsubmit="), "{name}");
    }
    for source in sources() {
        assert!(
            !source.code.contains("one_off") && !source.code.contains("autoescape_on(vec![])"),
            "{}",
            source.name
        );
    }
}

/// ASVS 1.3.2, 3.2.2
#[test]
fn scripts_make_no_html_and_run_no_text() {
    let scripts = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("static"), "js");
    assert!(!scripts.is_empty());
    for path in scripts {
        let text = fs::read_to_string(&path).unwrap();
        for word in [
            "eval(",
            "new Function",
            "setTimeout(\"",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "http:",
            "https:",
            "localStorage",
            "sessionStorage",
            "document.cookie",
        ] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}
